"""A complaint at each place where one can stand now: every stage, every level, and each sort of waiting."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from clocks.models import PauseReason
from complaints.actions.ending import close_complaint, withdraw_complaint
from complaints.actions.filing import accept_complaint
from complaints.actions.waiting import pause_complaint, refer_complaint
from complaints.models.complaints import Channel, Complaint, Level, Severity, Stage
from config.seed.cast import Cast, Shop
from config.seed.complaining import agreed, carried_out, filed, last_word, looked_into, planned, risen, told
from config.seed.history import Plot, deed
from config.seed.scripts import Texts

_STEP = timedelta(minutes=25)
# In minutes.
_SOON = 240


def complaints_shown(cast: Cast) -> Iterator[tuple[datetime, Plot]]:
    """Yield such complaints of the stores in turn, each with the moment at which it begins."""
    cases, places = cast.script.texts["complaints"], cast.places()
    for number, stage in enumerate(Stage):
        # What takes two rounds began a day earlier.
        days, shop = 3 if stage in _TWO_ROUNDS else 1, next(places)
        at = cast.ago(shop, days=days, hours=number / 3)
        yield at, _stands(cast, shop, cases[number % len(cases)], at, stage)
    # What is minor stays two days at a level: it is there still, whatever the hour is now.
    minor = [case for case in cases if case["severity"] == Severity.MINOR]
    for number, level in enumerate(tuple(Level)[1:]):
        at = cast.ago(shop := next(places), hours=20 + number)
        yield at, _has_risen(cast, shop, minor[number % len(minor)], at, level)
    for number, reason in enumerate(PauseReason):
        at = cast.ago(shop := next(places), hours=6 + number)
        yield at, _waits(cast, shop, cases[number], at, reason)
    for number, to_level in enumerate((None, Level.SERVICE_SUPERVISOR)):
        at = cast.ago(shop := next(places), hours=9 + number)
        yield at, _is_referred(cast, shop, cases[5 + number], at, to_level)


_TWO_ROUNDS = (Stage.REWORK, Stage.FINALLY_DECIDED, Stage.SETTLED, Stage.CLOSED)


def _stands(cast: Cast, shop: Shop, case: Texts, at: datetime, stage: Stage) -> Plot:
    """Do the steps of the way until a stage."""
    complaint: Complaint = yield from filed(cast, shop, case, at)
    if stage is Stage.FILED:
        return
    who = cast.staff(shop)
    yield deed(at + _STEP, who, accept_complaint, complaint_id=complaint.id)
    if stage is Stage.WITHDRAWN:
        words = {"reason": case["result"], "channel": Channel.PHONE, "proof": case["carried_out"]}
        yield deed(at + 2 * _STEP, shop.supervisor, withdraw_complaint, complaint_id=complaint.id, **words)
        return
    if stage is Stage.ACCEPTED:
        return
    at = yield from looked_into(cast, shop, complaint, case, at + 2 * _STEP)
    for each, step in _STEPS:
        if stage is Stage.INVESTIGATED:
            return
        at += _STEP
        yield from step(cast, shop, complaint, case, at)
        if each is stage:
            return
    if stage in (Stage.REWORK, Stage.FINALLY_DECIDED):
        at = yield from _refused_twice(cast, shop, complaint, case, at)
        if stage is Stage.FINALLY_DECIDED:
            yield from last_word(cast, shop, complaint, case, at)
        return
    at = yield from carried_out(cast, shop, complaint, case, at, is_satisfied=True)
    if stage is Stage.CLOSED:
        words = {"cause": case["cause"], "result": case["result"]}
        yield deed(at + _STEP, shop.supervisor, close_complaint, complaint_id=complaint.id, **words)


_STEPS: tuple[tuple[Stage, Callable[[Cast, Shop, Complaint, Texts, datetime], Plot]], ...] = (
    (Stage.PLANNED, planned),
    (Stage.CUSTOMER_TOLD, told),
    (Stage.AGREED, agreed),
)


def _refused_twice(cast: Cast, shop: Shop, complaint: Complaint, case: Texts, at: datetime) -> Plot:
    """Work it twice in vain, and soon enough that the last word can be spoken by now, whatever the hour is."""
    at = yield from carried_out(cast, shop, complaint, case, at, is_satisfied=False, longest=_SOON)
    at = yield from looked_into(cast, shop, complaint, case, at + _STEP)
    yield from planned(cast, shop, complaint, case, at + _STEP, rounds=2)
    yield from told(cast, shop, complaint, case, at + 2 * _STEP)
    at += 3 * _STEP
    return (yield from carried_out(cast, shop, complaint, case, at, is_satisfied=False, longest=_SOON))


def _has_risen(cast: Cast, shop: Shop, case: Texts, at: datetime, level: Level) -> Plot:
    complaint: Complaint = yield from filed(cast, shop, case, at)
    yield deed(at + _STEP, cast.staff(shop), accept_complaint, complaint_id=complaint.id)
    at = yield from looked_into(cast, shop, complaint, case, at + 2 * _STEP)
    yield from risen(shop, complaint, case, at + _STEP, level)


def _waits(cast: Cast, shop: Shop, case: Texts, at: datetime, reason: PauseReason) -> Plot:
    complaint: Complaint = yield from filed(cast, shop, case, at)
    yield deed(at + _STEP, cast.staff(shop), accept_complaint, complaint_id=complaint.id)
    note = case["findings"] if reason is PauseReason.OTHER else ""
    yield deed(at + 2 * _STEP, shop.supervisor, pause_complaint, complaint_id=complaint.id, reason=reason, note=note)


def _is_referred(cast: Cast, shop: Shop, case: Texts, at: datetime, to_level: Level | None) -> Plot:
    complaint: Complaint = yield from filed(cast, shop, case, at)
    who = cast.staff(shop)
    yield deed(at + _STEP, who, accept_complaint, complaint_id=complaint.id)
    asked = {"to_level": to_level} if to_level else {"department": case["department"]}
    yield deed(at + 2 * _STEP, who, refer_complaint, complaint_id=complaint.id, question=case["description"], **asked)
