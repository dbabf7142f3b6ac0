"""What happens to a chain in a few days, to be tried by clauses: rules of all kinds, cases, and what a replay says."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Any

from chains.actor import Actor, system_actor
from chains.scope import scope
from journal.actions import append
from journal.models import Entry
from kit.ids import new_id
from standards.actions.measuring_past import measure_past
from standards.actions.replaying import replay_standard
from standards.models.replays import ReplayedClause, ReplayState
from standards.models.texts import Version
from standards.models.verdicts import VerdictState
from tests.factories.chains import FurnishedChain
from tests.factories.standards import in_force, same_day_clause

# Ten in the morning in Shanghai, a Monday; the furnished stores are open from 9 to 21.
TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)
MONDAY = date(2026, 5, 4)
AN_HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)
MACHINE = system_actor()

FOLLOWED: dict[str, Any] = {
    "kind": "FOLLOWED_BY",
    "trigger": "COMPLAINT_FILED",
    "response": "INVESTIGATION_RECORDED",
    "share": 96,
}
SPECIAL = {"when": {"severity": ["GRAVE"]}}
RULES: list[dict[str, Any]] = [
    FOLLOWED | {"within": "SAME_DAY"},
    FOLLOWED | {"within": "SAME_DAY", "time": "WORKING", "allowance": SPECIAL | {"extra": "P2D"}},
    FOLLOWED | {"within": "PT3H", "allowance": SPECIAL | {"extra": "PT20H"}, "scope": {"channel": ["PHONE"]}},
    FOLLOWED | {"within": "PT9H", "time": "WORKING", "allowance": SPECIAL | {"extra": "PT6H"}},
    {"kind": "FIELD_RECORDED", "event": "COMPLAINT_FILED", "fields": ["owner_id"], "scope": {"channel": ["PHONE"]}},
    {"kind": "NEVER", "event": "COMPLAINT_ESCALATED", "scope": {"severity": ["GRAVE"]}},
    {
        "kind": "SHARE",
        "of": {"event": "COMPLAINT_ESCALATED", "scope": {"severity": ["GRAVE"]}},
        "among": {"event": "COMPLAINT_FILED"},
        "window": "DAY",
        "at_most": 50,
    },
    {"kind": "AVERAGE", "event": "COMPLAINT_CLOSED", "fact": "round", "window": "WEEK", "at_most": 1.5},
    {"kind": "BY_INSPECTION"},
    FOLLOWED | {"within": "PT3H"},
    {"kind": "NEVER", "event": "COMPLAINT_ESCALATED"},
    {"kind": "AVERAGE", "event": "COMPLAINT_CLOSED", "fact": "round", "window": "DAY", "at_most": 2},
]


def asks(
    chain: FurnishedChain, *rules: dict[str, Any], scopes: Mapping[int, Mapping[str, list[str]]] = MappingProxyType({})
) -> Version:
    clauses = [
        replace(same_day_clause(str(number)), rule=rule, scope=scopes.get(number, {}))
        for number, rule in enumerate(rules, start=1)
    ]
    version = in_force(chain, TEN - 10 * A_DAY, *clauses)
    with scope(chain.chain, MACHINE):
        while measure_past(now=TEN - 10 * A_DAY):
            pass
    return version


def happened(
    chain: FurnishedChain, kind: str, hours: int, facts: dict[str, Any], answer: int | None, until: int = 10_000
) -> list[Entry]:
    subject, told = new_id(), [(kind, hours, facts)]
    if answer is not None:
        told.append(("INVESTIGATION_RECORDED", hours + answer, {}))
    return [
        append(
            actor=MACHINE,
            kind=each,
            subject_type="Complaint",
            subject_id=subject,
            store_id=chain.store,
            now=TEN + later * AN_HOUR,
            after=after,
        )
        for each, later, after in told
        if later <= until
    ]


def replayed(actor: Actor, version: Version, now: datetime, **asked: Any) -> list[ReplayedClause]:
    replay = replay_standard(
        actor=actor, version_id=version.id, first_on=MONDAY, last_on=MONDAY + 20 * A_DAY, now=now, **asked
    )
    assert replay.state == ReplayState.DONE
    return list(replay.clauses.order_by("clause__version_id", "clause__position"))


def spread(outcome: ReplayedClause) -> list[VerdictState]:
    return [state for state, number in outcome.by_state.items() for _case in range(number)]
