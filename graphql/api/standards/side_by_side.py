"""How far clauses are met: month by month, day by day, and store beside store."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import graphene
from django.db.models import IntegerField, QuerySet
from django.utils.translation import gettext_lazy as _
from graphql import GraphQLResolveInfo

from api.base.call import actor_of
from api.base.ids import key_in, key_or_none
from api.base.lists import Listed
from api.base.peers import gather
from api.base.scalars import Date
from api.base.things import Thing, computed
from api.standards.verdicts import ConformanceType, Figures, MonthlyConformanceType, points, shown_conformance
from kit.refusals import Invalid
from standards.models.tallies import COUNTS, StoreMonthTally
from standards.queries.side_by_side import conformance_by_day, conformance_by_store, conformance_in, store_months_for
from standards.queries.texts import lineage_of
from standards.queries.verdicts import conformance_by_month

LONGEST_TREND = timedelta(days=5 * 366)
LONGEST_CURVE = timedelta(days=92)
_STORE = "Only at this store; in the whole chain if neither is given."
_CLAUSE = "The clause, in all its versions."
_AREA = "Only in the stores of this area, as it is drawn now, whose verdicts you may read."


class DailyConformanceType(Figures, graphene.ObjectType):
    """How far a clause was met by the cases that began on a day."""

    class Meta:
        name = "DailyConformance"

    day = graphene.Field(Date, required=True, description="The day, by each store's own calendar.")


def _conformances(rows: Sequence[StoreMonthTally], _info: GraphQLResolveInfo) -> dict[UUID, dict[str, Any]]:
    found = conformance_in(rows)
    gather({each.clause.id: each.clause for each in found.values()}.values())
    return {key: shown_conformance(each) for key, each in found.items()}


class StoreMonthType(Thing):
    """How far a store met a clause in a month."""

    class Meta:
        name = "StoreMonth"
        model = StoreMonthTally
        fields = ("store", "month")
        descriptions = {"store": "The store.", "month": "The first day of the month."}

    conformance = computed(
        ConformanceType,
        _conformances,
        for_all=True,
        needs=("clause_id", "month", *COUNTS),
        required=True,
        description="How far the clause, in one version, was met by the cases that began in it.",
    )

    @classmethod
    def rows(cls, info: GraphQLResolveInfo) -> "QuerySet[Any]":
        """Return those of the stores whose verdicts the caller may read."""
        return store_months_for(actor_of(info)).order_by()


class SideBySideQuery(graphene.ObjectType):
    """How far clauses are met, months, days and stores side by side."""

    conformance_by_month = graphene.List(
        graphene.NonNull(MonthlyConformanceType),
        required=True,
        description="How far each clause was met month by month, in the whole chain, in an area or at a store.",
        since=Date(required=True, description="From the month of this day on."),
        until=Date(required=True, description="Up to the month of this day; at most five years."),
        store_id=graphene.ID(description=_STORE),
        area_id=graphene.ID(description=_AREA),
    )
    conformance_by_day = graphene.List(
        graphene.NonNull(DailyConformanceType),
        required=True,
        description="How far a clause was met day by day, in the whole chain, in an area or at a store. Days without "
        "cases are left out.",
        clause_id=graphene.ID(required=True, description=_CLAUSE),
        first_on=Date(required=True, description="From cases that began on this date of the store's calendar."),
        last_on=Date(required=True, description="To cases that began on this date, at most 92 days later."),
        store_id=graphene.ID(description=_STORE),
        area_id=graphene.ID(description=_AREA),
    )
    conformance_by_store = Listed(
        lambda: StoreMonthType,
        order=("basis_points", "-missed"),
        annotated={"basis_points": IntegerField(null=True)},
        description="How far each of your stores met a clause in a month: the smallest share first, then where "
        "nothing was settled.",
        clause_id=graphene.ID(required=True, description=_CLAUSE),
        month=Date(required=True, description="Any day of the month."),
        area_id=graphene.ID(description=_AREA),
    )

    @staticmethod
    def resolve_conformance_by_month(
        _root: Any,
        info: GraphQLResolveInfo,
        since: date,
        until: date,
        store_id: str | None = None,
        area_id: str | None = None,
    ) -> list[MonthlyConformanceType]:
        """Return how far each clause was met month by month; raises BadId, Invalid, NotFound and NotPermitted."""
        if not timedelta(0) <= until - since <= LONGEST_TREND:
            raise Invalid(field="until", why=_("a day on or after the first one, at most five years later"))
        found = conformance_by_month(actor=actor_of(info), since=since, until=until, **_place(store_id, area_id))
        gather(each.clause for each in found)
        return [
            MonthlyConformanceType(month=each.begins_on, trend=points(each.trend), **shown_conformance(each))
            for each in found
        ]

    @staticmethod
    def resolve_conformance_by_day(
        _root: Any,
        info: GraphQLResolveInfo,
        clause_id: str,
        first_on: date,
        last_on: date,
        store_id: str | None = None,
        area_id: str | None = None,
    ) -> list[DailyConformanceType]:
        """Return how far a clause was met day by day; raises BadId, Invalid, NotFound and NotPermitted."""
        if not timedelta(0) <= last_on - first_on <= LONGEST_CURVE:
            raise Invalid(field="last_on", why=_("a day not before the first, at most 92 days later"))
        found = conformance_by_day(
            actor=actor_of(info),
            lineage_id=_lineage(info, clause_id),
            first_on=first_on,
            last_on=last_on,
            **_place(store_id, area_id),
        )
        gather({each.clause.id: each.clause for each in found}.values())
        return [DailyConformanceType(day=each.begins_on, **shown_conformance(each)) for each in found]

    @staticmethod
    def resolve_conformance_by_store(
        _root: Any, info: GraphQLResolveInfo, clause_id: str, month: date, area_id: str | None = None
    ) -> "QuerySet[Any]":
        """Return how far each store met a clause; raises BadId, NotFound and NotPermitted."""
        return conformance_by_store(
            actor=actor_of(info),
            lineage_id=_lineage(info, clause_id),
            month=month,
            area_id=key_or_none(area_id, "Area", field="area_id"),
        )


def _lineage(info: GraphQLResolveInfo, clause_id: str) -> UUID:
    return lineage_of(actor_of(info), key_in(clause_id, "Clause", field=("clause_id",)))


def _place(store_id: str | None, area_id: str | None) -> dict[str, UUID | None]:
    if store_id is not None and area_id is not None:
        raise Invalid(field="area_id", why=_("a store or an area, not both"))
    return {
        "store_id": key_or_none(store_id, "Store", field="store_id"),
        "area_id": key_or_none(area_id, "Area", field="area_id"),
    }
