"""The queries about return visits, their rules, and what callers are credited with."""

from datetime import datetime
from typing import Any

import graphene
from django.db.models import QuerySet
from graphql import GraphQLResolveInfo

from api.base.call import actor_of
from api.base.enums import enum_of
from api.base.ids import key_in
from api.base.lists import Listed
from api.base.scalars import DateTime
from api.visits.parts import VisitCreditType, VisitRulesType
from api.visits.types import ReturnVisitType
from visits import queries
from visits.models.credits import VisitCredit
from visits.models.visits import ReturnVisit, VisitState
from visits.rules.planning import SchemeSpec


class VisitsQuery(graphene.ObjectType):
    """Return visits, their rules, and credits."""

    return_visits = Listed(
        lambda: ReturnVisitType,
        order=("due_at",),
        description="The return visits that you may read, the earliest due first.",
        store_id=graphene.ID(description="Only those of this store."),
        states=graphene.List(graphene.NonNull(enum_of(VisitState)), description="Only those that stand so."),
        owner_id=graphene.ID(description="Only those of this member."),
        due_before=graphene.Argument(DateTime, description="Only those that are due before."),
    )
    visit_credits = Listed(
        lambda: VisitCreditType,
        order=("-credited_at",),
        description="What callers of a store are credited with, the latest first.",
        store_id=graphene.ID(required=True, description="The store."),
        caller_id=graphene.ID(description="Only those of this member."),
    )
    visit_rules = graphene.Field(
        VisitRulesType, required=True, description="The rules of return visits that are in force."
    )

    @staticmethod
    def resolve_return_visits(
        _root: Any,
        info: GraphQLResolveInfo,
        store_id: str | None = None,
        states: list[VisitState] | None = None,
        owner_id: str | None = None,
        due_before: datetime | None = None,
    ) -> "QuerySet[ReturnVisit]":
        """Return visits; raises BadId, NotFound and NotPermitted."""
        return queries.return_visits(
            actor_of(info),
            store_id=None if store_id is None else key_in(store_id, "Store", field=("store_id",)),
            states=states,
            owner_id=None if owner_id is None else key_in(owner_id, "Member", field=("owner_id",)),
            due_before=due_before,
        )

    @staticmethod
    def resolve_visit_credits(
        _root: Any, info: GraphQLResolveInfo, store_id: str, caller_id: str | None = None
    ) -> "QuerySet[VisitCredit]":
        """Return credits; raises BadId, NotFound and NotPermitted."""
        return queries.credits_for(
            actor_of(info),
            store_id=key_in(store_id, "Store", field=("store_id",)),
            caller_id=None if caller_id is None else key_in(caller_id, "Member", field=("caller_id",)),
        )

    @staticmethod
    def resolve_visit_rules(_root: Any, info: GraphQLResolveInfo) -> SchemeSpec:
        """Return the rules in force; raises NotPermitted."""
        return queries.rules_for(actor_of(info))
