"""The queries around standards."""

from datetime import date, datetime, timedelta
from typing import Any

import graphene
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from graphql import GraphQLResolveInfo

from api.base.call import actor_of
from api.base.enums import enum_of
from api.base.ids import key_in, key_or_none, parse_global_id
from api.base.lists import Listed
from api.base.peers import gather
from api.base.scalars import Date, DateTime
from api.standards.rollouts import StoreStandardType
from api.standards.types import StandardType, VersionType
from api.standards.verdicts import ConformanceType, VerdictType, shown_conformance
from kit.refusals import Invalid
from standards.models.rollouts import StoreStandard
from standards.models.texts import Standard, Version, VersionState
from standards.models.verdicts import Verdict, VerdictState
from standards.queries.force import store_standards
from standards.queries.texts import standards_for, versions_in
from standards.queries.verdicts import conformance_at, verdicts_for, verdicts_in_area, verdicts_of_member
from standards.rules.adopting import AdoptionStep
from standards.rules.events import Event, measurable_events

LONGEST_PERIOD = timedelta(days=2 * 366)


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
    versions = Listed(
        lambda: VersionType,
        order=("-drafted_at",),
        description="The versions of all standards that you may read, those begun last first.",
        states=graphene.List(graphene.NonNull(enum_of(VersionState)), description="Only those that stand so."),
    )
    store_standards = Listed(
        lambda: StoreStandardType,
        order=("-pushed_at",),
        description="What is or was in force at stores, the latest first.",
        store_id=graphene.ID(description="Only at this store."),
        area_id=graphene.ID(description="Only in the stores of this area."),
        version_id=graphene.ID(description="Only this version."),
        lacking=graphene.Argument(
            enum_of(AdoptionStep), description="Only what is in force where nobody has come to this step yet."
        ),
    )
    measurable_events = graphene.List(
        graphene.NonNull(MeasurableEventType), required=True, description="The events that a rule may speak of."
    )
    verdicts = Listed(
        lambda: VerdictType,
        order=("-judged_at",),
        description="The verdicts that stand, on your own work and all where you read verdicts, the latest first.",
        store_id=graphene.ID(description="Only those about this store."),
        subject_id=graphene.ID(description="Only those about this thing, such as a complaint, by its global id."),
        state=enum_of(VerdictState)(description="Only those that stand like this."),
        clause_id=graphene.ID(description="Only those under this clause, in one version."),
        day=Date(description="Only those of cases that began on this date of the store's calendar."),
        first_on=Date(description="Only those of cases that began on this date or later."),
        last_on=Date(description="Only those of cases that began on this date or before."),
        area_id=graphene.ID(description="Only those about the stores of this area."),
        member_id=graphene.ID(description="Only those about what this person did, as far as you may be told of it."),
    )
    conformance = graphene.List(
        graphene.NonNull(ConformanceType),
        required=True,
        description="How far a store met each clause, for cases that began in a period.",
        store_id=graphene.ID(required=True, description="The store."),
        since=DateTime(required=True, description="From this moment on."),
        until=DateTime(required=True, description="Before this moment; at most two years later."),
    )

    @staticmethod
    def resolve_standards(_root: Any, info: GraphQLResolveInfo) -> "QuerySet[Standard]":
        """Return the standards that the caller may read."""
        return standards_for(actor_of(info))

    @staticmethod
    def resolve_versions(
        _root: Any, info: GraphQLResolveInfo, states: list[VersionState] | None = None
    ) -> "QuerySet[Version]":
        """Return the versions that the caller may read."""
        return versions_in(actor_of(info), states)

    @staticmethod
    def resolve_store_standards(
        _root: Any,
        info: GraphQLResolveInfo,
        store_id: str | None = None,
        area_id: str | None = None,
        version_id: str | None = None,
        lacking: AdoptionStep | None = None,
    ) -> "QuerySet[StoreStandard]":
        """Return what is or was in force at stores; raises BadId, NotFound and NotPermitted."""
        return store_standards(
            actor=actor_of(info),
            store_id=key_or_none(store_id, "Store", field="store_id"),
            area_id=key_or_none(area_id, "Area", field="area_id"),
            version_id=key_or_none(version_id, "Version", field="version_id"),
            lacking=None if lacking is None else AdoptionStep(lacking),
        )

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
        first_on: date | None = None,
        last_on: date | None = None,
        area_id: str | None = None,
        member_id: str | None = None,
    ) -> "QuerySet[Verdict]":
        """Return the verdicts that stand and that the caller may read; raises BadId, NotFound and NotPermitted."""
        verdicts = verdicts_for(actor_of(info))
        wanted: dict[str, Any] = {
            "store_id": key_or_none(store_id, "Store", field="store_id"),
            "clause_id": key_or_none(clause_id, "Clause", field="clause_id"),
            "state": state,
            "day": day,
            "day__gte": first_on,
            "day__lte": last_on,
        }
        if subject_id is not None:
            wanted["subject_type"], wanted["subject_id"] = parse_global_id(subject_id)
        verdicts = verdicts.filter(**{name: value for name, value in wanted.items() if value is not None})
        if area_id is not None:
            area = key_in(area_id, "Area", field=("area_id",))
            verdicts = verdicts_in_area(verdicts, actor=actor_of(info), area_id=area)
        if member_id is not None:
            member = key_in(member_id, "Member", field=("member_id",))
            verdicts = verdicts_of_member(verdicts, actor=actor_of(info), member_id=member)
        return verdicts

    @staticmethod
    def resolve_conformance(
        _root: Any, info: GraphQLResolveInfo, store_id: str, since: datetime, until: datetime
    ) -> list[ConformanceType]:
        """Return how far a store met each clause; raises BadId, Invalid, NotFound and NotPermitted."""
        store = key_in(store_id, "Store", field=("store_id",))
        if not timedelta(0) <= until - since <= LONGEST_PERIOD:
            raise Invalid(field="until", why=_("a moment not before the first, within two years"))
        found = conformance_at(actor=actor_of(info), store_id=store, since=since, until=until)
        gather(each.clause for each in found)
        return [ConformanceType(**shown_conformance(each)) for each in found]
