"""What is counted: verdicts by day and month, kept in step with them; and which pairs of events are measured."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chains.actor import Actor, Audience
from kit.ids import new_id
from standards.models.texts import Clause
from standards.models.verdicts import VerdictState
from stores.models import Store

# A month's tally is spread over so many rows, so that deeds of many stores do not wait for each other.
SHARDS = 8
COUNTS = ("met", "missed", "open", "not_known", "not_applicable")


class Counts(models.Model):
    """How many standing verdicts there are in each state; between two deeds a count may be corrected downwards."""

    met = models.IntegerField(default=0)
    missed = models.IntegerField(default=0)
    open = models.IntegerField(default=0)
    not_known = models.IntegerField(default=0)
    not_applicable = models.IntegerField(default=0)

    class Meta:
        abstract = True

    @property
    def by_state(self) -> dict[VerdictState, int]:
        """How many there are in each state."""
        return {VerdictState(name.upper()): getattr(self, name) for name in COUNTS}

    def __str__(self) -> str:
        return ", ".join(f"{name} {getattr(self, name)}" for name in COUNTS)


class DayTallyQuerySet(models.QuerySet["DayTally"]):
    """Tallies of days, chainable."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep those of stores that the actor sees."""
        return self if actor.audience is Audience.HQ else self.filter(store_id__in=actor.store_ids)


class DayTally(Counts):
    """How the cases of a day at a store stand under a clause, person by person; nobody where none is known."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    user_id = models.UUIDField(null=True)

    objects = DayTallyQuerySet.as_manager()

    class Meta:
        verbose_name = _("tally of a day")
        verbose_name_plural = _("tallies of days")
        indexes = [models.Index(fields=["clause", "day"], name="day_tallies_of_a_clause")]
        constraints = [
            models.UniqueConstraint(
                fields=["store", "clause", "day", "user_id"],
                nulls_distinct=False,
                name="a_day_has_one_tally_of_a_person",
            )
        ]


class StoreMonthTally(Counts):
    """How the cases of a month at a store stand under a clause: what an area comes to is the sum of its stores."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, related_name="+", db_index=False)
    month = models.DateField()

    class Meta:
        verbose_name = _("tally of a month at a store")
        verbose_name_plural = _("tallies of months at stores")
        indexes = [models.Index(fields=["clause", "month"], name="store_months_of_a_clause")]
        constraints = [
            # With the counts beside the keys: months that are over are summed up from the index alone.
            models.UniqueConstraint(
                fields=["store", "month", "clause"], include=COUNTS, name="a_month_at_a_store_has_one_tally"
            )
        ]


class MonthTally(Counts):
    """How the cases of a month stand under a clause in the whole chain, in several shards."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, related_name="+", db_index=False)
    month = models.DateField()
    shard = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("tally of a month")
        verbose_name_plural = _("tallies of months")
        constraints = [
            models.UniqueConstraint(fields=["month", "clause", "shard"], name="a_month_has_one_tally_of_a_shard")
        ]


class MeasuredPair(models.Model):
    """An event and the one that answers it, or an event alone, that some clause speaks of or spoke of.

    From `asked_at` on it is measured as it happens; what was before is measured bit by bit, up to `reached_at`, until
    it `is_whole`.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    trigger_kind = models.CharField(max_length=64)
    response_kind = models.CharField(max_length=64, blank=True)
    asked_at = models.DateTimeField()
    reached_at = models.DateTimeField(null=True)
    is_whole = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("measured pair of events")
        verbose_name_plural = _("measured pairs of events")
        indexes = [
            models.Index(fields=["response_kind"], name="pairs_by_response"),
            models.Index(fields=["asked_at"], condition=Q(is_whole=False), name="pairs_not_whole"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["trigger_kind", "response_kind"], name="a_pair_is_measured_once")
        ]

    def __str__(self) -> str:
        return f"{self.trigger_kind} -> {self.response_kind}"
