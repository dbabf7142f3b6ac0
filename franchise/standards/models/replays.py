"""A version tried on what has happened, and what came out."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kit.ids import new_id
from standards.models.texts import Version


class ReplayState(models.TextChoices):
    """How far a replay has come."""

    WAITING = "WAITING", _("Waiting to be worked out")
    DONE = "DONE", _("Done")


class Replay(models.Model):
    """A version tried on what has happened from one day to another, with another version beside it or without.

    `store_ids` is null for all stores. `outcome` tells clause by clause how cases would have stood.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+", db_index=False)
    against = models.ForeignKey(Version, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    first_on = models.DateField()
    last_on = models.DateField()
    store_ids = models.JSONField(null=True)
    state = models.CharField(max_length=8, choices=ReplayState, default=ReplayState.WAITING)
    outcome = models.JSONField(null=True)
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
                condition=Q(state=ReplayState.DONE, outcome__isnull=False, done_at__isnull=False)
                | Q(state=ReplayState.WAITING, outcome__isnull=True, done_at__isnull=True),
                name="a_replay_that_is_done_tells_its_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.first_on} {self.last_on}"
