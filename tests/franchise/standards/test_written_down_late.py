"""What is written down late runs from when the customer came, by the standard of that time, and verdicts agree."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest

from chains.actor import Actor, system_actor
from chains.scope import scope
from clocks.models import Clock, Overdue
from complaints.actions.filing import Links, accept_complaint
from complaints.actions.working import record_investigation
from inquiries.actions.keeping import Incoming
from inquiries.actions.opening import record_customer_message
from inquiries.models.inquiries import InquiryChannel
from journal.models import Entry
from kit.refusals import Invalid
from standards.actions.measuring import measure_entry
from standards.models.verdicts import Span, Verdict
from standards.rules.drafts import ClauseDraft
from stores.actions.hours import set_opening_hours
from stores.rules.calendar import Interval
from tests.conftest import Chains
from tests.factories.complaints import filed
from tests.factories.inquiries import answered, opened
from tests.factories.orders import placed, sold
from tests.factories.standards import TEXTS, in_force, same_day_clause

AsRole = Callable[..., Actor]
# Ten in the morning in Shanghai; the furnished stores are open from 9 to 21.
TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)
MIDNIGHT = datetime(2026, 5, 4, 16, tzinfo=UTC)
AN_HOUR, A_MINUTE, A_DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
MACHINE = system_actor()
ANSWERED_IN_TEN_SECONDS = {
    "kind": "FOLLOWED_BY",
    "trigger": "INQUIRY_OPENED",
    "response": "INQUIRY_ANSWERED",
    "within": "PT10S",
    "share": 96,
}
ANSWERED_AGAIN = {**ANSWERED_IN_TEN_SECONDS, "trigger": "CUSTOMER_WROTE", "within": "PT5M"}


def measured(subject_id: UUID, now: datetime) -> None:
    for entry in Entry.objects.filter(subject_id=subject_id).order_by("-at", "-id"):
        measure_entry(actor=MACHINE, entry=entry, now=now)


def must_agree(subject_id: UUID) -> None:
    """Check that each clause's clock shows what was measured for its verdict."""
    clocks = Clock.objects.filter(subject_id=subject_id, clause_version_id__isnull=False, stopped_at__isnull=False)
    verdicts = Verdict.objects.standing().filter(subject_id=subject_id).select_related("span")
    by_clause = {verdict.clause_id: verdict for verdict in verdicts}
    assert clocks
    for clock in clocks:
        verdict = by_clause[clock.clause_version_id]
        span = verdict.span
        assert (clock.started_at, clock.stopped_at) == (span.started_at, span.ended_at)
        assert (clock.wall_seconds, clock.working_seconds) == (span.wall_seconds, span.working_seconds)
        assert clock.due_at == verdict.due_at


def test_c3_who_files_a_day_late_gains_no_time_and_is_known_as_late_at_once(chains: Chains, as_role: AsRole) -> None:
    in_force(chains.a, TEN - AN_HOUR)
    manager, late = as_role(chains.a, "STORE_MANAGER"), TEN + A_DAY
    with scope(chains.a.chain, manager):
        key = filed(manager, chains.a.store, late, received_at=TEN).complaint.id
        clock = Clock.objects.get(subject_id=key, kind="INVESTIGATION_RECORDED")
        assert (clock.started_at, clock.due_at, clock.watch_at) == (TEN, MIDNIGHT, None)
        assert Overdue.objects.filter(clock=clock, due_at=MIDNIGHT, noted_at=late).count() == 1
        filed_entry = Entry.objects.get(subject_id=key, kind="COMPLAINT_FILED")
        told = Entry.objects.filter(subject_id=key, kind="CLOCK_OVERDUE", part_of_id=filed_entry.id)
        assert {entry.after["kind"] for entry in told if entry.after} == {"INVESTIGATION_RECORDED"}
        accept_complaint(actor=manager, complaint_id=key, now=late)
        record_investigation(actor=manager, complaint_id=key, findings="Broken lamp.", now=late + AN_HOUR)
    with scope(chains.a.chain, MACHINE):
        measured(key, late + AN_HOUR)
        verdict = Verdict.objects.standing().get()
        assert (verdict.state, verdict.reason, verdict.due_at) == ("MISSED", "TOO_LATE", MIDNIGHT)
        span = Span.objects.get()
        assert (span.started_at, span.wall_seconds) == (TEN, 25 * 3600)
        must_agree(key)


def test_without_a_clause_the_usual_clocks_run_from_when_the_customer_came(chains: Chains, as_role: AsRole) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        key = filed(staff, chains.a.store, TEN, received_at=TEN - 2 * AN_HOUR).complaint.id
        clocks = Clock.objects.filter(subject_id=key).order_by("kind")
        started = [(clock.kind, clock.started_at) for clock in clocks]
    assert started == [("COMPLAINT_VERIFIED", TEN - 2 * AN_HOUR), ("SOLVED_AT_STORE_STAFF", TEN - 2 * AN_HOUR)]


