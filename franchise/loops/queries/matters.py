"""Which requirements a journal entry brings up at a store, since when, and whom it concerns."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from complaints.models.complaints import Complaint
from complaints.rules.happenings import Happening as OfComplaints
from feedback.models.surveys import MatterKind as Asked
from feedback.models.surveys import RatingShare, Survey
from feedback.rules.happenings import Happening as OfFeedback
from inquiries.models.inquiries import Inquiry
from inquiries.models.reviews import CallReview
from inspections.rules.happenings import Happening as OfInspections
from journal.models import Entry
from loops.models.loops import LoopMatter
from standards.models.texts import Clause
from standards.models.verdicts import Verdict, VerdictState


@dataclass(frozen=True, slots=True)
class BroughtUp:
    """A requirement that something brings up: which, when it happened, and whom it concerns, if that is known."""

    kind: LoopMatter
    matter_type: str
    matter_id: UUID
    store_id: UUID
    lineage_id: UUID
    at: datetime
    concerned: Collection[UUID] | None = None


def brought_up_by(entry: Entry, *, low_score: int) -> list[BroughtUp]:
    """Return what an entry brings up; nothing where it names no clause, or where nothing was wrong."""
    if entry.kind == OfComplaints.COMPLAINT_FILED:
        return _by_complaint(entry)
    if entry.kind == OfFeedback.SURVEY_ANSWERED:
        return _by_rating(entry, low_score)
    return _by_finding(entry) if entry.kind == OfInspections.CLAUSE_INSPECTED else []


def _by_complaint(entry: Entry) -> list[BroughtUp]:
    complaint = Complaint.objects.filter(id=entry.subject_id).first()
    lineage_id = None if complaint is None else _lineage_named_in(complaint)
    if complaint is None or lineage_id is None:
        return []
    asked = Inquiry.objects.none() if complaint.inquiry_id is None else Inquiry.objects.filter(id=complaint.inquiry_id)
    owner_id = asked.values_list("owner_id", flat=True).first()
    return [
        BroughtUp(
            LoopMatter.COMPLAINT,
            "Complaint",
            complaint.id,
            complaint.store_id,
            lineage_id,
            complaint.received_at,
            None if owner_id is None else [owner_id],
        )
    ]


def _lineage_named_in(complaint: Complaint) -> UUID | None:
    if complaint.clause_id is None:
        return None
    return Clause.objects.filter(id=complaint.clause_id).values_list("lineage_id", flat=True).first()


def _by_rating(entry: Entry, low_score: int) -> list[BroughtUp]:
    """A rating names no clause: those that were missed in the matter that it rates do."""
    survey = Survey.objects.filter(id=entry.subject_id).first()
    if survey is None or survey.lowest_score is None or survey.lowest_score > low_score:
        return []
    shares = RatingShare.objects.filter(survey=survey).order_by("member_id")
    sharing = list(shares.values_list("member_id", flat=True)) or None
    missed = Verdict.objects.standing().filter(
        store_id=survey.store_id, subject_id=survey.matter_id, state=VerdictState.MISSED
    )
    found: dict[UUID, BroughtUp] = {}
    for verdict in missed.select_related("clause", "span").order_by("span__started_at", "id"):
        who = [verdict.user_id] if verdict.user_id is not None else sharing
        lineage_id = verdict.clause.lineage_id
        found.setdefault(lineage_id, _rated(survey, lineage_id, verdict.span.started_at, who))
    if survey.matter_kind == Asked.COMPLAINT:
        complaint = Complaint.objects.filter(id=survey.matter_id).first()
        named = None if complaint is None else _lineage_named_in(complaint)
        if complaint is not None and named is not None:
            found.setdefault(named, _rated(survey, named, complaint.received_at, sharing))
    return list(found.values())


def _rated(survey: Survey, lineage_id: UUID, at: datetime, who: Collection[UUID] | None) -> BroughtUp:
    return BroughtUp(LoopMatter.RATING, "Survey", survey.id, survey.store_id, lineage_id, at, who)


def _by_finding(entry: Entry) -> list[BroughtUp]:
    told = entry.after or {}
    if entry.store_id is None or told.get("result") != VerdictState.MISSED:
        return []
    member_id = told.get("member_id")
    # On a call it happened when that was spoken, not when somebody listened.
    said_at = CallReview.objects.filter(id=entry.subject_id).values_list("call__said_at", flat=True).first()
    return [
        BroughtUp(
            LoopMatter.FINDING,
            entry.subject_type,
            entry.subject_id,
            entry.store_id,
            UUID(told["lineage_id"]),
            said_at or entry.at,
            [UUID(member_id)] if member_id else None,
        )
    ]
