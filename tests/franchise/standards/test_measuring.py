"""Verdicts measured from the journal: any order of arrival, any number of times, equal to measuring it all again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chains.actor import Actor, system_actor
from chains.scope import scope
from complaints.actions.filing import accept_complaint
from complaints.actions.working import record_investigation
from complaints.models.complaints import Channel
from journal.actions import append
from journal.models import Entry
from kit.ids import new_id
from kit.refusals import NotFound
from standards.actions.drafting import (
    approve_standard,
    draft_standard,
    revise_standard,
    submit_standard,
    withdraw_standard,
)
from standards.actions.measuring import judge_by_new_hours, judge_due, judge_unknown, measure_entry
from standards.actions.rollout import push_standard
from standards.models.verdicts import ReasonCode, Span, Verdict, VerdictState, Watch
from standards.queries.verdicts import conformance_at, conformance_by_member, reasons_of, spans_for, verdicts_for
from standards.rules.drafts import ClauseDraft
from stores.actions.hours import set_opening_hours
from stores.models import OpeningHours
from stores.rules.calendar import Calendar, Interval
from tests.conftest import Chains
from tests.factories.complaints import filed
from tests.factories.standards import TITLES, in_force, same_day_clause

AsRole = Callable[..., Actor]
# Ten in the morning in Shanghai; the furnished stores are open from 9 to 21.
TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)
MIDNIGHT = datetime(2026, 5, 4, 16, tzinfo=UTC)
AN_HOUR = timedelta(hours=1)
MACHINE = system_actor()


def measure_all(now: datetime) -> None:
    for entry in Entry.objects.filter(subject_type="Complaint").order_by("at", "id"):
        measure_entry(actor=MACHINE, entry=entry, now=now)


def worked(manager: Actor, store_id: UUID, *, filed_at: datetime, looked_into_at: datetime | None) -> UUID:
    key = filed(manager, store_id, filed_at).complaint.id
    accept_complaint(actor=manager, complaint_id=key, now=filed_at)
    if looked_into_at is not None:
        record_investigation(actor=manager, complaint_id=key, findings="Broken lamp.", now=looked_into_at)
    return key


def test_a_complaint_looked_into_on_the_same_day_meets_the_clause(chains: Chains, as_role: AsRole) -> None:
    version = in_force(chains.a, TEN - AN_HOUR)
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        key = worked(manager, chains.a.store, filed_at=TEN, looked_into_at=TEN + 2 * AN_HOUR)
    with scope(chains.a.chain, MACHINE):
        measure_all(TEN + 3 * AN_HOUR)
        verdict = Verdict.objects.standing().get()
        assert (verdict.state, verdict.reason, verdict.due_at) == (VerdictState.MET, ReasonCode.IN_TIME, MIDNIGHT)
        assert (verdict.clause.version_id, verdict.store_id, verdict.subject_id) == (version.id, chains.a.store, key)
        entries = list(Entry.objects.filter(id__in=verdict.entry_ids).order_by("at").values_list("kind", flat=True))
        assert entries == ["COMPLAINT_FILED", "INVESTIGATION_RECORDED"]
        span = Span.objects.get()
        assert (span.wall_seconds, span.working_seconds) == (7200, 7200)
        assert Entry.objects.get(kind="CLAUSE_MET").subject_id == key
        assert not Watch.objects.exists()
    with scope(chains.a.chain, manager):
        assert [each.state for each in verdicts_for(manager).filter(subject_id=key)] == [VerdictState.MET]
        assert reasons_of([verdict])[verdict.id] == (
            "“the complaint is looked into” happened on 4 May 2026, 12:00, in time: it was due by 5 May 2026, 00:00."
        )


def test_what_nobody_looked_into_is_missed_by_itself_and_open_until_then(chains: Chains, as_role: AsRole) -> None:
    in_force(chains.a, TEN - AN_HOUR)
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        key = worked(manager, chains.a.store, filed_at=TEN, looked_into_at=None)
    with scope(chains.a.chain, MACHINE):
        (due,) = measure_entry(actor=MACHINE, entry=Entry.objects.get(kind="COMPLAINT_FILED"), now=TEN)
        assert due.at == MIDNIGHT
        assert Verdict.objects.standing().get().state == VerdictState.OPEN
        assert judge_due(actor=MACHINE, now=MIDNIGHT) == 0
        assert judge_due(actor=MACHINE, now=MIDNIGHT + timedelta(seconds=1)) == 1
        verdict = Verdict.objects.standing().get()
        assert (verdict.state, verdict.reason) == (VerdictState.MISSED, ReasonCode.NEVER_CAME)
        assert judge_due(actor=MACHINE, now=MIDNIGHT + AN_HOUR) == 0
        assert Entry.objects.filter(kind="CLAUSE_MISSED", subject_id=key).count() == 1


def test_what_comes_too_late_stays_missed_and_the_reason_says_when_it_came(chains: Chains, as_role: AsRole) -> None:
    in_force(chains.a, TEN - AN_HOUR)
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        key = worked(manager, chains.a.store, filed_at=TEN, looked_into_at=None)
    with scope(chains.a.chain, MACHINE):
        measure_all(MIDNIGHT + AN_HOUR)
    with scope(chains.a.chain, manager):
        record_investigation(actor=manager, complaint_id=key, findings="Late.", now=MIDNIGHT + 10 * AN_HOUR)
    with scope(chains.a.chain, MACHINE):
        measure_all(MIDNIGHT + 11 * AN_HOUR)
        history = list(Verdict.objects.order_by("judged_at").values_list("state", "reason"))
        assert history == [("MISSED", "NEVER_CAME"), ("MISSED", "TOO_LATE")]
        assert Verdict.objects.standing().get().reason == ReasonCode.TOO_LATE
        assert Entry.objects.filter(kind="CLAUSE_MISSED").count() == 1


def test_measuring_an_entry_twice_changes_nothing(chains: Chains, as_role: AsRole) -> None:
    in_force(chains.a, TEN - AN_HOUR)
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        worked(manager, chains.a.store, filed_at=TEN, looked_into_at=TEN + AN_HOUR)
    with scope(chains.a.chain, MACHINE):
        for _time in range(3):
            measure_all(TEN + 2 * AN_HOUR)
        assert (Span.objects.count(), Verdict.objects.count()) == (1, 1)
        assert Entry.objects.filter(kind="CLAUSE_MET").count() == 1


def test_a_case_is_judged_by_the_version_that_was_in_force_when_it_began(chains: Chains, as_role: AsRole) -> None:
    first = in_force(chains.a, TEN - AN_HOUR)
    manager, officer = as_role(chains.a, "STORE_MANAGER"), as_role(chains.a, "QUALITY_OFFICER")
    administrator = as_role(chains.a, "HQ_ADMINISTRATOR")
    with scope(chains.a.chain, manager):
        old = worked(manager, chains.a.store, filed_at=TEN, looked_into_at=MIDNIGHT + AN_HOUR)
    with scope(chains.a.chain, officer):
        again = [same_day_clause(within="P1D")]
        second = revise_standard(actor=officer, version_id=first.id, titles=TITLES, clauses=again, now=TEN)
        submit_standard(actor=officer, version_id=second.id, now=TEN)
        approve_standard(actor=administrator, version_id=second.id, now=TEN)
        push_standard(actor=officer, version_id=second.id, now=TEN + AN_HOUR)
    with scope(chains.a.chain, manager):
        new = worked(manager, chains.a.store, filed_at=TEN + 2 * AN_HOUR, looked_into_at=MIDNIGHT + AN_HOUR)
    with scope(chains.a.chain, officer):
        withdraw_standard(actor=officer, version_id=second.id, reason="Over.", now=MIDNIGHT)
    with scope(chains.a.chain, MACHINE):
        measure_all(MIDNIGHT + 2 * AN_HOUR)
        found = {each.subject_id: (each.clause.version_id, each.state) for each in Verdict.objects.standing()}
        assert found == {old: (first.id, "MISSED"), new: (second.id, "MET")}


def test_cases_out_of_scope_and_facts_unknown_are_kept_apart_from_missed(chains: Chains, as_role: AsRole) -> None:
    in_force(chains.a, TEN - AN_HOUR, same_day_clause(scope={"channel": ["VISIT"]}))
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        filed(manager, chains.a.store, TEN)
        filed(manager, chains.a.store, TEN, channel=Channel.VISIT)
        told = append(
            actor=manager,
            kind="COMPLAINT_FILED",
            subject_type="Complaint",
            subject_id=new_id(),
            store_id=chains.a.store,
            now=TEN,
        )
    with scope(chains.a.chain, MACHINE):
        measure_all(MIDNIGHT + AN_HOUR)
        states = sorted(Verdict.objects.standing().values_list("state", flat=True))
        assert states == ["MISSED", "NOT_APPLICABLE", "NOT_KNOWN"]
        assert Verdict.objects.get(subject_id=told.subject_id).reason == ReasonCode.FACT_NOT_RECORDED
        (kept,) = conformance_at(actor=MACHINE, store_id=chains.a.store, since=TEN, until=MIDNIGHT)
        assert (kept.share_met, kept.is_kept) == (0, False)
        assert kept.counts[VerdictState.NOT_KNOWN] == 1


def test_the_share_says_whether_the_clause_is_kept(chains: Chains, as_role: AsRole) -> None:
    in_force(chains.a, TEN - AN_HOUR, same_day_clause(share=66))
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        for looked_into_at in (TEN + AN_HOUR, TEN + AN_HOUR, MIDNIGHT + AN_HOUR):
            worked(manager, chains.a.store, filed_at=TEN, looked_into_at=looked_into_at)
    with scope(chains.a.chain, MACHINE):
        measure_all(MIDNIGHT + 2 * AN_HOUR)
    with scope(chains.a.chain, manager):
        (kept,) = conformance_at(actor=manager, store_id=chains.a.store, since=TEN, until=MIDNIGHT)
        assert (str(kept.share_met), kept.is_kept) == ("66.67", True)
        assert sum(kept.counts.values()) == 3
        assert conformance_at(actor=manager, store_id=chains.a.store, since=MIDNIGHT, until=MIDNIGHT + AN_HOUR) == []


def test_verdicts_are_the_stores_own_business(chains: Chains, as_role: AsRole) -> None:
    in_force(chains.a, TEN - AN_HOUR)
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        worked(manager, chains.a.store, filed_at=TEN, looked_into_at=TEN)
    with scope(chains.a.chain, MACHINE):
        measure_all(TEN)
    for role, count in (("STORE_MANAGER", 1), ("SERVICE_STAFF", 0), ("STORE_MANAGER_2", 0), ("QUALITY_OFFICER", 1)):
        somebody = as_role(chains.a, role)
        with scope(chains.a.chain, somebody):
            assert verdicts_for(somebody).count() == count
    other = as_role(chains.a, "STORE_MANAGER_2")
    with scope(chains.a.chain, other):
        assert not Verdict.objects.exists()
        with pytest.raises(NotFound):
            conformance_at(actor=other, store_id=chains.a.store, since=TEN, until=MIDNIGHT)


def test_everybody_is_told_how_they_do_themselves_and_not_how_others_do(chains: Chains, as_role: AsRole) -> None:
    in_force(chains.a, TEN - AN_HOUR)
    staff, manager, mentor = (as_role(chains.a, role) for role in ("SERVICE_STAFF", "STORE_MANAGER", "MENTOR"))
    for who, looked_into_at in ((staff, TEN), (manager, MIDNIGHT + AN_HOUR)):
        with scope(chains.a.chain, who):
            worked(who, chains.a.store, filed_at=TEN, looked_into_at=looked_into_at)
    with scope(chains.a.chain, MACHINE):
        measure_all(MIDNIGHT + 2 * AN_HOUR)
    days: dict[str, Any] = {"store_id": chains.a.store, "first_on": TEN.date(), "last_on": MIDNIGHT.date()}

    def told(who: Actor) -> tuple[set[str], set[UUID]]:
        with scope(chains.a.chain, who):
            states = {str(each.state) for each in verdicts_for(who)}
            assert spans_for(who).count() == verdicts_for(who).count()
            return states, {each.member_id for each in conformance_by_member(actor=who, **days)}

    assert told(staff) == ({"MET"}, {staff.user_id})
    assert told(mentor) == (set(), set())
    assert told(manager) == ({"MET", "MISSED"}, {staff.user_id, manager.user_id})
    # Whoever acts in somebody's place is not them.
    assert told(replace(staff, behalf_of_id=manager.user_id)) == (set(), set())
    with scope(chains.a.chain, staff), pytest.raises(NotFound):
        conformance_by_member(actor=staff, **(days | {"store_id": chains.a.other_store}))


def test_the_database_lets_nobody_overwrite_a_verdict(chains: Chains, as_role: AsRole) -> None:
    in_force(chains.a, TEN - AN_HOUR)
    hq = as_role(chains.a, "HQ_ADMINISTRATOR")
    with scope(chains.a.chain, hq):
        filed(hq, chains.a.store, TEN)
        measure_all(MIDNIGHT + AN_HOUR)
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            Verdict.objects.update(state=VerdictState.MET)


@dataclass(frozen=True)
class News:
    """An event of a case, to be journalled: after how many hours, about which of the cases."""

    kind: str
    hours: int
    case: int


@dataclass(frozen=True)
class HoursSet:
    """A deed that sets a store's week: after how many hours, for which day from the story's own on, opening when."""

    hours: int
    from_day: int
    opens: int


KINDS = ["COMPLAINT_FILED", "INVESTIGATION_RECORDED", "CUSTOMER_TOLD"]
NEWS = st.builds(News, st.sampled_from(KINDS), st.integers(0, 80), st.integers(0, 1))
HOURS_SET = st.builds(HoursSet, st.integers(0, 80), st.integers(-2, 4), st.integers(6, 11))
END = TEN + timedelta(hours=100)


def in_turn(arrival: Sequence[News | HoursSet]) -> list[News | HoursSet]:
    """Return what arrives, with the hours in the order of their deeds: a store does one of these at a time."""
    hours = iter(sorted((each for each in arrival if isinstance(each, HoursSet)), key=lambda each: each.hours))
    return [next(hours) if isinstance(each, HoursSet) else each for each in arrival]


def hours_set(deed: HoursSet, store_id: UUID) -> Entry:
    now = TEN + timedelta(hours=deed.hours)
    today = Calendar("Asia/Shanghai").day_of(now)
    wanted = TEN.date() + timedelta(days=deed.from_day)
    valid_from = max(wanted, today) if OpeningHours.objects.filter(store_id=store_id).exists() else wanted
    week = ((Interval(time(deed.opens), time(deed.opens + 8)),),) * 7
    set_opening_hours(actor=MACHINE, store_id=store_id, valid_from=valid_from, days=week, now=now)
    return Entry.objects.filter(kind="OPENING_HOURS_SET").order_by("at").reverse()[0]


def journalled(news: News, store_id: UUID, cases: Sequence[UUID]) -> Entry:
    return append(
        actor=MACHINE,
        kind=news.kind,
        subject_type="Complaint",
        subject_id=cases[news.case],
        store_id=store_id,
        now=TEN + timedelta(hours=news.hours),
        after={"channel": "PHONE", "severity": "GRAVE"},
    )


def verdicts_found() -> list[tuple[object, ...]]:
    entries = {entry.id: (entry.kind, entry.at) for entry in Entry.objects.all()}
    spans = Verdict.objects.standing().select_related("span", "clause")
    return sorted(
        (
            str(verdict.subject_id),
            verdict.clause.number,
            verdict.span.started_at,
            (verdict.span.wall_seconds, str(verdict.span.working_seconds)),
            verdict.state,
            verdict.reason,
            str(verdict.due_at),
            [entries[key] for key in verdict.entry_ids],
        )
        for verdict in spans
    )


def put_in_force(approver: Actor, *clauses: ClauseDraft) -> None:
    version = draft_standard(actor=MACHINE, titles=TITLES, clauses=clauses, now=TEN - AN_HOUR)
    submit_standard(actor=MACHINE, version_id=version.id, now=TEN - AN_HOUR)
    approve_standard(actor=approver, version_id=version.id, now=TEN - AN_HOUR)
    push_standard(actor=MACHINE, version_id=version.id, now=TEN - AN_HOUR)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_incremental_verdicts_equal_those_measured_again_from_the_start(
    chains: Chains, as_role: AsRole, data: st.DataObject
) -> None:
    happened = data.draw(st.lists(NEWS, min_size=2, max_size=7, unique=True))
    hours = data.draw(st.lists(HOURS_SET, max_size=2, unique_by=lambda each: each.hours))
    arrival = in_turn(data.draw(st.permutations([*happened, *hours])))
    store, cases = chains.a.store, (UUID(int=1), UUID(int=2))
    lenient = same_day_clause("2", within="PT30H", time="WORKING", response="CUSTOMER_TOLD")
    special = same_day_clause("3", allowance={"extra": "P1D", "when": {"severity": ["GRAVE"]}})
    same_working_day = same_day_clause("4", time="WORKING")
    approver = as_role(chains.a, "HQ_ADMINISTRATOR")
    with scope(chains.a.chain, MACHINE):
        empty = transaction.savepoint("default")
        put_in_force(approver, same_day_clause("1"), lenient, special, same_working_day)
        if data.draw(st.booleans()):
            OpeningHours.objects.filter(store_id=store).delete()
        before = transaction.savepoint("default")
        for news in arrival:
            later = TEN + timedelta(hours=data.draw(st.integers(0, 90)))
            if isinstance(news, HoursSet):
                judge_by_new_hours(actor=MACHINE, entry=hours_set(news, store), now=later)
                for _time in range(data.draw(st.integers(0, 2))):
                    judge_unknown(actor=MACHINE, now=later, at_most=data.draw(st.integers(1, 3)))
                continue
            entry = journalled(news, store, cases)
            for _time in range(data.draw(st.integers(1, 2))):
                measure_entry(actor=MACHINE, entry=entry, now=max(entry.at, TEN + timedelta(hours=40)))
            judge_due(actor=MACHINE, now=later)
        judge_unknown(actor=MACHINE, now=END)
        judge_due(actor=MACHINE, now=END)
        incremental = verdicts_found()
        transaction.savepoint_rollback(before, "default")
        for deed in in_turn(hours):
            hours_set(deed, store)
        for entry in [journalled(news, store, cases) for news in sorted(happened, key=str)]:
            measure_entry(actor=MACHINE, entry=entry, now=END)
        assert incremental == verdicts_found()
        transaction.savepoint_rollback(empty, "default")
