"""The deeds of loops, case studies and calls that were heard: sixteen times at the same moment each."""

from typing import Any

from django.utils import timezone

from api.base.ids import global_id
from complaints.models.complaints import Complaint
from inquiries.models.inquiries import Inquiry
from inquiries.models.messages import Message
from kit.ids import new_id
from loops.models.cases import CaseStudy
from loops.models.loops import Loop
from tests.attacks.deeds_at_once import Step, Story, each, once

_POINTS = [{"point": point, "result": "MET"} for point in ("ATTITUDE", "ABILITY", "WORDING")]
_CASE = {"title": "Cold noodles", "situation": "They came late.", "isAnonymous": True}


def _call(story: Story) -> dict[str, Any]:
    inquiry, now = story.latest(Inquiry), timezone.now()
    said = {"direction": "IN", "channel": "PHONE", "text": "Hello?", "said_at": now, "recorded_at": now}
    call = Message.objects.create(
        store_id=inquiry.store_id, inquiry=inquiry, recorded_by_id=story.chain.people["SERVICE_STAFF"], **said
    )
    return {"callId": global_id("InquiryMessage", call.pk), "points": _POINTS}


def _loop(story: Story) -> dict[str, Any]:
    """Return a loop about a requirement that binds no store: nothing can measure it."""
    now = timezone.now()
    ids = {"matter_id": new_id(), "lineage_id": new_id(), "entry_id": new_id()}
    when = {"happened_at": now, "opened_at": now, "needed": 5}
    loop = Loop.objects.create(
        store_id=story.chain.store, matter_kind="COMPLAINT", matter_type="Complaint", **ids, **when
    )
    return {"loopId": global_id("Loop", loop.pk), "reason": "The clause was withdrawn.", "expectedVersion": 1}


LOOPING: tuple[Step, ...] = (
    once("recordCallReview", "STORE_MANAGER", _call, "CALL_REVIEWED", "CALL_REVIEWED"),
    once("closeLoop", "AREA_SUPERVISOR", _loop, "LOOP_CLOSED", "STALE"),
    once(
        "setLoopRule",
        "QUALITY_OFFICER",
        lambda s: {"verdictsNeeded": 5, "lowScore": 2, "expectedVersion": 0},
        "LOOP_RULE_SET",
        "LOOP_RULE_CHANGED",
    ),
    once(
        "openCaseStudy",
        "QUALITY_OFFICER",
        lambda s: {"complaintId": s.id_of("Complaint", Complaint), **_CASE},
        "CASE_STUDY_OPENED",
        "CASE_STUDY_OPEN",
    ),
    each(
        "keepLessonLearned",
        "HQ_TRAINER",
        lambda s: {"caseStudyId": s.id_of("CaseStudy", CaseStudy), "text": "Bring them at once."},
        "LESSON_LEARNED_KEPT",
    ),
    once(
        "withdrawCaseStudy",
        "QUALITY_OFFICER",
        lambda s: {"caseStudyId": s.id_of("CaseStudy", CaseStudy)},
        "CASE_STUDY_WITHDRAWN",
        "NOT_FOUND",
    ),
)
