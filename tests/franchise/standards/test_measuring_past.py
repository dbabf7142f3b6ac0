"""What was before a clause spoke of it is measured as if it had been measured when it happened."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

from chains.actor import Actor, system_actor
from chains.scope import scope
from journal.actions import append
from journal.models import Entry
from kit.ids import new_id
from standards.actions.measuring import measure_entry
from standards.actions.measuring_past import measure_past
from standards.models.tallies import MeasuredPair
from standards.models.verdicts import Span
from stores.actions.hours import set_opening_hours
from stores.rules.calendar import Interval
from tests.conftest import Chains
from tests.factories.standards import approved, same_day_clause

AsRole = Callable[..., Actor]
TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)
AN_HOUR = timedelta(hours=1)
MACHINE = system_actor()
MOMENTS = {"INQUIRY_OPENED": "received_at", "INQUIRY_ANSWERED": "said_at"}
NOT_COMPARED = {"id", "calendar_id"}


def spans() -> list[dict[str, object]]:
    rows = Span.objects.order_by("started_entry_id", "response_kind").values()
    return [{name: value for name, value in row.items() if name not in NOT_COMPARED} for row in rows]


def test_what_was_written_down_late_is_measured_late_as_it_would_have_been_at_once(
    chains: Chains, as_role: AsRole
) -> None:
    staff, store = as_role(chains.a, "SERVICE_STAFF"), chains.a.store
    noon = ((Interval(time(12), time(21)),),) * 7
    # Hours after the first one: when the customer wrote and was answered, and when each of it was written down.
    cases = [
        ((0, 5), (1, 6)),
        # Said before the customer asked: no answer, but the next one is.
        ((10, 12), (9, 13), (11, 14)),
        # What is told later to have been earlier changes nothing.
        ((20, 20), (23, 24), (21, 25)),
        ((30, 40),),
    ]
    with scope(chains.a.chain, staff):
        for (wrote, told), *answers in cases:
            subject = new_id()
            happened = [("INQUIRY_OPENED", wrote, told), *(("INQUIRY_ANSWERED", *answer) for answer in answers)]
            for kind, said, written in happened:
                append(
                    actor=staff,
                    kind=kind,
                    subject_type="Inquiry",
                    subject_id=subject,
                    store_id=store,
                    now=TEN + written * AN_HOUR,
                    after={"channel": "PHONE", MOMENTS[kind]: (TEN + said * AN_HOUR).isoformat()},
                )
    manager, tomorrow = as_role(chains.a, "STORE_MANAGER"), TEN.date() + timedelta(days=1)
    with scope(chains.a.chain, manager):
        # Recorded after the first customer wrote and before that was written down.
        set_opening_hours(actor=manager, store_id=store, valid_from=tomorrow, days=noon, now=TEN + 2 * AN_HOUR)
    end, answered = TEN + 100 * AN_HOUR, same_day_clause("1", trigger="INQUIRY_OPENED", response="INQUIRY_ANSWERED")
    approved(chains.a, end, answered)
    with scope(chains.a.chain, MACHINE):
        while measure_past(now=end, at_most=2):
            pass
        past = spans()
        hours = [span["wall_seconds"] and int(str(span["wall_seconds"])) // 3600 for span in past]
        assert sorted(hours, key=str) == [1, 1, 3, None]
        Span.objects.all().delete()
        for entry in Entry.objects.filter(subject_type="Inquiry").order_by("at", "id"):
            measure_entry(actor=MACHINE, entry=entry, now=end)
        assert spans() == past


def test_the_past_is_measured_as_what_happens_is(chains: Chains, as_role: AsRole) -> None:
    manager, store = as_role(chains.a, "STORE_MANAGER"), chains.a.store
    with scope(chains.a.chain, manager):
        for case in range(5):
            subject, at = new_id(), TEN + 9 * case * AN_HOUR
            for kind, later in (("COMPLAINT_FILED", 0), ("INVESTIGATION_RECORDED", 3), ("INVESTIGATION_RECORDED", 5)):
                if later == 0 or case != 3:
                    append(
                        actor=manager,
                        kind=kind,
                        subject_type="Complaint",
                        subject_id=subject,
                        store_id=store,
                        now=at + later * AN_HOUR,
                        after={"channel": "PHONE"},
                    )
            if case == 2:
                week = ((Interval(time(6), time(12)),),) * 7
                set_opening_hours(
                    actor=manager, store_id=store, valid_from=at.date() + timedelta(days=1), days=week, now=at + AN_HOUR
                )
    end = TEN + 100 * AN_HOUR
    never = same_day_clause("2")
    object.__setattr__(never, "rule", {"kind": "NEVER", "event": "COMPLAINT_FILED"})
    approved(chains.a, end, same_day_clause("1"), never)
    with scope(chains.a.chain, MACHINE):
        assert MeasuredPair.objects.filter(is_whole=False).count() == 2
        while measure_past(now=end, at_most=2):
            pass
        assert not MeasuredPair.objects.filter(is_whole=False).exists()
        past = spans()
        assert len(past) == 10
        # What was measured before there were exact measures is measured again.
        Span.objects.filter(response_kind="INVESTIGATION_RECORDED").update(is_exact=False, wall_days=None)
        MeasuredPair.objects.update(is_whole=False, reached_at=None)
        while measure_past(now=end, at_most=3):
            pass
        assert spans() == past
        Span.objects.all().delete()
        for entry in Entry.objects.filter(subject_type="Complaint").order_by("at", "id"):
            measure_entry(actor=MACHINE, entry=entry, now=end)
        assert spans() == past
