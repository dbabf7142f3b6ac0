"""Deeds by which an inspection is carried out: started, recorded item by item, completed (M1)."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from files.actions.attaching import attach_files
from files.models import Purpose, StoredFile
from inspections.actions.steps import lock_inspection, state_of, write_down
from inspections.models.inspections import (
    FindingPhoto,
    FindingResult,
    Inspection,
    InspectionCounter,
    InspectionFinding,
    InspectionState,
)
from inspections.models.templates import TemplateItem
from inspections.queries import SUBJECT_TYPE
from inspections.rules.happenings import Happening
from inspections.rules.scoring import Weighed, score_of
from inspections.rules.states import FindingsMissing, InspectionAction, check_finding
from journal.actions import append_all, entry_of
from journal.models import Entry
from kit.refusals import NotFound
from kit.texts import text_of
from stores.actions.numbering import next_numbers

# As the standards' verdicts are called: what is not met is missed.
_JUDGED = {
    FindingResult.MET: "MET",
    FindingResult.NOT_MET: "MISSED",
    FindingResult.NOT_APPLICABLE: "NOT_APPLICABLE",
}


@transaction.atomic(using=CHAINS_ALIAS)
def start_inspection(
    *, actor: Actor, inspection_id: UUID, now: datetime, expected_version: int | None = None
) -> Inspection:
    """Begin an inspection as its inspector; from now on the store sees it, and it has its number.

    Refusals: NotFound, NotPermitted, NotTheInspector, Stale, InspectionStarted, InspectionEnded.
    """
    inspection = lock_inspection(actor, inspection_id, InspectionAction.START_INSPECTION, expected_version)
    before = state_of(inspection)
    inspection.number = next_numbers(InspectionCounter, store_id=inspection.store_id)[0]
    inspection.state, inspection.started_at = InspectionState.STARTED, now
    write_down(actor, inspection, Happening.INSPECTION_STARTED, now, before=before)
    return inspection


@transaction.atomic(using=CHAINS_ALIAS)
def record_finding(
    *,
    actor: Actor,
    inspection_id: UUID,
    item_id: UUID,
    result: FindingResult,
    now: datetime,
    note: str = "",
    photo_ids: Collection[UUID] = (),
    expected_version: int | None = None,
) -> Inspection:
    """Record what was found about an item, with photos; found anew, the last word counts and photos are added.

    Refusals: NotFound, NotPermitted, NotTheInspector, Stale, InspectionNotStarted, InspectionEnded, MustApply,
    NoteNeeded, PhotoNeeded, FileAttached, Invalid, TooLong.
    """
    inspection = lock_inspection(actor, inspection_id, InspectionAction.RECORD_FINDING, expected_version)
    item = TemplateItem.objects.filter(id=item_id, template_id=inspection.template_id).first()
    if item is None:
        raise NotFound(field="item_id")
    note = text_of(note, field="note", required=False)
    files = attach_files(
        actor=actor,
        store_id=inspection.store_id,
        file_ids=photo_ids,
        purpose=Purpose.EVIDENCE,
        now=now,
        field="photo_ids",
    )
    usual = InspectionFinding(store_id=inspection.store_id, inspection=inspection, item=item)
    finding = InspectionFinding.objects.filter(inspection=inspection, item=item).first() or usual
    before = {**state_of(inspection), "result": finding.result or None}
    finding.result, finding.note = result, note
    finding.found_by_id, finding.found_at = actor.user_id, now
    _keep(finding, files)
    more = {"item_id": item.id, "result": result, "photo_ids": [file.id for file in files]}
    write_down(actor, inspection, Happening.FINDING_RECORDED, now, before=before, **more)
    return inspection


def _keep(finding: InspectionFinding, files: Collection[StoredFile]) -> None:
    """Keep a finding with its new photos; raises MustApply, NoteNeeded and PhotoNeeded."""
    item = finding.item
    check_finding(
        FindingResult(finding.result),
        may_be_not_applicable=item.may_be_not_applicable,
        evidence=item.evidence,
        has_photo=bool(files) or FindingPhoto.objects.filter(finding_id=finding.id).exists(),
        note=finding.note,
    )
    finding.save()
    FindingPhoto.objects.bulk_create(
        FindingPhoto(store_id=finding.store_id, finding=finding, file=file) for file in files
    )


@transaction.atomic(using=CHAINS_ALIAS)
def complete_inspection(
    *, actor: Actor, inspection_id: UUID, now: datetime, remark: str = "", expected_version: int | None = None
) -> Inspection:
    """Complete an inspection of which every item was looked at: its score is reckoned, and clauses are judged by it.

    Refusals: NotFound, NotPermitted, NotTheInspector, Stale, InspectionNotStarted, InspectionEnded, FindingsMissing,
    Invalid, TooLong.
    """
    inspection = lock_inspection(actor, inspection_id, InspectionAction.COMPLETE_INSPECTION, expected_version)
    before = state_of(inspection)
    items = list(TemplateItem.objects.filter(template_id=inspection.template_id).order_by("position"))
    found = {
        finding.item_id: finding for finding in InspectionFinding.objects.filter(inspection=inspection).order_by("id")
    }
    missing = [item.position for item in items if item.id not in found]
    if missing:
        raise FindingsMissing(missing=", ".join(map(str, missing)))
    weighed = [Weighed(FindingResult(found[item.id].result), item.weight, item.is_critical) for item in items]
    score = score_of(weighed, pass_share=inspection.template.pass_share)
    inspection.score_basis_points, inspection.is_passed = score.basis_points, score.is_passed
    inspection.remark = text_of(remark, field="remark", required=False)
    inspection.state, inspection.ended_at = InspectionState.COMPLETED, now
    told = write_down(actor, inspection, Happening.INSPECTION_COMPLETED, now, before=before)
    # What a supplier did is not the store's to answer for.
    if not inspection.template.supplier_name:
        _judge_clauses(actor, inspection, [(item, found[item.id]) for item in items], told, now)
    return inspection


def _judge_clauses(
    actor: Actor,
    inspection: Inspection,
    looked_at: Collection[tuple[TemplateItem, InspectionFinding]],
    told: Entry,
    now: datetime,
) -> None:
    append_all(
        [
            entry_of(
                actor=actor,
                kind=Happening.CLAUSE_INSPECTED,
                subject_type=SUBJECT_TYPE,
                subject_id=inspection.id,
                store_id=inspection.store_id,
                now=now,
                after={
                    "lineage_id": str(item.clause_lineage_id),
                    "result": _JUDGED[FindingResult(finding.result)],
                    "member_id": None,
                },
                part_of_id=told.id,
            )
            for item, finding in looked_at
            if item.clause_lineage_id is not None
        ]
    )
