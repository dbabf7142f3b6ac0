"""How a complaint moves from the customer's word to the customer's satisfaction (rulebook C1 to C5)."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from complaints.models.complaints import ENDED, Complaint, Level, Stage
from complaints.rules.refusals import (
    AlreadyAtTheTop,
    ComplaintWaits,
    ComplaintWaitsNot,
    CustomerNotSatisfied,
    CustomerNotTold,
    NotAtThisStage,
    ReferralOpen,
    ReferralsAnswered,
    ReworkFirst,
)
from kit.refusals import Refusal, Stale
from kit.wording import enumerated
from members.rules.permissions import Permission

# Before this round nothing was worked again.
FIRST_ROUND_OF_REWORK = 2


class ComplaintAction(TextChoices):
    """What can be done with a complaint that has been filed, named as the mutation that does it."""

    ACCEPT_COMPLAINT = "ACCEPT_COMPLAINT", _("Accept the complaint")
    RECORD_INVESTIGATION = "RECORD_INVESTIGATION", _("Record what was looked into")
    REFER_COMPLAINT = "REFER_COMPLAINT", _("Refer it to a department or upward")
    ANSWER_REFERRAL = "ANSWER_REFERRAL", _("Answer what was referred")
    PLAN_RESOLUTION = "PLAN_RESOLUTION", _("Plan the solution")
    TELL_CUSTOMER = "TELL_CUSTOMER", _("Tell the customer")
    AGREE_RESOLUTION = "AGREE_RESOLUTION", _("Record whether the customer agrees")
    RECORD_OUTCOME = "RECORD_OUTCOME", _("Record the outcome")
    RECORD_CUSTOMER_WORD = "RECORD_CUSTOMER_WORD", _("Record what the customer wrote")
    ESCALATE_COMPLAINT = "ESCALATE_COMPLAINT", _("Escalate it to a higher level")
    HAND_OVER_COMPLAINT = "HAND_OVER_COMPLAINT", _("Hand the complaint over")
    PAUSE_COMPLAINT = "PAUSE_COMPLAINT", _("Let its clocks stand still")
    RESUME_COMPLAINT = "RESUME_COMPLAINT", _("Let its clocks run on")
    DECIDE_FINALLY = "DECIDE_FINALLY", _("Decide finally")
    WITHDRAW_COMPLAINT = "WITHDRAW_COMPLAINT", _("Record that the customer withdrew it")
    CLOSE_COMPLAINT = "CLOSE_COMPLAINT", _("Close the complaint")
    REWORK_COMPLAINT = "REWORK_COMPLAINT", _("Work it again")


@dataclass(frozen=True, slots=True)
class Move:
    """From which stages a deed may be done, who may do it, and where it leads; at `keeps` the stage stays as it is."""

    permission: Permission
    sources: frozenset[Stage]
    target: Stage | None = None
    otherwise: Stage | None = None
    keeps: frozenset[Stage] = frozenset()


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides about which deeds are possible with a complaint."""

    stage: Stage
    level: Level = Level.STORE_STAFF
    is_told: bool = True
    is_paused: bool = False
    open_referrals: int = 0
    refused_in_round: int = 0


# Somebody is at it: taken up, looked into, planned, told, agreed, worked again.
WORKED_ON = frozenset(
    {Stage.ACCEPTED, Stage.INVESTIGATED, Stage.PLANNED, Stage.CUSTOMER_TOLD, Stage.AGREED, Stage.REWORK}
)
UNSOLVED = WORKED_ON | {Stage.FILED}
_ALIVE = frozenset(Stage) - frozenset(ENDED)
_FINISHED = frozenset({Stage.SETTLED, Stage.FINALLY_DECIDED, Stage.WITHDRAWN})

MOVES: dict[ComplaintAction, Move] = {
    ComplaintAction.ACCEPT_COMPLAINT: Move(Permission.ACCEPT_COMPLAINT, frozenset({Stage.FILED}), Stage.ACCEPTED),
    ComplaintAction.RECORD_INVESTIGATION: Move(
        Permission.RECORD_INVESTIGATION,
        frozenset({Stage.ACCEPTED, Stage.INVESTIGATED, Stage.REWORK}),
        Stage.INVESTIGATED,
    ),
    ComplaintAction.REFER_COMPLAINT: Move(Permission.REFER_COMPLAINT, WORKED_ON),
    # An answer is never refused for coming late: every letter has its answer (V3).
    ComplaintAction.ANSWER_REFERRAL: Move(Permission.ANSWER_REFERRAL, frozenset(Stage)),
    # A plan that changes after the customer was told leads back, so that the customer is told of every change.
    ComplaintAction.PLAN_RESOLUTION: Move(
        Permission.PLAN_RESOLUTION,
        frozenset({Stage.INVESTIGATED, Stage.PLANNED, Stage.CUSTOMER_TOLD, Stage.AGREED}),
        Stage.PLANNED,
    ),
    ComplaintAction.TELL_CUSTOMER: Move(
        Permission.TELL_CUSTOMER,
        frozenset({Stage.PLANNED, Stage.CUSTOMER_TOLD, Stage.AGREED, Stage.FINALLY_DECIDED}),
        Stage.CUSTOMER_TOLD,
        keeps=frozenset({Stage.AGREED, Stage.FINALLY_DECIDED}),
    ),
    # A customer who does not agree needs another plan.
    ComplaintAction.AGREE_RESOLUTION: Move(
        Permission.AGREE_RESOLUTION, frozenset({Stage.CUSTOMER_TOLD}), Stage.AGREED, otherwise=Stage.INVESTIGATED
    ),
    ComplaintAction.RECORD_OUTCOME: Move(
        Permission.RECORD_OUTCOME,
        frozenset({Stage.CUSTOMER_TOLD, Stage.AGREED}),
        Stage.SETTLED,
        otherwise=Stage.REWORK,
    ),
    # What a customer writes is never refused.
    ComplaintAction.RECORD_CUSTOMER_WORD: Move(Permission.RECORD_CUSTOMER_WORD, frozenset(Stage)),
    ComplaintAction.ESCALATE_COMPLAINT: Move(Permission.ESCALATE_COMPLAINT, UNSOLVED),
    ComplaintAction.HAND_OVER_COMPLAINT: Move(Permission.HAND_OVER_COMPLAINT, _ALIVE),
    ComplaintAction.PAUSE_COMPLAINT: Move(Permission.PAUSE_COMPLAINT, UNSOLVED),
    ComplaintAction.RESUME_COMPLAINT: Move(Permission.PAUSE_COMPLAINT, UNSOLVED),
    ComplaintAction.DECIDE_FINALLY: Move(
        Permission.DECIDE_FINALLY, frozenset({Stage.INVESTIGATED, Stage.REWORK}), Stage.FINALLY_DECIDED
    ),
    ComplaintAction.WITHDRAW_COMPLAINT: Move(Permission.WITHDRAW_COMPLAINT, UNSOLVED, Stage.WITHDRAWN),
    ComplaintAction.CLOSE_COMPLAINT: Move(Permission.CLOSE_COMPLAINT, _FINISHED, Stage.CLOSED),
    ComplaintAction.REWORK_COMPLAINT: Move(Permission.REWORK_COMPLAINT, _FINISHED | {Stage.CLOSED}, Stage.REWORK),
}


