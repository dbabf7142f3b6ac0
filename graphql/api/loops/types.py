"""The types of loops: a matter brought back to a clause, and whom it had reached."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import graphene
from django.db.models import QuerySet
from graphql import GraphQLResolveInfo

from api.base.call import actor_of, call_of
from api.base.enums import enum_of
from api.base.ids import global_id
from api.base.lists import Listed
from api.base.things import Thing, computed
from api.members.names import member_in, name_in
from loops.models.loops import Loop, LoopMatter, LoopMissing, LoopOutcome, LoopPerson, LoopState
from loops.queries.measuring import measurable_among
from loops.rules.closing import LoopAction, Rule, actions_on_loop
from members.rules.permissions import Permission

_STORE = "The store where it happened."


class LoopPersonType(Thing):
    """Somebody who was to follow a clause: yours to read if it is you, or if you read the verdicts of the store."""

    class Meta:
        name = "LoopPerson"
        model = LoopPerson
        fields = ("store", "loop", "pushed_at", "acknowledged_at", "trained_at")
        enums = {"outcome": LoopOutcome}
        descriptions = {
            "store": _STORE,
            "loop": "The loop.",
            "pushed_at": "Since when the clause was in force there; null where it was not.",
            "acknowledged_at": "When they had acknowledged it; null where they had not by then.",
            "trained_at": "When they had gone through a lesson that teaches it; null where they had not by then.",
            "outcome": "Whether it had reached them.",
        }

    member_id = member_in("member_id", description="Who it is.")
    member_name = name_in("member_id", description="Their name.")
    missing = computed(
        graphene.List(graphene.NonNull(enum_of(LoopMissing))),
        lambda row, _info: [LoopMissing(each) for each in row.missing],
        needs=("missing",),
        required=True,
        description="What was missing, where it had not reached them.",
    )
    lesson_ids = computed(
        graphene.List(graphene.NonNull(graphene.ID)),
        lambda row, _info: [global_id("Lesson", each) for each in row.lesson_ids],
        needs=("lesson_ids",),
        required=True,
        description="The lessons that they take because of it.",
    )

    @classmethod
    def rows(cls, info: GraphQLResolveInfo) -> "QuerySet[Any]":
        """Return what the caller may read."""
        rows: QuerySet[Any] = LoopPerson.objects.visible_to(actor_of(info))
        return rows


def _actions(rows: Sequence[Loop], info: GraphQLResolveInfo) -> dict[UUID, list[LoopAction]]:
    actor, measured = actor_of(info), measurable_among(rows, now=call_of(info).now)
    return {
        row.id: actions_on_loop(
            LoopState(row.state),
            may_close=actor.may(Permission.CLOSE_LOOP, at=row.store_id),
            is_measured=row.id in measured,
        )
        for row in rows
    }


class LoopType(Thing):
    """A complaint, a low rating or a finding, brought back to a requirement until that is met again."""

    class Meta:
        name = "Loop"
        model = Loop
        fields = (
            "store",
            "lineage_id",
            "clause",
            "happened_at",
            "opened_at",
            "needed",
            "conforming",
            "closed_at",
            "reason",
            "version",
        )
        enums = {"matter_kind": LoopMatter, "state": LoopState}
        descriptions = {
            "store": _STORE,
            "lineage_id": "The requirement, the same in all versions of its standard.",
            "clause": "The text of it that was in force there and then; null where none was.",
            "happened_at": "When it happened.",
            "opened_at": "When it was brought back to the clause.",
            "needed": "How many cases in a row have to conform.",
            "conforming": "How many of the latest cases in a row have conformed.",
            "closed_at": "When it was closed; null while it is open.",
            "reason": "Why it was closed by hand; empty where it was not.",
            "version": "Counts its changes: give it back as `expectedVersion`.",
            "matter_kind": "What brought the clause up.",
            "state": "How it stands.",
        }

    matter_id = computed(
        graphene.ID,
        lambda row, _info: global_id(row.matter_type, row.matter_id),
        needs=("matter_type", "matter_id"),
        required=True,
        description="The global id of what brought the clause up.",
    )
    available_actions = computed(
        graphene.List(graphene.NonNull(enum_of(LoopAction))),
        _actions,
        for_all=True,
        needs=("state", "store_id"),
        required=True,
        description="What you can do with it as it is now.",
    )
    closed_by_name = name_in("closed_by_id", description="Who closed it by hand; null where nobody did.")
    people = Listed(
        lambda: LoopPersonType,
        by="loop",
        order=("id",),
        description="Who was to follow the clause.",
    )

    @classmethod
    def rows(cls, info: GraphQLResolveInfo) -> "QuerySet[Any]":
        """Return the loops of the stores that the caller sees."""
        rows: QuerySet[Any] = Loop.objects.visible_to(actor_of(info))
        return rows


class LoopRuleType(graphene.ObjectType):
    """HQ's rule for loops."""

    class Meta:
        name = "LoopRule"

    number = graphene.Int(required=True, description="How often it was set: give it back as `expectedVersion`.")
    verdicts_needed = graphene.Int(required=True, description="How many cases in a row have to conform.")
    low_score = graphene.Int(required=True, description="A rating is low if its lowest score is this or less.")


def rule_row(rule: Rule) -> LoopRuleType:
    """Return the rule as it is shown."""
    return LoopRuleType(number=rule.number, verdicts_needed=rule.verdicts_needed, low_score=rule.low_score)
