"""The queries about loops, HQ's rule for them, and case studies."""

from typing import Any

import graphene
from django.db.models import QuerySet
from graphql import GraphQLResolveInfo

from api.base.call import actor_of
from api.base.enums import enum_of
from api.base.ids import key_in, key_or_none, parse_global_id
from api.base.lists import Listed
from api.loops.cases import CaseStudyProposalType, CaseStudyType
from api.loops.fourfold import FourfoldQuery
from api.loops.types import LoopRuleType, LoopType, rule_row
from loops.models.cases import CaseStudy
from loops.models.loops import Loop, LoopState
from loops.queries.cases import Proposal, case_studies_for, case_study_proposal
from loops.queries.loops import loop_rule, loops_for


class LoopsQuery(FourfoldQuery):
    """Loops, and what the chain learns from real cases."""

    loops = Listed(
        lambda: LoopType,
        order=("-opened_at",),
        description="The loops that you may read, the latest first.",
        store_id=graphene.ID(description="Only those of this store."),
        area_id=graphene.ID(description="Only those of the stores of this area."),
        states=graphene.List(graphene.NonNull(enum_of(LoopState)), description="Only those that stand so."),
        matter_id=graphene.ID(description="Only those of this complaint, rating or finding, by its global id."),
        member_id=graphene.ID(description="Only those in which this person was to follow the clause."),
    )
    loop_rule = graphene.Field(LoopRuleType, required=True, description="HQ's rule for loops.")
    case_studies = Listed(
        lambda: CaseStudyType, order=("-opened_at",), description="The case studies of the chain, the latest first."
    )
    case_study_proposal = graphene.Field(
        CaseStudyProposalType,
        required=True,
        description="How a complaint could be retold; read it and mend it before you open a case study.",
        complaint_id=graphene.ID(required=True, description="The complaint."),
    )

    @staticmethod
    def resolve_loops(
        _root: Any,
        info: GraphQLResolveInfo,
        store_id: str | None = None,
        area_id: str | None = None,
        states: list[LoopState] | None = None,
        matter_id: str | None = None,
        member_id: str | None = None,
    ) -> "QuerySet[Loop]":
        """Return loops; raises BadId, NotFound and NotPermitted."""
        return loops_for(
            actor_of(info),
            store_id=key_or_none(store_id, "Store", field="store_id"),
            area_id=key_or_none(area_id, "Area", field="area_id"),
            states=states,
            matter=None if matter_id is None else parse_global_id(matter_id),
            member_id=key_or_none(member_id, "Member", field="member_id"),
        )

    @staticmethod
    def resolve_loop_rule(_root: Any, info: GraphQLResolveInfo) -> LoopRuleType:
        """Return the rule; raises NotPermitted."""
        return rule_row(loop_rule(actor_of(info)))

    @staticmethod
    def resolve_case_studies(_root: Any, info: GraphQLResolveInfo) -> "QuerySet[CaseStudy]":
        """Return the case studies; raises NotPermitted."""
        return case_studies_for(actor_of(info))

    @staticmethod
    def resolve_case_study_proposal(_root: Any, info: GraphQLResolveInfo, complaint_id: str) -> Proposal:
        """Return how a complaint could be retold; raises BadId, NotFound, NotPermitted and CustomerErased."""
        key = key_in(complaint_id, "Complaint", field=("complaint_id",))
        return case_study_proposal(actor_of(info), complaint_id=key)
