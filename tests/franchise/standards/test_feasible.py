"""A threshold is held against what the stores really reached (rulebook S3)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from chains.actor import Actor, system_actor
from chains.scope import scope
from journal.actions import append
from journal.models import Entry
from kit.ids import new_id
from standards.actions.drafting import draft_standard, revise_standard
from standards.actions.measuring import measure_entry
from standards.actions.measuring_past import measure_past
from standards.queries.testing import findings_on
from standards.rules.feasible import DAYS, FEWEST_CASES
from standards.rules.lint import Criterion
from tests.conftest import Chains
from tests.factories.complaints import filed
from tests.factories.standards import TITLES, in_force, same_day_clause

AsRole = Callable[..., Actor]
TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)
TWO_DAYS_ON = TEN + timedelta(days=2)


def test_a_draft_is_held_against_the_verdicts_of_ninety_days(chains: Chains, as_role: AsRole) -> None:
    version = in_force(chains.a, TEN - timedelta(hours=1))
    manager, machine = as_role(chains.a, "STORE_MANAGER"), system_actor()
    for number in range(FEWEST_CASES):
        with scope(chains.a.chain, manager):
            filed(manager, chains.a.store, TEN + timedelta(minutes=number))
    with scope(chains.a.chain, machine):
        for entry in Entry.objects.filter(kind="COMPLAINT_FILED").in_order():
            measure_entry(actor=machine, entry=entry, now=TWO_DAYS_ON)
        # The share may change; what is measured is the same.
        alike, other = same_day_clause("1", share=50), same_day_clause("2", within="P9D")
        draft = revise_standard(
            actor=machine, version_id=version.id, titles=TITLES, clauses=[alike, other], now=TWO_DAYS_ON
        )
        (finding,) = findings_on([draft], now=TWO_DAYS_ON)[draft.id]
        assert (finding.clause, finding.criterion, finding.is_blocking) == ("1", Criterion.FEASIBLE, False)
        assert "50 %" in finding.words() and "0.0 %" in finding.words()
        assert findings_on([draft], now=TWO_DAYS_ON + timedelta(days=DAYS))[draft.id] == []


def test_bounds_of_a_draft_are_held_against_what_happened_in_ninety_days(chains: Chains, as_role: AsRole) -> None:
    """Nothing of it was in force: the figures come of the events themselves, once all of them are measured."""
    machine, officer = system_actor(), as_role(chains.a, "QUALITY_OFFICER")
    among, of = {"event": "COMPLAINT_FILED"}, {"event": "COMPLAINT_ESCALATED"}
    share = {"kind": "SHARE", "of": of, "among": among, "window": "MONTH"}
    rounds = {"kind": "AVERAGE", "event": "COMPLAINT_CLOSED", "fact": "round", "window": "WEEK"}
    rules = [
        share | {"at_most": 39},
        share | {"at_most": 40},
        share | {"at_least": 41},
        rounds | {"at_most": 1.5},
        rounds | {"at_least": 3},
        rounds | {"at_most": 2},
        {"kind": "NEVER", "event": "COMPLAINT_ESCALATED"},
        {"kind": "NEVER", "event": "ORDER_PLACED"},
    ]
    told = [("COMPLAINT_FILED", {})] * 5 + [("COMPLAINT_ESCALATED", {})] * 2
    told += [("COMPLAINT_CLOSED", {"round": number}) for number in (1, 1, 2, 3, 3)]
    with scope(chains.a.chain, machine):
        for store in (chains.a.store, chains.a.other_store):
            for kind, after in told:
                append(
                    actor=machine,
                    kind=kind,
                    subject_type="Complaint",
                    subject_id=new_id(),
                    store_id=store,
                    now=TEN,
                    after=after,
                )
    clauses = [replace(same_day_clause(str(place)), rule=rule) for place, rule in enumerate(rules, start=1)]
    with scope(chains.a.chain, officer):
        draft = draft_standard(actor=officer, titles=TITLES, clauses=clauses, now=TWO_DAYS_ON)
        assert findings_on([draft], now=TWO_DAYS_ON)[draft.id] == []
    with scope(chains.a.chain, machine):
        while measure_past(now=TWO_DAYS_ON):
            pass
    with scope(chains.a.chain, officer):
        found = {each.clause: each.words() for each in findings_on([draft], now=TWO_DAYS_ON)[draft.id]}
        assert sorted(found) == ["1", "3", "4", "5", "7"]
        assert "39 %" in found["1"] and "40 %" in found["1"]
        assert "1.5" in found["4"] and "came to 2," in found["4"]
        assert "at least 2 times" in found["7"]
        assert findings_on([draft], now=TWO_DAYS_ON + timedelta(days=DAYS))[draft.id] == []
