"""Deeds that bring a standard to the stores, and that hold it up on its way."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import graphene

from api.base.deeds import Deed
from api.base.enums import enum_of
from api.base.inputs import IdOf, Line, Text, named
from api.base.scalars import DateTime
from api.standards.rollouts import RolloutType
from api.standards.types import VersionType
from chains.actor import Actor
from standards.actions import rollout, waves
from standards.rules.waves import FEWEST_CASES, MOST_WAVES, StopRule, WaveDraft
from stores.models import StoreKind

_ROLLOUT = "The rollout, as it is now."


class WaveInput(graphene.InputObjectType):
    """A wave of a rollout: a share of the stores meant, or some of them; without either, all that are left."""

    starts_at = DateTime(description="From when on; with the wave before it, or when the version comes into force.")
    share = graphene.Int(description="How many percent of the stores meant have the version with it, 1 to 100.")
    store_ids = IdOf("Store", many=True, description="The stores that get it now, of those meant.")


class StopRuleInput(graphene.InputObjectType):
    """When the waves that are still to come wait for somebody who looks at the rollout."""

    least_share_met = graphene.Int(
        description="When fewer percent of the settled cases were met in the stores that have the version."
    )
    clause_number = Line(limit=12, description="Only under the clause of this number; all together if not given.")
    fewest_cases = graphene.Int(description=f"So many settled cases are needed to say so; {FEWEST_CASES} if not given.")
    most_complaints = graphene.Int(
        description="When a hundred of these stores have had more complaints in the last seven days."
    )


class PushStandard(Deed):
    """Put an approved version in force at stores, at once or in waves; an earlier version ends there as it comes."""

    class Meta:
        versioned = True

    class Input:
        version_id = IdOf("Version", required=True, description="The approved version.")
        store_ids = IdOf("Store", many=True, description="The stores; all that are open if no store or area is given.")
        area_ids = IdOf("Area", many=True, description="The stores of these areas, too.")
        store_kinds = graphene.List(
            graphene.NonNull(enum_of(StoreKind)), description="Of the stores meant only those of these kinds."
        )
        effective_at = DateTime(description="From when on, at most a year away; now if not given.")
        waves = graphene.List(
            graphene.NonNull(WaveInput),
            description=f"In which waves, at most {MOST_WAVES}; the last one takes all that are left."
            " All at once if not given.",
        )
        stop_rule = graphene.InputField(
            StopRuleInput, description="When its waves pause by themselves; never if not given."
        )

        allows_local_clauses = graphene.Boolean(
            description="Whether stores may add requirements of their own; they may not if not given."
        )

    version = graphene.Field(VersionType, description="The version, as it is now.")
    rollout = graphene.Field(RolloutType, description="What was brought where.")

    @classmethod
    def perform(
        cls,
        actor: Actor,
        now: datetime,
        *,
        version_id: UUID,
        waves: Sequence[Mapping[str, Any]] | None = None,
        stop_rule: Mapping[str, Any] | None = None,
        **given: Any,
    ) -> dict[str, Any]:
        """Push a standard."""
        pushed = rollout.push_standard(
            actor=actor,
            version_id=version_id,
            now=now,
            waves=[WaveDraft(**wave) for wave in waves or ()],
            stop_rule=None if stop_rule is None else StopRule(**named(stop_rule)),
            **named(given),
        )
        return {"version": pushed.version, "rollout": pushed}


class PauseRollout(Deed):
    """Let no further wave of a rollout start until it is resumed; what has come to stores stays in force."""

    class Input:
        rollout_id = IdOf("Rollout", required=True, description="The rollout.")
        reason = Text(required=True, description="Why.")

    rollout = graphene.Field(RolloutType, description=_ROLLOUT)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, rollout_id: UUID, reason: str) -> dict[str, Any]:
        """Pause a rollout."""
        return {"rollout": waves.pause_rollout(actor=actor, rollout_id=rollout_id, reason=reason, now=now)}


class ResumeRollout(Deed):
    """Let the waves of a paused rollout come, each later by as long as the pause was."""

    class Input:
        rollout_id = IdOf("Rollout", required=True, description="The rollout.")

    rollout = graphene.Field(RolloutType, description=_ROLLOUT)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, rollout_id: UUID) -> dict[str, Any]:
        """Resume a rollout."""
        return {"rollout": waves.resume_rollout(actor=actor, rollout_id=rollout_id, now=now)}


class CancelRollout(Deed):
    """Let the waves of a rollout that are still to come never come; what has come to stores stays in force.

    A version that was in force nowhere yet is approved again, and can be pushed anew.
    """

    class Input:
        rollout_id = IdOf("Rollout", required=True, description="The rollout.")
        reason = Text(required=True, description="Why.")

    rollout = graphene.Field(RolloutType, description=_ROLLOUT)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, rollout_id: UUID, reason: str) -> dict[str, Any]:
        """Cancel a rollout."""
        return {"rollout": waves.cancel_rollout(actor=actor, rollout_id=rollout_id, reason=reason, now=now)}


class RollingOutMutation(graphene.ObjectType):
    """Deeds that bring standards to stores."""

    push_standard = PushStandard.mounted()
    pause_rollout = PauseRollout.mounted()
    resume_rollout = ResumeRollout.mounted()
    cancel_rollout = CancelRollout.mounted()
