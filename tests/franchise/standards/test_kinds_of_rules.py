"""Every kind of rule is measured from the journal: deeds, stretches of time, inspections; by person and day."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connections, transaction
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chains.actor import Actor, system_actor
from chains.scope import scope
from journal.actions import append
from journal.models import Entry
from kit.ids import new_id
from kit.refusals import NotPermitted
from standards.actions.measuring import judge_due, measure_entry
from standards.models.tallies import COUNTS, DayTally, MonthTally
from standards.models.texts import Clause
from standards.models.verdicts import ReasonCode, Verdict
from standards.queries.verdicts import conformance_by_month
from tests.conftest import Chains
from tests.factories.chains import FurnishedChain
from tests.factories.standards import in_force, same_day_clause

AsRole = Callable[..., Actor]
# Ten in the morning in Shanghai, a Monday.
TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)
THAT_DAY = date(2026, 5, 4)
A_DAY = timedelta(days=1)
MACHINE = system_actor()

FILED = {"kind": "FIELD_RECORDED", "event": "COMPLAINT_FILED", "fields": ["owner_id"]}
NEVER = {"kind": "NEVER", "event": "COMPLAINT_ESCALATED", "scope": {"severity": ["GRAVE"]}}
SHARE = {
    "kind": "SHARE",
    "of": {"event": "COMPLAINT_FILED"},
    "among": {"event": "ORDER_PLACED"},
    "window": "DAY",
    "at_most": 50,
}
AVERAGE = {"kind": "AVERAGE", "event": "COMPLAINT_CLOSED", "fact": "round", "window": "WEEK", "at_most": 1.5}
INSPECTED = {"kind": "BY_INSPECTION"}


def asks(chain: FurnishedChain, *rules: dict[str, Any], now: datetime = TEN - A_DAY) -> None:
    clauses = [same_day_clause(str(number)) for number in range(1, len(rules) + 1)]
    for clause, rule in zip(clauses, rules, strict=True):
        object.__setattr__(clause, "rule", rule)
    in_force(chain, now, *clauses)


def happened(actor: Actor, store_id: UUID, kind: str, at: datetime = TEN, **after: object) -> Entry:
    return append(
        actor=actor,
        kind=kind,
        subject_type="Complaint",
        subject_id=new_id(),
        store_id=store_id,
        now=at,
        after=after,
    )


def measured(entries: Sequence[Entry], now: datetime) -> None:
    for entry in entries:
        measure_entry(actor=MACHINE, entry=entry, now=now)


def reasons() -> list[str]:
    return sorted(Verdict.objects.standing().values_list("reason", flat=True))


def check_tallies() -> None:
    """Sums of the tallies are the verdicts that stand, of days, persons and months alike."""
    standing: dict[tuple[object, ...], int] = {}
    for verdict in Verdict.objects.standing():
        key = (verdict.clause_id, verdict.day, verdict.user_id, verdict.state.lower())
        standing[key] = standing.get(key, 0) + 1
    days = {
        (row.clause_id, row.day, row.user_id, name): getattr(row, name)
        for row in DayTally.objects.all()
        for name in COUNTS
        if getattr(row, name)
    }
    assert days == standing
    months = MonthTally.objects.aggregate(**{name: Sum(name, default=0) for name in COUNTS})
    assert sum(months.values()) == Verdict.objects.standing().count()


def test_what_must_be_recorded_and_what_must_never_be_is_judged_with_the_deed(chains: Chains, as_role: AsRole) -> None:
    asks(chains.a, FILED, NEVER)
    manager, store = as_role(chains.a, "STORE_MANAGER"), chains.a.store
    with scope(chains.a.chain, manager):
        entries = [
            happened(manager, store, "COMPLAINT_FILED", owner_id=str(manager.id)),
            happened(manager, store, "COMPLAINT_FILED", owner_id=""),
            happened(manager, store, "COMPLAINT_ESCALATED", severity="GRAVE"),
            happened(manager, store, "COMPLAINT_ESCALATED", severity="SLIGHT"),
            happened(manager, store, "COMPLAINT_ESCALATED"),
        ]
    with scope(chains.a.chain, MACHINE):
        measured([*entries, *entries], TEN)
        assert reasons() == ["FACT_NOT_RECORDED", "HAPPENED", "NOT_RECORDED", "OUT_OF_SCOPE", "RECORDED"]
        missed = Verdict.objects.get(reason=ReasonCode.HAPPENED)
        assert (missed.user_id, missed.day, missed.entry_ids) == (manager.id, THAT_DAY, [entries[2].id])
        check_tallies()
        for at_store in (store, None):
            found = conformance_by_month(actor=MACHINE, since=THAT_DAY, until=THAT_DAY, store_id=at_store)
            told = [(each.begins_on, each.clause.number, each.share_met, each.is_kept) for each in found]
            assert told == [(THAT_DAY.replace(day=1), "1", 50, False), (THAT_DAY.replace(day=1), "2", 0, False)]
            # The calendar ends with a month of which nothing is known.
            assert conformance_by_month(actor=MACHINE, since=date.max, until=date.max, store_id=at_store) == []
    with scope(chains.a.chain, manager), pytest.raises(NotPermitted):
        conformance_by_month(actor=manager, since=THAT_DAY, until=THAT_DAY)


def test_a_share_of_a_day_is_open_until_its_end_and_late_news_change_it(chains: Chains, as_role: AsRole) -> None:
    asks(chains.a, SHARE)
    manager, store = as_role(chains.a, "STORE_MANAGER"), chains.a.store
    with scope(chains.a.chain, manager):
        complaint = happened(manager, store, "COMPLAINT_FILED")
        orders = [happened(manager, store, "ORDER_PLACED", TEN + timedelta(hours=hour)) for hour in (1, 2)]
        late = happened(manager, store, "COMPLAINT_FILED", TEN + timedelta(hours=3))
    with scope(chains.a.chain, MACHINE):
        measured([complaint], TEN)
        assert reasons() == ["STILL_TIME"]
        measured(orders, TEN)
        judge_due(actor=MACHINE, now=TEN + A_DAY)
        assert reasons() == ["BOUND_KEPT"]
        assert Verdict.objects.standing().get().entry_ids == [complaint.id]
        measured([late], TEN + A_DAY)
        assert reasons() == ["BOUND_BROKEN"]
        check_tallies()


def test_a_stretch_is_judged_only_by_a_clause_in_force_at_its_beginning(chains: Chains, as_role: AsRole) -> None:
    asks(chains.a, SHARE, now=TEN - timedelta(hours=1))
    manager, store = as_role(chains.a, "STORE_MANAGER"), chains.a.store
    with scope(chains.a.chain, manager):
        entries = [happened(manager, store, "ORDER_PLACED", TEN + A_DAY * days) for days in (0, 1)]
    with scope(chains.a.chain, MACHINE):
        measured(entries, TEN + 3 * A_DAY)
        assert [verdict.day for verdict in Verdict.objects.standing()] == [THAT_DAY + A_DAY]


def test_an_average_counts_the_numbers_that_are_there(chains: Chains, as_role: AsRole) -> None:
    asks(chains.a, AVERAGE, now=TEN - 7 * A_DAY)
    manager, store = as_role(chains.a, "STORE_MANAGER"), chains.a.store
    with scope(chains.a.chain, manager):
        entries = [happened(manager, store, "COMPLAINT_CLOSED", round=number) for number in (1, 2)]
        entries += [happened(manager, store, "COMPLAINT_CLOSED"), happened(manager, store, "COMPLAINT_CLOSED", round=3)]
    with scope(chains.a.chain, MACHINE):
        measured(entries[:3], TEN + 7 * A_DAY)
        assert reasons() == ["BOUND_KEPT"]
        measured(entries[3:], TEN + 7 * A_DAY)
        assert reasons() == ["BOUND_BROKEN"]
        measured([happened(manager, store, "COMPLAINT_CLOSED", TEN + 7 * A_DAY)], TEN + 15 * A_DAY)
        assert reasons() == ["BOUND_BROKEN", "NOTHING_HAPPENED"]
        check_tallies()


def test_an_inspection_judges_the_clause_that_it_names(chains: Chains, as_role: AsRole) -> None:
    asks(chains.a, INSPECTED, INSPECTED)
    manager, store = as_role(chains.a, "STORE_MANAGER"), chains.a.store
    with scope(chains.a.chain, manager):
        clause = Clause.objects.get(number="2")
        lineage = str(clause.lineage_id)
        entries = [
            happened(manager, store, "CLAUSE_INSPECTED", lineage_id=lineage, result=result)
            for result in ("MET", "MISSED", "NOT_APPLICABLE", "SOMETHING")
        ]
        entries.append(happened(manager, store, "CLAUSE_INSPECTED", lineage_id=str(new_id()), result="MET"))
    with scope(chains.a.chain, MACHINE):
        measured(entries, TEN)
        assert reasons() == ["FOUND_MET", "FOUND_MISSED", "FOUND_NOT_APPLICABLE"]
        assert {verdict.clause_id for verdict in Verdict.objects.standing()} == {clause.id}
        check_tallies()


@pytest.mark.parametrize(
    ("bound", "reason"),
    [({"store_kinds": ["NOBODYS"]}, "OUT_OF_SCOPE"), ({"channels": ["PHONE"]}, "FACT_NOT_RECORDED"), ({}, "RECORDED")],
)
def test_a_clause_that_does_not_bind_a_case_is_not_missed(
    chains: Chains, as_role: AsRole, bound: dict[str, list[str]], reason: str
) -> None:
    asks(chains.a, FILED)
    with scope(chains.a.chain, MACHINE):
        Clause.objects.update(scope=bound)
        entry = happened(MACHINE, chains.a.store, "COMPLAINT_FILED", owner_id=str(new_id()))
        measured([entry], TEN)
        assert reasons() == [reason]


def is_asked(chains: Chains) -> bool:
    with scope(chains.a.chain, MACHINE):
        return Clause.objects.exists()


def found() -> list[tuple[object, ...]]:
    return sorted(
        (
            verdict.clause.number,
            verdict.day,
            verdict.reason,
            str(verdict.due_at),
            [str(key) for key in verdict.entry_ids],
        )
        for verdict in Verdict.objects.standing().select_related("clause")
    )


NEWS = st.tuples(
    st.sampled_from(["COMPLAINT_FILED", "ORDER_PLACED", "COMPLAINT_CLOSED", "COMPLAINT_ESCALATED"]),
    st.integers(0, 60),
    st.sampled_from([{}, {"owner_id": "x", "round": 1}, {"severity": "GRAVE", "round": 3}]),
)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(NEWS, min_size=2, max_size=7), st.data())
def test_any_order_of_news_leads_to_the_same_verdicts_and_tallies(
    chains: Chains, news: list[tuple[str, int, dict[str, object]]], data: st.DataObject
) -> None:
    end = TEN + 10 * A_DAY
    if not is_asked(chains):
        asks(chains.a, FILED, NEVER, SHARE, AVERAGE, now=TEN - 7 * A_DAY)
    with scope(chains.a.chain, MACHINE):
        before = transaction.savepoint("default")
        entries = [
            happened(MACHINE, chains.a.store, kind, TEN + timedelta(hours=hours), **after)
            for kind, hours, after in news
        ]
        written = transaction.savepoint("default")
        measured(sorted(entries, key=lambda entry: entry.at), end)
        wanted = found()
        transaction.savepoint_rollback(written, "default")
        for entry in data.draw(st.permutations(entries)):
            later = TEN + timedelta(hours=data.draw(st.integers(0, 90)))
            measure_entry(actor=MACHINE, entry=entry, now=max(later, entry.at))
            judge_due(actor=MACHINE, now=max(later, entry.at))
        judge_due(actor=MACHINE, now=end)
        assert found() == wanted
        check_tallies()
        transaction.savepoint_rollback(before, "default")


def test_an_entry_that_no_clause_speaks_of_costs_one_statement(chains: Chains, as_role: AsRole) -> None:
    asks(chains.a, FILED)
    with scope(chains.a.chain, MACHINE):
        entry = happened(MACHINE, chains.a.store, "ORDER_PLACED")
        with CaptureQueriesContext(connections["default"]) as statements:
            assert measure_entry(actor=MACHINE, entry=entry, now=TEN) == []
        told = [
            each["sql"] for each in statements.captured_queries if not each["sql"].startswith(("SAVEPOINT", "RELEASE"))
        ]
        assert len(told) == 1
