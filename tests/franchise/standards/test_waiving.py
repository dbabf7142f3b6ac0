"""Letting a store off a clause: for cases that begin while it holds, and for no others."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from chains.actor import Actor, system_actor
from chains.scope import scope
from clocks.models import Clock
from journal.models import Entry
from kit.ids import new_id
from kit.refusals import Invalid, NotFound, NotPermitted
from standards.actions.measuring import measure_entry
from standards.actions.waiving import end_waiver, waive_clause
from standards.models.texts import Clause
from standards.models.verdicts import Verdict
from standards.models.waivers import Waiver
from standards.queries.waiving import waivers_for
from standards.rules.states import NothingInForce
from standards.rules.waiving import WaivedAlready, WaiverOver
from tests.conftest import Chains
from tests.factories.complaints import settled
from tests.factories.standards import approved, in_force, same_day_clause
from tests.factories.stores import last_entry

AsRole = Callable[..., Actor]
TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)


def waived(chains: Chains, as_role: AsRole, clause: Clause, at: datetime, until: datetime) -> Waiver:
    officer = as_role(chains.a, "QUALITY_OFFICER")
    with scope(chains.a.chain, officer):
        given = {"store_id": chains.a.store, "clause_id": clause.id}
        return waive_clause(actor=officer, **given, until=until, reason="The street is flooded.", now=at)


def clause_in_force(chains: Chains, as_role: AsRole) -> Clause:
    version = in_force(chains.a, TEN - HOUR)
    with scope(chains.a.chain, as_role(chains.a, "QUALITY_OFFICER")):
        return version.clauses.get()


def test_cases_that_begin_under_a_waiver_are_not_applicable_and_no_others(chains: Chains, as_role: AsRole) -> None:
    clause = clause_in_force(chains, as_role)
    manager, officer, machine = as_role(chains.a, "STORE_MANAGER"), as_role(chains.a, "QUALITY_OFFICER"), system_actor()
    moments = [TEN, TEN + HOUR, TEN + 2 * HOUR, TEN + 3 * HOUR]
    with scope(chains.a.chain, manager):
        settled(manager, chains.a.store, moments[0])
    waiver = waived(chains, as_role, clause, TEN + HOUR, TEN + 99 * HOUR)
    with scope(chains.a.chain, manager):
        settled(manager, chains.a.store, moments[1])
        before_the_end = settled(manager, chains.a.store, moments[2])
    with scope(chains.a.chain, officer):
        end_waiver(actor=officer, waiver_id=waiver.id, now=TEN + 3 * HOUR)
    with scope(chains.a.chain, manager):
        settled(manager, chains.a.store, moments[3])
    # Judged after the waiver was ended, and in another order than it happened.
    with scope(chains.a.chain, machine):
        for entry in Entry.objects.filter(kind="COMPLAINT_FILED").order_by("-at"):
            measure_entry(actor=machine, entry=entry, now=TEN + 4 * HOUR)
        found = Verdict.objects.standing().order_by("span__started_at").values_list("state", "reason")
        waived_case, kept = ("NOT_APPLICABLE", "WAIVED"), ("MET", "IN_TIME")
        assert list(found) == [kept, waived_case, waived_case, kept]
        assert not Clock.objects.filter(subject_id=before_the_end.id, clause_version_id=clause.id).exists()


def test_a_waiver_begins_now_and_ends_within_a_year(chains: Chains, as_role: AsRole) -> None:
    clause = clause_in_force(chains, as_role)
    for until in (TEN - HOUR, TEN, TEN + timedelta(days=367)):
        with pytest.raises(Invalid) as refusal:
            waived(chains, as_role, clause, TEN, until)
        assert refusal.value.field == ("until",)
    first = waived(chains, as_role, clause, TEN, TEN + HOUR)
    # Also for whoever came a moment earlier and had to wait.
    for now in (TEN, TEN - timedelta(seconds=1)):
        with pytest.raises(WaivedAlready):
            waived(chains, as_role, clause, now, TEN + 2 * HOUR)
    second = waived(chains, as_role, clause, TEN + HOUR, TEN + 2 * HOUR)
    officer = as_role(chains.a, "QUALITY_OFFICER")
    with scope(chains.a.chain, officer):
        with pytest.raises(WaiverOver):
            end_waiver(actor=officer, waiver_id=first.id, now=TEN + HOUR)
        ended = end_waiver(actor=officer, waiver_id=second.id, now=TEN + HOUR)
        assert (ended.ended_at, last_entry(second.id).kind) == (TEN + HOUR, "WAIVER_ENDED")
        with pytest.raises(WaiverOver):
            end_waiver(actor=officer, waiver_id=second.id, now=TEN + HOUR)
        at_store = waivers_for(actor=officer, now=TEN + HOUR, store_id=chains.a.store)
        assert [each.id for each in at_store] == [second.id, first.id]


def test_headquarters_sees_what_the_whole_chain_is_let_off_and_what_runs_out(chains: Chains, as_role: AsRole) -> None:
    clause = clause_in_force(chains, as_role)
    over = waived(chains, as_role, clause, TEN, TEN + HOUR)
    holding = waived(chains, as_role, clause, TEN + HOUR, TEN + 9 * HOUR)
    officer, other = as_role(chains.a, "QUALITY_OFFICER"), as_role(chains.a, "STORE_MANAGER_2")

    def found(who: Actor, **asked: Any) -> list[UUID]:
        return [each.id for each in waivers_for(actor=who, now=TEN + 2 * HOUR, **asked)]

    with scope(chains.a.chain, officer):
        assert found(officer) == found(officer, lineage_id=clause.lineage_id) == [holding.id, over.id]
        assert (found(officer, is_holding=True), found(officer, is_holding=False)) == ([holding.id], [over.id])
        assert found(officer, is_holding=True, over_before=TEN + 9 * HOUR) == []
        assert found(officer, is_holding=True, over_before=TEN + 10 * HOUR) == [holding.id]
        assert found(officer, area_id=chains.a.other_area) == []
        assert [each.holds_at(TEN + 2 * HOUR) for each in (holding, over)] == [True, False]
    with scope(chains.a.chain, other):
        assert found(other) == []
        with pytest.raises(NotFound):
            found(other, area_id=chains.a.area)


def test_only_what_is_in_force_at_the_store_is_waived_and_only_by_headquarters(chains: Chains, as_role: AsRole) -> None:
    clause = clause_in_force(chains, as_role)
    unpushed = approved(chains.a, TEN, same_day_clause())
    manager, officer = as_role(chains.a, "STORE_MANAGER"), as_role(chains.a, "QUALITY_OFFICER")
    given = {"store_id": chains.a.store, "until": TEN + HOUR, "reason": "Flood.", "now": TEN}
    with scope(chains.a.chain, manager), pytest.raises(NotPermitted):
        waive_clause(actor=manager, clause_id=clause.id, **given)
    with scope(chains.a.chain, officer):
        with pytest.raises(NothingInForce):
            waive_clause(actor=officer, clause_id=unpushed.clauses.get().id, **given)
        with pytest.raises(NotFound):
            waive_clause(actor=officer, clause_id=new_id(), **given)
    waiver = waived(chains, as_role, clause, TEN, TEN + HOUR)
    other = as_role(chains.a, "STORE_MANAGER_2")
    with scope(chains.a.chain, other):
        assert not Waiver.objects.exists()
        with pytest.raises(NotPermitted):
            end_waiver(actor=other, waiver_id=waiver.id, now=TEN)
