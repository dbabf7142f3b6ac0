"""How an inspection moves to its end, and who may move it (rulebook M1)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from inspections.models.inspections import FindingResult, InspectionState
from inspections.models.templates import EvidenceNeed
from kit.refusals import Invalid, Refusal, Stale
from members.rules.permissions import Permission

LONGEST_AHEAD = timedelta(days=730)


class InspectionAction(TextChoices):
    """What can be done with an inspection, named as the mutation that does it."""

    REASSIGN_INSPECTION = "REASSIGN_INSPECTION", _("Give it to another inspector")
    CANCEL_INSPECTION = "CANCEL_INSPECTION", _("Call it off")
    START_INSPECTION = "START_INSPECTION", _("Start it")
    RECORD_FINDING = "RECORD_FINDING", _("Record a finding")
    COMPLETE_INSPECTION = "COMPLETE_INSPECTION", _("Complete it")


class InspectionStarted(Refusal):
    """It was begun before."""

    message = _("This inspection has been started already.")


class InspectionNotStarted(Refusal):
    """Nothing is found before it begins."""

    message = _("This inspection has not been started yet.")


class InspectionEnded(Refusal):
    """It was completed, missed or called off."""

    message = _("This inspection has come to its end.")


class NotTheInspector(Refusal):
    """Only the person it was given to carries it out."""

    message = _("Only the inspector carries this inspection out.")


class InspectorNotFit(Refusal):
    """The person named can't carry it out there."""

    message = _("The inspector must be an active member who holds one of the template's roles for this store.")


class FindingsMissing(Refusal):
    """Every item is looked at before an inspection is completed."""

    message = _("Items have not been looked at yet: %(missing)s.")


class MustApply(Refusal):
    """An item that is never 'not applicable'."""

    message = _("This item always applies: say whether it is met.")


class PhotoNeeded(Refusal):
    """The template asks for a photo of this item."""

    message = _("This item needs a photo.")


class NoteNeeded(Refusal):
    """Whoever finds something wrong says what."""

    message = _("Say what was found.")


@dataclass(frozen=True, slots=True)
class Move:
    """In which states a deed may be done, and who may do it."""

    permission: Permission
    sources: frozenset[InspectionState]


_SCHEDULED, _STARTED = frozenset({InspectionState.SCHEDULED}), frozenset({InspectionState.STARTED})
MOVES: dict[InspectionAction, Move] = {
    # Whoever was to carry it out may leave in the midst of it.
    InspectionAction.REASSIGN_INSPECTION: Move(Permission.SCHEDULE_INSPECTION, _SCHEDULED | _STARTED),
    InspectionAction.CANCEL_INSPECTION: Move(Permission.SCHEDULE_INSPECTION, _SCHEDULED),
    InspectionAction.START_INSPECTION: Move(Permission.INSPECT_STORE, _SCHEDULED),
    InspectionAction.RECORD_FINDING: Move(Permission.INSPECT_STORE, _STARTED),
    InspectionAction.COMPLETE_INSPECTION: Move(Permission.INSPECT_STORE, _STARTED),
}
BY_THE_INSPECTOR = frozenset(
    {InspectionAction.START_INSPECTION, InspectionAction.RECORD_FINDING, InspectionAction.COMPLETE_INSPECTION}
)


def must_allow(action: InspectionAction, state: InspectionState) -> None:
    """Refuse what the inspection's state does not allow.

    Raises InspectionEnded, InspectionStarted and InspectionNotStarted.
    """
    if state in MOVES[action].sources:
        return
    if state is InspectionState.STARTED:
        raise InspectionStarted
    raise InspectionNotStarted if state is InspectionState.SCHEDULED else InspectionEnded


def must_be_inspector(action: InspectionAction, *, user_id: UUID | None, inspector_id: UUID) -> None:
    """Refuse with NotTheInspector whoever else carries it out, machines as well."""
    if action in BY_THE_INSPECTOR and user_id != inspector_id:
        raise NotTheInspector


def available_actions(
    state: InspectionState, may: Callable[[Permission], bool], *, is_inspector: bool
) -> list[InspectionAction]:
    """List what somebody can do with an inspection that stands so, in the order of the work."""
    return [
        action
        for action, move in MOVES.items()
        if state in move.sources and may(move.permission) and (is_inspector or action not in BY_THE_INSPECTOR)
    ]


def check_version(
    *,
    expected: int | None,
    version: int,
    state: TextChoices,
    current: object = None,
) -> None:
    """Refuse with Stale, telling the state and version now, when the caller looked at an older version (C04)."""
    if expected is not None and expected != version:
        raise Stale(field="expected_version", version=version, state=state, current=current)


def check_due(due_at: datetime, *, now: datetime) -> datetime:
    """Return until when it is due; raises Invalid for the past and for more than two years ahead."""
    if not now < due_at <= now + LONGEST_AHEAD:
        raise Invalid(field="due_at", why=_("a moment still to come, within two years"))
    return due_at


def check_finding(
    result: FindingResult, *, may_be_not_applicable: bool, evidence: str, has_photo: bool, note: str
) -> None:
    """Refuse a finding that its item does not allow; raises MustApply, NoteNeeded and PhotoNeeded."""
    if result is FindingResult.NOT_APPLICABLE:
        if not may_be_not_applicable:
            raise MustApply(field="result")
        return
    if result is FindingResult.NOT_MET and not note:
        raise NoteNeeded(field="note")
    if evidence == EvidenceNeed.NEEDED and not has_photo:
        raise PhotoNeeded(field="photo_ids")


def reference_of(*, store_code: str, number: int | None) -> str | None:
    """Return the number by which people name an inspection; None before it starts."""
    return None if number is None else f"{store_code}-I{number:05d}"
