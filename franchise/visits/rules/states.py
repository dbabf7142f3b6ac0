"""How a return visit and its points move to their end, and who may move them (rulebook V2, V3)."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from kit.refusals import Invalid, Refusal, Stale
from members.rules.permissions import Permission
from visits.models.points import PointState
from visits.models.visits import AttemptOutcome, VisitState

LONGEST_PROMISE = timedelta(days=365)
# Whoever did not answer is somewhere else by then; a call right after the last one is no other attempt.
ATTEMPTS_APART = timedelta(hours=1)


class VisitAction(TextChoices):
    """What can be done with a return visit, named as the mutation that does it."""

    RECORD_VISIT_ATTEMPT = "RECORD_VISIT_ATTEMPT", _("Record an attempt that did not reach the customer")
    RECORD_RETURN_VISIT = "RECORD_RETURN_VISIT", _("Record the visit")
    DECIDE_VISIT_POINT = "DECIDE_VISIT_POINT", _("Decide a point with the departments")
    PROMISE_VISIT_ANSWER = "PROMISE_VISIT_ANSWER", _("Promise an answer to a point")
    ANSWER_VISIT_POINT = "ANSWER_VISIT_POINT", _("Tell the customer what was decided")
    HAND_OVER_RETURN_VISIT = "HAND_OVER_RETURN_VISIT", _("Hand the visit over")
    SIGN_RETURN_VISIT = "SIGN_RETURN_VISIT", _("Sign the visit")


class VisitMade(Refusal):
    """It was made before."""

    message = _("This return visit was made already.")


class VisitNotMade(Refusal):
    """The customer has not been called yet."""

    message = _("This return visit has not been made yet.")


class VisitEnded(Refusal):
    """It was signed, or is not to be made."""

    message = _("This return visit has come to its end.")


class PointsOpen(Refusal):
    """A visit is finished only when each point is settled (V3)."""

    message = _("Points of this visit are open: each has to be decided and told to the customer first.")


class NoPointsOpen(Refusal):
    """Every point is settled."""

    message = _("Every point of this visit is settled.")


class PointAnswered(Refusal):
    """The customer was told before."""

    message = _("The customer has the answer to this point already.")


class DecisionNeeded(Refusal):
    """What could not be answered at once is decided with the departments first (V2)."""

    message = _("This point has to be decided with the departments first.")


class AnswerOrPromiseNeeded(Refusal):
    """What can't be answered at once gets a promised time (V2)."""

    message = _("Give the answer to this point, or the time by which it is promised, and not both.")


class SignerIsCaller(Refusal):
    """Nobody signs the visit that they made themselves (V2)."""

    message = _("Somebody else has to sign this: you made the visit yourself, or no person signs.")


class TooFewAttempts(Refusal):
    """A customer is not given up before that."""

    message = _("The customer can be given up only after %(least)s attempts, each an hour or more after the last one.")


class ReasonForDissatisfactionNeeded(Refusal):
    """A customer who is not satisfied has a reason."""

    message = _("Say why the customer is not satisfied.")


class VisitOwnerNeeded(Refusal):
    """Every open visit has exactly one owner (R3), and nobody was found."""

    message = _("Name the member of staff who will make this visit.")


class VisitOwnerNotAtStore(Refusal):
    """The owner named can't make visits of this store."""

    message = _("The owner must be an active member of staff who may make return visits of this store.")


class VisitOwnerAlready(Refusal):
    """It is handed over to who has it."""

    message = _("This member owns the visit already.")


@dataclass(frozen=True, slots=True)
class Move:
    """In which states a deed may be done, and who may do it."""

    permission: Permission
    sources: frozenset[VisitState]


_DUE, _TALKED = frozenset({VisitState.DUE}), frozenset({VisitState.TALKED})
MOVES: dict[VisitAction, Move] = {
    VisitAction.RECORD_VISIT_ATTEMPT: Move(Permission.RECORD_RETURN_VISIT, _DUE),
    VisitAction.RECORD_RETURN_VISIT: Move(Permission.RECORD_RETURN_VISIT, _DUE),
    VisitAction.DECIDE_VISIT_POINT: Move(Permission.DECIDE_VISIT_POINT, _TALKED),
    VisitAction.PROMISE_VISIT_ANSWER: Move(Permission.ANSWER_VISIT_POINT, _TALKED),
    VisitAction.ANSWER_VISIT_POINT: Move(Permission.ANSWER_VISIT_POINT, _TALKED),
    VisitAction.HAND_OVER_RETURN_VISIT: Move(Permission.HAND_OVER_RETURN_VISIT, _DUE | _TALKED | {VisitState.SETTLED}),
    VisitAction.SIGN_RETURN_VISIT: Move(Permission.SIGN_RETURN_VISIT, frozenset({VisitState.SETTLED})),
}
_NOT_ANSWERED = frozenset({PointState.OPEN, PointState.DECIDED})
POINT_MOVES: dict[VisitAction, frozenset[PointState]] = {
    VisitAction.DECIDE_VISIT_POINT: _NOT_ANSWERED,
    VisitAction.PROMISE_VISIT_ANSWER: _NOT_ANSWERED,
    VisitAction.ANSWER_VISIT_POINT: frozenset({PointState.DECIDED}),
}


