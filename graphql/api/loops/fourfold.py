"""Standard or store? The four cases, and what deviating costs, in the API."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from api.base.call import actor_of
from api.base.enums import enum_of
from api.base.ids import global_id, key_in
from api.base.peers import gather
from api.base.scalars import Date
from api.standards.types import ClauseType
from kit.refusals import NotFound
from loops.queries import fourfold
from loops.rules.fourfold import Cost, Counted, FourCase, Side
from standards.models.texts import Clause
from standards.queries.texts import clauses_for


class StandardOrStoreType(graphene.ObjectType):
    """What was counted of a clause at a store in a period, and what that means."""

    class Meta:
        name = "StandardOrStore"

    store_id = graphene.ID(required=True, description="The store.")
    clause = graphene.Field(ClauseType, description="The latest text that was counted; null where you can't read it.")
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

    clause = graphene.Field(ClauseType, description="The latest text that was counted; null where you can't read it.")
    keeping = graphene.Field(DeviationSideType, required=True, description="The stores that keep it.")
    deviating = graphene.Field(DeviationSideType, required=True, description="The stores that do not.")
    extra_complaints = graphene.Float(
        description="How many complaints more there were than with the others' rate; null where one side has no cases."
    )


class FourfoldQuery(graphene.ObjectType):
    """Standard or store?"""

    standard_or_store = graphene.List(
        graphene.NonNull(StandardOrStoreType),
        required=True,
        description="Whether the standard or the store has to be looked at, clause by clause and store by store.",
        since=Date(required=True, description="From this day on."),
        until=Date(required=True, description="Up to this day; within a year."),
        store_id=graphene.ID(description="Only at this store."),
        clause_id=graphene.ID(description="Only this clause, in all its versions."),
        case=graphene.Argument(enum_of(FourCase), description="Only where this is the case."),
    )
    deviation_costs = graphene.List(
        graphene.NonNull(DeviationCostType),
        required=True,
        description="What deviating from each clause costs in complaints, the dearest first.",
        since=Date(required=True, description="From this day on."),
        until=Date(required=True, description="Up to this day; within a year."),
    )

    @staticmethod
    def resolve_standard_or_store(
        _root: Any,
        info: GraphQLResolveInfo,
        since: date,
        until: date,
        store_id: str | None = None,
        clause_id: str | None = None,
        case: FourCase | None = None,
    ) -> list[dict[str, Any]]:
        """Return what was counted; raises BadId, NotFound, NotPermitted and Invalid."""
        lineage_id = None
        if clause_id is not None:
            key = key_in(clause_id, "Clause", field=("clause_id",))
            lineage_id = clauses_for(actor_of(info)).filter(id=key).values_list("lineage_id", flat=True).first()
            if lineage_id is None:
                raise NotFound(field="clause_id")
        found = fourfold.standard_or_store(
            actor_of(info),
            since=since,
            until=until,
            store_id=None if store_id is None else key_in(store_id, "Store", field=("store_id",)),
            lineage_id=lineage_id,
            case=case,
        )
        clauses = _shown(info, [clause for _counted, clause in found])
        return [_counted_row(counted, clauses.get(clause.id)) for counted, clause in found]

    @staticmethod
    def resolve_deviation_costs(_root: Any, info: GraphQLResolveInfo, since: date, until: date) -> list[dict[str, Any]]:
        """Return what deviating costs; raises NotPermitted and Invalid."""
        found = fourfold.deviation_costs(actor_of(info), since=since, until=until)
        clauses = _shown(info, [clause for _cost, clause in found])
        return [_cost_row(cost, clauses.get(clause.id)) for cost, clause in found]


def _shown(info: GraphQLResolveInfo, clauses: Sequence[Clause]) -> dict[Any, Clause]:
    """Return those of some clauses that the caller may read, by id."""
    readable = clauses_for(actor_of(info)).filter(id__in={each.id for each in clauses})
    return {each.id: each for each in gather(list(readable))}


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
