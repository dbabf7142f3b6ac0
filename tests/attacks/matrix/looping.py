"""What the deeds of loops, of case studies and of calls that were heard need to be done once."""

from datetime import timedelta

from api.base.ids import global_id
from inquiries.models.messages import Message
from kit.ids import new_id
from loops.models.loops import Loop
from tests.attacks.matrix.callers import Callers
from tests.attacks.matrix.conftest import World
from tests.attacks.matrix.success import TOMORROW, Given, Success, row_of

_POINTS = [{"point": point, "result": "MET"} for point in ("ATTITUDE", "ABILITY", "WORDING", "PROCEDURE")]


def _a_call(world: World) -> Given:
    """Return a call that the staff of the own store took: one of its own, since it is heard once."""
    call = Message.objects.get(pk=row_of(world, "InquiryMessage").pk)
    call.pk, call.external_id, call.channel = new_id(), "", "PHONE"
    call.recorded_by_id = world.a.people["SERVICE_STAFF"]
    call.save(force_insert=True)
    return {"callId": global_id("InquiryMessage", call.pk)}


def _nothing_measures_it(world: World, _callers: Callers) -> object:
    """Let the loop of the own store be open, and about a requirement that binds no store."""
    ended = {"state": "OPEN", "closed_at": None, "reason": "", "lineage_id": new_id()}
    return Loop.objects.filter(pk=row_of(world, "Loop").pk).update(**ended, opened_at=TOMORROW - timedelta(days=2))


LOOPING: dict[str, Success] = {
    "recordCallReview": Success(given={"points": _POINTS}, found=_a_call),
    "closeLoop": Success(prepare=_nothing_measures_it),
    "setLoopRule": Success(given={"verdictsNeeded": 5, "lowScore": 2}),
    "openCaseStudy": Success(given={"title": "Cold noodles", "situation": "They came late.", "isAnonymous": True}),
    "withdrawCaseStudy": Success(),
    "keepLessonLearned": Success(given={"text": "Bring them at once."}),
}
