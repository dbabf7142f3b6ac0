"""Deeds by which what has to be put right becomes somebody else's, by hand or because its owner left (R3)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from inspections.actions.correcting import lock_correction, must_answer_for, state_of, tell
from inspections.models.corrections import CorrectiveAction
from inspections.queries import corrections_left, first_of
from inspections.rules.corrections import HEADS, OWNERS, CorrectionAction, CorrectionOwnerAlready
from inspections.rules.happenings import Happening

AT_MOST = 500


@transaction.atomic(using=CHAINS_ALIAS)
def hand_over_corrective_action(
    *, actor: Actor, correction_id: UUID, owner_id: UUID, now: datetime, expected_version: int | None = None
) -> CorrectiveAction:
    """Let somebody else put it right, in the time that there is.

    Refusals: NotFound, NotPermitted, Stale, CorrectionSubmitted, CorrectionVerified, CorrectionWithdrawn,
    CorrectionOwnerAlready, OwnerNotFit, CorrectionOwnerNotOfStore.
    """
    correction = lock_correction(actor, correction_id, CorrectionAction.HAND_OVER_CORRECTIVE_ACTION, expected_version)
    if owner_id == correction.owner_id:
        raise CorrectionOwnerAlready(field="owner_id")
    must_answer_for(actor, correction.store, owner_id)
    _give(actor, correction, owner_id, now)
    return correction


@transaction.atomic(using=CHAINS_ALIAS)
def hand_over_left(*, actor: Actor, now: datetime, member_id: UUID | None = None) -> int:
    """Give what somebody who left had to put right to whoever answers for the store, of one member or of all (R3).

    Its time goes on. Return how many there were.
    """
    left = corrections_left(OWNERS)
    if member_id is not None:
        left = left.filter(owner_id=member_id)
    locked = left.select_for_update(of=("self",)).select_related("store")[:AT_MOST]
    return sum(_hand_over(actor, correction, now) for correction in list(locked))


def _hand_over(actor: Actor, correction: CorrectiveAction, now: datetime) -> int:
    owner_id = first_of(correction.store, HEADS)
    if owner_id is None:
        # Whoever left stays named until somebody comes: what is to be put right is never nobody's.
        return 0
    _give(actor, correction, owner_id, now)
    return 1


def _give(actor: Actor, correction: CorrectiveAction, owner_id: UUID, now: datetime) -> None:
    before = state_of(correction)
    correction.owner_id = owner_id
    correction.version += 1
    correction.save(update_fields=["owner", "version"])
    tell(actor, correction, Happening.CORRECTIVE_ACTION_HANDED_OVER, now, before=before)
