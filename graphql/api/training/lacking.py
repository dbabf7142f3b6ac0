"""Who may not be given which work yet, for want of which certificate (T3)."""

from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from api.base.call import actor_of, call_of
from api.base.enums import enum_of
from api.base.ids import global_id, key_in
from api.base.peers import gather
from api.training.types import CourseType
from standards.queries.staffing import people_shown
from training.models.duties import Work
from training.queries.courses import courses_for
from training.queries.duties import missing_certificates


class MissingCertificateType(graphene.ObjectType):
    """A certificate that somebody lacks for a work: until they have it, it is not given to them."""

    class Meta:
        name = "MissingCertificate"

    member_id = graphene.ID(required=True, description="Who.")
    member_name = graphene.String(required=True, description="What they are called.")
    work = graphene.Field(enum_of(Work), required=True, description="The work that their position has.")
    course = graphene.Field(CourseType, required=True, description="The course to be passed for it.")


class LackingQuery(graphene.ObjectType):
    """Who may not be given which work yet."""

    missing_certificates = graphene.List(
        graphene.NonNull(MissingCertificateType),
        required=True,
        description="Which certificates you, and everybody where you read training, lack at a store for which work.",
        store_id=graphene.ID(required=True, description="The store."),
    )

    @staticmethod
    def resolve_missing_certificates(
        _root: Any, info: GraphQLResolveInfo, store_id: str
    ) -> list[MissingCertificateType]:
        """Return who lacks what; raises BadId, NotFound and NotPermitted."""
        actor, store = actor_of(info), key_in(store_id, "Store", field=("store_id",))
        found = missing_certificates(actor, store_id=store, now=call_of(info).now)
        names = people_shown(actor, [(store, each.member_id) for each in found])
        readable = courses_for(actor).filter(id__in={each.course_id for each in found})
        courses = {each.id: each for each in gather(readable)}
        return [
            MissingCertificateType(
                member_id=global_id("Member", each.member_id),
                member_name=names[store, each.member_id],
                work=each.work,
                course=courses[each.course_id],
            )
            for each in found
            if each.course_id in courses
        ]
