"""What customers ask: ordinary inquiries of every day, and one at each place where an inquiry can stand."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import partial

from chains.actor import Actor, system_actor
from config.seed.caring import may_be_called
from config.seed.cast import Cast, Shop
from config.seed.history import Plot, deed
from config.seed.scripts import Texts
from inquiries.actions.answering import Outgoing, advise_customer, promise_reply, reply_to_inquiry
from inquiries.actions.ending import close_inquiry, reopen_inquiry
from inquiries.actions.keeping import Incoming
from inquiries.actions.opening import open_inquiry, record_customer_message
from inquiries.actions.owning import hand_over_inquiry, take_inquiry
from inquiries.actions.shifts import begin_shift, end_shift
from inquiries.models.inquiries import Inquiry, InquiryChannel
from inquiries.rules.advising import AdvisedProduct

_CHANNELS = (InquiryChannel.PHONE, InquiryChannel.ONLINE, InquiryChannel.EMAIL, InquiryChannel.VISIT)
_A_DAY = 0.07


def inquiries_of(cast: Cast) -> Iterator[tuple[datetime, Plot]]:
    """Yield the inquiries of all stores, each with the moment at which it begins."""
    for shop in cast.shops:
        last = cast.until.astimezone(shop.zone).date()
        for at in cast.tempo.moments(shop.zone, cast.first_day(shop), last, a_day=_A_DAY):
            yield at, ordinary(cast, shop, at)
    queued_at = cast.ago(cast.first, hours=1)
    for shop in cast.shops:
        # In one store nobody is on the desk on its last day: what comes in there waits in the queue.
        without = queued_at.astimezone(shop.zone).date() if shop is cast.first else None
        for actor in shop.staff:
            yield from _shifts(cast, shop, actor, without=without)
    yield queued_at, _is_queued(cast, cast.first, queued_at)
    for shop, (back, plot) in zip(cast.places(), _standing(cast), strict=False):
        yield cast.ago(shop, hours=back), plot(shop)


def ordinary(cast: Cast, shop: Shop, at: datetime) -> Plot:
    """Ask, answer or promise and then answer, perhaps once more, perhaps with advice; close."""
    topic, who = cast.one("inquiries"), cast.staff(shop)
    inquiry: Inquiry = yield from asked(cast, shop, topic, at, who)
    at = yield from answered(cast, topic, inquiry, at, who)
    if cast.chance(0.35):
        yield may_be_called(cast, who, inquiry.customer_id, at)
    if topic.get("again"):
        at += cast.minutes(2, 40)
        yield deed(at, who, record_customer_message, inquiry_id=inquiry.id, said=Incoming(topic["again"]))
        at += _patience(cast)
        yield deed(at, who, reply_to_inquiry, inquiry_id=inquiry.id, reply=Outgoing(topic["then"]))
    if topic.get("advice"):
        at = yield from _advised(topic, inquiry, at + cast.minutes(3, 20), who)
    at += cast.minutes(3, 60)
    yield deed(at, who, close_inquiry, inquiry_id=inquiry.id)
    if topic.get("again") and cast.chance(0.06):
        at = cast.opened(shop, at + timedelta(hours=cast.random.randrange(3, 40)))
        yield deed(at, who, reopen_inquiry, inquiry_id=inquiry.id, reason=topic["again"])
        yield deed(at + _patience(cast), who, reply_to_inquiry, inquiry_id=inquiry.id, reply=Outgoing(topic["then"]))
        yield deed(at + cast.minutes(20, 60), shop.supervisor, close_inquiry, inquiry_id=inquiry.id)


def asked(
    cast: Cast,
    shop: Shop,
    topic: Texts,
    at: datetime,
    who: Actor,
    *,
    new: float = 0.5,
    channel: InquiryChannel | None = None,
) -> Plot:
    """Take a customer's question down, with this chance a new one's, and return the inquiry."""
    channel = channel or cast.random.choices(_CHANNELS, (30, 45, 15, 10))[0]
    rung = timedelta(seconds=cast.random.choices((4, 6, 8, 14, 31), (30, 30, 28, 8, 4))[0])
    is_call = channel is InquiryChannel.PHONE
    done = yield deed(
        at + (timedelta(seconds=45) if is_call else timedelta(0)),
        who,
        open_inquiry,
        store_id=shop.id,
        customer=cast.customer(shop, new=new),
        subject=topic["subject"],
        channel=channel,
        said=Incoming(topic["asks"], said_at=at),
        answered_at=at + rung if is_call else None,
    )
    shop.known.append(done.inquiry.customer_id)
    return done.inquiry


def answered(cast: Cast, topic: Texts, inquiry: Inquiry, at: datetime, who: Actor) -> Plot:
    """Answer it, where it has to be after a promise to, and return when that was."""
    at += _patience(cast)
    if topic.get("promise"):
        until = at + timedelta(hours=cast.random.choice((3, 4, 6, 20)))
        yield deed(
            at, who, promise_reply, inquiry_id=inquiry.id, promise=Outgoing(topic["promise"]), promised_until=until
        )
        at = until + (cast.minutes(5, 90) if cast.chance(0.12) else -cast.minutes(10, 120))
    yield deed(at, who, reply_to_inquiry, inquiry_id=inquiry.id, reply=Outgoing(topic["answer"]))
    return at


def _advised(topic: Texts, inquiry: Inquiry, at: datetime, who: Actor) -> Plot:
    yield deed(
        at,
        who,
        advise_customer,
        inquiry_id=inquiry.id,
        advice=Outgoing(topic["advice"]),
        needs=topic["needs"],
        lines=[AdvisedProduct(product=topic["product"], quantity=1, why=topic["why"])],
        plan=topic["plan"],
        planned_on=(at + timedelta(days=5)).date(),
    )
    return at


def _patience(cast: Cast) -> timedelta:
    """Return how long a customer waits for an answer: mostly within three minutes (S9), sometimes not."""
    return cast.minutes(4, 25) if cast.chance(0.09) else cast.minutes(0.5, 1.4)


def _standing(cast: Cast) -> Iterator[tuple[float, Callable[[Shop], Plot]]]:
    """Yield an inquiry at each other place where one can stand now, with how many hours ago it began."""
    topics = cast.script.texts["inquiries"]
    promised = [topic for topic in topics if topic.get("promise")]
    again = [topic for topic in topics if topic.get("again")]
    yield 2, partial(_waits, cast, topic=topics[0])
    yield 3, partial(_is_promised, cast, topic=promised[0], hours=8)
    yield 30, partial(_is_promised, cast, topic=promised[1], hours=24)
    yield 31, partial(_has_kept_it, cast, topic=promised[2])
    yield 4, partial(_is_answered, cast, topic=topics[1])
    yield 5, partial(_wrote_again, cast, topic=again[1])
    yield 2.5, partial(_is_handed_over, cast, topic=topics[7])
    yield 26, partial(_is_reopened, cast, topic=again[2])


def _waits(cast: Cast, shop: Shop, topic: Texts) -> Plot:
    yield from asked(cast, shop, topic, cast.ago(shop, hours=2), cast.staff(shop))


def _is_promised(cast: Cast, shop: Shop, topic: Texts, *, hours: int) -> Plot:
    at, who = cast.ago(shop, hours=hours / 2), cast.staff(shop)
    inquiry = yield from asked(cast, shop, topic, at, who)
    promise, until = Outgoing(topic["promise"]), max(at, cast.until) + timedelta(hours=hours)
    at += _patience(cast)
    yield deed(at, who, promise_reply, inquiry_id=inquiry.id, promise=promise, promised_until=until)


def _has_kept_it(cast: Cast, shop: Shop, topic: Texts) -> Plot:
    """Promise an answer and give it in time."""
    at, who = cast.ago(shop, hours=31), cast.staff(shop)
    inquiry = yield from asked(cast, shop, topic, at, who)
    at += _patience(cast)
    until, promise = at + timedelta(hours=2), Outgoing(topic["promise"])
    yield deed(at, who, promise_reply, inquiry_id=inquiry.id, promise=promise, promised_until=until)
    yield deed(at + timedelta(hours=1), who, reply_to_inquiry, inquiry_id=inquiry.id, reply=Outgoing(topic["answer"]))


def _is_answered(cast: Cast, shop: Shop, topic: Texts) -> Plot:
    at, who = cast.ago(shop, hours=4), cast.staff(shop)
    inquiry = yield from asked(cast, shop, topic, at, who)
    yield deed(at + _patience(cast), who, reply_to_inquiry, inquiry_id=inquiry.id, reply=Outgoing(topic["answer"]))


def _wrote_again(cast: Cast, shop: Shop, topic: Texts) -> Plot:
    at, who = cast.ago(shop, hours=5), cast.staff(shop)
    inquiry = yield from asked(cast, shop, topic, at, who)
    at += _patience(cast)
    yield deed(at, who, reply_to_inquiry, inquiry_id=inquiry.id, reply=Outgoing(topic["answer"]))
    at += cast.minutes(20, 30)
    yield deed(at, who, record_customer_message, inquiry_id=inquiry.id, said=Incoming(topic["again"]))


def _is_queued(cast: Cast, shop: Shop, at: datetime) -> Plot:
    """Two that a machine took down: one waits in the queue, one was taken from it."""
    for number, text in enumerate((cast.script.texts["inquiries"][6], cast.one("inquiries"))):
        done = yield deed(
            at + timedelta(minutes=number),
            system_actor(),
            open_inquiry,
            store_id=shop.id,
            customer=cast.newcomer(),
            subject=text["subject"],
            channel=InquiryChannel.ONLINE,
            said=Incoming(text["asks"], external_id=f"chat-{shop.store.code}-{number}"),
        )
    if done.inquiry.is_queued:
        yield deed(at + timedelta(minutes=3), cast.staff(shop), take_inquiry, inquiry_id=done.inquiry.id)


def _is_handed_over(cast: Cast, shop: Shop, topic: Texts) -> Plot:
    at, who = cast.ago(shop, hours=2.5), cast.staff(shop)
    inquiry = yield from asked(cast, shop, topic, at, who)
    at += cast.minutes(1, 2)
    yield deed(at, who, hand_over_inquiry, inquiry_id=inquiry.id, owner_id=shop.supervisor.id, note=topic["subject"])


def _is_reopened(cast: Cast, shop: Shop, topic: Texts) -> Plot:
    at, who = cast.ago(shop, hours=26), cast.staff(shop)
    inquiry = yield from asked(cast, shop, topic, at, who)
    at += _patience(cast)
    yield deed(at, who, reply_to_inquiry, inquiry_id=inquiry.id, reply=Outgoing(topic["answer"]))
    yield deed(at + cast.minutes(10, 20), who, close_inquiry, inquiry_id=inquiry.id)
    at = max(at + timedelta(hours=1), cast.ago(shop, hours=3))
    yield deed(at, who, reopen_inquiry, inquiry_id=inquiry.id, reason=topic["again"])


def _shifts(cast: Cast, shop: Shop, actor: Actor, *, without: date | None) -> Iterator[tuple[datetime, Plot]]:
    """Yield the shifts at the desk of the last days but one; who is there now stays until the store closes."""
    today = cast.until.astimezone(shop.zone).date()
    for day in (today - timedelta(days=back) for back in (2, 1, 0)):
        ends = cast.tempo.closing(shop.zone, day)
        begins = ends - timedelta(hours=11, minutes=50) + cast.minutes(0, 10)
        if begins > cast.since and day != without:
            yield begins, _shift(shop, actor, begins, ends)


def _shift(shop: Shop, actor: Actor, begins: datetime, ends: datetime) -> Plot:
    yield deed(begins, actor, begin_shift, store_id=shop.id)
    yield deed(ends, actor, end_shift, store_id=shop.id)
