"""The types of what was decided about a version: by whom, when and why."""

from typing import Any

from django.db.models import QuerySet
from graphql import GraphQLResolveInfo

from api.base.things import Thing
from api.members.names import name_in
from api.standards.rollouts import of_readable_versions
from standards.models.texts import Approval, Submission, VersionReturn, Withdrawal

_DONE_AT = {"done_at": "When it was done."}
_DONE_BY = "Who did it; null for a machine."


class SubmissionType(Thing):
    """A version was laid before those who approve."""

    class Meta:
        name = "Submission"
        model = Submission
        fields = ("done_at",)
        descriptions = _DONE_AT

    done_by_name = name_in("done_by_id", description=_DONE_BY)

    @classmethod
    def rows(cls, info: GraphQLResolveInfo) -> "QuerySet[Any]":
        """Return those of the versions that the caller may read."""
        return of_readable_versions(cls._meta.model, info)


class VersionReturnType(Thing):
    """A version that was submitted was sent back to be mended."""

    class Meta:
        name = "VersionReturn"
        model = VersionReturn
        fields = ("done_at", "reason")
        descriptions = _DONE_AT | {"reason": "What is to be mended."}

    done_by_name = name_in("done_by_id", description=_DONE_BY)

    @classmethod
    def rows(cls, info: GraphQLResolveInfo) -> "QuerySet[Any]":
        """Return those of the versions that the caller may read."""
        return of_readable_versions(cls._meta.model, info)


class ApprovalType(Thing):
    """Somebody other than the author approved a version."""

    class Meta:
        name = "Approval"
        model = Approval
        fields = ("done_at",)
        descriptions = _DONE_AT

    done_by_name = name_in("done_by_id", description=_DONE_BY)

    @classmethod
    def rows(cls, info: GraphQLResolveInfo) -> "QuerySet[Any]":
        """Return those of the versions that the caller may read."""
        return of_readable_versions(cls._meta.model, info)


class WithdrawalType(Thing):
    """A version was taken back."""

    class Meta:
        name = "Withdrawal"
        model = Withdrawal
        fields = ("done_at", "reason")
        descriptions = _DONE_AT | {"reason": "Why it was taken back."}

    done_by_name = name_in("done_by_id", description=_DONE_BY)

    @classmethod
    def rows(cls, info: GraphQLResolveInfo) -> "QuerySet[Any]":
        """Return those of the versions that the caller may read."""
        return of_readable_versions(cls._meta.model, info)
