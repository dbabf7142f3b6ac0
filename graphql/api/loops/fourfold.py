"""Standard or store? The four cases, and what deviating costs, in the API."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import graphene
from django.db.models import QuerySet
from graphql import GraphQLResolveInfo

from api.base.call import actor_of
from api.base.enums import enum_of
from api.base.ids import global_id, key_in, key_or_none
from api.base.lists import Listed
from api.base.peers import gather
from api.base.scalars import Date
from api.standards.types import ClauseType
from api.stores.types import StoreType
from loops.queries import fourfold
from loops.rules.fourfold import Cost, Counted, FourCase, Side, Spread
from standards.models.texts import Clause
from standards.queries.texts import clauses_for, lineage_of
from stores.models import Store

_SINCE, _UNTIL = "From this day on.", "Up to this day; within a year."
_AREA = "Only in the stores of this area."
_CLAUSE = "The latest text that was counted; null where you can't read it."


class FourCasesType(graphene.ObjectType):
    """In how many stores each of the four cases is that of a clause."""

    class Meta:
        name = "FourCases"

    clause = graphene.Field(ClauseType, description=_CLAUSE)
    well = graphene.Int(required=True, description="Stores that meet it, and nobody complains.")
    mend_standard = graphene.Int(required=True, description="Stores that meet it, and customers complain.")
    mend_store = graphene.Int(required=True, description="Stores that do not meet it, and customers complain.")
    ask_what_for = graphene.Int(required=True, description="Stores that do not meet it, and nobody complains.")
    not_known = graphene.Int(required=True, description="Stores where nothing was settled.")


class StandardOrStoreType(graphene.ObjectType):
    """What was counted of a clause at a store in a period, and what that means."""

    class Meta:
        name = "StandardOrStore"

    store_id = graphene.ID(required=True, description="The store.")
    clause = graphene.Field(ClauseType, description=_CLAUSE)
    met = graphene.Int(required=True, description="Cases that met it.")
    missed = graphene.Int(required=True, description="Cases that missed it.")
    share_met = graphene.Float(description="The share met, in per cent; null where nothing was settled.")
    complaints = graphene.Int(required=True, description="Complaints that name it.")
    case = graphene.Field(enum_of(FourCase), description="Which of the four cases it is; null where it is not known.")


class DeviationSideType(graphene.ObjectType):
    """What was counted in the stores that keep a clause, or in those that do not."""

    class Meta:
        name = "DeviationSide"

    stores = graphene.Int(required=True, description="How many stores.")
    cases = graphene.Int(required=True, description="Cases that were settled.")
    complaints = graphene.Int(required=True, description="Complaints that name the clause.")
    complaint_rate = graphene.Float(description="Complaints for a hundred cases; null without cases.")


class DeviationCostType(graphene.ObjectType):
    """What it costs in complaints that some stores do not keep a clause."""

    class Meta:
        name = "DeviationCost"

    clause = graphene.Field(ClauseType, description=_CLAUSE)
    keeping = graphene.Field(DeviationSideType, required=True, description="The stores that keep it.")
    deviating = graphene.Field(DeviationSideType, required=True, description="The stores that do not.")
    extra_complaints = graphene.Float(
        description="How many complaints more there were than with the others' rate; null where one side has no cases."
    )


class FourfoldQuery(graphene.ObjectType):
    """Standard or store?"""

    four_cases = graphene.List(
        graphene.NonNull(FourCasesType),
        required=True,
        description="In how many of your stores the standard or the store has to be looked at, clause by clause.",
        since=Date(required=True, description=_SINCE),
        until=Date(required=True, description=_UNTIL),
        area_id=graphene.ID(description=_AREA),
    )
    stores_in_case = Listed(
        lambda: StoreType,
        order=("code",),
        description="The stores at which a clause was counted, by code.",
        clause_id=graphene.ID(required=True, description="The clause, in all its versions."),
        since=Date(required=True, description=_SINCE),
        until=Date(required=True, description=_UNTIL),
        case=graphene.Argument(enum_of(FourCase), description="Only where this is the case."),
        area_id=graphene.ID(description=_AREA),
    )
    standard_or_store = graphene.List(
        graphene.NonNull(StandardOrStoreType),
        required=True,
        description="Whether the standard or this store has to be looked at, clause by clause.",
        since=Date(required=True, description=_SINCE),
        until=Date(required=True, description=_UNTIL),
        store_id=graphene.ID(required=True, description="The store."),
        clause_id=graphene.ID(description="Only this clause, in all its versions."),
        case=graphene.Argument(enum_of(FourCase), description="Only where this is the case."),
    )
    deviation_costs = graphene.List(
        graphene.NonNull(DeviationCostType),
        required=True,
        description="What deviating from each clause costs in complaints, the dearest first.",
        since=Date(required=True, description=_SINCE),
        until=Date(required=True, description=_UNTIL),
        area_id=graphene.ID(description=_AREA),
    )

    @staticmethod
    def resolve_four_cases(
        _root: Any, info: GraphQLResolveInfo, since: date, until: date, area_id: str | None = None
    ) -> list[dict[str, Any]]:
        """Return in how many stores which case it is; raises BadId, NotFound, NotPermitted and Invalid."""
        area = key_or_none(area_id, "Area", field="area_id")
        found = fourfold.four_cases(actor_of(info), since=since, until=until, area_id=area)
        clauses = _shown(info, [clause for _spread, clause in found])
        return [_spread_row(spread, clauses.get(clause.id)) for spread, clause in found]

    @staticmethod
    def resolve_stores_in_case(
        _root: Any,
        info: GraphQLResolveInfo,
        clause_id: str,
        since: date,
        until: date,
        case: FourCase | None = None,
        area_id: str | None = None,
    ) -> "QuerySet[Store]":
        """Return stores; raises BadId, NotFound, NotPermitted and Invalid."""
        return fourfold.stores_in_case(
            actor_of(info),
            lineage_id=_lineage(info, clause_id),
            since=since,
            until=until,
            case=case,
            area_id=key_or_none(area_id, "Area", field="area_id"),
        )

    @staticmethod
    def resolve_standard_or_store(
        _root: Any,
        info: GraphQLResolveInfo,
        since: date,
        until: date,
        store_id: str,
        clause_id: str | None = None,
        case: FourCase | None = None,
    ) -> list[dict[str, Any]]:
        """Return what was counted; raises BadId, NotFound, NotPermitted and Invalid."""
        found = fourfold.standard_or_store(
            actor_of(info),
            since=since,
            until=until,
            store_id=key_in(store_id, "Store", field=("store_id",)),
            lineage_id=None if clause_id is None else _lineage(info, clause_id),
            case=case,
        )
        clauses = _shown(info, [clause for _counted, clause in found])
        return [_counted_row(counted, clauses.get(clause.id)) for counted, clause in found]

    @staticmethod
    def resolve_deviation_costs(
        _root: Any, info: GraphQLResolveInfo, since: date, until: date, area_id: str | None = None
    ) -> list[dict[str, Any]]:
        """Return what deviating costs; raises BadId, NotFound, NotPermitted and Invalid."""
        area = key_or_none(area_id, "Area", field="area_id")
        found = fourfold.deviation_costs(actor_of(info), since=since, until=until, area_id=area)
        clauses = _shown(info, [clause for _cost, clause in found])
        return [_cost_row(cost, clauses.get(clause.id)) for cost, clause in found]


def _lineage(info: GraphQLResolveInfo, clause_id: str) -> UUID:
    return lineage_of(actor_of(info), key_in(clause_id, "Clause", field=("clause_id",)))


def _shown(info: GraphQLResolveInfo, clauses: Sequence[Clause]) -> dict[Any, Clause]:
    """Return those of some clauses that the caller may read, by id."""
    readable = clauses_for(actor_of(info)).filter(id__in={each.id for each in clauses})
    return {each.id: each for each in gather(list(readable))}


def _spread_row(spread: Spread, clause: Clause | None) -> dict[str, Any]:
    return {
        "clause": clause,
        "well": spread.stores[FourCase.WELL],
        "mend_standard": spread.stores[FourCase.MEND_STANDARD],
        "mend_store": spread.stores[FourCase.MEND_STORE],
        "ask_what_for": spread.stores[FourCase.ASK_WHAT_FOR],
        "not_known": spread.stores[None],
    }


def _counted_row(counted: Counted, clause: Clause | None) -> dict[str, Any]:
    return {
        "store_id": global_id("Store", counted.store_id),
        "clause": clause,
        "met": counted.met,
        "missed": counted.missed,
        "share_met": counted.share_met,
        "complaints": counted.complaints,
        "case": counted.case,
    }


def _cost_row(cost: Cost, clause: Clause | None) -> dict[str, Any]:
    return {
        "clause": clause,
        "keeping": _side_row(cost.keeping),
        "deviating": _side_row(cost.deviating),
        "extra_complaints": cost.extra_complaints,
    }


def _side_row(side: Side) -> dict[str, Any]:
    return {"stores": side.stores, "cases": side.cases, "complaints": side.complaints, "complaint_rate": side.rate}
