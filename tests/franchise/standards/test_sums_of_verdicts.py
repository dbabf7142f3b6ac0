"""The sums of verdicts are what happened: by day, person and month, for any order in which news arrive."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chains.actor import Actor, ActorKind, system_actor
from chains.scope import scope
from journal.actions import append
from journal.models import Entry
from kit.ids import new_id
from standards.actions.measuring import judge_due, measure_entry
from standards.actions.measuring_past import measure_past
from standards.models.tallies import COUNTS, DayTally, MonthTally
from standards.models.texts import Clause, Version
from standards.models.verdicts import Verdict
from standards.queries.side_by_side import conformance_by_day
from standards.queries.verdicts import conformance_at, conformance_by_month
from standards.rules.conformance import Conformance
from tests.conftest import Chains
from tests.factories.chains import FurnishedChain
from tests.factories.standards import SAME_DAY, in_force, same_day_clause

# Ten in the evening in Shanghai on the last day but one of a month.
TEN = datetime(2026, 5, 30, 14, tzinfo=UTC)
SHANGHAI, HOUR = ZoneInfo("Asia/Shanghai"), timedelta(hours=1)
MACHINE = system_actor()
END = TEN + timedelta(hours=200)
RULES: tuple[dict[str, Any], ...] = (
    SAME_DAY,
    SAME_DAY | {"within": "PT3H", "scope": {"channel": ["PHONE"]}},
    {"kind": "FIELD_RECORDED", "event": "COMPLAINT_FILED", "fields": ["owner_id"]},
    {"kind": "NEVER", "event": "COMPLAINT_ESCALATED", "scope": {"severity": ["GRAVE"]}},
)
TRIGGERS = {"1": "COMPLAINT_FILED", "2": "COMPLAINT_FILED", "3": "COMPLAINT_FILED", "4": "COMPLAINT_ESCALATED"}
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "channel": st.sampled_from(["PHONE", "LETTER"]),
        "severity": st.sampled_from(["GRAVE", "SLIGHT"]),
        "owner_id": st.sampled_from(["", str(UUID(int=7))]),
    },
)
# What happened, after how many hours, at which store, by whom, how many hours later it was looked into, if it was.
NEWS = st.tuples(
    st.sampled_from(["COMPLAINT_FILED", "COMPLAINT_FILED", "COMPLAINT_ESCALATED"]),
    st.integers(0, 60),
    st.integers(0, 1),
    st.integers(0, 1),
    st.sampled_from([None, 1, 4, 30]),
    FACTS,
)
Sums = dict[tuple[object, ...], int]


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    news=st.lists(NEWS, min_size=1, max_size=10),
    arrival=st.randoms(use_true_random=False),
    looked=st.integers(0, 120),
)
def test_the_sums_of_verdicts_are_what_happened(chains: Chains, news: list[Any], arrival: Any, looked: int) -> None:
    with scope(chains.a.chain, MACHINE):
        version = Version.objects.filter(clauses__number="4").first()
    if version is None:
        version = asks(chains.a)
    with scope(chains.a.chain, MACHINE):
        before = transaction.savepoint("default")
        entries = [entry for each in news for entry in happened(chains.a, *each)]
        numbers = dict(Clause.objects.filter(version=version).values_list("id", "number"))
        for entry in arrival.sample([*entries, *entries[::2]], len(entries) + len(entries[::2])):
            measure_entry(actor=MACHINE, entry=entry, now=max(entry.at, TEN + looked * HOUR))
            judge_due(actor=MACHINE, now=TEN + looked * HOUR)
        for _round in range(2):
            assert by_day(numbers) == events_by_day(entries)
            assert by_month(numbers) == events_by_month(entries)
            check_what_is_told(chains.a, numbers)
            judge_due(actor=MACHINE, now=END)
        transaction.savepoint_rollback(before, "default")


def asks(chain: FurnishedChain) -> Version:
    clauses = [replace(same_day_clause(str(number)), rule=rule) for number, rule in enumerate(RULES, start=1)]
    version = in_force(chain, TEN - HOUR, *clauses)
    with scope(chain.chain, MACHINE):
        while measure_past(now=TEN - HOUR):
            pass
    return version


def happened(
    chain: FurnishedChain, kind: str, hours: int, place: int, who: int, answer: int | None, facts: dict[str, Any]
) -> list[Entry]:
    subject, store = new_id(), (chain.store, chain.other_store)[place]
    person = chain.people[("SERVICE_STAFF", "MENTOR")[who]]
    actor = replace(MACHINE, kind=ActorKind.USER, id=person)
    told = [(kind, hours, facts)]
    if answer is not None:
        told.append(("INVESTIGATION_RECORDED", hours + answer, {}))
    return [journalled(actor, each, subject, store, TEN + later * HOUR, more) for each, later, more in told]


def journalled(actor: Actor, kind: str, subject: UUID, store: UUID, at: datetime, facts: dict[str, Any]) -> Entry:
    return append(
        actor=actor, kind=kind, subject_type="Complaint", subject_id=subject, store_id=store, now=at, after=facts
    )


def day_of(entry: Entry) -> date:
    return entry.at.astimezone(SHANGHAI).date()


def events_by_day(entries: Sequence[Entry]) -> Sums:
    """Return how many events each clause speaks of, by store and day."""
    return Counter(
        (number, entry.store_id, day_of(entry))
        for entry in entries
        for number, kind in TRIGGERS.items()
        if entry.kind == kind
    )


def events_by_month(entries: Sequence[Entry]) -> Sums:
    found: Sums = Counter()
    for (number, _store, day), count in events_by_day(entries).items():
        assert isinstance(day, date)
        found[number, day.replace(day=1)] += count
    return found


def by_day(numbers: dict[UUID, str]) -> Sums:
    """Return the sums of the days' tallies, whoever they are about; each state is what stands so."""
    found, standing = Counter[tuple[object, ...]](), Counter[tuple[object, ...]]()
    for row in DayTally.objects.all():
        assert min(getattr(row, name) for name in COUNTS) >= 0
        for name in COUNTS:
            standing[row.clause_id, row.store_id, row.day, row.user_id, name] += getattr(row, name)
            found[numbers[row.clause_id], row.store_id, row.day] += getattr(row, name)
    verdicts = Counter(
        (verdict.clause_id, verdict.store_id, verdict.day, verdict.user_id, verdict.state.lower())
        for verdict in Verdict.objects.standing()
    )
    assert +standing == verdicts
    return +found


