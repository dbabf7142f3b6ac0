"""Deeds by which what an inspection found is put right."""

from datetime import datetime
from typing import Any

import graphene

from api.base.deeds import Deed
from api.base.inputs import IdOf, Text, named
from api.base.scalars import DateTime
from api.inspections.corrections import CorrectiveActionType
from chains.actor import Actor
from inspections.actions.correcting import require_corrective_action, submit_evidence, verify_corrective_action
from inspections.actions.owning import hand_over_corrective_action
from inspections.actions.withdrawing import withdraw_corrective_action

_CORRECTION = "What has to be put right, as it is now."


class RequireCorrectiveAction(Deed):
    """Require that somebody puts right what a completed inspection found not to be met."""

    class Input:
        finding_id = IdOf("InspectionFinding", required=True, description="What was found.")
        what = Text(required=True, description="What has to be put right.")
        owner_id = IdOf("Member", required=True, description="Who has to put it right.")
        due_at = graphene.InputField(DateTime, required=True, description="Until when they have to show it.")

    corrective_action = graphene.Field(CorrectiveActionType, description=_CORRECTION)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """Require a correction."""
        return {"corrective_action": require_corrective_action(actor=actor, now=now, **given)}


class SubmitEvidence(Deed):
    """Show in words, photos or documents that something was put right."""

    class Meta:
        versioned = True

    class Input:
        correction_id = IdOf("CorrectiveAction", required=True, description="What had to be put right.")
        note = Text(description="What was done; needed where nothing else shows it.")
        file_ids = IdOf("StoredFile", many=True, description="Files that you sent in at `/files/`; at most 10.")

    corrective_action = graphene.Field(CorrectiveActionType, description=_CORRECTION)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """Give evidence."""
        return {"corrective_action": submit_evidence(actor=actor, now=now, **named(given))}


class VerifyCorrectiveAction(Deed):
    """Say as somebody else whether something was put right; if not, it is to be done until another time."""

    class Meta:
        versioned = True

    class Input:
        correction_id = IdOf("CorrectiveAction", required=True, description="What had to be put right.")
        is_accepted = graphene.InputField(
            graphene.Boolean, required=True, description="Whether the evidence shows that it was."
        )
        remark = Text(description="What is to be said; needed where it is not accepted.")
        due_at = graphene.InputField(DateTime, description="Until when it is to be done, where it is not accepted.")

    corrective_action = graphene.Field(CorrectiveActionType, description=_CORRECTION)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """Verify a correction."""
        return {"corrective_action": verify_corrective_action(actor=actor, now=now, **named(given))}


class HandOverCorrectiveAction(Deed):
    """Let somebody else put something right, in the time that there is."""

    class Meta:
        versioned = True

    class Input:
        correction_id = IdOf("CorrectiveAction", required=True, description="What has to be put right.")
        owner_id = IdOf("Member", required=True, description="Who has to put it right from now on.")

    corrective_action = graphene.Field(CorrectiveActionType, description=_CORRECTION)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """Hand a correction over."""
        return {"corrective_action": hand_over_corrective_action(actor=actor, now=now, **named(given))}


class WithdrawCorrectiveAction(Deed):
    """Take back what was required by mistake: it need not be put right any more, and no clock runs."""

    class Meta:
        versioned = True

    class Input:
        correction_id = IdOf("CorrectiveAction", required=True, description="What had to be put right.")
        reason = Text(required=True, description="Why it need not be.")

    corrective_action = graphene.Field(CorrectiveActionType, description=_CORRECTION)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """Withdraw a correction."""
        return {"corrective_action": withdraw_corrective_action(actor=actor, now=now, **named(given))}


class CorrectionsMutation(graphene.ObjectType):
    """Deeds on what has to be put right."""

    require_corrective_action = RequireCorrectiveAction.mounted()
    hand_over_corrective_action = HandOverCorrectiveAction.mounted()
    submit_evidence = SubmitEvidence.mounted()
    verify_corrective_action = VerifyCorrectiveAction.mounted()
    withdraw_corrective_action = WithdrawCorrectiveAction.mounted()
