"""What a deed tells about the clauses whose clocks it started or stopped."""

from enum import StrEnum
from typing import Any

import graphene

from api.base.enums import enum_of
from api.base.scalars import UUID, DateTime


class Effect(StrEnum):
    """What happened to a clause's clock."""

    STARTED = "STARTED"
    STOPPED = "STOPPED"


class AppliedStandard(graphene.ObjectType):
    """A clause of a standard that started or stopped a clock through a deed."""

    clause_id = UUID(required=True, description="The key of the clause.")
    clause = graphene.String(required=True, description="The clause's own words.")
    effect = graphene.Field(enum_of(Effect), required=True, description="Whether its clock was started or stopped.")
    due_at = DateTime(description="When the clock runs out; null where it has no limit.")


def applied_field() -> Any:
    """Return the payload field `standardsApplied`."""
    return graphene.Field(
        graphene.List(graphene.NonNull(AppliedStandard)),
        required=True,
        default_value=(),
        description="The clauses whose clocks this deed started or stopped.",
    )
