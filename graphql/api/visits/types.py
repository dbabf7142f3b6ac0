"""The type `ReturnVisit`."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import graphene
from django.db.models import QuerySet
from graphql import GraphQLResolveInfo

from api.base.call import actor_of, call_of
from api.base.enums import enum_of
from api.base.lists import Listed
from api.base.things import Thing, computed
from api.clocks.lists import clocks_about
from api.members.names import PersonReference, name_in
from api.members.types import MemberType
from api.visits.parts import (
    VisitAttemptType,
    VisitCreditType,
    VisitHandOverType,
    VisitOccasionType,
    VisitPointType,
)
from visits.models.visits import NotApplicable, ReturnVisit, VisitChannel, VisitState
from visits.queries import SUBJECT_TYPE, point_states_of, references_of
from visits.rules.states import VisitAction, available_actions


def _actions(rows: Sequence[ReturnVisit], info: GraphQLResolveInfo) -> dict[UUID, list[VisitAction]]:
    actor, points = actor_of(info), point_states_of(rows)
    people = {actor.user_id, actor.behalf_of_id} - {None}
    return {
        row.id: available_actions(
            VisitState(row.state),
            lambda permission, row=row: actor.may(permission, at=row.store_id),  # type: ignore[misc]
            points=points[row.id],
            is_caller=actor.user_id is None or row.made_by_id in people,
        )
        for row in rows
    }


class ReturnVisitType(Thing):
    """A customer is called again, once for everything that is due, by exactly one owner."""

    class Meta:
        name = "ReturnVisit"
        model = ReturnVisit
        fields = (
            "store",
            "number",
            "customer",
            "planned_at",
            "due_at",
            "call_back_at",
            "made_at",
            "is_reached",
            "is_satisfied",
            "dissatisfied_because",
            "remark",
            "signed_at",
            "signature_note",
            "version",
        )
        enums = {"state": VisitState}
        descriptions = {
            "store": "The store that calls.",
            "number": "Its running number at the store, from 1.",
            "customer": "Who is called.",
            "planned_at": "When it was put on the list.",
            "due_at": "Until when the customer is to be called, by the earliest of its occasions.",
            "call_back_at": "When the customer asked to be called; null if not.",
            "made_at": "When the customer was called, or given up; null until then.",
            "is_reached": "Whether the customer was reached; null until it is made.",
            "is_satisfied": "Whether the customer is satisfied; null until the customer was reached.",
            "dissatisfied_because": "Why the customer is not satisfied; may be empty.",
            "remark": "What else was noted; may be empty.",
            "signed_at": "When the head signed it; null until then.",
            "signature_note": "What the head noted; may be empty.",
            "version": "Counts its changes: give it back as `expectedVersion`.",
            "state": "How it stands.",
        }

    reference = computed(
        graphene.String,
        lambda rows, _info: references_of(rows),
        for_all=True,
        needs=("number", "store_id"),
        description="The number by which people name it: the store's code and its running number.",
    )
    not_applicable_because = computed(
        enum_of(NotApplicable),
        lambda row, _info: row.not_applicable_because or None,
        needs=("not_applicable_because",),
        description="Why it is not made; null for one that is.",
    )
    channel = computed(
        enum_of(VisitChannel),
        lambda row, _info: row.channel or None,
        needs=("channel",),
        description="How the customer was called; null until then.",
    )
    owner = PersonReference(
        ReturnVisit._meta.get_field("owner"),
        MemberType,
        required=False,
        description="Its one owner; null where that is somebody you can't look up.",
    )
    owner_name = name_in("owner_id", description="Its one owner's name.")
    made_by_name = name_in("made_by_id", description="Who called; null until then.")
    signed_by_name = name_in("signed_by_id", description="Who signed it; null until then.")
    is_overdue = computed(
        graphene.Boolean,
        lambda row, info: row.state == VisitState.DUE and row.due_at < call_of(info).now,
        needs=("state", "due_at"),
        required=True,
        description="Whether the customer should have been called by now.",
    )
    available_actions = computed(
        graphene.List(graphene.NonNull(enum_of(VisitAction))),
        _actions,
        for_all=True,
        needs=("state", "store_id", "made_by_id"),
        required=True,
        description="What you can do with it as it is now.",
    )
    clocks = clocks_about(SUBJECT_TYPE)
    occasions = Listed(
        lambda: VisitOccasionType, by="visit", order=("happened_at",), description="Why it is due, the first first."
    )
    attempts = Listed(
        lambda: VisitAttemptType, by="visit", order=("attempted_at",), description="Calls that reached nobody."
    )
    points = Listed(lambda: VisitPointType, by="visit", order=("position",), description="What was said, in its order.")
    hand_overs = Listed(
        lambda: VisitHandOverType, by="visit", order=("done_at",), description="Who had it before, and why."
    )
    credits = Listed(
        lambda: VisitCreditType, by="visit", order=("credited_at",), description="What the customer bought after it."
    )

    @classmethod
    def rows(cls, info: GraphQLResolveInfo) -> "QuerySet[Any]":
        """Return the visits of the stores that the caller sees."""
        rows: QuerySet[Any] = ReturnVisit.objects.visible_to(actor_of(info))
        return rows
