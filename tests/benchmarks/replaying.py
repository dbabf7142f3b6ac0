"""What standards promise about a chain of 1,000 stores with 10,000,000 journal entries: a clause is tried on a year, an
event is judged within 2 s, the year's dashboard costs the database 10 ms.
"""

import os
import statistics
import time
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connections
from django.utils.timezone import now

from chains.actor import Actor, system_actor
from chains.scope import CHAINS_ALIAS, scope
from config.subscriptions import SUBSCRIPTIONS
from journal.actions import pass_over
from journal.queries import SEALER
from standards.actions.adopting import note_adoption
from standards.actions.measuring_past import measure_past
from standards.actions.replaying import replay_standard, work_out_replay
from standards.models.replays import ReplayedClause
from standards.models.texts import Clause, Version
from standards.models.verdicts import Span, VerdictState
from standards.rules.drafts import ClauseDraft
from tests.benchmarks.dashboards import measure_dashboards
from tests.benchmarks.live_verdicts import measure_live
from tests.benchmarks.lived_cases import COMPLAINTS, ORDERS
from tests.benchmarks.lived_year import DAYS, live_a_year, stores_and_people
from tests.benchmarks.report import Report, duration, timed
from tests.factories.chains import FurnishedChain, read_furnished
from tests.factories.people import actor_of_role
from tests.factories.standards import TEXTS, approved, in_force, same_day_clause

STORES = int(os.environ.get("ONEBANNER_REPLAY_STORES", "1000"))
ROUNDS = 5
_WITHIN = 5.0
_PAID: dict[str, Any] = {
    "kind": "FOLLOWED_BY",
    "trigger": ORDERS.trigger,
    "response": ORDERS.response,
    "within": "PT2H",
    "time": "WORKING",
    "share": 90,
    "tolerance": 10,
    "allowance": {"extra": "PT6H", "when": {"source": ["WEB_SHOP"]}},
    "scope": {"source": ["STORE", "PHONE", "WEB_SHOP"]},
}
_RECORDED: dict[str, Any] = {
    "kind": "FIELD_RECORDED",
    "event": COMPLAINTS.trigger,
    "fields": ["owner_id"],
    "scope": {"channel": ["PHONE", "ONLINE"]},
}
_SHARE: dict[str, Any] = {
    "kind": "SHARE",
    "of": {"event": COMPLAINTS.trigger, "scope": {"severity": ["GRAVE"]}},
    "among": {"event": ORDERS.trigger},
    "window": "MONTH",
    "at_most": 20,
}
# What nothing has happened under yet: a manual has forty clauses.
_OTHERS = 38
_FROM = """FROM standards_span
    WHERE trigger_kind = %(trigger)s AND response_kind = %(response)s AND day BETWEEN %(first)s AND %(last)s"""
_SAME_DAY = (
    "CASE WHEN wall_days <= 0 THEN 'MET' WHEN ended_at IS NULL AND day >= %(today)s THEN 'OPEN' ELSE 'MISSED' END"
)
# Every store is open from nine to nine.
_IN_TIME = """CASE WHEN facts ->> 'source' NOT IN ('STORE', 'PHONE', 'WEB_SHOP') THEN 'NOT_APPLICABLE'
    WHEN working_seconds <= 7200 OR (facts ->> 'source' = 'WEB_SHOP' AND working_seconds <= 28800) THEN 'MET'
    WHEN ended_at IS NULL AND started_at > %(now)s - interval '2 days' AND (
        SELECT due + CASE WHEN due > day + interval '21 hours' THEN interval '12 hours' ELSE interval '0' END
        FROM (SELECT (started_at AT TIME ZONE 'Asia/Shanghai') + CASE WHEN facts ->> 'source' = 'WEB_SHOP'
            THEN interval '8 hours' ELSE interval '2 hours' END AS due) limited
    ) >= %(now)s AT TIME ZONE 'Asia/Shanghai' THEN 'OPEN' ELSE 'MISSED' END"""
