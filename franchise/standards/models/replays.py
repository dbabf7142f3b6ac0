"""A version tried on what has happened, and what came out."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kit.ids import new_id
from standards.models.tallies import Counts
from standards.models.texts import Clause, Version
from stores.models import Store


class ReplayState(models.TextChoices):
    """How far a replay has come."""

    WAITING = "WAITING", _("Waiting to be worked out")
    DONE = "DONE", _("Done")
    FAILED = "FAILED", _("Could not be worked out")


class Replay(models.Model):
    """A version tried on what has happened from one day to another, with another version beside it or without.

    `store_ids` is null for all stores; `tries` counts how often it could not be worked out.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+", db_index=False)
    against = models.ForeignKey(Version, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    first_on = models.DateField()
    last_on = models.DateField()
    store_ids = models.JSONField(null=True)
    state = models.CharField(max_length=8, choices=ReplayState, default=ReplayState.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    asked_by_id = models.UUIDField(null=True)
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("replay of a standard")
        verbose_name_plural = _("replays of standards")
        indexes = [models.Index(fields=["asked_at"], name="replays_by_time")]
        constraints = [
            models.CheckConstraint(condition=Q(last_on__gte=models.F("first_on")), name="a_replay_ends_after_it_began"),
            models.CheckConstraint(condition=Q(state__in=ReplayState.values), name="a_replay_is_in_a_known_state"),
            models.CheckConstraint(
                condition=Q(state=ReplayState.DONE, done_at__isnull=False)
                | Q(state__in=[ReplayState.WAITING, ReplayState.FAILED], done_at__isnull=True),
                name="a_replay_that_is_done_tells_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.first_on} {self.last_on}"


class ReplayedClause(Counts):
    """How the cases of a replay's period would have stood under a clause. A draft written anew takes its own along.

    `weekdays`, from Monday, and `hours` of the store's day hold pairs: how many cases would be met, how many missed.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    replay = models.ForeignKey(Replay, on_delete=models.CASCADE, related_name="clauses")
    clause = models.ForeignKey(Clause, on_delete=models.CASCADE, related_name="+")
    weekdays = models.JSONField()
    hours = models.JSONField()

    class Meta:
        verbose_name = _("outcome of a replay")
        verbose_name_plural = _("outcomes of replays")


class ReplayedStore(Counts):
    """How the cases of one store would have stood under a clause."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    replayed = models.ForeignKey(ReplayedClause, on_delete=models.CASCADE, related_name="stores", db_index=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    needs_waiver = models.BooleanField()

    class Meta:
        verbose_name = _("outcome of a replay at a store")
        verbose_name_plural = _("outcomes of replays at stores")
        constraints = [
            models.UniqueConstraint(fields=["replayed", "store"], name="a_replayed_clause_tells_of_a_store_once")
        ]
