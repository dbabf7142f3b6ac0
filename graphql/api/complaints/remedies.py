"""The type `Remedy`: what a customer asks for, is to get, or got; and its input."""

from collections.abc import Mapping, Sequence
from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from api.base.enums import enum_of
from api.base.inputs import Text, named
from api.base.lists import Listed
from api.base.pages import Beneath
from api.base.scalars import Money, MoneyInput
from api.base.things import Thing, computed
from api.members.names import name_in
from complaints.models.remedies import Remedy, RemedyKind, RemedyStanding
from complaints.rules.remedies import RemedyDraft

_KIND = "How the customer's loss is made good."


def _amount(row: Remedy, _info: GraphQLResolveInfo) -> dict[str, Any] | None:
    return None if row.amount_minor is None else {"amount_minor": row.amount_minor, "currency": row.currency}


class RemedyType(Thing):
    """What a customer asks for, is to get, or got."""

    class Meta:
        name = "Remedy"
        model = Remedy
        fields = ("store", "round", "done_at", "note")
        enums = {"standing": RemedyStanding, "kind": RemedyKind}
        descriptions = {
            "store": "The store of the complaint.",
            "round": "In which round of work it was told or decided, from 1.",
            "done_at": "When it was told or decided.",
            "note": "More about it, in words; may be empty.",
            "standing": "How far it has come.",
            "kind": _KIND,
        }

    amount = computed(
        Money, _amount, needs=("amount_minor", "currency"), description="What it is worth; null where that is open."
    )
    done_by_name = name_in("done_by_id", description="Who told or decided it; null for a machine.")


class RemedyInput(graphene.InputObjectType):
    """One remedy."""

    kind = graphene.InputField(enum_of(RemedyKind), required=True, description=_KIND)
    amount = graphene.InputField(
        MoneyInput, description="What it is worth; needed where money is decided. In the store's currency."
    )
    note = Text(description="More about it, in words; needed with the kind `OTHER`.")


def drafts(given: Sequence[Mapping[str, Any]]) -> list[RemedyDraft]:
    """Return remedies as the deeds take them."""
    return [_draft(named(each)) for each in given]


class RemediesOfStep(Listed):
    """The remedies of a plan or an outcome, in pages: they name their step by a bare id."""

    is_beneath = True

    def __init__(self, description: str) -> None:
        super().__init__(lambda: RemedyType, order=("done_at",), description=description)

    def beneath(self, info: GraphQLResolveInfo, *, is_counted: bool) -> Beneath:
        """Return the remedies that the caller may read, by the steps that they belong to."""
        return Beneath(RemedyType.rows(info), "step_id", ("Remedy", "step_id"), is_counted)


def _draft(told: Mapping[str, Any]) -> RemedyDraft:
    amount = told.get("amount") or {}
    return RemedyDraft(
        kind=RemedyKind(told["kind"]),
        amount_minor=amount.get("amount_minor"),
        currency=amount.get("currency", ""),
        note=told.get("note", ""),
    )
