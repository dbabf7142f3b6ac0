"""The type `Chain`."""

from typing import Any

from django.db.models import QuerySet
from graphql import GraphQLResolveInfo

from api.base.call import call_of
from api.base.things import Thing
from chains.models import Chain, ChainState


class ChainType(Thing):
    """A brand with its headquarters and its stores."""

    class Meta:
        name = "Chain"
        model = Chain
        fields = ("name", "currency", "language", "created_at")
        enums = {"state": ChainState}
        descriptions = {
            "name": "What the chain is called.",
            "currency": "The currency of its amounts, as the three letters of ISO 4217.",
            "language": "The language it writes in by default, as a code such as `zh-hans`.",
            "created_at": "When the chain was opened here.",
            "state": "Whether the chain can be worked with.",
        }

    @classmethod
    def rows(cls, info: GraphQLResolveInfo) -> "QuerySet[Any]":
        """Return the chain whose host is called, and no other."""
        chain = call_of(info).chain
        rows: QuerySet[Any] = Chain.objects.filter(pk=chain.pk if chain else None)
        return rows
