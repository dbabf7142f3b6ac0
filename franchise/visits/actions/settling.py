"""Deeds that bring a visit to its end: points promised, decided and answered, the visit signed (V2, V3)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from inquiries.queries import warned_of
from kit.texts import line_of, text_of
from visits.actions.calling import promise_for
from visits.actions.steps import Done, end_promise, lock_point, lock_visit, note_on, state_of, stop_at_end, write_down
from visits.models.points import PointDecision, PointState, VisitPoint
from visits.models.visits import ReturnVisit, VisitChannel, VisitState
from visits.queries import point_states_of
from visits.rules.happenings import Happening
from visits.rules.states import VisitAction, check_promised, check_signer, state_by_points


@transaction.atomic(using=CHAINS_ALIAS)
def promise_visit_answer(
    *, actor: Actor, point_id: UUID, promised_until: datetime, now: datetime, expected_version: int | None = None
) -> Done:
    """Promise the answer to a point anew: the promise before it was not kept, and a new clock runs (V2, S9).

    Refusals: NotFound, NotPermitted, Stale, VisitEnded, NoPointsOpen, PointAnswered, Invalid.
    """
    visit, point = lock_point(actor, point_id, VisitAction.PROMISE_VISIT_ANSWER, expected_version)
    before = state_of(visit)
    check_promised(promised_until, now=now, field="promised_until")
    more = {"point_id": point.id, "promised_until": promised_until}
    done = write_down(actor, visit, Happening.VISIT_ANSWER_PROMISED, now, before=before, more=more)
    end_promise(actor, point, is_kept=False, entry_id=done.entry_id, at=now)
    promise_for(actor, point, promised_until, entry_id=done.entry_id, now=now)
    return done


@transaction.atomic(using=CHAINS_ALIAS)
def decide_visit_point(
    *,
    actor: Actor,
    point_id: UUID,
    departments: str,
    decision: str,
    now: datetime,
    expected_version: int | None = None,
) -> Done:
    """Write down what was decided about a point, and with which departments (V2).

    Refusals: NotFound, NotPermitted, Stale, VisitEnded, NoPointsOpen, PointAnswered, Invalid, TooLong.
    """
    visit, point = lock_point(actor, point_id, VisitAction.DECIDE_VISIT_POINT, expected_version)
    before = state_of(visit)
    decided = PointDecision.objects.create(
        store_id=visit.store_id,
        point=point,
        departments=line_of(departments, field="departments"),
        decision=text_of(decision, field="decision"),
        decided_by_id=actor.user_id,
        decided_at=now,
    )
    point.state = PointState.DECIDED
    point.save(update_fields=["state"])
    more = {"point_id": point.id, "decision_id": decided.id}
    return write_down(actor, visit, Happening.VISIT_POINT_DECIDED, now, before=before, more=more)


@transaction.atomic(using=CHAINS_ALIAS)
def answer_visit_point(
    *,
    actor: Actor,
    point_id: UUID,
    answer: str,
    channel: VisitChannel,
    now: datetime,
    accept_warnings: bool = False,
    expected_version: int | None = None,
) -> Done:
    """Tell the customer what was decided: the promise is kept, and with the last point the visit is settled (V2, V3).

    It is held against the norms of wording first (S10). Refusals: NotFound, NotPermitted, Stale, VisitEnded,
    NoPointsOpen, PointAnswered, DecisionNeeded, BannedPhrase, WordingWarned, Invalid, TooLong.
    """
    visit, point = lock_point(actor, point_id, VisitAction.ANSWER_VISIT_POINT, expected_version)
    before = state_of(visit)
    told = text_of(answer, field="answer")
    warned = warned_of([("answer", told)], accept_warnings=accept_warnings)
    _answer(actor, point, told, channel, now)
    visit.state = state_by_points(point_states_of([visit])[visit.id])
    more = {"point_id": point.id, "channel": channel, "warned_of": warned}
    done = write_down(actor, visit, Happening.VISIT_POINT_ANSWERED, now, before=before, more=more)
    end_promise(actor, point, is_kept=True, entry_id=done.entry_id, at=now)
    return done


@transaction.atomic(using=CHAINS_ALIAS)
def sign_return_visit(
    *, actor: Actor, visit_id: UUID, now: datetime, note: str = "", expected_version: int | None = None
) -> Done:
    """Sign a visit of which every point is settled, as its head; never one's own (V2, V3).

    Refusals: NotFound, NotPermitted, Stale, VisitNotMade, PointsOpen, VisitEnded, SignerIsCaller, Invalid, TooLong, and
    CustomerErased for a note.
    """
    visit = lock_visit(actor, visit_id, VisitAction.SIGN_RETURN_VISIT, expected_version)
    before = state_of(visit)
    signers = [each for each in (actor.user_id, actor.behalf_of_id) if each is not None]
    check_signer(caller_id=visit.made_by_id, signer_ids=signers if actor.user_id else [])
    visit.signature_note = note_on(visit, note)
    visit.state = VisitState.SIGNED
    visit.signed_by_id, visit.signed_at = actor.user_id, now
    done = write_down(actor, visit, Happening.RETURN_VISIT_SIGNED, now, before=before, more=_made_by(visit))
    stop_at_end(actor, visit, entry_id=done.entry_id, at=now)
    return done


def _made_by(visit: ReturnVisit) -> dict[str, object]:
    return {"made_by_id": visit.made_by_id}


def _answer(actor: Actor, point: VisitPoint, answer: str, channel: VisitChannel, now: datetime) -> None:
    point.state, point.answer, point.answer_channel = PointState.ANSWERED, answer, channel
    point.answered_by_id, point.answered_at = actor.user_id, now
    point.save(update_fields=["state", "answer", "answer_channel", "answered_by", "answered_at"])
