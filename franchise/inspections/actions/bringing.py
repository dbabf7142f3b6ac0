"""What plans do by themselves: bring inspections ahead of their days, and take back what has lost its store (M1)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from inspections.actions.steps import call_off, entry_about
from inspections.models.inspections import Inspection, InspectionState
from inspections.models.plans import InspectionPlan
from inspections.models.templates import InspectionTemplate
from inspections.queries import ends_of, holders_at, stores_meant, template_in_use
from inspections.rules.happenings import Happening
from inspections.rules.plans import Rhythm, inspector_among, rhythm_of
from journal.actions import append_all
from journal.models import Entry
from stores.models import Store, StoreState
from stores.rules.calendar import Calendar

AT_MOST = 1_000
# Wherever a store is, its date is that of one of these moments or lies between them.
_EARLIEST_PLACE, _LATEST_PLACE = timedelta(hours=14), timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a plan is still to bring: at which store, for which of its days, and who is to carry it out."""

    store: Store
    on: date
    inspector_id: UUID


@transaction.atomic(using=CHAINS_ALIAS)
def bring_planned(*, actor: Actor, now: datetime, plan_id: UUID | None = None) -> int:
    """Plan the inspections that plans bring in the coming week, of one plan or of all; return how many they are.

    Once for a store and day, however often and by however many at once it is asked: what somebody else has in hand is
    left to them or to the next round. A store gets what is for its days from today on, while it is open.
    """
    plans = InspectionPlan.objects.going_on().order_by("id")
    if plan_id is not None:
        plans = plans.filter(id=plan_id)
    due = [each.id for each in plans if _has_days(rhythm_of(each), now)]
    free = plans.filter(id__in=due).select_for_update(of=("self",), no_key=True, skip_locked=True)
    held = list(free.select_related("template"))
    # What was ended a moment ago is seen only by a statement that begins once the plans are held.
    ended = ends_of(held)
    return sum(_bring(actor, plan, now) for plan in held if plan.id not in ended)


@transaction.atomic(using=CHAINS_ALIAS)
def call_off_lost(*, actor: Actor, now: datetime) -> int:
    """Call off what nobody has started where the store closed, or left the area of the plan that brought it.

    Return how many they are.
    """
    moved = Q(plan__area_id__isnull=False) & (Q(store__area_id=None) | ~Q(store__area_id=F("plan__area_id")))
    left = Q(store__state=StoreState.CLOSED) | moved
    lost = Inspection.objects.visible_to(actor).filter(left, state=InspectionState.SCHEDULED)
    locked = lost.select_for_update(of=("self",), skip_locked=True).select_related("store").order_by("id")
    called_off = list(locked[:AT_MOST])
    closed = [each for each in called_off if each.store.state == StoreState.CLOSED]
    call_off(actor, closed, now, because="STORE_CLOSED")
    elsewhere = [each for each in called_off if each.store.state != StoreState.CLOSED]
    call_off(actor, elsewhere, now, because="STORE_LEFT_AREA")
    return len(called_off)


def _has_days(rhythm: Rhythm, now: datetime) -> bool:
    """Tell whether a plan has days to plan for somewhere on earth, so that most plans are not looked into at all."""
    return any(rhythm.due_on(_day(now + shift)) for shift in (_EARLIEST_PLACE, -_LATEST_PLACE))


def _day(moment: datetime) -> date:
    return moment.astimezone(UTC).date()


def _bring(actor: Actor, plan: InspectionPlan, now: datetime) -> int:
    template = template_in_use(plan)
    if template is None:
        # It waits until there is a version again.
        return 0
    wanted = _wanted(plan, template, now)
    # What closes or moves just now is left alone; what does so later takes back what was brought.
    stores = stores_meant(plan).select_for_update(no_key=True, skip_locked=True).order_by("id")
    held = set(stores.filter(id__in={each.store.id for each in wanted}).values_list("id", flat=True))
    return _make(actor, plan, template, [each for each in wanted if each.store.id in held], now)


def _wanted(plan: InspectionPlan, template: InspectionTemplate, now: datetime) -> list[_Wanted]:
    """Return what stores still want for which days, as much as one round makes, by day and code.

    Where nobody can inspect nothing is planned: the next round tries again.
    """
    rhythm, stores = rhythm_of(plan), list(stores_meant(plan).order_by("code", "id"))
    zones = {store.time_zone for store in stores}
    days = {zone: rhythm.due_on(Calendar(zone).day_of(now)) for zone in zones}
    brought = _brought(plan, {on for each in days.values() for on in each})
    holders = holders_at(stores, template.inspector_roles)
    wanted = (
        _Wanted(store, on, inspector_id)
        for on, store in sorted(
            ((on, store) for store in stores for on in days[store.time_zone]), key=lambda each: each[0]
        )
        if (store.id, on) not in brought
        and (inspector_id := inspector_among(holders[store.id], named=plan.inspector_id)) is not None
    )
    return list(islice(wanted, AT_MOST))


def _brought(plan: InspectionPlan, days: Collection[date]) -> set[tuple[UUID, date | None]]:
    rows = Inspection.objects.filter(plan=plan, planned_on__in=days).order_by()
    return set(rows.values_list("store_id", "planned_on"))


def _make(
    actor: Actor, plan: InspectionPlan, template: InspectionTemplate, wanted: Sequence[_Wanted], now: datetime
) -> int:
    made = Inspection.objects.bulk_create(
        Inspection(
            store=each.store,
            template=template,
            plan=plan,
            planned_on=each.on,
            inspector_id=each.inspector_id,
            is_announced=plan.is_announced,
            due_at=_due_at(plan, each),
            scheduled_by_id=plan.planned_by_id,
            scheduled_at=now,
        )
        for each in wanted
    )
    append_all([_told(actor, each, now) for each in made])
    return len(made)


def _told(actor: Actor, inspection: Inspection, now: datetime) -> Entry:
    more: dict[str, Any] = {"due_at": inspection.due_at}
    more |= {"plan_id": inspection.plan_id, "planned_on": inspection.planned_on}
    return entry_about(actor, inspection, Happening.INSPECTION_SCHEDULED, now, before=None, **more)


def _due_at(plan: InspectionPlan, wanted: _Wanted) -> datetime:
    """Return when the last day on which an inspection can be started is over at its store."""
    closes_on = rhythm_of(plan).closes_on(wanted.on, plan.open_days)
    return Calendar(wanted.store.time_zone).moment(closes_on, time(0))
