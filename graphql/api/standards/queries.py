"""The queries around standards."""

from datetime import datetime
from typing import Any

import graphene
from django.db.models import QuerySet
from graphql import GraphQLResolveInfo

from api.base.call import actor_of
from api.base.enums import enum_of
from api.base.ids import key_in, parse_global_id
from api.base.lists import Listed
from api.base.peers import gather
from api.base.scalars import DateTime
from api.standards.rollouts import StoreStandardType
from api.standards.types import StandardType
from api.standards.verdicts import ConformanceType, Tally, VerdictType
from standards.models.rollouts import StoreStandard
from standards.models.texts import Standard
from standards.models.verdicts import Verdict, VerdictState
from standards.queries import conformance_at, standards_at, standards_for, verdicts_for
from standards.rules.events import Event, measurable_events


class MeasurableEventType(graphene.ObjectType):
    """An event that a clause's rule may speak of."""

    class Meta:
        name = "MeasurableEvent"

    kind = graphene.String(required=True, description="Its kind, as the journal writes it.")
    words = graphene.String(required=True, description="The event in the caller's language.")


class StandardsQuery(graphene.ObjectType):
    """Standards and how far they are met."""

    standards = Listed(lambda: StandardType, order=("-drafted_at",), description="The standards, the latest first.")
    store_standards = Listed(
        lambda: StoreStandardType,
        order=("-pushed_at",),
        description="What is or was in force at a store, the latest first.",
        store_id=graphene.ID(required=True, description="The store."),
    )
    measurable_events = graphene.List(
        graphene.NonNull(MeasurableEventType), required=True, description="The events that a rule may speak of."
    )
    verdicts = Listed(
        lambda: VerdictType,
        order=("-judged_at",),
        description="The verdicts that stand, the latest first.",
        store_id=graphene.ID(description="Only those about this store."),
        subject_id=graphene.ID(description="Only those about this thing, such as a complaint, by its global id."),
        state=enum_of(VerdictState)(description="Only those that stand like this."),
    )
    conformance = graphene.List(
        graphene.NonNull(ConformanceType),
        required=True,
        description="How far a store met each clause, for cases that began in a period.",
        store_id=graphene.ID(required=True, description="The store."),
        since=DateTime(required=True, description="From this moment on."),
        until=DateTime(required=True, description="Before this moment."),
    )

    @staticmethod
    def resolve_standards(_root: Any, info: GraphQLResolveInfo) -> "QuerySet[Standard]":
        """Return the standards that the caller may read."""
        return standards_for(actor_of(info))

    @staticmethod
    def resolve_store_standards(_root: Any, info: GraphQLResolveInfo, store_id: str) -> "QuerySet[StoreStandard]":
        """Return what is or was in force at a store; raises BadId, NotFound and NotPermitted."""
        return standards_at(actor=actor_of(info), store_id=key_in(store_id, "Store", field=("store_id",)))

    @staticmethod
    def resolve_measurable_events(_root: Any, _info: GraphQLResolveInfo) -> tuple[Event, ...]:
        """Return the events that a rule may speak of."""
        return measurable_events()

    @staticmethod
    def resolve_verdicts(
        _root: Any,
        info: GraphQLResolveInfo,
        store_id: str | None = None,
        subject_id: str | None = None,
        state: VerdictState | None = None,
    ) -> "QuerySet[Verdict]":
        """Return the verdicts that stand and that the caller may read; raises BadId."""
        verdicts = verdicts_for(actor_of(info))
        if store_id is not None:
            verdicts = verdicts.filter(store_id=key_in(store_id, "Store", field=("store_id",)))
        if subject_id is not None:
            subject_type, key = parse_global_id(subject_id)
            verdicts = verdicts.filter(subject_type=subject_type, subject_id=key)
        return verdicts if state is None else verdicts.filter(state=state)

    @staticmethod
    def resolve_conformance(
        _root: Any, info: GraphQLResolveInfo, store_id: str, since: datetime, until: datetime
    ) -> list[ConformanceType]:
        """Return how far a store met each clause; raises BadId, NotFound and NotPermitted."""
        store = key_in(store_id, "Store", field=("store_id",))
        found = conformance_at(actor=actor_of(info), store_id=store, since=since, until=until)
        gather(each.clause for each in found)
        return [
            ConformanceType(
                clause=each.clause,
                tallies=[Tally(state=state, count=count) for state, count in each.counts.items()],
                share_met=None if each.share_met is None else float(each.share_met),
                is_kept=each.is_kept,
            )
            for each in found
        ]
