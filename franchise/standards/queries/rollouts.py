"""How rollouts go: which stores are meant, how far they have come, and what came of it there."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Count, DateField, Exists, F, Func, Max, Min, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Cast

from chains.actor import Actor
from journal.models import Entry
from members.rules.permissions import Permission
from standards.models.rollouts import Rollout, RolloutPause, RolloutWave, StoreStandard
from standards.models.tallies import DayTally
from standards.models.texts import Clause
from standards.queries.texts import versions_for
from standards.rules.waves import COMPLAINT, COMPLAINTS_OVER, Figures, RolloutState, StopRule, state_of
from stores.models import Store, StoreQuerySet


def meant_by(targets: Mapping[str, Sequence[str]]) -> StoreQuerySet:
    """Return the open stores that a rollout means: those named and those of areas named, or all; of some kinds."""
    stores = Store.objects.doing_business()
    if "store_ids" in targets or "area_ids" in targets:
        named = Q(id__in=targets.get("store_ids", ())) | Q(area_id__in=targets.get("area_ids", ()))
        stores = stores.filter(named)
    if "store_kinds" in targets:
        stores = stores.filter(kind__in=targets["store_kinds"])
    return stores


def rollouts_for(actor: Actor) -> QuerySet[Rollout]:
    """Return the rollouts of the versions that the actor may read, the latest first; raises NotPermitted."""
    actor.must_somewhere(Permission.READ_STANDARDS)
    return Rollout.objects.filter(version__in=versions_for(actor).order_by()).order_by("-done_at", "-id")


def in_state(rollouts: QuerySet[Rollout], state: RolloutState) -> QuerySet[Rollout]:
    """Keep the rollouts that have come so far, as `standards.rules.waves.state_of` tells of one."""
    waves = RolloutWave.objects.filter(rollout=OuterRef("pk"))
    waits = Exists(waves.waiting())
    paused = Exists(RolloutPause.objects.filter(rollout=OuterRef("pk"), resumed_at=None))
    cancelled = Exists(waves.filter(cancelled_at__isnull=False))
    wanted = {
        RolloutState.WAITING: waits & ~paused,
        RolloutState.PAUSED: waits & paused,
        RolloutState.CANCELLED: ~waits & cancelled,
        RolloutState.DONE: ~waits & ~cancelled,
    }
    return rollouts.filter(wanted[state])


def figures_of(rollout: Rollout, rule: StopRule, *, now: datetime) -> Figures:
    """Return what the stores that a rollout has reached have come to since, or since it was last resumed.

    For the machine that pauses, which sees all stores.
    """
    there = StoreStandard.objects.filter(rollout=rollout, ended_at=None)
    reached = there.aggregate(stores=Count("id"), since=Min("pushed_at"))
    if not reached["stores"]:
        return Figures(0, 0, 0, 0)
    resumed_at = RolloutPause.objects.filter(rollout=rollout).aggregate(last=Max("resumed_at"))["last"]
    clauses = Clause.objects.filter(version=rollout.version_id)
    if rule.clause_number is not None:
        clauses = clauses.filter(number=rule.clause_number)
    tallies = DayTally.objects.filter(clause__in=clauses, store__in=there.values("store_id"))
    if resumed_at is not None:
        # Of the store's day itself nobody can tell what came before.
        resumed_on = Cast(Func(F("store__time_zone"), Value(resumed_at), function="timezone"), DateField())
        tallies = tallies.alias(resumed_on=resumed_on).filter(day__gt=F("resumed_on"))
    kept = tallies.aggregate(met=Sum("met", default=0), missed=Sum("missed", default=0))
    since = max(reached["since"], resumed_at or reached["since"], now - COMPLAINTS_OVER)
    # What customers complained of before the version came to their store is not held against it.
    bound = there.filter(store_id=OuterRef("store_id"), pushed_at__lte=OuterRef("at"))
    complaints = Entry.objects.filter(Exists(bound), kind=COMPLAINT, at__gte=since)
    return Figures(reached["stores"], kept["met"], kept["missed"], complaints.count())


def states_of(rollout_ids: Sequence[UUID]) -> dict[UUID, RolloutState]:
    """Return how far rollouts have come, all asked for at once."""
    paused = RolloutPause.objects.filter(rollout__in=rollout_ids, resumed_at=None)
    are_paused = set(paused.values_list("rollout_id", flat=True))
    waves = RolloutWave.objects.filter(rollout__in=rollout_ids).order_by().values("rollout_id")
    counted = waves.annotate(
        waiting=Count("id", filter=Q(started_at=None, cancelled_at=None)),
        cancelled=Count("id", filter=Q(cancelled_at__isnull=False)),
    )
    found = {row["rollout_id"]: (row["waiting"], row["cancelled"]) for row in counted}
    states = {}
    for rollout_id in rollout_ids:
        waiting, cancelled = found.get(rollout_id, (0, 0))
        states[rollout_id] = state_of(is_paused=rollout_id in are_paused, waiting=waiting, cancelled=cancelled)
    return states