def test_a_case_is_judged_by_the_standard_that_was_in_force_when_the_customer_came(
    chains: Chains, as_role: AsRole
) -> None:
    in_force(chains.a, TEN)
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        before = filed(manager, chains.a.store, TEN + AN_HOUR, received_at=TEN - AN_HOUR)
        since = filed(manager, chains.a.store, TEN + AN_HOUR, received_at=TEN)
        assert (before.standards_applied, len(since.standards_applied)) == ([], 1)
        assert Clock.objects.filter(subject_id=before.complaint.id, kind="COMPLAINT_VERIFIED").exists()
    with scope(chains.a.chain, MACHINE):
        for key in (before.complaint.id, since.complaint.id):
            measured(key, TEN + AN_HOUR)
        # Both are measured, since a clause speaks of them; only one is judged.
        assert [verdict.subject_id for verdict in Verdict.objects.standing()] == [since.complaint.id]


@pytest.mark.parametrize("about", ["order_id", "inquiry_id"])
def test_a_complaint_does_not_come_in_before_what_it_is_about(chains: Chains, as_role: AsRole, about: str) -> None:
    sold(chains.a.chain, TEN)
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        inquiry = opened(manager, chains.a.store, TEN).inquiry
        if about == "order_id":
            links = Links(order_id=placed(manager, chains.a.store, TEN).id)
        else:
            links = Links(inquiry_id=inquiry.id)
        with pytest.raises(Invalid) as refused:
            filed(manager, chains.a.store, TEN + A_DAY, received_at=TEN - AN_HOUR, links=links)
        assert refused.value.field == ("received_at",)
        filed(manager, chains.a.store, TEN + A_DAY, received_at=TEN, links=links)


def test_s9_a_call_that_was_picked_up_in_time_meets_its_clause_whenever_it_is_written_down(
    chains: Chains, as_role: AsRole
) -> None:
    in_force(chains.a, TEN - AN_HOUR, ClauseDraft(number="1", texts=TEXTS, rule=ANSWERED_IN_TEN_SECONDS))
    staff, later = as_role(chains.a, "SERVICE_STAFF"), TEN + 20 * A_MINUTE
    called = {"channel": InquiryChannel.PHONE, "said_at": TEN}
    with scope(chains.a.chain, staff):
        done = opened(staff, chains.a.store, later, answered_at=TEN + timedelta(seconds=8), **called)
        quick = done.inquiry.id
        assert [applied.effect for applied in done.standards_applied] == ["STARTED", "STOPPED"]
        slow = opened(staff, chains.a.store, later, answered_at=TEN + A_MINUTE, subject="Slow", **called).inquiry.id
        clocks = {clock.subject_id: clock for clock in Clock.objects.all()}
        assert (clocks[quick].kind, clocks[quick].wall_seconds) == ("INQUIRY_ANSWERED", 8)
        assert set(Overdue.objects.values_list("clock__subject_id", flat=True)) == {slow}
        answered(staff, quick, later + A_MINUTE)
    with scope(chains.a.chain, MACHINE):
        for key in (quick, slow):
            measured(key, later + A_MINUTE)
            must_agree(key)
        states = dict(Verdict.objects.standing().values_list("subject_id", "state"))
    assert states == {quick: "MET", slow: "MISSED"}


def test_s9_a_message_that_is_recorded_late_and_answered_aloud_in_time_is_measured_as_it_was(
    chains: Chains, as_role: AsRole
) -> None:
    in_force(chains.a, TEN - AN_HOUR, ClauseDraft(number="1", texts=TEXTS, rule=ANSWERED_AGAIN))
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        key = opened(staff, chains.a.store, TEN).inquiry.id
        answered(staff, key, TEN)
        wrote = Incoming("And the bulb?", said_at=TEN + A_MINUTE)
        record_customer_message(actor=staff, inquiry_id=key, said=wrote, now=TEN + 9 * A_MINUTE)
        clock = Clock.objects.running().get()
        assert (clock.started_at, clock.due_at) == (TEN + A_MINUTE, TEN + 6 * A_MINUTE)
        aloud = {"channel": InquiryChannel.PHONE}
        # What was said before the customer asked answers nothing.
        answered(staff, key, TEN + 10 * A_MINUTE, said_at=TEN, **aloud)
        assert Clock.objects.running().get() == clock
        answered(staff, key, TEN + 10 * A_MINUTE, said_at=TEN + 3 * A_MINUTE, **aloud)
        # What is told later to have been earlier does not change what was measured.
        answered(staff, key, TEN + 11 * A_MINUTE, said_at=TEN + 2 * A_MINUTE, **aloud)
    with scope(chains.a.chain, MACHINE):
        measured(key, TEN + 11 * A_MINUTE)
        must_agree(key)
        assert Span.objects.get().wall_seconds == 120


def test_hours_that_changed_since_do_not_change_by_when_it_was_due(chains: Chains, as_role: AsRole) -> None:
    in_force(chains.a, TEN - AN_HOUR, same_day_clause(within="PT20H", time="WORKING"))
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        short, tomorrow = [(Interval(time(12), time(21)),)] * 7, date(2026, 5, 5)
        set_opening_hours(actor=manager, store_id=chains.a.store, valid_from=tomorrow, days=short, now=TEN + AN_HOUR)
        key = filed(manager, chains.a.store, TEN + 2 * AN_HOUR, received_at=TEN).complaint.id
        accept_complaint(actor=manager, complaint_id=key, now=TEN + 2 * AN_HOUR)
        record_investigation(actor=manager, complaint_id=key, findings="Broken lamp.", now=TEN + A_DAY)
    with scope(chains.a.chain, MACHINE):
        measured(key, TEN + A_DAY)
        must_agree(key)
