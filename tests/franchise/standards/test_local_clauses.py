"""A store adds requirements of its own to a standard, where headquarters allows it and for itself alone."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from chains.actor import Actor
from chains.scope import scope
from kit.refusals import Invalid, NotFound, NotPermitted
from standards.actions.local import add_local_clause, end_local_clause
from standards.actions.rollout import push_standard
from standards.models.local import LocalClause
from standards.models.texts import Version
from standards.queries.local import local_clauses_for
from standards.rules.local import LocalClauseEnded, LocalClausesNotAllowed, TooManyLocalClauses
from tests.conftest import Chains
from tests.factories.standards import approved, in_force
from tests.factories.stores import last_entry

AsRole = Callable[..., Actor]
NOW = datetime(2026, 5, 4, 2, tzinfo=UTC)
TEXTS = {"en": "The door is held open for prams.", "zh-hans": "为推婴儿车的顾客扶门。"}


@pytest.fixture
def version(chains: Chains, as_role: AsRole) -> Version:
    """A version in force in both stores, to which they may add."""
    officer, found = as_role(chains.a, "QUALITY_OFFICER"), approved(chains.a, NOW)
    with scope(chains.a.chain, officer):
        push_standard(actor=officer, version_id=found.id, allows_local_clauses=True, now=NOW)
    return found


def added(chains: Chains, as_role: AsRole, version: Version) -> LocalClause:
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        place = {"store_id": chains.a.store, "version_id": version.id}
        return add_local_clause(actor=manager, **place, texts=TEXTS, now=NOW)


def test_a_store_adds_what_only_it_reads_and_ends_it(chains: Chains, as_role: AsRole, version: Version) -> None:
    first, second = (added(chains, as_role, version) for _ in range(2))
    assert (first.number, second.number) == (1, 2)
    staff, other = as_role(chains.a, "SERVICE_STAFF"), as_role(chains.a, "SERVICE_STAFF_2")
    with scope(chains.a.chain, staff):
        found = local_clauses_for(actor=staff, store_id=chains.a.store)
        assert [(each.number, each.texts) for each in found] == [(1, TEXTS), (2, TEXTS)]
        with pytest.raises(NotPermitted):
            end_local_clause(actor=staff, local_clause_id=first.id, now=NOW)
    with scope(chains.a.chain, other):
        assert not LocalClause.objects.exists()
        with pytest.raises(NotFound):
            local_clauses_for(actor=other, store_id=chains.a.store)
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        ended = end_local_clause(actor=manager, local_clause_id=first.id, now=NOW + timedelta(days=1))
        assert (ended.ended_at, last_entry(first.id).kind) == (NOW + timedelta(days=1), "LOCAL_CLAUSE_ENDED")
        with pytest.raises(LocalClauseEnded):
            end_local_clause(actor=manager, local_clause_id=first.id, now=NOW)
        assert [each.id for each in local_clauses_for(actor=manager, store_id=chains.a.store)] == [second.id]


def test_headquarters_reads_what_all_stores_have_added(chains: Chains, as_role: AsRole, version: Version) -> None:
    clause, other = added(chains, as_role, version), in_force(chains.a, NOW)
    officer = as_role(chains.a, "QUALITY_OFFICER")
    with scope(chains.a.chain, officer):
        for asked in ({}, {"area_id": chains.a.area}, {"standard_id": version.standard_id}):
            assert [each.id for each in local_clauses_for(actor=officer, **asked)] == [clause.id]
        for nothing in ({"area_id": chains.a.other_area}, {"standard_id": other.standard_id}):
            assert not local_clauses_for(actor=officer, **nothing).exists()


def test_a_store_adds_nothing_where_headquarters_does_not_allow_it(chains: Chains, as_role: AsRole) -> None:
    with pytest.raises(LocalClausesNotAllowed):
        added(chains, as_role, in_force(chains.a, NOW))


def test_a_store_does_not_write_a_standard_of_its_own(chains: Chains, as_role: AsRole, version: Version) -> None:
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        place = {"version_id": version.id, "now": NOW}
        with pytest.raises(Invalid):
            add_local_clause(actor=manager, store_id=chains.a.store, texts={}, **place)
        with pytest.raises(NotFound):
            add_local_clause(actor=manager, store_id=chains.a.other_store, texts=TEXTS, **place)
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff), pytest.raises(NotPermitted):
        add_local_clause(actor=staff, store_id=chains.a.store, texts=TEXTS, **place)
    for _ in range(20):
        added(chains, as_role, version)
    with pytest.raises(TooManyLocalClauses):
        added(chains, as_role, version)
