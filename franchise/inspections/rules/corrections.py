"""How what an inspection found is put right, who may say so, and how it rises when nobody does (rulebook M1)."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from inspections.models.corrections import CorrectionLevel, CorrectionState
from inspections.models.inspections import FindingResult, InspectionState
from inspections.rules.states import InspectionEnded, InspectionNotStarted
from kit.refusals import Invalid, Refusal
from members.rules.holders import PERMISSIONS_OF
from members.rules.permissions import Permission, Role

# How long evidence may wait for somebody to look at it, until that is known above the store.
TO_VERIFY = timedelta(days=2)
# How long each level above the store has before it goes to the next.
AT_EACH_LEVEL = timedelta(days=1)

# Who can put something right at all, by role.
OWNERS = frozenset(role for role in Role if Permission.SUBMIT_EVIDENCE in PERMISSIONS_OF[role])
# Who answers for what somebody who left had to put right, the nearest first (R3).
HEADS = (
    Role.STORE_MANAGER,
    Role.SERVICE_SUPERVISOR,
    Role.AREA_SUPERVISOR,
    Role.QUALITY_OFFICER,
    Role.HQ_ADMINISTRATOR,
)


class CorrectionAction(TextChoices):
    """What can be done with a corrective action, named as the mutation that does it."""

    SUBMIT_EVIDENCE = "SUBMIT_EVIDENCE", _("Show that it was put right")
    HAND_OVER_CORRECTIVE_ACTION = "HAND_OVER_CORRECTIVE_ACTION", _("Give it to somebody else")
    VERIFY_CORRECTIVE_ACTION = "VERIFY_CORRECTIVE_ACTION", _("Verify it")
    WITHDRAW_CORRECTIVE_ACTION = "WITHDRAW_CORRECTIVE_ACTION", _("Take it back")


class NothingToPutRight(Refusal):
    """Only what is not met is put right."""

    message = _("Only what was found not to be met has to be put right.")


class InspectionUnderWay(Refusal):
    """What was found may still be found anew."""

    message = _("Complete the inspection first: until then its findings may change.")


class OwnerNotFit(Refusal):
    """The person named can't put anything right there."""

    message = _("The owner must be an active member who may give evidence for this store.")


class CorrectionOwnerNotOfStore(Refusal):
    """Who holds a role above a store is hidden from it by the walls: such an owner is not its own to name."""

    message = _(
        "A store and its area name who works there, or themselves. Headquarters names who answers for it from above."
    )


class CorrectionOwnerAlready(Refusal):
    """It is theirs."""

    message = _("This member has to put it right already.")


class CorrectionSubmitted(Refusal):
    """The evidence of this round is there."""

    message = _("Evidence was given already, and waits to be verified.")


class CorrectionNotSubmitted(Refusal):
    """There is nothing to verify."""

    message = _("No evidence has been given yet.")


class CorrectionVerified(Refusal):
    """It was put right."""

    message = _("This was verified to be put right.")


class CorrectionWithdrawn(Refusal):
    """It was required by mistake."""

    message = _("This was taken back: it need not be put right any more.")


class OwnWork(Refusal):
    """Nobody verifies their own work."""

    message = _("Somebody else than the owner and whoever gave the evidence has to verify it.")


@dataclass(frozen=True, slots=True)
class Move:
    """In which states a deed may be done, and who may do it."""

    permission: Permission
    sources: frozenset[CorrectionState]


_REQUIRED, _SUBMITTED = frozenset({CorrectionState.REQUIRED}), frozenset({CorrectionState.SUBMITTED})
MOVES: dict[CorrectionAction, Move] = {
    CorrectionAction.SUBMIT_EVIDENCE: Move(Permission.SUBMIT_EVIDENCE, _REQUIRED),
    # What was shown waits for who verifies it, whosever it was.
    CorrectionAction.HAND_OVER_CORRECTIVE_ACTION: Move(Permission.REQUIRE_CORRECTION, _REQUIRED),
    CorrectionAction.VERIFY_CORRECTIVE_ACTION: Move(Permission.VERIFY_CORRECTION, _SUBMITTED),
    CorrectionAction.WITHDRAW_CORRECTIVE_ACTION: Move(Permission.REQUIRE_CORRECTION, _REQUIRED | _SUBMITTED),
}


def must_be_put_right(state: InspectionState, result: FindingResult) -> None:
    """Refuse to ask for a correction of what was not found for good.

    Raises InspectionNotStarted, InspectionUnderWay, InspectionEnded and NothingToPutRight.
    """
    if state is InspectionState.SCHEDULED:
        raise InspectionNotStarted
    if state is InspectionState.STARTED:
        raise InspectionUnderWay
    if state is not InspectionState.COMPLETED:
        raise InspectionEnded
    if result is not FindingResult.NOT_MET:
        raise NothingToPutRight(field="finding_id")


def correction_must_allow(action: CorrectionAction, state: CorrectionState) -> None:
    """Refuse what the state of a corrective action does not allow.

    Raises CorrectionSubmitted, CorrectionNotSubmitted, CorrectionVerified and CorrectionWithdrawn.
    """
    if state in MOVES[action].sources:
        return
    if state is CorrectionState.VERIFIED:
        raise CorrectionVerified
    if state is CorrectionState.WITHDRAWN:
        raise CorrectionWithdrawn
    raise CorrectionSubmitted if state is CorrectionState.SUBMITTED else CorrectionNotSubmitted


def must_be_somebody_else(verifiers: Collection[UUID | None], others: Collection[UUID | None]) -> None:
    """Refuse with OwnWork whoever would verify their own work, and service tokens: nobody knows whose they are.

    Who verifies in somebody's place is both of them, and so is who gave the evidence (S12).
    """
    people = {each for each in verifiers if each is not None}
    if not people or people & set(others):
        raise OwnWork


def check_evidence(note: str, *, has_files: bool) -> None:
    """Refuse with Invalid evidence that says and shows nothing."""
    if not note and not has_files:
        raise Invalid(field="note", why=_("a word of what was done, a photo or a document"))


def check_verdict(*, is_accepted: bool, remark: str, has_due: bool) -> None:
    """Refuse with Invalid a verdict that does not say what is missing and until when, or says so needlessly."""
    if not is_accepted and not remark:
        raise Invalid(field="remark", why=_("what is not put right yet"))
    if is_accepted == has_due:
        raise Invalid(field="due_at", why=_("a new time where it is not accepted, and none where it is"))


def level_above(level: CorrectionLevel) -> CorrectionLevel | None:
    """Return to whom what is late becomes known next; None at the top."""
    levels = list(CorrectionLevel)
    return None if level is levels[-1] else levels[levels.index(level) + 1]


def available_corrections(
    state: CorrectionState, may: Callable[[Permission], bool], *, is_own: bool
) -> list[CorrectionAction]:
    """List what somebody can do with a corrective action that stands so; `is_own` is whether it is their own work."""
    return [
        action
        for action, move in MOVES.items()
        if state in move.sources
        and may(move.permission)
        and not (is_own and action is CorrectionAction.VERIFY_CORRECTIVE_ACTION)
    ]
