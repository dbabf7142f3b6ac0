"""How a complaint moves from the customer's word to the customer's satisfaction (rulebook C1 to C4)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from complaints.models.complaints import Stage
from kit.refusals import Invalid, Refusal, Stale
from kit.wording import enumerated
from members.rules.permissions import Permission

EARLIEST_RECEIPT = timedelta(days=365)
_CLOCKS_APART = timedelta(minutes=5)


class ComplaintAction(TextChoices):
    """What can be done with a complaint that has been filed, named as the mutation that does it."""

    ACCEPT_COMPLAINT = "ACCEPT_COMPLAINT", _("Accept the complaint")
    RECORD_INVESTIGATION = "RECORD_INVESTIGATION", _("Record what was looked into")
    PLAN_RESOLUTION = "PLAN_RESOLUTION", _("Plan the solution")
    TELL_CUSTOMER = "TELL_CUSTOMER", _("Tell the customer")
    RECORD_OUTCOME = "RECORD_OUTCOME", _("Record the outcome")
    CLOSE_COMPLAINT = "CLOSE_COMPLAINT", _("Close the complaint")


class NotAtThisStage(Refusal):
    """The complaint's stage does not allow the deed."""

    message = _("This can't be done while the complaint is at the stage “%(stage)s”. Possible now: %(possible)s.")


class CustomerNotSatisfied(Refusal):
    """A complaint is closed only when the customer is satisfied (C2)."""

    message = _("The customer has not said that all is well, so the complaint can't be closed.")


class ReasonNeeded(Refusal):
    """A return to rework must say why the customer is not satisfied (C2)."""

    message = _("Say why the customer is not satisfied.")


class OwnerNeeded(Refusal):
    """Every open complaint has exactly one owner (R3), and the caller can't be it."""

    message = _("Name the member of staff who will own this complaint.")


class OwnerNotAtStore(Refusal):
    """The owner named can't work on complaints of this store."""

    message = _("The owner must be an active member of staff who may work on complaints of this store.")


@dataclass(frozen=True, slots=True)
class Move:
    """From which stages a deed may be done, who may do it, and where it leads."""

    permission: Permission
    sources: frozenset[Stage]
    target: Stage


MOVES: dict[ComplaintAction, Move] = {
    ComplaintAction.ACCEPT_COMPLAINT: Move(Permission.ACCEPT_COMPLAINT, frozenset({Stage.FILED}), Stage.ACCEPTED),
    ComplaintAction.RECORD_INVESTIGATION: Move(
        Permission.RECORD_INVESTIGATION,
        frozenset({Stage.ACCEPTED, Stage.INVESTIGATED, Stage.REWORK}),
        Stage.INVESTIGATED,
    ),
    # A plan that changes after the customer was told leads back, so that the customer is told of every change.
    ComplaintAction.PLAN_RESOLUTION: Move(
        Permission.PLAN_RESOLUTION,
        frozenset({Stage.INVESTIGATED, Stage.PLANNED, Stage.CUSTOMER_TOLD}),
        Stage.PLANNED,
    ),
    ComplaintAction.TELL_CUSTOMER: Move(
        Permission.TELL_CUSTOMER, frozenset({Stage.PLANNED, Stage.CUSTOMER_TOLD}), Stage.CUSTOMER_TOLD
    ),
    ComplaintAction.RECORD_OUTCOME: Move(Permission.RECORD_OUTCOME, frozenset({Stage.CUSTOMER_TOLD}), Stage.SETTLED),
    ComplaintAction.CLOSE_COMPLAINT: Move(Permission.CLOSE_COMPLAINT, frozenset({Stage.SETTLED}), Stage.CLOSED),
}


def stage_after(action: ComplaintAction, stage: Stage, *, is_satisfied: bool = True) -> Stage:
    """Return the stage that a deed leads to; an unsatisfied customer leads back to rework.

    Raises CustomerNotSatisfied when closing too early, NotAtThisStage for every other deed out of turn (C2).
    """
    move = MOVES[action]
    if stage not in move.sources:
        if action is ComplaintAction.CLOSE_COMPLAINT and stage is not Stage.CLOSED:
            raise CustomerNotSatisfied
        possible = possible_actions(stage)
        raise NotAtThisStage(
            stage=stage.label,
            possible=enumerated(each.label for each in possible) or _("nothing, it has come to its end"),
        )
    return move.target if is_satisfied else Stage.REWORK


def possible_actions(stage: Stage) -> list[ComplaintAction]:
    """List what can be done at a stage, in the order of the work."""
    return [action for action, move in MOVES.items() if stage in move.sources]


def available_actions(stage: Stage, may: Callable[[Permission], bool]) -> list[ComplaintAction]:
    """List what somebody with these permissions can do at a stage, in the order of the work."""
    return [action for action in possible_actions(stage) if may(MOVES[action].permission)]


def check_version(*, expected: int | None, version: int, stage: Stage, current: object = None) -> None:
    """Refuse with Stale, telling the stage and version now, when the caller looked at an older version (C04).

    `current` is the complaint as it is now, for the caller to see.
    """
    if expected is not None and expected != version:
        raise Stale(field="expected_version", version=version, state=stage, current=current)


def check_reason(*, is_satisfied: bool, reason: str) -> None:
    """Refuse with ReasonNeeded when a customer is said to be unsatisfied and nobody says why."""
    if not is_satisfied and not reason.strip():
        raise ReasonNeeded(field="reason")


def check_received(received_at: datetime, *, now: datetime) -> datetime:
    """Return the time of receipt; raises Invalid for one that is still to come or more than a year ago."""
    if received_at > now + _CLOCKS_APART:
        raise Invalid(field="received_at", why=_("a moment that has passed"))
    if received_at < now - EARLIEST_RECEIPT:
        raise Invalid(field="received_at", why=_("a moment of the last twelve months"))
    return received_at


def check_expected(expected_at: datetime | None, *, now: datetime) -> None:
    """Refuse with Invalid a promise to the customer that lies in the past."""
    if expected_at is not None and expected_at < now - _CLOCKS_APART:
        raise Invalid(field="expected_at", why=_("a moment still to come"))


def reference_of(*, store_code: str, number: int) -> str:
    """Return the number by which people name a complaint: the store's code and a running number."""
    return f"{store_code}-C{number:05d}"
