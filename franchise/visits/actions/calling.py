"""Deeds by which a customer is called again: an attempt that failed, and the visit itself, point by point (V2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from inquiries.queries import warned_of
from kit.texts import text_of
from visits.actions.steps import Done, lock_visit, start_to_be_promised, state_of, stop_to_be_due, write_down
from visits.models.points import PointPromise, PointState, VisitPoint
from visits.models.visits import (
    AttemptOutcome,
    OccasionKind,
    ReturnVisit,
    VisitAttempt,
    VisitChannel,
    VisitOccasion,
    VisitState,
)
from visits.queries import rules_in_force
from visits.rules.happenings import Happening
from visits.rules.points import Said, checked_points
from visits.rules.states import (
    ReasonForDissatisfactionNeeded,
    VisitAction,
    attempts_that_count,
    check_attempts,
    check_call_back,
    state_by_points,
)


@dataclass(frozen=True, slots=True)
class Attempt:
    """A call that did not reach the customer; `give_up` says that it was the last one."""

    outcome: AttemptOutcome
    channel: VisitChannel = VisitChannel.PHONE
    note: str = ""
    call_back_at: datetime | None = None
    give_up: bool = False


@dataclass(frozen=True, slots=True)
class Talk:
    """What came of a visit: how it went, whether the customer is satisfied, if not why, and the points one by one.

    `accept_warnings` says that answers are given although norms of wording warn of them (S10).
    """

    channel: VisitChannel
    is_satisfied: bool
    points: Sequence[Said] = ()
    dissatisfied_because: str = ""
    remark: str = ""
    accept_warnings: bool = False


@transaction.atomic(using=CHAINS_ALIAS)
def record_visit_attempt(
    *, actor: Actor, visit_id: UUID, attempt: Attempt, now: datetime, expected_version: int | None = None
) -> Done:
    """Record an attempt that did not reach the customer; after enough of them the customer may be given up (V3).

    Refusals: NotFound, NotPermitted, Stale, VisitMade, VisitEnded, TooFewAttempts, Invalid, TooLong.
    """
    visit = lock_visit(actor, visit_id, VisitAction.RECORD_VISIT_ATTEMPT, expected_version)
    before = state_of(visit)
    made = VisitAttempt.objects.create(
        store_id=visit.store_id,
        visit=visit,
        outcome=attempt.outcome,
        channel=attempt.channel,
        note=text_of(attempt.note, field="note", required=False),
        attempted_at=now,
        call_back_at=check_call_back(attempt.outcome, attempt.call_back_at, now=now),
        done_by_id=actor.user_id,
    )
    visit.call_back_at = made.call_back_at
    more = {"attempt_id": made.id, "outcome": made.outcome}
    if not attempt.give_up:
        return write_down(actor, visit, Happening.VISIT_ATTEMPTED, now, before=before, more=more)
    attempts = attempts_that_count(VisitAttempt.objects.filter(visit=visit).values_list("attempted_at", flat=True))
    check_attempts(outcome=attempt.outcome, attempts=attempts, least=rules_in_force().least_attempts)
    _made(actor, visit, attempt.channel, now, is_reached=False)
    visit.state = VisitState.SETTLED
    done = write_down(actor, visit, Happening.RETURN_VISIT_GIVEN_UP, now, before=before, more=more)
    stop_to_be_due(actor, visit, entry_id=done.entry_id, at=now)
    return done


@transaction.atomic(using=CHAINS_ALIAS)
def record_return_visit(
    *, actor: Actor, visit_id: UUID, talk: Talk, now: datetime, expected_version: int | None = None
) -> Done:
    """Record a visit point by point: what was said, by whom, answered at once or promised by a time (V2).

    For everything that is due with it the customer was called now. A complaint whose customer is not satisfied is
    worked again, by the consumer of this deed. Refusals: NotFound, NotPermitted, Stale, VisitMade, VisitEnded,
    AnswerOrPromiseNeeded, ReasonForDissatisfactionNeeded, BannedPhrase, WordingWarned, Invalid, TooLong.
    """
    visit = lock_visit(actor, visit_id, VisitAction.RECORD_RETURN_VISIT, expected_version)
    before, points = state_of(visit), checked_points(talk.points, now=now)
    answers = [(("points", str(place), "answer"), each.answer) for place, each in enumerate(points) if each.answer]
    warned = warned_of(answers, accept_warnings=talk.accept_warnings)
    visit.dissatisfied_because = text_of(talk.dissatisfied_because, field="dissatisfied_because", required=False)
    if talk.is_satisfied:
        visit.dissatisfied_because = ""
    elif not visit.dissatisfied_because:
        raise ReasonForDissatisfactionNeeded(field="dissatisfied_because")
    visit.remark = text_of(talk.remark, field="remark", required=False)
    _made(actor, visit, talk.channel, now, is_reached=True)
    visit.is_satisfied, visit.call_back_at = talk.is_satisfied, None
    kept = [_kept(actor, visit, position, point, now) for position, point in enumerate(points, start=1)]
    VisitPoint.objects.bulk_create(kept)
    visit.state = state_by_points([row.point_state for row in kept])
    told = {"points": len(kept), "channel": visit.channel, "complaint_ids": _complaints(visit)}
    told["warned_of"] = warned
    done = write_down(actor, visit, Happening.RETURN_VISIT_RECORDED, now, before=before, more=told)
    stop_to_be_due(actor, visit, entry_id=done.entry_id, at=now)
    for row, point in zip(kept, points, strict=True):
        if point.promised_until is not None:
            promise_for(actor, row, point.promised_until, entry_id=done.entry_id, now=now)
    return done


def promise_for(
    actor: Actor, point: VisitPoint, promised_until: datetime, *, entry_id: UUID, now: datetime
) -> PointPromise:
    """Keep the promise of an answer to a point, and let its clock run."""
    promise = PointPromise.objects.create(
        store_id=point.store_id,
        point=point,
        promised_until=promised_until,
        promised_by_id=actor.user_id,
        made_at=now,
    )
    start_to_be_promised(actor, promise, entry_id=entry_id, now=now)
    return promise


def _made(actor: Actor, visit: ReturnVisit, channel: VisitChannel, now: datetime, *, is_reached: bool) -> None:
    visit.channel, visit.is_reached = channel, is_reached
    visit.made_by_id, visit.made_at = actor.user_id, now


def _kept(actor: Actor, visit: ReturnVisit, position: int, point: Said, now: datetime) -> VisitPoint:
    row = VisitPoint(store_id=visit.store_id, visit=visit, position=position, said=point.said, said_by=point.said_by)
    if point.answer:
        row.state, row.answer, row.answer_channel = PointState.ANSWERED, point.answer, visit.channel
        row.answered_by_id, row.answered_at = actor.user_id, now
    return row


def _complaints(visit: ReturnVisit) -> list[UUID]:
    of_complaints = VisitOccasion.objects.filter(visit=visit, kind=OccasionKind.COMPLAINT, dropped_at=None)
    found = of_complaints.exclude(source_id=None).order_by("happened_at", "id")
    return [source_id for source_id in found.values_list("source_id", flat=True) if source_id is not None]
