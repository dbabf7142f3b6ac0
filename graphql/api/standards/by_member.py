"""How far clauses are met in what single people did."""

from datetime import date, timedelta
from typing import Any

import graphene
from django.utils.translation import gettext_lazy as _
from graphql import GraphQLResolveInfo

from api.base.call import actor_of
from api.base.ids import global_id, key_in
from api.base.peers import gather
from api.base.scalars import Date
from api.standards.verdicts import Figures, shown_conformance
from kit.refusals import Invalid
from standards.queries.staffing import people_shown
from standards.queries.verdicts import conformance_by_member

LONGEST_PERIOD = timedelta(days=2 * 366)


class MemberConformanceType(Figures, graphene.ObjectType):
    """How far a clause was met by the cases in which one person gave the answer, or did what is judged."""

    class Meta:
        name = "MemberConformance"

    member_id = graphene.ID(required=True, description="Who: give it to `verdicts` to see each case.")
    member_name = graphene.String(required=True, description="What they are called.")


class ByMemberQuery(graphene.ObjectType):
    """How far clauses are met, person by person."""

    conformance_by_member = graphene.List(
        graphene.NonNull(MemberConformanceType),
        required=True,
        description="How far each person at a store met each clause, as far as you may be told of its people; of "
        "yourself you are told everywhere.",
        store_id=graphene.ID(required=True, description="The store."),
        first_on=Date(required=True, description="From cases that began on this date of the store's calendar."),
        last_on=Date(required=True, description="To cases that began on this date; at most two years."),
        member_id=graphene.ID(description="Only this person."),
    )

    @staticmethod
    def resolve_conformance_by_member(
        _root: Any,
        info: GraphQLResolveInfo,
        store_id: str,
        first_on: date,
        last_on: date,
        member_id: str | None = None,
    ) -> list[MemberConformanceType]:
        """Return how far each person met each clause; raises BadId, Invalid, NotFound and NotPermitted."""
        store = key_in(store_id, "Store", field=("store_id",))
        if not timedelta(0) <= last_on - first_on <= LONGEST_PERIOD:
            raise Invalid(field="last_on", why=_("a day not before the first, within two years"))
        found = conformance_by_member(
            actor=actor_of(info),
            store_id=store,
            first_on=first_on,
            last_on=last_on,
            member_id=None if member_id is None else key_in(member_id, "Member", field=("member_id",)),
        )
        gather({each.met.clause.id: each.met.clause for each in found}.values())
        names = people_shown(actor_of(info), [(store, each.member_id) for each in found])
        return [
            MemberConformanceType(
                member_id=global_id("Member", each.member_id),
                member_name=names[store, each.member_id],
                **shown_conformance(each.met),
            )
            for each in found
            if (store, each.member_id) in names
        ]
