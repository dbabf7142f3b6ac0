"""What is seen of the staff of stores: the query `staffFiguresPolicies` and the deed `setStaffFiguresPolicy`."""

from datetime import datetime
from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from api.base.call import actor_of
from api.base.deeds import Deed
from api.base.enums import enum_of
from chains.actor import Actor
from standards.actions.staffing import set_staff_figures_policy
from standards.models.staffing import StaffFigures
from standards.queries.staffing import KindPolicy, staff_figures_policies
from stores.models import StoreKind

_KIND = "Whose business the stores are."
_SEES = "What HQ and area supervisors see of their staff; the stores' own people see everything."


class StaffFiguresPolicyType(graphene.ObjectType):
    """What is seen of the staff of stores of a kind by those who are not of the store."""

    class Meta:
        name = "StaffFiguresPolicy"

    kind = graphene.Field(enum_of(StoreKind), required=True, description=_KIND)
    sees = graphene.Field(enum_of(StaffFigures), required=True, description=_SEES)


class SetStaffFiguresPolicy(Deed):
    """Say what HQ and area supervisors see of the staff of all stores of a kind, from the next question on."""

    class Input:
        kind = graphene.InputField(enum_of(StoreKind), required=True, description=_KIND)
        sees = graphene.InputField(enum_of(StaffFigures), required=True, description=_SEES)

    staff_figures_policy = graphene.Field(StaffFiguresPolicyType, description="What holds for that kind of store now.")

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, kind: StoreKind, sees: StaffFigures) -> dict[str, Any]:
        """Set what is seen."""
        kept = set_staff_figures_policy(actor=actor, kind=StoreKind(kind), sees=StaffFigures(sees), now=now)
        return {"staff_figures_policy": kept}


class StaffingQuery(graphene.ObjectType):
    """What is seen of the staff of stores."""

    staff_figures_policies = graphene.List(
        graphene.NonNull(StaffFiguresPolicyType),
        required=True,
        description="What HQ and area supervisors see of the staff of each kind of store.",
    )

    @staticmethod
    def resolve_staff_figures_policies(_root: Any, info: GraphQLResolveInfo) -> list[KindPolicy]:
        """Return the policy of each kind of store; raises NotPermitted."""
        return staff_figures_policies(actor_of(info))


class StaffingMutation(graphene.ObjectType):
    """The deed on what is seen of staff."""

    set_staff_figures_policy = SetStaffFiguresPolicy.mounted()
