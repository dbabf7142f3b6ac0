"""A push to thousands of stores gets through: the database has counted nothing of them, and ends what is slow."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from chains.actor import Actor, system_actor
from chains.scope import scope
from members.models import Assignment
from members.rules.permissions import Role
from standards.models.rollouts import StoreStandard, TaughtRequirement
from standards.models.texts import ClauseChange
from stores.models import Store, StoreKind
from tests.conftest import Chains
from tests.factories.standards import OTHER_WORDS, in_force, next_in_force, same_day_clause

AsRole = Callable[..., Actor]
NOW = datetime(2026, 5, 4, 2, tzinfo=UTC)
AN_HOUR = timedelta(hours=1)
MANY = 10_000


def test_a_version_comes_to_ten_thousand_stores_with_what_was_known_there(chains: Chains, as_role: AsRole) -> None:
    reader = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, system_actor()):
        of_all = {"kind": StoreKind.COMPANY_OWNED, "time_zone": "Asia/Shanghai", "currency": "CNY", "opened_at": NOW}
        stores = Store.objects.bulk_create(
            Store(code=f"P{each:05}", name=f"Store {each}", **of_all) for each in range(MANY)
        )
        Assignment.objects.bulk_create(
            Assignment(user_id=reader.user_id, role=Role.SERVICE_STAFF, store_id=store.id, since=NOW)
            for store in stores
        )
    first = in_force(chains.a, NOW)
    with scope(chains.a.chain, system_actor()):
        StoreStandard.objects.update(acknowledged_at=NOW + AN_HOUR)
        lineage_id = first.clauses.get().lineage_id
        taught = {"lineage_id": lineage_id, "user_id": reader.user_id, "passed_at": NOW + AN_HOUR}
        TaughtRequirement.objects.bulk_create(TaughtRequirement(store=store, **taught) for store in stores)
    worded = replace(same_day_clause(), texts=OTHER_WORDS, questions=(), change=ClauseChange.WORDING)
    later = next_in_force(chains.a, first, NOW + 2 * AN_HOUR, worded)
    with scope(chains.a.chain, system_actor()):
        here = StoreStandard.objects.filter(version=later, store__code__startswith="P")
        assert here.filter(acknowledged_at=NOW + 2 * AN_HOUR, trained_at=NOW + AN_HOUR).count() == MANY