_BY_HAND = """
    SELECT store_id, hour_of_week, state, sum(number) FROM (
        SELECT store_id, hour_of_week, {state} AS state, count(*) AS number {cases} GROUP BY 1, 2, 3
    ) counted GROUP BY GROUPING SETS ((store_id, state), (hour_of_week, state))
"""
# By hand a statement may take longer than the product allows itself.
_PATIENT = "SET LOCAL statement_timeout = '60s'"
# Without anything measured: each complaint beside the first that was looked into, on the clock of China.
_FROM_THE_JOURNAL = """
    SELECT state, count(*) FROM (
        SELECT CASE WHEN min(later.at) < (date_trunc('day', begun.at + interval '8 hours') + interval '16 hours')
                THEN 'MET'
            WHEN min(later.at) IS NULL
                AND begun.at >= date_trunc('day', %(now)s + interval '8 hours') - interval '8 hours'
                THEN 'OPEN' ELSE 'MISSED' END AS state
        FROM journal_entry begun LEFT JOIN journal_entry later
            ON later.subject_id = begun.subject_id AND later.kind = %(response)s
        WHERE begun.kind = %(trigger)s AND begun.at >= %(since)s GROUP BY begun.id, begun.at
    ) judged GROUP BY 1
"""


def measure_replay(report: Report) -> None:
    """Fill a chain with a year, then try clauses on it, judge new events, and look at the dashboard."""
    furnished = read_furnished("a.onebanner.localhost")
    moment = now()
    began = time.perf_counter()
    chain = _Chain(furnished, moment)
    number = chain.live()
    report.say(
        f"\n{STORES:,} stores, {number:,} journal entries of {DAYS} days, made in {time.perf_counter() - began:.0f} s. "
        f"Load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores."
    )
    report.goal(f"{number:,} entries, {STORES:,} stores", met=number >= 10_000 * STORES)
    _measure_replays(report, chain)
    measure_dashboards(report, furnished, chain.clauses[COMPLAINTS.trigger].id, chain.today)
    _measure_adoption(report, chain)
    measure_live(report, chain.furnished)


class _Chain:
    """A chain whose stores have lived under a standard of forty clauses, and a draft to try."""

    def __init__(self, furnished: FurnishedChain, moment: datetime) -> None:
        self.furnished, self.moment = furnished, moment
        self.begun = moment - timedelta(days=DAYS + 2)
        self.stores = stores_and_people(furnished.chain, STORES, self.begun)
        others = [same_day_clause(str(place), trigger="COMPLAINT_ESCALATED") for place in range(3, 3 + _OTHERS)]
        paid = ClauseDraft(number="2", texts=TEXTS, rule=_PAID)
        version = in_force(furnished, self.begun, same_day_clause("1"), paid, *others)
        self.drafts = {
            name: approved(furnished, self.begun, ClauseDraft(number="1", texts=TEXTS, rule=rule))
            for name, rule in (
                ("same day", same_day_clause().rule or {}),
                ("paid within working hours, with an allowance and a scope", _PAID),
                ("recorded", _RECORDED),
                ("a share of each month", _SHARE),
            )
        }
        with scope(furnished.chain, system_actor()):
            clauses = {clause.number: clause for clause in Clause.objects.filter(version=version)}
            while measure_past(now=self.begun):
                pass
        self.clauses = {COMPLAINTS.trigger: clauses["1"], ORDERS.trigger: clauses["2"]}
        self.today = moment.astimezone(ZoneInfo("Asia/Shanghai")).date()

    def live(self) -> int:
        """Let a year pass; return how many entries the journal has."""
        number = live_a_year(self.furnished.chain, self.stores, self.clauses, self.moment)
        with scope(self.furnished.chain, system_actor()):
            pass_over(consumers=[*(each.task.name for each in SUBSCRIPTIONS), SEALER], now=self.moment)
        return number

    @property
    def days(self) -> tuple[date, date]:
        """The year, from its first day to the last."""
        last = Span.objects.order_by("-day").values_list("day", flat=True)[0]
        return last - timedelta(days=DAYS - 1), last


