"""What a reviewer listens for on a call, by their role, and which sheets are not taken (M3)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from inquiries.models.inquiries import InquiryChannel
from inquiries.models.reviews import CallPoint, CallResult
from kit.refusals import Refusal
from kit.texts import text_of
from kit.wording import enumerated
from members.rules.permissions import RANK, Role

# M3 asks for attitude and ability of everybody; who guides newcomers hears how they speak, who comes from outside the
# store hears as well whether the standard's way was gone.
_HEARD_BY: dict[Role, tuple[CallPoint, ...]] = {
    Role.MENTOR: (CallPoint.ATTITUDE, CallPoint.WORDING),
    Role.SERVICE_SUPERVISOR: (CallPoint.ATTITUDE, CallPoint.ABILITY, CallPoint.WORDING),
    Role.STORE_MANAGER: (CallPoint.ATTITUDE, CallPoint.ABILITY, CallPoint.WORDING),
    Role.AREA_SUPERVISOR: tuple(CallPoint),
    Role.QUALITY_OFFICER: tuple(CallPoint),
    Role.HQ_ADMINISTRATOR: tuple(CallPoint),
}
# As the standards' verdicts are called: what is not met is missed.
JUDGED = {
    CallResult.MET: "MET",
    CallResult.NOT_MET: "MISSED",
    CallResult.NOT_APPLICABLE: "NOT_APPLICABLE",
}


class NotACall(Refusal):
    """What was written, or sent in by a machine, nobody heard."""

    message = _("This was no call that a member of staff took.")


class OwnCall(Refusal):
    """Whoever took it hears it from the other side."""

    message = _("Somebody else has to review this call: you took it yourself.")


class CallReviewed(Refusal):
    """One sheet for each reviewer and call."""

    message = _("You have reviewed this call already.")


class PointsMissing(Refusal):
    """A sheet is filled in whole."""

    message = _("These points belong to your sheet, each of them once: %(points)s.")


class CallNoteNeeded(Refusal):
    """Whoever hears something wrong says what."""

    message = _("Say what was not as it should be.")


class CorrectionNeeded(Refusal):
    """What is wrong is put right at once (M3)."""

    message = _("Say how it was put right at once.")


@dataclass(frozen=True, slots=True)
class Heard:
    """What a reviewer heard about a point; `clause_id` is the clause that it touches, in any of its versions."""

    point: CallPoint
    result: CallResult
    clause_id: UUID | None = None
    note: str = ""


def role_heard_in(roles: Iterable[str]) -> Role | None:
    """Return the highest of somebody's roles in which calls are reviewed; None where there is none."""
    fit = [Role(role) for role in roles if role in _HEARD_BY]
    return max(fit, key=lambda role: RANK[role], default=None)


def points_for(role: Role) -> tuple[CallPoint, ...]:
    """Return the points of a role's sheet, in their order."""
    return _HEARD_BY[role]


def must_be_a_call(channel: InquiryChannel, taken_by: UUID | None) -> UUID:
    """Return who took a call; raises NotACall for what was written, and for what no person took down."""
    if channel is not InquiryChannel.PHONE or taken_by is None:
        raise NotACall(field="call_id")
    return taken_by


def checked_sheet(heard: Sequence[Heard], points: Collection[CallPoint], *, put_right: str) -> list[Heard]:
    """Return a whole sheet with its texts as they are kept; raises PointsMissing and CallNoteNeeded.

    Where something is wrong, CorrectionNeeded asks how it was put right.
    """
    if sorted(each.point for each in heard) != sorted(points):
        raise PointsMissing(field="points", points=enumerated([str(CallPoint(each).label) for each in points]))
    kept = []
    for place, each in enumerate(heard):
        note = text_of(each.note, field=("points", str(place), "note"), required=False)
        if each.result is CallResult.NOT_MET and not note:
            raise CallNoteNeeded(field=("points", str(place), "note"))
        kept.append(Heard(each.point, each.result, each.clause_id, note))
    if any(each.result is CallResult.NOT_MET for each in kept) and not put_right:
        raise CorrectionNeeded(field="put_right")
    return kept
