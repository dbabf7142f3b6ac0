"""How what went wrong in the demo is brought back to a clause, until it goes right: loops, calls, cases (M3, T2)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from chains.actor import Actor, system_actor
from complaints.actions.ending import withdraw_complaint
from complaints.actions.filing import Links, accept_complaint, file_complaint
from complaints.models.complaints import Channel, Complaint, Severity, Stage
from config.seed.cast import Cast, Shop
from config.seed.history import Plot, deed, look
from config.seed.inquiring import asked
from config.seed.teaching import takes
from inquiries.actions.answering import Outgoing, reply_to_inquiry
from inquiries.actions.ending import close_inquiry
from inquiries.actions.reviewing import record_call_review
from inquiries.models.inquiries import Inquiry, InquiryChannel
from inquiries.models.messages import Direction, Message
from inquiries.models.reviews import CallPoint, CallResult
from inquiries.rules.reviewing import Heard
from loops.actions.closing import close_loop, close_measured, set_loop_rule
from loops.actions.learning import keep_lesson_learned, open_case_study
from loops.models.cases import CaseStudy
from loops.models.loops import Loop, LoopState
from loops.rules.closing import Rule
from standards.models.texts import Clause

_A_DAY = timedelta(days=1)
_AN_HOUR = timedelta(hours=1)
_ROUND = timedelta(minutes=11)
# So many cases in a row have to conform in the demo, whose stores are small.
_NEEDED = 3
# The clauses that matters are brought back to, by their numbers: answers in time, and courtesy on the phone.
_IN_TIME, _COURTESY = "1", "3"


def loops_of(cast: Cast) -> Iterator[tuple[datetime, Plot]]:
    """Yield what is brought back to clauses, each with the moment at which it begins."""
    shops = cast.shops
    yield cast.at_hq(0.02), _has_a_rule(cast)
    yield cast.part(shops[0], 0.5), _goes_right_again(cast, shops[0], 0.5)
    # One complaint, two people: the same delay, where nobody but the manager has read the standard.
    yield cast.part(shops[-1], 0.72), _never_came(cast, shops[-1], 0.72)
    yield cast.part(shops[-2], 0.25), _is_closed_by_hand(cast, shops[-2])
    for shop, share, is_wrong in ((shops[0], 0.5, False), (shops[1], 0.8, True), (shops[2], 0.9, False)):
        yield cast.part(shop, share), _is_heard(cast, shop, share, is_wrong=is_wrong)
    yield cast.ago(shops[0], hours=3), _is_told_to_all(cast, shops[0])


def _has_a_rule(cast: Cast) -> Plot:
    yield deed(cast.at_hq(0.02), cast.officers[0], set_loop_rule, rule=Rule(verdicts_needed=_NEEDED))


def _answers_late(cast: Cast, shop: Shop, who: Actor, at: datetime) -> Plot:
    """Answer a message half an hour late, and have it complained of by the clause that asks for three minutes."""
    topic = cast.script.texts["inquiries"][1]
    inquiry: Inquiry = yield from asked(cast, shop, topic, at, who, new=1, channel=InquiryChannel.ONLINE)
    late = {"inquiry_id": inquiry.id, "reply": Outgoing(topic["answer"])}
    yield deed(at + _AN_HOUR / 2, who, reply_to_inquiry, **late)
    yield deed(at + _AN_HOUR / 2, who, close_inquiry, inquiry_id=inquiry.id)
    texts = cast.of("loops")
    complaint: Complaint = yield deed(
        at + _AN_HOUR,
        shop.supervisor,
        _complain,
        store_id=shop.id,
        customer=inquiry.customer_id,
        subject=texts["subject"],
        description=texts["description"],
        channel=Channel.PHONE,
        severity=Severity.MINOR,
        inquiry_id=inquiry.id,
        version_id=cast.answers_id,
        number=_IN_TIME,
    )
    yield from _is_settled(cast, shop, complaint, cast.opened(shop, at + 2 * _AN_HOUR))


def _is_settled(cast: Cast, shop: Shop, complaint: Complaint, at: datetime) -> Plot:
    """Apologise and explain; the customer wants no more."""
    texts, key = cast.of("loops"), {"complaint_id": complaint.id}
    yield deed(at, shop.supervisor, accept_complaint, **key)
    words = {"reason": texts["settled"], "channel": Channel.PHONE, "proof": texts["explained"]}
    yield deed(at + _ROUND, shop.supervisor, withdraw_complaint, **words, **key)


def _goes_right_again(cast: Cast, shop: Shop, share: float) -> Plot:
    """Whom the clause had reached learns its lesson again; the loop closes by what they do, not by a tick."""
    at, who, topic = cast.part(shop, share), shop.people[2], cast.script.texts["inquiries"][5]
    yield from _answers_late(cast, shop, who, at)
    at += 4 * _AN_HOUR
    yield from takes(cast, shop, who, at, course=0)
    for number in range(_NEEDED):
        at = cast.opened(shop, at + (number + 1) * _AN_HOUR)
        inquiry: Inquiry = yield from asked(cast, shop, topic, at, who, new=1, channel=InquiryChannel.ONLINE)
        reply = {"inquiry_id": inquiry.id, "reply": Outgoing(topic["answer"])}
        yield deed(at + timedelta(seconds=50), who, reply_to_inquiry, **reply)
        yield deed(at + _AN_HOUR / 2, who, close_inquiry, inquiry_id=inquiry.id)
    yield deed(at + 2 * _AN_HOUR, system_actor(), close_measured)


def _never_came(cast: Cast, shop: Shop, share: float) -> Plot:
    yield from _answers_late(cast, shop, shop.people[2], cast.part(shop, share))


def _is_closed_by_hand(cast: Cast, shop: Shop) -> Plot:
    """Complain by a clause that is taken back later: then nothing can measure it, and somebody closes the loop."""
    at, texts, officer = cast.part(shop, 0.25), cast.of("loops"), cast.officers[0]
    complaint: Complaint = yield deed(
        at,
        shop.supervisor,
        _complain,
        store_id=shop.id,
        customer=cast.newcomer(),
        subject=texts["rang"],
        description=texts["rang_long"],
        channel=Channel.PHONE,
        severity=Severity.MINOR,
        inquiry_id=None,
        version_id=cast.given_up_id,
        number="1",
    )
    yield from _is_settled(cast, shop, complaint, at + _AN_HOUR)
    at = cast.part(shop, 0.46)
    loop_id = yield look(at, officer, _open_loop, matter_id=complaint.id)
    yield deed(at, officer, close_loop, loop_id=loop_id, reason=texts["by_hand"])


def _is_heard(cast: Cast, shop: Shop, share: float, *, is_wrong: bool) -> Plot:
    """Have a call taken at the store, listen to it, and speak about it soon (M3)."""
    at, who, texts = cast.part(shop, share), shop.area_supervisor, cast.of("loops")
    topic = cast.script.texts["inquiries"][4]
    speaker = shop.people[2]
    inquiry: Inquiry = yield from asked(cast, shop, topic, at, speaker, new=1, channel=InquiryChannel.PHONE)
    yield deed(
        at + timedelta(seconds=50), speaker, reply_to_inquiry, inquiry_id=inquiry.id, reply=Outgoing(topic["answer"])
    )
    yield deed(at + _ROUND, speaker, close_inquiry, inquiry_id=inquiry.id)
    at += 2 * _AN_HOUR
    courtesy = CallResult.NOT_MET if is_wrong else CallResult.MET
    results = dict.fromkeys(CallPoint, CallResult.MET) | {CallPoint.WORDING: courtesy}
    words = {"inquiry_id": inquiry.id, "version_id": cast.answers_id, "results": results}
    words |= {"note": texts["heard"], "put_right": texts["put_right"] if is_wrong else ""}
    yield deed(at, who, _review, **words)


def _is_told_to_all(cast: Cast, shop: Shop) -> Plot:
    """Retell a complaint of this store without anybody's name, and keep what came of discussing it (T2)."""
    at, officer, texts = cast.ago(shop, hours=3), cast.officers[0], cast.of("loops")
    complaint_id = yield look(at, officer, _complained, store_id=shop.id)
    told = {"title": texts["case"], "situation": texts["situation"], "is_anonymous": True}
    case: CaseStudy = yield deed(at, officer, open_case_study, complaint_id=complaint_id, **told)
    for number, text in enumerate(texts["lessons"], start=1):
        learnt = {"case_study_id": case.id, "text": text}
        yield deed(at + number * _ROUND, (officer, cast.trainer)[number % 2], keep_lesson_learned, **learnt)


