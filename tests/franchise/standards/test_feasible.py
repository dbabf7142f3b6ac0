"""A threshold is held against what the stores really reached (rulebook S3)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from chains.actor import Actor, system_actor
from chains.scope import scope
from journal.models import Entry
from standards.actions.drafting import revise_standard
from standards.actions.measuring import measure_entry
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