def by_month(numbers: dict[UUID, str]) -> Sums:
    sums = {f"all_{name}": Sum(name) for name in COUNTS}
    rows = MonthTally.objects.values("clause_id", "month").annotate(**sums).order_by("clause_id", "month")
    return +Counter({(numbers[row["clause_id"]], row["month"]): sum(row[name] for name in sums) for row in rows})


def check_what_is_told(chain: FurnishedChain, numbers: dict[UUID, str]) -> None:
    """What the chain is told of its months is the sum of what its stores are told, and what they are told of cases."""
    period = {"since": date(2026, 5, 1), "until": date(2026, 7, 1)}
    stores = (chain.store, chain.other_store)
    whole = conformance_by_month(actor=MACHINE, **period)
    parts = [part for store in stores for part in conformance_by_month(actor=MACHINE, store_id=store, **period)]
    areas = [
        part
        for area in (chain.area, chain.other_area)
        for part in conformance_by_month(actor=MACHINE, area_id=area, **period)
    ]
    cases = [
        case for store in stores for case in conformance_at(actor=MACHINE, store_id=store, since=TEN - HOUR, until=END)
    ]
    assert added(whole) == added(parts) == added(areas) == added(cases) == added(day_by_day(chain, period))
    assert {each.clause.id for each in whole} <= numbers.keys()


def day_by_day(chain: FurnishedChain, period: dict[str, date]) -> list[Conformance]:
    days = {"first_on": period["since"], "last_on": period["until"]}
    lineages = set(Clause.objects.values_list("lineage_id", flat=True))
    return [
        day
        for lineage in lineages
        for store in (chain.store, chain.other_store)
        for day in conformance_by_day(actor=MACHINE, lineage_id=lineage, store_id=store, **days)
    ]


def added(found: Sequence[Any]) -> Sums:
    total = Counter[tuple[object, ...]]()
    for each in found:
        total.update({(each.clause.id, str(state)): count for state, count in each.counts.items()})
    return +total
