"""Standard or store? Counted from verdicts and complaints, in as many statements for many stores as for one (S7)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chains.actor import Actor, system_actor
from chains.scope import scope
from complaints.actions.filing import Links
from kit.refusals import Invalid, NotFound, NotPermitted
from loops.queries.fourfold import deviation_costs, four_cases, standard_or_store, stores_in_case
from loops.rules.fourfold import FourCase
from standards.models.tallies import DayTally
from standards.models.texts import Clause
from tests.conftest import Chains
from tests.factories.complaints import filed
from tests.factories.standards import in_force

AsRole = Callable[..., Actor]
NOW = timezone.now()
DAY = timedelta(days=1)
MOST_STATEMENTS = 3


@pytest.fixture
def clause(chains: Chains) -> Clause:
    version = in_force(chains.a, NOW - DAY)
    with scope(chains.a.chain, system_actor()):
        clause = Clause.objects.get(version=version)
        for store_id, met, missed in ((chains.a.store, 50, 50), (chains.a.other_store, 100, 0)):
            DayTally.objects.create(store_id=store_id, clause=clause, day=NOW.date(), met=met, missed=missed)
    return clause


def complained(chains: Chains, as_role: AsRole, clause: Clause, who: str = "STORE_MANAGER") -> None:
    manager = as_role(chains.a, who)
    store_id = chains.a.other_store if who.endswith("_2") else chains.a.store
    with scope(chains.a.chain, manager):
        filed(manager, store_id, NOW, links=Links(clause_id=clause.id))


def test_each_store_is_one_of_four_cases_under_each_clause(chains: Chains, as_role: AsRole, clause: Clause) -> None:
    period = {"since": NOW.date() - DAY, "until": NOW.date() + DAY}
    officer = as_role(chains.a, "QUALITY_OFFICER")

    def cases() -> dict[object, FourCase | None]:
        with scope(chains.a.chain, officer):
            return {each.store_id: each.case for each, _clause in standard_or_store(officer, **period)}

    assert cases() == {chains.a.store: FourCase.ASK_WHAT_FOR, chains.a.other_store: FourCase.WELL}
    complained(chains, as_role, clause)
    complained(chains, as_role, clause, "STORE_MANAGER_2")
    assert cases() == {chains.a.store: FourCase.MEND_STORE, chains.a.other_store: FourCase.MEND_STANDARD}
    with scope(chains.a.chain, officer), CaptureQueriesContext(connections["default"]) as asked:
        (only,) = standard_or_store(officer, case=FourCase.MEND_STORE, lineage_id=clause.lineage_id, **period)
        assert (only[0].store_id, only[0].complaints, only[1]) == (chains.a.store, 1, clause)
    assert len([each for each in asked if each["sql"].startswith("SELECT")]) <= MOST_STATEMENTS


def test_a_chain_holds_a_row_for_each_clause_and_asks_for_the_stores_behind_a_case(
    chains: Chains, as_role: AsRole, clause: Clause
) -> None:
    complained(chains, as_role, clause)
    period = {"since": NOW.date() - DAY, "until": NOW.date() + DAY}
    officer, manager = as_role(chains.a, "QUALITY_OFFICER"), as_role(chains.a, "STORE_MANAGER_2")
    of_clause: dict[str, Any] = {"lineage_id": clause.lineage_id, **period}
    with scope(chains.a.chain, officer):
        ((spread, told),) = four_cases(officer, **period)
        assert (told, spread.stores) == (clause, {FourCase.MEND_STORE: 1, FourCase.WELL: 1})
        (behind,) = stores_in_case(officer, case=FourCase.MEND_STORE, **of_clause)
        assert behind.id == chains.a.store
        assert {each.id for each in stores_in_case(officer, **of_clause)} == {chains.a.store, chains.a.other_store}
    with scope(chains.a.chain, manager):
        assert [spread.stores for spread, _clause in four_cases(manager, **period)] == [{FourCase.WELL: 1}]
        assert [each.id for each in stores_in_case(manager, **of_clause)] == [chains.a.other_store]


def test_what_deviating_costs_is_held_against_who_keeps_it(chains: Chains, as_role: AsRole, clause: Clause) -> None:
    complained(chains, as_role, clause)
    officer = as_role(chains.a, "QUALITY_OFFICER")
    with scope(chains.a.chain, officer):
        ((cost, told),) = deviation_costs(officer, since=NOW.date() - DAY, until=NOW.date() + DAY)
    assert (told, cost.keeping.stores, cost.deviating.stores) == (clause, 1, 1)
    assert (cost.deviating.complaints, cost.extra_complaints) == (1, 1)


def test_an_area_is_looked_at_by_itself(chains: Chains, as_role: AsRole, clause: Clause) -> None:
    complained(chains, as_role, clause)
    officer, supervisor = as_role(chains.a, "QUALITY_OFFICER"), as_role(chains.a, "AREA_SUPERVISOR")
    asked: dict[str, Any] = {"since": NOW.date() - DAY, "until": NOW.date() + DAY, "area_id": chains.a.area}
    for who in (officer, supervisor):
        with scope(chains.a.chain, who):
            assert [spread.stores for spread, _clause in four_cases(who, **asked)] == [{FourCase.MEND_STORE: 1}]
            ((cost, _told),) = deviation_costs(who, **asked)
            assert (cost.keeping.stores, cost.deviating.stores) == (0, 1)
            (behind,) = stores_in_case(who, lineage_id=clause.lineage_id, **asked)
            assert behind.id == chains.a.store
    with scope(chains.a.chain, supervisor), pytest.raises(NotFound):
        four_cases(supervisor, **asked | {"area_id": chains.a.other_area})


def test_a_store_sees_itself_alone(chains: Chains, as_role: AsRole, clause: Clause) -> None:
    period = {"since": NOW.date() - DAY, "until": NOW.date() + DAY}
    manager, staff = as_role(chains.a, "STORE_MANAGER"), as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, manager):
        assert {each.store_id for each, _clause in standard_or_store(manager, **period)} == {chains.a.store}
        with pytest.raises(NotFound):
            standard_or_store(manager, store_id=chains.a.other_store, **period)
        for until in (NOW.date() - 2 * DAY, NOW.date() + 400 * DAY):
            with pytest.raises(Invalid):
                standard_or_store(manager, since=NOW.date() - DAY, until=until)
    with scope(chains.a.chain, staff), pytest.raises(NotPermitted):
        standard_or_store(staff, **period)
