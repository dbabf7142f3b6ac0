"""What every deed on a return visit does: lock it, move it on, tell the journal, start and stop its clocks."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from chains.actor import Actor
from clocks.actions.running import hours_at, start_clock, stop_clocks
from clocks.models import TargetUnit
from clocks.rules.targets import Due, Target
from customers.queries.register import must_not_be_erased
from journal.actions import append
from kit.refusals import NotFound
from kit.texts import text_of
from standards.actions.clocking import Applied, Effect, apply_standards
from visits.models.points import PointPromise, VisitPoint
from visits.models.visits import ReturnVisit, VisitOccasion, VisitState
from visits.queries import OCCASION_TYPE, PROMISE_TYPE, SUBJECT_TYPE
from visits.rules.happenings import Happening
from visits.rules.planning import ClockKind
from visits.rules.states import MOVES, POINT_MOVES, VisitAction, check_version, must_allow, point_must_allow

_MOVED = (
    "state",
    "not_applicable_because",
    "owner",
    "due_at",
    "call_back_at",
    "channel",
    "made_by",
    "made_at",
    "is_reached",
    "is_satisfied",
    "dissatisfied_because",
    "remark",
    "signed_by",
    "signed_at",
    "signature_note",
    "version",
)

# Deeds that write down what somebody said: not of somebody who was erased (K4).
_WRITTEN = frozenset({VisitAction.RECORD_VISIT_ATTEMPT, VisitAction.RECORD_RETURN_VISIT, *POINT_MOVES})


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a deed: the visit as it is now, and the clauses whose clocks it started or stopped."""

    visit: ReturnVisit
    standards_applied: list[Applied]
    entry_id: UUID


def lock_visit(actor: Actor, visit_id: UUID, action: VisitAction, expected_version: int | None) -> ReturnVisit:
    """Return a visit, locked until the transaction ends, for somebody who may do this with it as it stands.

    Raises NotFound, NotPermitted, Stale with the visit as it is now, the refusals of `must_allow`, and CustomerErased.
    """
    visible = ReturnVisit.objects.visible_to(actor).select_related("store").select_for_update(of=("self",))
    visit = visible.filter(id=visit_id).first()
    if visit is None:
        raise NotFound
    actor.must(MOVES[action].permission, at=visit.store_id)
    state = VisitState(visit.state)
    check_version(expected=expected_version, version=visit.version, state=state, current=visit)
    must_allow(action, state)
    if action in _WRITTEN:
        must_not_be_erased(visit.customer_id)
    return visit


def note_on(visit: ReturnVisit, note: str) -> str:
    """Return a note about a locked visit as it is kept; of somebody who was erased there is none (K4).

    Raises Invalid, TooLong and CustomerErased.
    """
    kept = text_of(note, field="note", required=False)
    if kept:
        must_not_be_erased(visit.customer_id)
    return kept


def lock_point(
    actor: Actor, point_id: UUID, action: VisitAction, expected_version: int | None
) -> tuple[ReturnVisit, VisitPoint]:
    """Return a point and its visit, locked, for somebody who may do this with them as they stand.

    Raises NotFound, NotPermitted, Stale, VisitEnded, NoPointsOpen, PointAnswered and DecisionNeeded.
    """
    visit_id = VisitPoint.objects.filter(id=point_id).values_list("visit_id", flat=True).first()
    if visit_id is None:
        raise NotFound
    visit = lock_visit(actor, visit_id, action, expected_version)
    point = VisitPoint.objects.get(id=point_id)
    if action in POINT_MOVES:
        point_must_allow(action, point.point_state)
    return visit, point


def write_down(
    actor: Actor,
    visit: ReturnVisit,
    kind: Happening,
    now: datetime,
    *,
    before: dict[str, Any],
    more: dict[str, Any] | None = None,
) -> Done:
    """Save what a deed changed about a locked visit, and tell the journal."""
    visit.version += 1
    visit.save(update_fields=_MOVED)
    return tell_journal(actor, visit, kind, now, before=before, more=more or {})