def must_allow(action: VisitAction, state: VisitState) -> None:
    """Refuse a deed that the visit's state does not allow.

    Raises VisitEnded, VisitMade, VisitNotMade, PointsOpen and NoPointsOpen.
    """
    if state in MOVES[action].sources:
        return
    if state in (VisitState.SIGNED, VisitState.NOT_APPLICABLE):
        raise VisitEnded
    if state is VisitState.DUE:
        raise VisitNotMade
    if action in (VisitAction.RECORD_VISIT_ATTEMPT, VisitAction.RECORD_RETURN_VISIT):
        raise VisitMade
    raise PointsOpen if state is VisitState.TALKED else NoPointsOpen


def point_must_allow(action: VisitAction, state: PointState) -> None:
    """Refuse a deed that the point's state does not allow; raises PointAnswered and DecisionNeeded."""
    if state not in POINT_MOVES[action]:
        raise PointAnswered if state is PointState.ANSWERED else DecisionNeeded


def available_actions(
    state: VisitState, may: Callable[[Permission], bool], *, points: Collection[PointState], is_caller: bool
) -> list[VisitAction]:
    """List what somebody with these permissions can do with a visit that stands so, in the order of the work."""
    possible = []
    for action, move in MOVES.items():
        if state not in move.sources or not may(move.permission):
            continue
        if action in POINT_MOVES and not POINT_MOVES[action] & set(points):
            continue
        if action is VisitAction.SIGN_RETURN_VISIT and is_caller:
            continue
        possible.append(action)
    return possible


def state_by_points(points: Collection[PointState]) -> VisitState:
    """Return how a visit that was made stands by its points: settled when each of them was answered (V3)."""
    return VisitState.SETTLED if all(point is PointState.ANSWERED for point in points) else VisitState.TALKED


def check_version(*, expected: int | None, version: int, state: VisitState, current: object = None) -> None:
    """Refuse with Stale, telling the state and version now, when the caller looked at an older version (C04)."""
    if expected is not None and expected != version:
        raise Stale(field="expected_version", version=version, state=state, current=current)


def check_promised(promised_until: datetime, *, now: datetime, field: str | tuple[str, ...]) -> datetime:
    """Return until when an answer is promised; raises Invalid for the past and for more than a year ahead (S9)."""
    if not now < promised_until <= now + LONGEST_PROMISE:
        raise Invalid(field=field, why=_("a moment still to come, within a year"))
    return promised_until


def check_call_back(outcome: AttemptOutcome, call_back_at: datetime | None, *, now: datetime) -> datetime | None:
    """Return when the customer wants to be called again; raises Invalid for the past and where nobody asked."""
    if call_back_at is None:
        return None
    if outcome is not AttemptOutcome.CALL_LATER:
        raise Invalid(field="call_back_at", why=_("a time only if the customer asked to be called later"))
    return check_promised(call_back_at, now=now, field="call_back_at")


def attempts_that_count(moments: Iterable[datetime]) -> int:
    """Return how many attempts there were, of which each began at least an hour after the one that counted before."""
    count, last = 0, None
    for moment in sorted(moments):
        if last is None or moment - last >= ATTEMPTS_APART:
            count, last = count + 1, moment
    return count


def check_attempts(*, outcome: AttemptOutcome, attempts: int, least: int) -> None:
    """Refuse with TooFewAttempts to give a customer up too early; one who refuses to talk is not called again."""
    if outcome is not AttemptOutcome.REFUSED and attempts < least:
        raise TooFewAttempts(field="give_up", least=least)


def check_signer(*, caller_id: UUID | None, signer_ids: Collection[UUID]) -> None:
    """Refuse with SignerIsCaller whoever made the visit, in their own name or in somebody's place (V2, A12)."""
    if not signer_ids or caller_id in signer_ids:
        raise SignerIsCaller


def reference_of(*, store_code: str, number: int) -> str:
    """Return the number by which people name a visit: the store's code and a running number."""
    return f"{store_code}-V{number:05d}"
