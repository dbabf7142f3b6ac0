"""The deed by which what was required to be put right by mistake is taken back (M1)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from clocks.actions.running import stop_clocks
from inspections.actions.correcting import lock_correction, state_of, tell
from inspections.models.corrections import CorrectionState, CorrectionWithdrawal, CorrectiveAction
from inspections.queries import CORRECTION_TYPE
from inspections.rules.corrections import CorrectionAction
from inspections.rules.happenings import Happening
from kit.texts import text_of


@transaction.atomic(using=CHAINS_ALIAS)
def withdraw_corrective_action(
    *, actor: Actor, correction_id: UUID, reason: str, now: datetime, expected_version: int | None = None
) -> CorrectiveAction:
    """Take back what was required by mistake: nobody has to put it right or to verify it any more, no clock runs.

    What was said and shown until then stays. Refusals: NotFound, NotPermitted, Stale, CorrectionVerified,
    CorrectionWithdrawn, Invalid, TooLong.
    """
    correction = lock_correction(actor, correction_id, CorrectionAction.WITHDRAW_CORRECTIVE_ACTION, expected_version)
    before = state_of(correction)
    CorrectionWithdrawal.objects.create(
        store_id=correction.store_id,
        correction=correction,
        reason=text_of(reason, field="reason"),
        done_by_id=actor.user_id,
        done_at=now,
    )
    correction.state = CorrectionState.WITHDRAWN
    correction.version += 1
    correction.save(update_fields=["state", "version"])
    entry_id = tell(actor, correction, Happening.CORRECTIVE_ACTION_WITHDRAWN, now, before=before)
    stop_clocks(actor=actor, subject_type=CORRECTION_TYPE, subject_id=correction.id, entry_id=entry_id, now=now)
    return correction