def tell_journal(
    actor: Actor,
    visit: ReturnVisit,
    kind: Happening,
    now: datetime,
    *,
    before: dict[str, Any] | None,
    more: dict[str, Any],
    entry_id: UUID | None = None,
) -> Done:
    """Append the deed to the journal and let the standards in force start and stop their clocks."""
    # What people said stays in the points: the journal is kept for ever, and texts may name a customer.
    entry = append(
        actor=actor,
        kind=kind,
        subject_type=SUBJECT_TYPE,
        subject_id=visit.id,
        store_id=visit.store_id,
        customer_id=visit.customer_id,
        now=now,
        before=before,
        after={**state_of(visit), **more},
        entry_id=entry_id,
    )
    return Done(visit, apply_standards(actor=actor, entry=entry), entry.id)


def start_to_be_due(actor: Actor, done: Done, occasion: VisitOccasion, now: datetime) -> None:
    """Measure how long a customer waits for the call, unless a clause in force measures that."""
    if any(
        each.effect is Effect.STARTED and each.clause.response_kind == Happening.RETURN_VISIT_RECORDED
        for each in done.standards_applied
    ):
        return
    due_at = max(occasion.due_at, occasion.happened_at)
    start_clock(
        actor=actor,
        store_id=occasion.store_id,
        subject_type=OCCASION_TYPE,
        subject_id=occasion.id,
        kind=ClockKind.RETURN_VISIT,
        target=Target(TargetUnit.WALL, int((due_at - occasion.happened_at).total_seconds())),
        due=Due(due_at),
        entry_id=done.entry_id,
        started_at=occasion.happened_at,
        now=now,
        hours=hours_at(done.visit.store),
    )


def stop_to_be_due(actor: Actor, visit: ReturnVisit, *, entry_id: UUID, at: datetime) -> None:
    """Stop what measures how long the customer waits for the call, by a clause too."""
    _stop_of_visit(actor, visit, {Happening.RETURN_VISIT_RECORDED, Happening.VISIT_ATTEMPTED}, entry_id, at)


def stop_at_end(actor: Actor, visit: ReturnVisit, *, entry_id: UUID, at: datetime) -> None:
    """Stop whatever is still measured about a visit that has come to its end: what a clause waits for comes no more."""
    _stop_of_visit(actor, visit, None, entry_id, at)


def start_to_be_promised(actor: Actor, promise: PointPromise, *, entry_id: UUID, now: datetime) -> None:
    """Let the clock of a promise run (S9)."""
    start_clock(
        actor=actor,
        store_id=promise.store_id,
        subject_type=PROMISE_TYPE,
        subject_id=promise.id,
        kind=ClockKind.PROMISED_ANSWER,
        target=Target(TargetUnit.WALL, int((promise.promised_until - now).total_seconds())),
        entry_id=entry_id,
        now=now,
    )


def end_promise(actor: Actor, point: VisitPoint, *, is_kept: bool, entry_id: UUID, at: datetime) -> None:
    """End the open promise of a point, if there is one: kept by the answer, or replaced by a new one."""
    for promise in PointPromise.objects.filter(point=point, ended_at=None).order_by("id"):
        promise.ended_at, promise.is_kept = max(at, promise.made_at), is_kept
        promise.save(update_fields=["ended_at", "is_kept"])
        stop_clocks(
            actor=actor, subject_type=PROMISE_TYPE, subject_id=promise.id, entry_id=entry_id, now=promise.ended_at
        )


def state_of(visit: ReturnVisit) -> dict[str, Any]:
    """Return what a deed changes about a visit, for the journal's before and after."""
    return {
        "state": visit.state,
        "version": visit.version,
        "owner_id": visit.owner_id,
        "due_at": visit.due_at,
        "is_satisfied": visit.is_satisfied,
    }


def _stop_of_visit(
    actor: Actor, visit: ReturnVisit, kinds: Collection[str] | None, entry_id: UUID, at: datetime
) -> None:
    stop_clocks(actor=actor, subject_type=SUBJECT_TYPE, subject_id=visit.id, entry_id=entry_id, now=at, kinds=kinds)
    occasions = VisitOccasion.objects.filter(visit=visit, dropped_at=None).order_by("id")
    for occasion_id in occasions.values_list("id", flat=True):
        stop_clocks(actor=actor, subject_type=OCCASION_TYPE, subject_id=occasion_id, entry_id=entry_id, now=at)