def _measure_replays(report: Report, chain: _Chain) -> None:
    officer = actor_of_role(chain.furnished, "QUALITY_OFFICER")
    with scope(chain.furnished.chain, officer):
        first, last = chain.days
    given = {"first": first, "last": last, "now": chain.moment, "today": chain.today}
    hands = {
        "same day": (COMPLAINTS, _SAME_DAY),
        "paid within working hours, with an allowance and a scope": (ORDERS, _IN_TIME),
    }
    for name, version in chain.drafts.items():
        outcome = _replayed(chain, officer, version, first, last)
        counts = {state: number for state, number in outcome.by_state.items() if number}
        settled = sum(counts.values())
        ours, by_hand = [], []
        sort, state = hands.get(name, (COMPLAINTS, ""))
        statement = _BY_HAND.format(state=state, cases=_FROM)
        asked = given | {"trigger": sort.trigger, "response": sort.response}
        if state:
            report.say()
            report.goal(
                f"SQL by hand counts the same: {dict(sorted(counts.items()))}",
                met=_counted(chain, officer, statement, asked) == counts,
            )
        for _ in range(ROUNDS):
            ours.append(timed(lambda version=version: _replayed(chain, officer, version, first, last)))
            if state:
                by_hand.append(timed(lambda s=statement, a=asked: _counted(chain, officer, s, a)))
        rows = {"SQL by hand, on what is measured": statistics.median(by_hand)} if state else {}
        if name == "same day":
            rows |= _from_the_journal(report, chain, officer, counts, asked)
        rows["ours, until it is committed"] = statistics.median(ours)
        report.table(f"a year of one clause, {name}: {settled:,} cases", rows, base=next(iter(rows)))
        report.goal(
            f"{name}: a year of {STORES:,} stores within 5 s: the slowest of {ROUNDS} after {duration(max(ours))}",
            met=max(ours) <= _WITHIN,
        )


def _from_the_journal(
    report: Report, chain: _Chain, officer: Actor, counts: Any, asked: dict[str, Any]
) -> dict[str, float]:
    """Return how long it takes by hand from the journal alone, which has to count the same."""
    found: list[dict[str, int]] = []

    def ask() -> None:
        with scope(chain.furnished.chain, officer, read_only=True), connections[CHAINS_ALIAS].cursor() as cursor:
            cursor.execute(_PATIENT)
            since = datetime.combine(asked["first"], datetime.min.time(), tzinfo=chain.moment.tzinfo)
            cursor.execute(_FROM_THE_JOURNAL, asked | {"since": since - timedelta(hours=8)})
            found.append(dict(cursor.fetchall()))

    seconds = timed(ask)
    report.goal(f"the journal alone tells the same: {dict(sorted(found[0].items()))}", met=found[0] == dict(counts))
    return {"SQL by hand, on the journal alone": seconds}


def _replayed(chain: _Chain, officer: Actor, version: Version, first: date, last: date) -> ReplayedClause:
    """Try a version as the deed and its job do, each in its transaction."""
    given = {"version_id": version.id, "first_on": first, "last_on": last, "now": chain.moment}
    with scope(chain.furnished.chain, officer):
        replay = replay_standard(actor=officer, **given)
    with scope(chain.furnished.chain, system_actor()):
        work_out_replay(now=chain.moment)
        return ReplayedClause.objects.get(replay=replay)


def _counted(chain: _Chain, officer: Actor, statement: str, given: dict[str, Any]) -> dict[VerdictState, int]:
    with scope(chain.furnished.chain, officer, read_only=True), connections[CHAINS_ALIAS].cursor() as cursor:
        cursor.execute(_PATIENT)
        cursor.execute(statement, given)
        rows = cursor.fetchall()
    counts: dict[VerdictState, int] = {}
    for store_id, _hour, state, number in rows:
        if store_id is not None:
            counts[VerdictState(state)] = counts.get(VerdictState(state), 0) + int(number)
    return counts


def _measure_adoption(report: Report, chain: _Chain) -> None:
    """Tell what a part of the round of every ten minutes costs, at its worst and when most is noted."""
    first, again = _noted(chain), _noted(chain)
    report.table(
        f"adoption noted, the slowest of its transactions ({len(first)} at first, then {len(again)})",
        {"for the first time": max(first), "ten minutes later": max(again)},
        base="ten minutes later",
    )


def _noted(chain: _Chain) -> list[float]:
    """Note adoption as the rounds do; return how long each of their transactions took."""
    last: UUID | None = None
    spent: list[float] = []
    while not spent or last is not None:
        began = time.perf_counter()
        with scope(chain.furnished.chain, system_actor()):
            last = note_adoption(now=now(), after=last)
        spent.append(time.perf_counter() - began)
    return spent
