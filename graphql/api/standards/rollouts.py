"""The types around a version's way to the stores."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import graphene
from django.db.models import QuerySet
from graphql import GraphQLResolveInfo

from api.base.call import actor_of
from api.base.enums import enum_of
from api.base.ids import global_id
from api.base.lists import Listed
from api.base.peers import peers_of
from api.base.things import Thing, computed
from api.members.names import PersonReference, name_in
from api.members.types import MemberType
from members.rules.permissions import Permission
from standards.models.rollouts import Acknowledgement, Rollout, RolloutPause, RolloutWave, StoreStandard
from standards.models.staffing import staff_shown_to
from standards.queries.rollouts import states_of
from standards.queries.texts import clauses_for, versions_for
from standards.rules.waves import Figures, RolloutAction, RolloutState, actions_on_rollout, rule_in
from stores.models import StoreKind

_DONE_AT = {"done_at": "When it was done."}
_DONE_BY = "Who did it; null for a machine."
_NAMED = (("store_ids", "Store"), ("area_ids", "Area"))


class OfReadableVersion(Thing):
    """The base of what belongs to a version, and is shown to whoever may read that."""

    class Meta:
        abstract = True

    @classmethod
    def rows(cls, info: GraphQLResolveInfo) -> "QuerySet[Any]":
        """Return those of the versions that the caller may read."""
        rows: QuerySet[Any] = cls._meta.model.objects.filter(version__in=versions_for(actor_of(info)).order_by())
        return rows


class _OfReadableRollout(Thing):
    """The base of what belongs to a rollout, and is shown to whoever may read its version."""

    class Meta:
        abstract = True

    @classmethod
    def rows(cls, info: GraphQLResolveInfo) -> "QuerySet[Any]":
        """Return those of the versions that the caller may read."""
        readable = versions_for(actor_of(info)).order_by()
        rows: QuerySet[Any] = cls._meta.model.objects.filter(rollout__version__in=readable)
        return rows


def _targets(row: Rollout, _info: GraphQLResolveInfo) -> dict[str, Any]:
    named = {name: [global_id(thing, each) for each in row.targets.get(name, ())] for name, thing in _NAMED}
    return {**named, "store_kinds": row.targets.get("store_kinds", [])}


def _states(rows: Sequence[Rollout], _info: GraphQLResolveInfo) -> dict[UUID, RolloutState]:
    states: dict[UUID, RolloutState] = peers_of(rows[0]).once(
        states_of, lambda peers: states_of([each.id for each in peers])
    )
    return states


def _actions(rows: Sequence[Rollout], info: GraphQLResolveInfo) -> dict[UUID, list[RolloutAction]]:
    if not actor_of(info).may(Permission.PUSH_STANDARD):
        return {row.id: [] for row in rows}
    return {key: actions_on_rollout(state) for key, state in _states(rows, info).items()}


class RolloutTargetsType(graphene.ObjectType):
    """Which stores a rollout means: those named and those of the areas named, or all that are open; of some kinds."""

    class Meta:
        name = "RolloutTargets"

    store_ids = graphene.List(graphene.NonNull(graphene.ID), required=True, description="The stores named.")
    area_ids = graphene.List(graphene.NonNull(graphene.ID), required=True, description="The areas named.")
    store_kinds = graphene.List(
        graphene.NonNull(enum_of(StoreKind)), required=True, description="Only stores of these kinds; empty for all."
    )


class StopRuleType(graphene.ObjectType):
    """When the waves of a rollout that are still to come wait for somebody who looks at it."""

    class Meta:
        name = "StopRule"

    least_share_met = graphene.Int(description="When fewer percent of the settled cases were met; null for never.")
    clause_number = graphene.String(description="Under which clause; null for all clauses together.")
    fewest_cases = graphene.Int(required=True, description="So many settled cases are needed to say so.")
    most_complaints = graphene.Int(
        description="When a hundred stores have had more complaints in seven days; null for never."
    )


class PauseFiguresType(graphene.ObjectType):
    """What the stores that had the version had come to when the stop rule paused a rollout."""

    class Meta:
        name = "PauseFigures"

    stores = graphene.Int(required=True, description="How many stores had the version.")
    cases = graphene.Int(required=True, description="How many settled cases there were.")
    share_met = graphene.Float(description="How many percent of them were met; null without any.")
    complaints = graphene.Int(required=True, description="How many complaints there were, of at most seven days.")


class RolloutType(OfReadableVersion):
    """A version was pushed to stores, at once or in waves."""

    class Meta:
        name = "Rollout"
        model = Rollout
        fields = ("version", "done_at", "allows_local_clauses")
        descriptions = _DONE_AT | {
            "version": "What was pushed.",
            "allows_local_clauses": "Whether stores may add requirements of their own.",
        }

    done_by_name = name_in("done_by_id", description=_DONE_BY)
    targets = computed(
        RolloutTargetsType, _targets, needs=("targets",), required=True, description="Which stores it means."
    )
    stop_rule = computed(
        StopRuleType,
        lambda row, _info: None if row.stop_rule is None else rule_in(row.stop_rule),
        needs=("stop_rule",),
        description="When it pauses by itself; null for never.",
    )
    state = computed(enum_of(RolloutState), _states, for_all=True, required=True, description="How far it has come.")
    available_actions = computed(
        graphene.List(graphene.NonNull(enum_of(RolloutAction))),
        _actions,
        for_all=True,
        required=True,
        description="What you can do with it as it is now.",
    )
    waves = Listed(lambda: RolloutWaveType, by="rollout", order=("position",), description="Its waves, in their order.")
    pauses = Listed(
        lambda: RolloutPauseType,
        by="rollout",
        order=("paused_at",),
        description="When it was paused, and why; where it was called off, the last one says why, and nothing ends it.",
    )
    stores = Listed(
        lambda: StoreStandardType, by="rollout", order=("pushed_at",), description="The stores that it came to."
    )


class RolloutWaveType(_OfReadableRollout):
    """A part of a rollout: some of its stores, from a moment on."""

    class Meta:
        name = "RolloutWave"
        model = RolloutWave
        fields = ("rollout", "position", "starts_at", "share", "started_at", "cancelled_at")
        descriptions = {
            "rollout": "The rollout.",
            "position": "Its place among the waves, from 1.",
            "starts_at": "When it is to start; later by the pauses of the rollout.",
            "share": "How many percent of the stores meant have the version with it; null where stores are listed.",
            "started_at": "When it started; null while it is to come.",
            "cancelled_at": "Since when it will not come: another version took its place, this one was withdrawn, or "
            "the rollout was called off.",
        }

    store_ids = computed(
        graphene.List(graphene.NonNull(graphene.ID)),
        lambda row, _info: None if row.store_ids is None else [global_id("Store", each) for each in row.store_ids],
        needs=("store_ids",),
        description="The stores listed for it; null where it takes a share.",
    )


class RolloutPauseType(_OfReadableRollout):
    """A time in which no further wave of a rollout starts."""

    class Meta:
        name = "RolloutPause"
        model = RolloutPause
        fields = ("rollout", "paused_at", "reason", "resumed_at")
        descriptions = {
            "rollout": "The rollout.",
            "paused_at": "When it was paused.",
            "reason": "Why, as whoever paused it has said; empty where its stop rule did.",
            "resumed_at": "When it was resumed; null while it is paused.",
        }

    paused_by_name = name_in("paused_by_id", description="Who paused it; null for its stop rule.")
    resumed_by_name = name_in("resumed_by_id", description="Who resumed it; null while it is paused.")
    figures = computed(
        PauseFiguresType,
        lambda row, _info: None if row.figures is None else Figures(**row.figures),
        needs=("figures",),
        description="What made the stop rule pause it; null where somebody did.",
    )


class StoreStandardType(Thing):
    """A version in a store: in force from `pushedAt` until `endedAt`."""

    class Meta:
        name = "StoreStandard"
        model = StoreStandard
        fields = (
            "store",
            "version",
            "rollout",
            "pushed_at",
            "seen_at",
            "acknowledged_at",
            "trained_at",
            "first_conforming_at",
            "sustained_at",
            "ended_at",
        )
        descriptions = {
            "store": "The store.",
            "version": "What is in force there.",
            "rollout": "By which rollout it came.",
            "pushed_at": "Since when it binds the store.",
            "seen_at": "When somebody of the store first saw it.",
            "acknowledged_at": "When somebody of the store had first acknowledged all of it.",
            "trained_at": "When somebody of the store had first passed what teaches a requirement of it.",
            "first_conforming_at": "When it was first kept in a case there.",
            "sustained_at": "When it had been kept so often, or so long, that it is practised for good.",
            "ended_at": "Since when it does not bind the store any more.",
        }

    reminders_sent = computed(
        graphene.Int,
        lambda row, _info: row.reminders,
        needs=("reminders",),
        required=True,
        description="How many rounds of reminders have gone out to those who had not acknowledged it.",
    )

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

    user = PersonReference(
        Acknowledgement._meta.get_field("user"),
        MemberType,
        required=False,
        description="Who said it; null where that is somebody you can't look up.",
    )
    user_name = name_in("user_id", description="The name of who said it.")

    @classmethod
    def rows(cls, info: GraphQLResolveInfo) -> "QuerySet[Any]":
        """Return those about clauses that the caller may read, at the stores that the caller sees."""
        actor = actor_of(info)
        readable: QuerySet[Any] = Acknowledgement.objects.filter(clause__in=clauses_for(actor).order_by())
        return readable.filter(staff_shown_to(actor, member="user_id"))
