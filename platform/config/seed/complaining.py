"""What customers complain about: filed, looked into, settled, worked again, escalated, closed (C2 to C5)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from chains.actor import Actor
from complaints.actions.climbing import escalate_complaint
from complaints.actions.ending import close_complaint, decide_finally, record_outcome, rework_complaint
from complaints.actions.filing import accept_complaint, file_complaint
from complaints.actions.waiting import answer_referral, refer_complaint
from complaints.actions.working import agree_resolution, plan_resolution, record_investigation, tell_customer
from complaints.models.complaints import Channel, Complaint, Level, Severity, Stage
from complaints.models.ending import RootCause
from complaints.models.remedies import RemedyKind
from complaints.rules.ladder import LADDER
from complaints.rules.remedies import RemedyDraft
from config.seed.caring import may_be_called
from config.seed.cast import Cast, Shop
from config.seed.history import Plot, deed, look
from config.seed.scripts import Texts

_A_DAY = 0.018
_CHANNELS = tuple(Channel)
# How far a supervisor and a manager may go by the limits of a new chain (C6).
_SUPERVISORS_LIMIT, _MANAGERS_LIMIT = 200_00, 1_000_00


def complaints_of(cast: Cast) -> Iterator[tuple[datetime, Plot]]:
    """Yield the complaints of all stores, each with the moment at which it begins."""
    for shop in cast.shops:
        last = cast.until.astimezone(shop.zone).date()
        for at in cast.tempo.moments(shop.zone, cast.first_day(shop), last, a_day=_A_DAY):
            yield at, ordinary(cast, shop, at)


def ordinary(cast: Cast, shop: Shop, at: datetime) -> Plot:
    """File a complaint and bring it to its end."""
    case = cast.one("complaints")
    complaint: Complaint = yield from filed(cast, shop, case, at)
    yield from worked(cast, shop, complaint, case, at + cast.minutes(5, 60))


def from_delivery(cast: Cast, shop: Shop, order_id: UUID, at: datetime) -> Plot:
    """Work what was filed by itself since goods came damaged."""
    at = cast.opened(shop, at + timedelta(hours=2.5))
    case = next(each for each in cast.script.texts["complaints"] if each.get("is_of_goods"))
    found = yield look(at, shop.supervisor, _about, order_id=order_id)
    if found is not None:
        yield from worked(cast, shop, found, case, at)


def worked(cast: Cast, shop: Shop, complaint: Complaint, case: Texts, at: datetime) -> Plot:
    """Bring a complaint to its end: mostly at once, sometimes in a second round, now and then by the last word."""
    who = cast.staff(shop)
    yield deed(at, who, accept_complaint, complaint_id=complaint.id)
    if cast.chance(0.5):
        yield may_be_called(cast, who, complaint.customer_id, at)
    if cast.chance(0.12):
        # Not taken care of on the same day: it rises by itself.
        at = cast.opened(shop, at + timedelta(hours=cast.random.randrange(20, 50)))
    at = yield from looked_into(cast, shop, complaint, case, at + cast.minutes(20, 90))
    at = yield from offered(cast, shop, complaint, case, at)
    is_satisfied = cast.chance(0.8)
    at = yield from carried_out(cast, shop, complaint, case, at, is_satisfied=is_satisfied)
    if not is_satisfied:
        at = yield from looked_into(cast, shop, complaint, case, at + cast.minutes(60, 300))
        at = yield from offered(cast, shop, complaint, case, at, rounds=2)
        is_satisfied = cast.chance(0.8)
        at = yield from carried_out(cast, shop, complaint, case, at, is_satisfied=is_satisfied)
    if not is_satisfied:
        at = yield from last_word(cast, shop, complaint, case, at)
    at = cast.opened(shop, at + cast.minutes(30, 600))
    yield deed(at, shop.supervisor, close_complaint, complaint_id=complaint.id, **_closing(case))
    if cast.chance(0.06):
        at = cast.opened(shop, at + timedelta(days=cast.random.randrange(1, 6)))
        yield deed(at, who, rework_complaint, complaint_id=complaint.id, reason=case["unsatisfied"])
        at = yield from looked_into(cast, shop, complaint, case, at + cast.minutes(30, 200))
        at = yield from offered(cast, shop, complaint, case, at, rounds=3)
        at = yield from carried_out(cast, shop, complaint, case, at, is_satisfied=True)
        yield deed(
            at + cast.minutes(30, 90), shop.manager, close_complaint, complaint_id=complaint.id, **_closing(case)
        )


def filed(cast: Cast, shop: Shop, case: Texts, at: datetime, *, customer: Any = None) -> Plot:
    """Take a complaint down; its customer may ask for something."""
    sought = [RemedyDraft(RemedyKind.REFUND, case["amount"])] if case["amount"] and cast.chance(0.5) else []
    done = yield deed(
        at,
        cast.staff(shop),
        file_complaint,
        store_id=shop.id,
        customer=customer or cast.customer(shop, new=0.3),
        subject=case["subject"],
        description=case["description"],
        channel=cast.random.choices(_CHANNELS, (40, 30, 15, 15))[0],
        severity=Severity(case["severity"]),
        remedies=sought,
    )
    shop.known.append(done.complaint.customer_id)
    return done.complaint


def looked_into(cast: Cast, shop: Shop, complaint: Complaint, case: Texts, at: datetime) -> Plot:
    """Look into a complaint, now and then with a department that is asked first; return when that was."""
    who = cast.staff(shop)
    at = cast.opened(shop, at)
    if cast.chance(0.2):
        words = {"question": case["description"], "department": case["department"]}
        done = yield deed(at, who, refer_complaint, complaint_id=complaint.id, **words)
        at += cast.minutes(20, 90)
        yield deed(at, shop.supervisor, answer_referral, referral_id=done.step.id, answer=case["findings"])
    found = {"findings": case["findings"], "department": case["department"], "cause": case["cause"]}
    yield deed(at + cast.minutes(2, 20), who, record_investigation, complaint_id=complaint.id, **found)
    return at + timedelta(minutes=20)


def planned(_cast: Cast, shop: Shop, complaint: Complaint, case: Texts, at: datetime, *, rounds: int = 1) -> Plot:
    """Plan a solution, by whoever may decide as much as the customer gets in so many rounds together."""
    gives = (
        [RemedyDraft(RemedyKind.COMPENSATION, case["amount"])] if case["amount"] else [RemedyDraft(RemedyKind.APOLOGY)]
    )
    yield deed(
        at,
        _decider(shop, case["amount"] * rounds),
        plan_resolution,
        complaint_id=complaint.id,
        remedy=case["remedy"],
        expected_at=at + timedelta(days=2),
        remedies=gives,
    )


def told(cast: Cast, shop: Shop, complaint: Complaint, case: Texts, at: datetime) -> Plot:
    """Tell the customer what was planned."""
    words = {"channel": Channel(complaint.channel), "message": case["message"]}
    yield deed(at, cast.staff(shop), tell_customer, complaint_id=complaint.id, **words)


def agreed(cast: Cast, shop: Shop, complaint: Complaint, _case: Texts, at: datetime) -> Plot:
    """Record that the customer agrees to what was planned."""
    words = {"is_agreed": True, "channel": Channel(complaint.channel)}
    yield deed(at, cast.staff(shop), agree_resolution, complaint_id=complaint.id, **words)


def offered(cast: Cast, shop: Shop, complaint: Complaint, case: Texts, at: datetime, *, rounds: int = 1) -> Plot:
    """Plan a solution, tell the customer, and mostly have their consent; return when that was."""
    at = cast.opened(shop, at + cast.minutes(10, 120))
    yield from planned(cast, shop, complaint, case, at, rounds=rounds)
    # Within four opening hours, as the standard has it, or too late.
    at = cast.opened(shop, at + (cast.minutes(15, 200) if cast.chance(0.92) else cast.minutes(300, 900)))
    yield from told(cast, shop, complaint, case, at)
    at += cast.minutes(1, 30)
    if cast.chance(0.6):
        yield from agreed(cast, shop, complaint, case, at)
    return at


def carried_out(
    cast: Cast, shop: Shop, complaint: Complaint, case: Texts, at: datetime, *, is_satisfied: bool, longest: int = 1500
) -> Plot:
    """Do what was planned, after so many minutes at most, and ask whether all is well; return when that was."""
    at = cast.opened(shop, at + cast.minutes(60, longest))
    yield deed(
        at,
        cast.staff(shop),
        record_outcome,
        complaint_id=complaint.id,
        carried_out=case["carried_out"],
        is_satisfied=is_satisfied,
        reason="" if is_satisfied else case["unsatisfied"],
    )
    return at


def last_word(cast: Cast, shop: Shop, complaint: Complaint, case: Texts, at: datetime) -> Plot:
    """Escalate what the customer was not satisfied with again, decide it for good and tell the customer."""
    at = cast.opened(shop, at + cast.minutes(30, 120))
    yield from risen(shop, complaint, case, at, Level.HEADQUARTERS)
    at = cast.opened(shop, at + cast.minutes(60, 600))
    words = {"decision": case["result"], "reason": case["cause"]}
    yield deed(at, cast.officers[0], decide_finally, complaint_id=complaint.id, **words)
    at = cast.opened(shop, at + cast.minutes(30, 120))
    yield from told(cast, shop, complaint, case, at)
    return at


def risen(shop: Shop, complaint: Complaint, case: Texts, at: datetime, level: Level) -> Plot:
    """Escalate a complaint to a level by hand, unless its clock has brought it there by then."""
    if (yield look(at, shop.supervisor, _is_below, complaint_id=complaint.id, level=level)):
        words = {"reason": case["unsatisfied"], "to_level": level}
        yield deed(at, shop.supervisor, escalate_complaint, complaint_id=complaint.id, **words)


def _is_below(*, complaint_id: UUID, level: Level) -> bool:
    """Tell whether a complaint is at a lower level."""
    now_at = Level(Complaint.objects.values_list("level", flat=True).get(id=complaint_id))
    return LADDER.index(now_at) < LADDER.index(level)


def _about(*, order_id: UUID) -> Complaint | None:
    """Look up what is complained of about an order."""
    return Complaint.objects.filter(order_id=order_id, stage=Stage.FILED).order_by("filed_at").first()


def _closing(case: Texts) -> dict[str, Any]:
    return {"cause": case["cause"], "result": case["result"], "root_cause": _ROOT_CAUSES[case["severity"]]}


def _decider(shop: Shop, amount: int) -> Actor:
    if amount <= _SUPERVISORS_LIMIT:
        return shop.supervisor
    return shop.manager if amount <= _MANAGERS_LIMIT else shop.area_supervisor


_ROOT_CAUSES = {
    Severity.MINOR: RootCause.PROCESS,
    Severity.SERIOUS: RootCause.ATTITUDE,
    Severity.GRAVE: RootCause.PRODUCT,
}
