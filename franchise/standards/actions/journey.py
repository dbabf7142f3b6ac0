"""The deed by which HQ keeps the steps of the customer's journey."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS, current_chain
from journal.actions import append
from members.rules.permissions import Permission
from standards.models.texts import JourneyStep
from standards.rules.happenings import Happening
from standards.rules.journey import Step, steps_of


@transaction.atomic(using=CHAINS_ALIAS)
def keep_journey_steps(*, actor: Actor, steps: Sequence[Step], now: datetime) -> None:
    """Write down the steps that customers go through, in their order; a step that is left out is given up (S6).

    Clauses that speak of a step given up keep it. Refusals: NotPermitted, Invalid, TooLong.
    """
    actor.must(Permission.DRAFT_STANDARD)
    checked = steps_of(steps)
    before = list(JourneyStep.objects.select_for_update().order_by("position", "code"))
    JourneyStep.objects.exclude(code__in=[step.code for step in checked]).filter(given_up_at=None).update(
        given_up_at=now
    )
    JourneyStep.objects.bulk_create(
        [
            JourneyStep(code=step.code, names=step.names, position=position, matters=step.matters)
            for position, step in enumerate(checked, start=1)
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["names", "position", "matters", "given_up_at"],
    )
    append(
        actor=actor,
        kind=Happening.JOURNEY_STEPS_KEPT,
        subject_type="Chain",
        subject_id=current_chain().id,
        store_id=None,
        now=now,
        before={"steps": [_told(step.code, step.matters) for step in before if step.given_up_at is None]},
        after={"steps": [_told(step.code, step.matters) for step in checked]},
    )


def _told(code: str, matters: bool) -> dict[str, object]:
    return {"code": code, "matters": matters}
