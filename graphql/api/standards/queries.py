"""The queries around standards."""

from datetime import date, datetime, timedelta
from typing import Any

import graphene
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from graphql import GraphQLResolveInfo

from api.base.call import actor_of
from api.base.enums import enum_of
from api.base.ids import key_in, parse_global_id
from api.base.lists import Listed
from api.base.peers import gather
from api.base.scalars import Date, DateTime
from api.standards.rollouts import StoreStandardType
from api.standards.types import StandardType
from api.standards.verdicts import ConformanceType, MonthlyConformanceType, VerdictType, shown_conformance
from kit.refusals import Invalid
from standards.models.rollouts import StoreStandard
from standards.models.texts import Standard
from standards.models.verdicts import Verdict, VerdictState
from standards.queries.force import standards_at
from standards.queries.texts import standards_for
from standards.queries.verdicts import conformance_at, conformance_by_month, verdicts_for, verdicts_of_member
from standards.rules.events import Event, measurable_events

LONGEST_TREND = timedelta(days=5 * 366)


class MeasurableEventType(graphene.ObjectType):
    """An event that a clause's rule may speak of."""

    class Meta:
        name = "MeasurableEvent"

    kind = graphene.String(required=True, description="Its kind, as the journal writes it.")
    words = graphene.String(required=True, description="The event in the caller's language.")
    fields = graphene.List(
        graphene.NonNull(graphene.String),
        required=True,
        description="What may be recorded with it or left empty: a rule can ask for it.",
    )
    numbers = graphene.List(
        graphene.NonNull(graphene.String),
        required=True,
        description="The figures that it tells: a rule can ask for their average.",
    )

    @staticmethod
    def resolve_fields(root: Event, _info: GraphQLResolveInfo) -> list[str]:
        """Return what may be recorded, in a steady order."""
        return sorted(root.fields)

    @staticmethod
    def resolve_numbers(root: Event, _info: GraphQLResolveInfo) -> list[str]:
        """Return the figures, in a steady order."""
        return sorted(root.numbers)


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
        clause_id=graphene.ID(description="Only those under this clause, in one version."),
        day=Date(description="Only those of cases that began on this date of the store's calendar."),
        member_id=graphene.ID(description="Only those about what this person did, as far as you may be told of it."),
    )
    conformance = graphene.List(
        graphene.NonNull(ConformanceType),
        required=True,
        description="How far a store met each clause, for cases that began in a period.",
        store_id=graphene.ID(required=True, description="The store."),
        since=DateTime(required=True, description="From this moment on."),
        until=DateTime(required=True, description="Before this moment."),
    )

    conformance_by_month = graphene.List(
        graphene.NonNull(MonthlyConformanceType),
        required=True,
        description="How far each clause was met month by month, in the whole chain or at a store.",
        since=Date(required=True, description="From the month of this day on."),
        until=Date(required=True, description="Up to the month of this day; at most five years."),
        store_id=graphene.ID(description="Only at this store; in the whole chain if it is not given."),
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
        clause_id: str | None = None,
        day: date | None = None,
        member_id: str | None = None,
    ) -> "QuerySet[Verdict]":
        """Return the verdicts that stand and that the caller may read; raises BadId."""
        verdicts = verdicts_for(actor_of(info))
        if store_id is not None:
            verdicts = verdicts.filter(store_id=key_in(store_id, "Store", field=("store_id",)))
        if subject_id is not None:
            subject_type, key = parse_global_id(subject_id)
            verdicts = verdicts.filter(subject_type=subject_type, subject_id=key)
        if clause_id is not None:
            verdicts = verdicts.filter(clause_id=key_in(clause_id, "Clause", field=("clause_id",)))
        if day is not None:
            verdicts = verdicts.filter(day=day)
        if member_id is not None:
            member = key_in(member_id, "Member", field=("member_id",))
            verdicts = verdicts_of_member(verdicts, actor=actor_of(info), member_id=member)
        return verdicts if state is None else verdicts.filter(state=state)

    @staticmethod
    def resolve_conformance(
        _root: Any, info: GraphQLResolveInfo, store_id: str, since: datetime, until: datetime
    ) -> list[ConformanceType]:
        """Return how far a store met each clause; raises BadId, NotFound and NotPermitted."""
        store = key_in(store_id, "Store", field=("store_id",))
        found = conformance_at(actor=actor_of(info), store_id=store, since=since, until=until)
        gather(each.clause for each in found)
        return [ConformanceType(**shown_conformance(each)) for each in found]

    @staticmethod
    def resolve_conformance_by_month(
        _root: Any, info: GraphQLResolveInfo, since: date, until: date, store_id: str | None = None
    ) -> list[MonthlyConformanceType]:
        """Return how far each clause was met month by month; raises BadId, Invalid, NotFound and NotPermitted."""
        store = None if store_id is None else key_in(store_id, "Store", field=("store_id",))
        if not timedelta(0) <= until - since <= LONGEST_TREND:
            raise Invalid(field="until", why=_("a day on or after the first one, at most five years later"))
        found = conformance_by_month(actor=actor_of(info), since=since, until=until, store_id=store)
        gather(each.clause for each in found)
        return [MonthlyConformanceType(month=each.month, **shown_conformance(each)) for each in found]
