"""Deeds by which what an inspection found is put right: required, shown by evidence, verified; late, it rises (M1)."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from chains.actor import Actor, Audience
from chains.scope import CHAINS_ALIAS
from clocks.actions.running import start_clock, stop_clocks
from clocks.models import Clock, TargetUnit
from clocks.rules.targets import Due, Target
from files.actions.attaching import attach_files
from files.models import Purpose
from inspections.models.corrections import (
    CorrectionEvidence,
    CorrectionLevel,
    CorrectionState,
    CorrectiveAction,
    EvidenceFile,
)
from inspections.models.inspections import FindingResult, Inspection, InspectionFinding, InspectionState
from inspections.queries import CORRECTION_TYPE, holds_role_at
from inspections.rules.corrections import (
    AT_EACH_LEVEL,
    MOVES,
    OWNERS,
    TO_VERIFY,
    CorrectionAction,
    CorrectionOwnerNotOfStore,
    OwnerNotFit,
    check_evidence,
    check_verdict,
    correction_must_allow,
    level_above,
    must_be_put_right,
    must_be_somebody_else,
)
from inspections.rules.happenings import ClockKind, Happening
from inspections.rules.states import check_due, check_version
from journal.actions import append
from kit.refusals import NotFound
from kit.texts import text_of
from members.rules.permissions import Permission
from stores.actions.locks import lock_store_in_business
from stores.models import Store

_MOVED = ("state", "level", "due_at", "round", "verified_at", "version")


@transaction.atomic(using=CHAINS_ALIAS)
def require_corrective_action(
    *, actor: Actor, finding_id: UUID, what: str, owner_id: UUID, due_at: datetime, now: datetime
) -> CorrectiveAction:
    """Require that somebody puts right what an inspection found; a clock runs until they show it.

    Refusals: NotFound, NotPermitted, StoreClosed, InspectionUnderWay, NothingToPutRight, OwnerNotFit,
    CorrectionOwnerNotOfStore, Invalid, TooLong.
    """
    shown = Inspection.objects.visible_to(actor)
    found = InspectionFinding.objects.select_related("inspection").filter(inspection__in=shown, id=finding_id).first()
    if found is None:
        raise NotFound(field="finding_id")
    actor.must(Permission.REQUIRE_CORRECTION, at=found.store_id)
    store = lock_store_in_business(actor, found.store_id)
    must_be_put_right(InspectionState(found.inspection.state), FindingResult(found.result))
    must_answer_for(actor, store, owner_id)
    correction = CorrectiveAction.objects.create(
        store=store,
        finding=found,
        what=text_of(what, field="what"),
        owner_id=owner_id,
        due_at=check_due(due_at, now=now),
        required_by_id=actor.user_id,
        required_at=now,
    )
    entry_id = tell(actor, correction, Happening.CORRECTIVE_ACTION_REQUIRED, now, before=None, finding_id=found.id)
    _start(actor, correction, correction.due_at, entry_id, now)
    return correction


@transaction.atomic(using=CHAINS_ALIAS)
def submit_evidence(
    *,
    actor: Actor,
    correction_id: UUID,
    now: datetime,
    note: str = "",
    file_ids: Collection[UUID] = (),
    expected_version: int | None = None,
) -> CorrectiveAction:
    """Show that something was put right, in words, photos or documents; a clock runs until somebody verifies it.

    Refusals: NotFound, NotPermitted, Stale, CorrectionSubmitted, CorrectionVerified, CorrectionWithdrawn,
    FileAttached, Invalid, TooLong.
    """
    correction = lock_correction(actor, correction_id, CorrectionAction.SUBMIT_EVIDENCE, expected_version)
    before = state_of(correction)
    note = text_of(note, field="note", required=False)
    check_evidence(note, has_files=bool(file_ids))
    store_id = correction.store_id
    files = attach_files(
        actor=actor, store_id=store_id, file_ids=file_ids, purpose=Purpose.EVIDENCE, now=now, field="file_ids"
    )
    evidence = CorrectionEvidence.objects.create(
        store_id=store_id,
        correction=correction,
        round=correction.round,
        note=note,
        submitted_by_id=actor.user_id,
        submitted_in_visit_by_id=actor.behalf_of_id,
        submitted_at=now,
    )
    EvidenceFile.objects.bulk_create(EvidenceFile(store_id=store_id, evidence=evidence, file=file) for file in files)
    correction.state = CorrectionState.SUBMITTED
    _write_down(actor, correction, Happening.EVIDENCE_SUBMITTED, now, before=before, evidence_id=evidence.id)
    return correction


@transaction.atomic(using=CHAINS_ALIAS)
def verify_corrective_action(
    *,
    actor: Actor,
    correction_id: UUID,
    is_accepted: bool,
    now: datetime,
    remark: str = "",
    due_at: datetime | None = None,
    expected_version: int | None = None,
) -> CorrectiveAction:
    """Say as somebody else whether it was put right; if not, what is missing, and until when it is to be done.

    Refusals: NotFound, NotPermitted, Stale, CorrectionNotSubmitted, CorrectionVerified, CorrectionWithdrawn,
    OwnWork, Invalid, TooLong.
    """
    correction = lock_correction(actor, correction_id, CorrectionAction.VERIFY_CORRECTIVE_ACTION, expected_version)
    before = state_of(correction)
    evidence = CorrectionEvidence.objects.get(
        store_id=correction.store_id, correction=correction, round=correction.round
    )
    others = (correction.owner_id, evidence.submitted_by_id, evidence.submitted_in_visit_by_id)
    must_be_somebody_else((actor.user_id, actor.behalf_of_id), others)
    remark = text_of(remark, field="remark", required=False)
    check_verdict(is_accepted=is_accepted, remark=remark, has_due=due_at is not None)
    evidence.is_accepted, evidence.remark = is_accepted, remark
    evidence.verified_by_id, evidence.verified_at = actor.user_id, now
    evidence.save(update_fields=["is_accepted", "remark", "verified_by", "verified_at"])
    if due_at is None:
        correction.state, correction.verified_at = CorrectionState.VERIFIED, now
    else:
        correction.state, correction.level = CorrectionState.REQUIRED, CorrectionLevel.STORE
        correction.due_at, correction.round = check_due(due_at, now=now), correction.round + 1
    kind = Happening.CORRECTIVE_ACTION_VERIFIED if is_accepted else Happening.CORRECTIVE_ACTION_SENT_BACK
    _write_down(actor, correction, kind, now, before=before, evidence_id=evidence.id)
    return correction


@transaction.atomic(using=CHAINS_ALIAS)
def escalate_by_clock(*, actor: Actor, correction_id: UUID, clock_id: UUID, now: datetime) -> CorrectiveAction | None:
    """Bring what is not put right or verified in time before the next level; None where that is no matter any more.

    Once for a clock, and only while it runs. Each level above the store has a day, then the next one knows.
    """
    locked = CorrectiveAction.objects.visible_to(actor).select_for_update(of=("self",))
    correction = locked.still_open().filter(id=correction_id).first()
    level = None if correction is None else level_above(CorrectionLevel(correction.level))
    late = Clock.objects.of_subject(CORRECTION_TYPE, correction_id).running().filter(id=clock_id)
    if correction is None or level is None or not late.filter(current_due_at__lt=now).exists():
        return None
    before = state_of(correction)
    correction.level = level
    _write_down(actor, correction, Happening.CORRECTIVE_ACTION_ESCALATED, now, before=before, clock_id=clock_id)
    return correction


def must_answer_for(actor: Actor, store: Store, owner_id: UUID) -> None:
    """Refuse whoever can't put anything right at a store, or is not seen to be able to.

    Raises OwnerNotFit, and CorrectionOwnerNotOfStore to whom the walls hide who answers for the store from above.
    """
    # Whoever requires it knows what they are themself, even where the walls hide an assignment to an area from them.
    own = actor.roles_at(store.id) if owner_id == actor.user_id else frozenset()
    if own & OWNERS or holds_role_at(store, OWNERS, member_id=owner_id):
        return
    if actor.audience is Audience.HQ:
        raise OwnerNotFit(field="owner_id")
    raise CorrectionOwnerNotOfStore(field="owner_id")


def lock_correction(
    actor: Actor, correction_id: UUID, action: CorrectionAction, expected_version: int | None
) -> CorrectiveAction:
    """Return what has to be put right, locked, for a deed that its state allows; raises as the deed does."""
    visible = CorrectiveAction.objects.visible_to(actor).select_for_update(of=("self",))
    correction = visible.filter(id=correction_id).first()
    if correction is None:
        raise NotFound
    actor.must(MOVES[action].permission, at=correction.store_id)
    state = CorrectionState(correction.state)
    check_version(expected=expected_version, version=correction.version, state=state, current=correction)
    correction_must_allow(action, state)
    return correction


def _write_down(
    actor: Actor, correction: CorrectiveAction, kind: Happening, now: datetime, *, before: dict[str, Any], **more: Any
) -> None:
    """Save what a deed changed, tell the journal, and let the clock follow.

    It runs for the owner until they show it, then for whoever verifies it, and for each level that it rises to.
    """
    correction.version += 1
    correction.save(update_fields=_MOVED)
    entry_id = tell(actor, correction, kind, now, before=before, **more)
    stop_clocks(actor=actor, subject_type=CORRECTION_TYPE, subject_id=correction.id, entry_id=entry_id, now=now)
    if correction.state == CorrectionState.VERIFIED:
        return
    if kind is not Happening.CORRECTIVE_ACTION_ESCALATED:
        is_shown = correction.state == CorrectionState.SUBMITTED
        _start(actor, correction, now + TO_VERIFY if is_shown else correction.due_at, entry_id, now)
    elif level_above(CorrectionLevel(correction.level)) is not None:
        _start(actor, correction, now + AT_EACH_LEVEL, entry_id, now)


def _start(actor: Actor, correction: CorrectiveAction, due_at: datetime, entry_id: UUID, now: datetime) -> None:
    length: timedelta = due_at - now
    start_clock(
        actor=actor,
        store_id=correction.store_id,
        subject_type=CORRECTION_TYPE,
        subject_id=correction.id,
        kind=ClockKind.VERIFICATION if correction.state == CorrectionState.SUBMITTED else ClockKind.CORRECTION,
        target=Target(TargetUnit.WALL, int(length.total_seconds())),
        due=Due(due_at),
        entry_id=entry_id,
        now=now,
    )


def tell(
    actor: Actor,
    correction: CorrectiveAction,
    kind: Happening,
    now: datetime,
    *,
    before: dict[str, Any] | None,
    **more: Any,
) -> UUID:
    """Append to the journal what happened to what has to be put right; return the entry's key."""
    entry = append(
        actor=actor,
        kind=kind,
        subject_type=CORRECTION_TYPE,
        subject_id=correction.id,
        store_id=correction.store_id,
        now=now,
        before=before,
        after={**state_of(correction), **more},
    )
    return entry.id


def state_of(correction: CorrectiveAction) -> dict[str, Any]:
    """Return how it stands, as the journal tells it."""
    return {
        "state": correction.state,
        "level": correction.level,
        "round": correction.round,
        "owner_id": correction.owner_id,
        "due_at": correction.due_at,
        "version": correction.version,
    }
