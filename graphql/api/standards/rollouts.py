"""The types around a version's way to the stores."""

from typing import Any

from django.db.models import QuerySet
from graphql import GraphQLResolveInfo

from api.base.call import actor_of
from api.base.lists import Listed
from api.base.things import Reference, Thing
from api.members.names import name_in
from api.members.types import MemberType
from standards.models.rollouts import Acknowledgement, Rollout, StoreStandard
from standards.queries.texts import clauses_for, versions_for

_DONE_AT = {"done_at": "When it was done."}
_DONE_BY = "Who did it; null for a machine."


def of_readable_versions(model: Any, info: GraphQLResolveInfo) -> "QuerySet[Any]":
    """Return the rows of a model about versions that the caller may read."""
    rows: QuerySet[Any] = model.objects.filter(version__in=versions_for(actor_of(info)).order_by())
    return rows


class RolloutType(Thing):
    """A version was pushed to stores."""

    class Meta:
        name = "Rollout"
        model = Rollout
        fields = ("version", "done_at")
        descriptions = _DONE_AT | {"version": "What was pushed."}

    done_by_name = name_in("done_by_id", description=_DONE_BY)
    stores = Listed(
        lambda: StoreStandardType, by="rollout", order=("pushed_at",), description="The stores that it came to."
    )

    @classmethod
    def rows(cls, info: GraphQLResolveInfo) -> "QuerySet[Any]":
        """Return those of the versions that the caller may read."""
        return of_readable_versions(cls._meta.model, info)


class StoreStandardType(Thing):
    """A version in a store: in force from `pushedAt` until `endedAt`."""

    class Meta:
        name = "StoreStandard"
        model = StoreStandard
        fields = ("store", "version", "pushed_at", "seen_at", "acknowledged_at", "ended_at")
        descriptions = {
            "store": "The store.",
            "version": "What is in force there.",
            "pushed_at": "Since when it binds the store.",
            "seen_at": "When somebody of the store first saw it.",
            "acknowledged_at": "When somebody of the store had first acknowledged all of it.",
            "ended_at": "Since when it does not bind the store any more.",
        }

    @classmethod
    def rows(cls, info: GraphQLResolveInfo) -> "QuerySet[Any]":
        """Return those of the stores that the caller sees."""
        rows: QuerySet[Any] = StoreStandard.objects.visible_to(actor_of(info))
        return rows


class AcknowledgementType(Thing):
    """'I have read this', said by one member for one store."""

    class Meta:
        name = "Acknowledgement"
        model = Acknowledgement
        fields = ("store", "clause", "acknowledged_at")
        descriptions = {
            "store": "The store.",
            "clause": "What was read.",
            "acknowledged_at": "When it was said.",
        }

    user = Reference(
        Acknowledgement._meta.get_field("user"),
        MemberType,
        required=False,
        description="Who said it; null where that is somebody you can't look up.",
    )
    user_name = name_in("user_id", description="The name of who said it.")

    @classmethod
    def rows(cls, info: GraphQLResolveInfo) -> "QuerySet[Any]":
        """Return those about clauses that the caller may read, at the stores that the caller sees."""
        rows: QuerySet[Any] = Acknowledgement.objects.filter(clause__in=clauses_for(actor_of(info)).order_by())
        return rows
