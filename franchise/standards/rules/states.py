"""The life of a version of a standard, from draft to withdrawal, and who may move it on (S1, S7)."""

from collections.abc import Callable
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from kit.refusals import Refusal, Stale
from kit.wording import enumerated
from members.rules.permissions import Permission
from standards.models.texts import VersionState


class VersionAction(TextChoices):
    """What can be done with a version, named as the mutation that does it."""

    REVISE_STANDARD = "REVISE_STANDARD", _("Revise the standard")
    SUBMIT_STANDARD = "SUBMIT_STANDARD", _("Submit the standard")
    APPROVE_STANDARD = "APPROVE_STANDARD", _("Approve the standard")
    RETURN_STANDARD = "RETURN_STANDARD", _("Send the standard back")
    PUSH_STANDARD = "PUSH_STANDARD", _("Push the standard to stores")
    WITHDRAW_STANDARD = "WITHDRAW_STANDARD", _("Withdraw the standard")


class NotInThisState(Refusal):
    """The version's state does not allow the deed."""

    message = _("This can't be done with a version in the state “%(state)s”. Possible now: %(possible)s.")


class ApproverIsAuthor(Refusal):
    """Four eyes: nobody approves a text of their own."""

    message = _("Somebody other than the author must approve this version.")


class LaterVersionExists(Refusal):
    """A later version of the standard has been begun."""

    message = _("Version %(number)s of this standard is later. Take that one.")


class InForceAlready(Refusal):
    """Every store named has this version, or has had it: a version comes to a store once."""

    message = _("These stores all have or had this version. To bring an earlier text back, revise the standard.")


class AcknowledgedInPerson(Refusal):
    """'I have read this' can't be said by a machine or for somebody else."""

    message = _("Only the person who has read a standard can acknowledge it, signed in as themselves.")


class NothingInForce(Refusal):
    """The version was not pushed to this store, or is not in force there any more."""

    message = _("This version of the standard is not in force at this store.")


class NoSuchClause(Refusal):
    """The version has no clause of that number."""

    message = _("This version has no clause with the number %(number)s.")


_NOT_ENDED = frozenset(VersionState) - {VersionState.SUPERSEDED, VersionState.WITHDRAWN}
_SOURCES: dict[VersionAction, frozenset[VersionState]] = {
    # What came to its end is the text of the next version, where no later one holds: a withdrawal is no dead end.
    VersionAction.REVISE_STANDARD: frozenset(VersionState),
    VersionAction.SUBMIT_STANDARD: frozenset({VersionState.DRAFT}),
    VersionAction.APPROVE_STANDARD: frozenset({VersionState.SUBMITTED}),
    VersionAction.RETURN_STANDARD: frozenset({VersionState.SUBMITTED}),
    # Further stores may get a version that is in force at others already, or is due to be.
    VersionAction.PUSH_STANDARD: frozenset({VersionState.APPROVED, VersionState.SCHEDULED, VersionState.EFFECTIVE}),
    VersionAction.WITHDRAW_STANDARD: _NOT_ENDED,
}
_TARGETS: dict[VersionAction, VersionState] = {
    VersionAction.REVISE_STANDARD: VersionState.DRAFT,
    VersionAction.SUBMIT_STANDARD: VersionState.SUBMITTED,
    VersionAction.APPROVE_STANDARD: VersionState.APPROVED,
    VersionAction.RETURN_STANDARD: VersionState.DRAFT,
    VersionAction.PUSH_STANDARD: VersionState.EFFECTIVE,
    VersionAction.WITHDRAW_STANDARD: VersionState.WITHDRAWN,
}
_PERMISSIONS: dict[VersionAction, Permission] = {
    VersionAction.REVISE_STANDARD: Permission.DRAFT_STANDARD,
    VersionAction.SUBMIT_STANDARD: Permission.SUBMIT_STANDARD,
    VersionAction.APPROVE_STANDARD: Permission.APPROVE_STANDARD,
    VersionAction.RETURN_STANDARD: Permission.APPROVE_STANDARD,
    VersionAction.PUSH_STANDARD: Permission.PUSH_STANDARD,
    VersionAction.WITHDRAW_STANDARD: Permission.WITHDRAW_STANDARD,
}
_STILL_A_TEXT = frozenset({VersionState.DRAFT, VersionState.SUBMITTED})


def state_after(action: VersionAction, state: VersionState) -> VersionState:
    """Return the state that a deed leads to; raises NotInThisState for a deed out of turn.

    Revising an approved or effective version leaves it as it is: a new version, a draft, is begun beside it.
    """
    if state not in _SOURCES[action]:
        possible = enumerated(each.label for each in possible_actions(state))
        raise NotInThisState(state=state.label, possible=possible)
    if action is VersionAction.REVISE_STANDARD and begins_new_version(state):
        return state
    return _TARGETS[action]


def state_of_pushed(before: VersionState, *, is_in_force: bool) -> VersionState:
    """Return the state of a version that was pushed, by whether it is in force at a store by now or only due to be."""
    return VersionState.EFFECTIVE if is_in_force or before is VersionState.EFFECTIVE else VersionState.SCHEDULED


def begins_new_version(state: VersionState) -> bool:
    """Tell whether a revision begins a new version: a text that was approved is never changed."""
    return state not in _STILL_A_TEXT


def possible_actions(state: VersionState) -> list[VersionAction]:
    """List what can be done with a version in this state, in the order of the work."""
    return [action for action in VersionAction if state in _SOURCES[action]]


def actions_for(state: VersionState, may: Callable[[Permission], bool], *, is_latest: bool) -> list[VersionAction]:
    """List what somebody with these permissions can do with a version in this state.

    Where a later version was begun and not withdrawn, that one is revised and pushed.
    """
    possible = [action for action in possible_actions(state) if may(_PERMISSIONS[action])]
    if is_latest:
        return possible
    begins_next = {VersionAction.REVISE_STANDARD} if begins_new_version(state) else set()
    return [action for action in possible if action not in {VersionAction.PUSH_STANDARD, *begins_next}]


def check_approver(*, author_ids: frozenset[UUID], approver_ids: frozenset[UUID]) -> None:
    """Refuse with ApproverIsAuthor when one of the persons who approve has written the version, or none approves.

    A service token approves nothing: whoever wrote the version may have made it. A personal one is its owner.
    """
    if not approver_ids or author_ids & approver_ids:
        raise ApproverIsAuthor


def check_version(*, expected: int | None, revision: int, state: VersionState, current: object = None) -> None:
    """Refuse with Stale, telling the state now, when the caller looked at an older revision (C04).

    `current` is the thing as it is now, for the caller to see.
    """
    if expected is not None and expected != revision:
        raise Stale(field="expected_version", version=revision, state=state, current=current)
