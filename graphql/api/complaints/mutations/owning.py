"""Deeds about who answers for a complaint: it rises, it is handed over, and HQ sets how long it may stay."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import graphene
from graphql import GraphQLResolveInfo

from api.base.call import actor_of
from api.base.deeds import Deed
from api.base.enums import enum_of
from api.base.inputs import IdOf, Text, named
from api.complaints.mutations.filing import COMPLAINT, payload_of
from api.complaints.types import ComplaintType
from chains.actor import Actor
from complaints.actions.climbing import escalate_complaint, set_escalation_times
from complaints.actions.owning import hand_over_complaint
from complaints.models.complaints import Level, Severity
from complaints.queries import TimeAtLevel, times_at_levels

_LEVEL = "The level."
_SEVERITY = "How much harm a complaint tells of."
_SECONDS = "How long a complaint may stay there before it rises, in whole seconds: a minute to 90 days."


class EscalateComplaint(Deed):
    """Bring a complaint to a higher level, where somebody of that level owns it."""

    class Meta:
        versioned = True
        applies_standards = True

    class Input:
        complaint_id = IdOf("Complaint", required=True, description="The complaint.")
        reason = Text(required=True, description="Why.")
        to_level = graphene.InputField(enum_of(Level), description="The level; the next one if it is not given.")

    complaint = graphene.Field(ComplaintType, description=COMPLAINT)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, complaint_id: UUID, **given: Any) -> dict[str, Any]:
        """Escalate a complaint."""
        return payload_of(escalate_complaint(actor=actor, complaint_id=complaint_id, now=now, **named(given)))


class HandOverComplaint(Deed):
    """Hand a complaint over to somebody else who may work on it."""

    class Meta:
        versioned = True
        applies_standards = True

    class Input:
        complaint_id = IdOf("Complaint", required=True, description="The complaint.")
        owner_id = IdOf("Member", required=True, description="Who is to own it.")
        note = Text(description="What they should know.")

    complaint = graphene.Field(ComplaintType, description=COMPLAINT)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, complaint_id: UUID, **given: Any) -> dict[str, Any]:
        """Hand a complaint over."""
        return payload_of(hand_over_complaint(actor=actor, complaint_id=complaint_id, now=now, **named(given)))


class EscalationTimeType(graphene.ObjectType):
    """How long a complaint may stay at a level before it rises."""

    class Meta:
        name = "EscalationTime"

    level = graphene.Field(enum_of(Level), required=True, description=_LEVEL)
    severity = graphene.Field(enum_of(Severity), required=True, description=_SEVERITY)
    seconds = graphene.Int(required=True, description=_SECONDS)
    is_default = graphene.Boolean(required=True, description="Whether it holds because HQ has set no other.")


class EscalationTimeInput(graphene.InputObjectType):
    """How long a complaint may stay at a level from now on."""

    level = graphene.InputField(enum_of(Level), required=True, description=_LEVEL)
    severity = graphene.InputField(enum_of(Severity), required=True, description=_SEVERITY)
    seconds = graphene.InputField(graphene.Int, required=True, description=_SECONDS)


class SetEscalationTimes(Deed):
    """Say how long complaints may stay at levels from now on; what is not named stays as it is."""

    class Input:
        times = graphene.List(
            graphene.NonNull(EscalationTimeInput), required=True, description="The times that are set, at least one."
        )

    escalation_times = graphene.List(
        graphene.NonNull(EscalationTimeType), description="Every time, level by level, as it is now."
    )

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, times: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Set times."""
        asked = [(Level(each["level"]), Severity(each["severity"]), each["seconds"]) for each in times]
        set_escalation_times(actor=actor, times=asked, now=now)
        return {"escalation_times": _shown(times_at_levels(actor))}


class OwningQuery(graphene.ObjectType):
    """How long complaints may stay at each level."""

    escalation_times = graphene.List(
        graphene.NonNull(EscalationTimeType),
        required=True,
        description="How long a complaint may stay at each level before it rises, level by level.",
    )

    @staticmethod
    def resolve_escalation_times(_root: Any, info: GraphQLResolveInfo) -> list[EscalationTimeType]:
        """Return the times of every level; raises NotPermitted."""
        return _shown(times_at_levels(actor_of(info)))


class OwningMutation(graphene.ObjectType):
    """Deeds about who answers for a complaint."""

    escalate_complaint = EscalateComplaint.mounted()
    hand_over_complaint = HandOverComplaint.mounted()
    set_escalation_times = SetEscalationTimes.mounted()


def _shown(times: Iterable[TimeAtLevel]) -> list[EscalationTimeType]:
    return [
        EscalationTimeType(level=each.level, severity=each.severity, seconds=each.seconds, is_default=each.is_default)
        for each in times
    ]
