"""The types of what was decided about a version: by whom, when and why."""

from api.members.names import name_in
from api.standards.rollouts import OfReadableVersion
from standards.models.texts import Approval, Submission, VersionReturn, Withdrawal

_DONE_AT = {"done_at": "When it was done."}
_DONE_BY = "Who did it; null for a machine."


class SubmissionType(OfReadableVersion):
    """A version was laid before those who approve."""

    class Meta:
        name = "Submission"
        model = Submission
        fields = ("done_at",)
        descriptions = _DONE_AT

    done_by_name = name_in("done_by_id", description=_DONE_BY)


class VersionReturnType(OfReadableVersion):
    """A version that was submitted was sent back to be mended."""

    class Meta:
        name = "VersionReturn"
        model = VersionReturn
        fields = ("done_at", "reason")
        descriptions = _DONE_AT | {"reason": "What is to be mended."}

    done_by_name = name_in("done_by_id", description=_DONE_BY)


class ApprovalType(OfReadableVersion):
    """Somebody other than the author approved a version."""

    class Meta:
        name = "Approval"
        model = Approval
        fields = ("done_at",)
        descriptions = _DONE_AT

    done_by_name = name_in("done_by_id", description=_DONE_BY)


class WithdrawalType(OfReadableVersion):
    """A version was taken back."""

    class Meta:
        name = "Withdrawal"
        model = Withdrawal
        fields = ("done_at", "reason")
        descriptions = _DONE_AT | {"reason": "Why it was taken back."}

    done_by_name = name_in("done_by_id", description=_DONE_BY)
