"""What customers of the demo say of how they were served: surveys, ratings and praise (V4, C8)."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from chains.actor import Actor, gate_actor
from chains.scope import CHAINS_ALIAS
from complaints.models.complaints import Complaint, Stage
from config.seed.caring import agree_to_calls, proofs
from config.seed.cast import Cast, Shop
from config.seed.history import Plot, deed, look
from config.seed.inquiring import answered, asked
from feedback.actions.answering import answer_survey
from feedback.actions.praising import record_praise
from feedback.actions.sending import Sent, send_survey
from feedback.models.praise import PraiseChannel
from feedback.models.surveys import MatterKind, Survey, SurveyQuestion, SurveyState
from feedback.rules.surveys import Score, SurveyWithdrawn
from inquiries.actions.ending import close_inquiry
from inquiries.actions.keeping import Incoming
from inquiries.actions.opening import record_customer_message
from inquiries.models.inquiries import Inquiry, InquiryState
from kit.refusals import Refusal
from orders.models.orders import FulfilmentState, Order, OrderState

_PRAISE_A_DAY, _ASKED_A_DAY = 0.02, 0.03
_KINDS = (MatterKind.COMPLAINT, MatterKind.INQUIRY, MatterKind.ORDER)


def feedback_of(cast: Cast) -> Iterator[tuple[datetime, Plot]]:
    """Yield the surveys and the praise of all stores, each with the moment at which it begins."""
    for shop in cast.shops:
        first, last = cast.first_day(shop), cast.until.astimezone(shop.zone).date()
        for at in cast.tempo.moments(shop.zone, first, last, a_day=_PRAISE_A_DAY):
            yield at, _praised(cast, shop, at)
        for at in cast.tempo.moments(shop.zone, first + timedelta(days=2), last, a_day=_ASKED_A_DAY):
            yield at, _asked(cast, shop, at, answers=cast.chance(0.7))
    places = cast.places()
    at = cast.ago(shop := next(places), hours=4)
    yield at, _praised(cast, shop, at)
    for number, state in enumerate(SurveyState):
        at = cast.ago(shop := next(places), hours=9 + number)
        yield at, _stands(cast, shop, at, state)


def _praised(cast: Cast, shop: Shop, at: datetime) -> Plot:
    """Take down thanks: for somebody, or now and then for the whole store."""
    for_whom = cast.random.choice([*shop.staff, shop.supervisor])
    # Nobody takes down praise of themselves.
    others = [each for each in (*shop.staff, shop.manager) if each is not for_whom]
    yield deed(
        at,
        cast.random.choice(others),
        record_praise,
        store_id=shop.id,
        channel=cast.random.choice(list(PraiseChannel)),
        text=cast.random.choice(cast.of("visits")["praise"]),
        customer_id=cast.random.choice(shop.known) if shop.known and cast.chance(0.6) else None,
        member_ids=[for_whom.id] if cast.chance(0.85) else (),
    )


def _asked(cast: Cast, shop: Shop, at: datetime, *, answers: bool, kind: MatterKind | None = None) -> Plot:
    """Ask a customer about a matter that has come to its end, and have an answer."""
    kind = kind or cast.random.choices(_KINDS, (50, 25, 25))[0]
    proof = cast.random.choice(proofs(cast))
    matters = yield look(at, shop.supervisor, _ended, kind=kind, store_id=shop.id)
    sent: Sent | None = yield deed(at, shop.supervisor, _ask, matters=matters, kind=kind, proof=proof)
    if sent is not None and answers:
        yield from _rated(cast, sent, at + cast.minutes(10, 900))


def _rated(cast: Cast, sent: Sent, at: datetime) -> Plot:
    """Answer a survey: mostly well, now and then not."""
    overall = cast.random.choices((5, 4, 3, 2, 1), (45, 30, 12, 8, 5))[0]
    scores = [
        Score(question, max(1, min(5, overall + cast.random.choice((-1, 0, 0, 0, 1)))))
        for question in SurveyQuestion
        if question is SurveyQuestion.OVERALL or cast.chance(0.7)
    ]
    comment = cast.random.choice(cast.of("visits")["content" if overall > 3 else "discontent"])
    secret = sent.link.rsplit("/", 1)[-1]
    words = {"secret": secret, "scores": scores, "comment": comment if cast.chance(0.6) else ""}
    yield deed(at, gate_actor(), _answer, **words)


def _stands(cast: Cast, shop: Shop, at: datetime, state: SurveyState) -> Plot:
    """Close an inquiry and ask about it; let the customer answer, or write again, which withdraws the survey."""
    who, topic = cast.staff(shop), cast.script.texts["inquiries"][0]
    # Of a customer whom nobody has asked by then.
    inquiry: Inquiry = yield from asked(cast, shop, topic, at, who, new=1)
    at = yield from answered(cast, topic, inquiry, at, who)
    yield deed(at + timedelta(minutes=9), who, close_inquiry, inquiry_id=inquiry.id)
    at += timedelta(hours=1)
    matters, proof = [(inquiry.id, inquiry.customer_id)], cast.random.choice(proofs(cast))
    sent = yield deed(at, shop.supervisor, _ask, matters=matters, kind=MatterKind.INQUIRY, proof=proof)
    at += timedelta(hours=3)
    if state is SurveyState.ANSWERED:
        yield from _rated(cast, sent, at)
    if state is SurveyState.WITHDRAWN:
        yield deed(at, who, record_customer_message, inquiry_id=inquiry.id, said=Incoming(topic["again"]))


def _ask(
    *, actor: Actor, now: datetime, matters: Sequence[tuple[UUID, UUID]], kind: MatterKind, proof: str
) -> Sent | None:
    """Send a survey about the first of these matters whose customer can be asked, with their consent."""
    for matter_id, customer_id in matters:
        try:
            with transaction.atomic(using=CHAINS_ALIAS):
                agree_to_calls(actor=actor, customer_id=customer_id, proof=proof, now=now)
                return send_survey(actor=actor, kind=kind, matter_id=matter_id, now=now)
        except Refusal:
            # Asked a short time ago, or about this before: somebody else then.
            continue
    return None


def _answer(*, actor: Actor, now: datetime, **words: Any) -> Survey | None:
    """Answer a survey, unless its matter was taken up again meanwhile."""
    try:
        return answer_survey(actor=actor, now=now, **words)
    except SurveyWithdrawn:
        return None


def _ended(*, kind: MatterKind, store_id: UUID) -> list[tuple[UUID, UUID]]:
    """Return matters that have come to their end, the latest first, with their customers."""
    if kind is MatterKind.COMPLAINT:
        found = Complaint.objects.filter(store_id=store_id, stage=Stage.CLOSED).order_by("-filed_at")
        return list(found.values_list("id", "customer_id")[:5])
    if kind is MatterKind.INQUIRY:
        closed = Inquiry.objects.filter(store_id=store_id, state=InquiryState.CLOSED).order_by("-opened_at")
        return list(closed.values_list("id", "customer_id")[:5])
    delivered = Order.objects.filter(store_id=store_id, state=OrderState.COMPLETED, address__gt="")
    delivered = delivered.filter(fulfilment_state=FulfilmentState.DELIVERED).order_by("-placed_at")
    return list(delivered.values_list("id", "customer_id")[:5])