def _complain(
    *, actor: Actor, now: datetime, version_id: UUID, number: str, inquiry_id: UUID | None, **words: Any
) -> Complaint:
    clause = Clause.objects.get(version_id=version_id, number=number)
    links = Links(inquiry_id=inquiry_id, clause_id=clause.id)
    return file_complaint(actor=actor, now=now, links=links, **words).complaint


def _review(
    *,
    actor: Actor,
    now: datetime,
    inquiry_id: UUID,
    version_id: UUID,
    results: Mapping[CallPoint, CallResult],
    note: str,
    put_right: str,
) -> None:
    call = Message.objects.filter(inquiry=inquiry_id, direction=Direction.IN).order_by("said_at", "id")[0]
    clause = Clause.objects.get(version_id=version_id, number=_COURTESY)
    points: Sequence[Heard] = [
        Heard(
            point,
            result,
            clause_id=clause.id if point is CallPoint.WORDING else None,
            note=note if result is CallResult.NOT_MET else "",
        )
        for point, result in results.items()
    ]
    record_call_review(actor=actor, call_id=call.id, points=points, put_right=put_right, now=now)


def _open_loop(*, matter_id: UUID) -> UUID:
    """Look up the loop of a matter."""
    return Loop.objects.filter(matter_id=matter_id, state=LoopState.OPEN).values_list("id", flat=True).get()


def _complained(*, store_id: UUID) -> UUID:
    """Look up a complaint of a store, the latest that was closed, else the latest."""
    complaints = Complaint.objects.filter(store_id=store_id).order_by("-filed_at").values_list("id", flat=True)
    return complaints.filter(stage=Stage.CLOSED).first() or complaints[0]