def standing_of(complaint: Complaint) -> Standing:
    """Return what decides about the deeds that are possible with a complaint."""
    return Standing(
        stage=Stage(complaint.stage),
        level=Level(complaint.level),
        is_told=complaint.is_told,
        is_paused=bool(complaint.pause_reason),
        open_referrals=complaint.open_referrals,
        refused_in_round=complaint.refused_in_round,
    )


def must_allow(action: ComplaintAction, standing: Standing) -> None:
    """Refuse a deed that is not possible as the complaint stands.

    Raises CustomerNotSatisfied when closing too early, NotAtThisStage for every other deed out of turn (C2), and
    AlreadyAtTheTop, ComplaintWaits, ComplaintWaitsNot, ReferralsAnswered, ReferralOpen, CustomerNotTold, ReworkFirst.
    """
    if standing.stage not in MOVES[action].sources:
        if action is ComplaintAction.CLOSE_COMPLAINT and standing.stage is not Stage.CLOSED:
            raise CustomerNotSatisfied
        raise NotAtThisStage(
            stage=standing.stage.label,
            possible=enumerated(each.label for each in possible_actions(standing)),
        )
    refusal = _OBSTACLES.get(action, _nothing)(standing)
    if refusal is not None:
        raise refusal


def _nothing(_standing: Standing) -> Refusal | None:
    return None


def _hinders_closing(standing: Standing) -> Refusal | None:
    if standing.open_referrals:
        return ReferralOpen()
    return None if standing.is_told else CustomerNotTold()


_OBSTACLES: dict[ComplaintAction, Callable[[Standing], Refusal | None]] = {
    ComplaintAction.ANSWER_REFERRAL: lambda at: None if at.open_referrals else ReferralsAnswered(),
    ComplaintAction.ESCALATE_COMPLAINT: lambda at: AlreadyAtTheTop() if at.level is Level.HEADQUARTERS else None,
    ComplaintAction.PAUSE_COMPLAINT: lambda at: ComplaintWaits() if at.is_paused else None,
    ComplaintAction.RESUME_COMPLAINT: lambda at: None if at.is_paused else ComplaintWaitsNot(),
    ComplaintAction.DECIDE_FINALLY: lambda at: None if at.refused_in_round >= FIRST_ROUND_OF_REWORK else ReworkFirst(),
    ComplaintAction.CLOSE_COMPLAINT: _hinders_closing,
}


def stage_after(action: ComplaintAction, standing: Standing, *, says_yes: bool = True) -> Stage:
    """Return the stage that a deed leads to; a customer who says no leads elsewhere. Refusals: as `must_allow`."""
    must_allow(action, standing)
    move = MOVES[action]
    target = move.target if says_yes else move.otherwise
    return standing.stage if target is None or standing.stage in move.keeps else target


def possible_actions(standing: Standing) -> list[ComplaintAction]:
    """List what can be done with a complaint that stands so, in the order of the work."""
    return [
        action
        for action, move in MOVES.items()
        if standing.stage in move.sources and _OBSTACLES.get(action, _nothing)(standing) is None
    ]


def available_actions(standing: Standing, may: Callable[[Permission], bool]) -> list[ComplaintAction]:
    """List what somebody with these permissions can do, in the order of the work."""
    return [action for action in possible_actions(standing) if may(MOVES[action].permission)]


def check_version(*, expected: int | None, version: int, stage: Stage, current: object = None) -> None:
    """Refuse with Stale, telling the stage and version now, when the caller looked at an older version (C04).

    `current` is the complaint as it is now, for the caller to see.
    """
    if expected is not None and expected != version:
        raise Stale(field="expected_version", version=version, state=stage, current=current)


def reference_of(*, store_code: str, number: int) -> str:
    """Return the number by which people name a complaint: the store's code and a running number."""
    return f"{store_code}-C{number:05d}"
