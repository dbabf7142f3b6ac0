"""How one requirement is met by areas, days and stores beside each other, under whatever versions (S2, S7)."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from importlib import import_module
from typing import Any
from uuid import UUID

import pytest
from django.db import connections

from chains.actor import Actor, system_actor
from chains.scope import scope
from kit.ids import new_id
from kit.refusals import NotFound, NotPermitted
from standards.models.tallies import COUNTS, DayTally, StoreMonthTally
from standards.models.texts import Clause
from standards.queries.side_by_side import conformance_by_day, conformance_by_store
from standards.queries.verdicts import conformance_by_month
from stores.models import Store
from tests.conftest import Chains
from tests.factories.standards import in_force

AsRole = Callable[..., Actor]
NOW = datetime(2026, 6, 20, 2, tzinfo=UTC)
MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)
A_DAY = timedelta(days=1)


@pytest.fixture
def clause(chains: Chains) -> Clause:
    """A clause that asks for 96 %: the store came from 90 % in May to 80 % in June, the other one kept all of it."""
    version = in_force(chains.a, NOW - 60 * A_DAY)
    with scope(chains.a.chain, system_actor()):
        clause = Clause.objects.get(version=version)
        for store_id, month, met, missed in (
            (chains.a.store, MAY, 90, 10),
            (chains.a.store, JUNE, 80, 20),
            (chains.a.other_store, JUNE, 100, 0),
        ):
            given: dict[str, Any] = {"store_id": store_id, "clause": clause, "met": met, "missed": missed}
            StoreMonthTally.objects.create(month=month, **given)
            DayTally.objects.create(day=month + 3 * A_DAY, **given)
    return clause


def months(actor: Actor, **place: UUID) -> list[tuple[date | None, Decimal | None, Decimal | None]]:
    found = conformance_by_month(actor=actor, since=JUNE, until=JUNE, **place)
    return [(each.begins_on, each.share_met, each.trend) for each in found]


def test_an_area_comes_to_what_its_stores_come_to_and_moves_with_them(
    chains: Chains, as_role: AsRole, clause: Clause
) -> None:
    officer, supervisor = as_role(chains.a, "QUALITY_OFFICER"), as_role(chains.a, "AREA_SUPERVISOR")
    for who in (officer, supervisor):
        with scope(chains.a.chain, who):
            assert months(who, area_id=chains.a.area) == [(JUNE, Decimal("80.00"), Decimal("-10.00"))]
    with scope(chains.a.chain, officer):
        # Of the other area's May nothing is known, so nobody can tell where it goes.
        assert months(officer, area_id=chains.a.other_area) == [(JUNE, Decimal("100.00"), None)]
        Store.objects.filter(id=chains.a.other_store).update(area_id=chains.a.area)
        assert months(officer, area_id=chains.a.area) == [(JUNE, Decimal("90.00"), Decimal("0.00"))]
        assert months(officer, area_id=chains.a.other_area) == []


def test_nobody_is_told_of_areas_whose_stores_they_do_not_see(chains: Chains, as_role: AsRole, clause: Clause) -> None:
    manager, staff = as_role(chains.a, "STORE_MANAGER"), as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, manager):
        # Of its area a manager is told what the own store comes to.
        assert months(manager, area_id=chains.a.area) == months(manager, store_id=chains.a.store)
        for area_id in (chains.a.other_area, new_id()):
            with pytest.raises(NotFound):
                months(manager, area_id=area_id)
        with pytest.raises(NotPermitted):
            months(manager)
    with scope(chains.a.chain, staff), pytest.raises(NotPermitted):
        months(staff, area_id=chains.a.area)


def test_how_far_from_the_standard_is_told_in_points(chains: Chains, as_role: AsRole, clause: Clause) -> None:
    officer = as_role(chains.a, "QUALITY_OFFICER")
    with scope(chains.a.chain, officer):
        found = conformance_by_month(actor=officer, since=MAY, until=JUNE, store_id=chains.a.store)
    assert [(each.distance, each.is_kept) for each in found] == [(Decimal("-6.00"), False), (Decimal("-16.00"), False)]


def test_a_requirement_is_followed_day_by_day_through_its_versions(
    chains: Chains, as_role: AsRole, clause: Clause
) -> None:
    supervisor = as_role(chains.a, "AREA_SUPERVISOR")
    asked: dict[str, Any] = {"lineage_id": clause.lineage_id, "first_on": MAY, "last_on": JUNE + 9 * A_DAY}
    with scope(chains.a.chain, supervisor):
        for place in ({"store_id": chains.a.store}, {"area_id": chains.a.area}):
            found = conformance_by_day(actor=supervisor, **asked, **place)
            told = [(each.begins_on, each.share_met) for each in found]
            assert told == [(MAY + 3 * A_DAY, 90), (JUNE + 3 * A_DAY, 80)]
        with pytest.raises(NotFound):
            conformance_by_day(actor=supervisor, store_id=chains.a.other_store, **asked)
        with pytest.raises(NotPermitted):
            conformance_by_day(actor=supervisor, **asked)


def test_stores_stand_beside_each_other_the_one_furthest_behind_first(
    chains: Chains, as_role: AsRole, clause: Clause
) -> None:
    officer, manager = as_role(chains.a, "QUALITY_OFFICER"), as_role(chains.a, "STORE_MANAGER_2")
    asked: dict[str, Any] = {"lineage_id": clause.lineage_id, "month": JUNE + 20 * A_DAY}
    with scope(chains.a.chain, officer):
        found = conformance_by_store(actor=officer, **asked)
        assert [(each.store_id, each.basis_points) for each in found] == [
            (chains.a.store, 8_000),
            (chains.a.other_store, 10_000),
        ]
        (of_area,) = conformance_by_store(actor=officer, area_id=chains.a.other_area, **asked)
        assert of_area.store_id == chains.a.other_store
        # What nothing is settled of comes last.
        StoreMonthTally.objects.filter(store=chains.a.store, month=JUNE).update(met=0, missed=0, open=2)
        assert [each.basis_points for each in conformance_by_store(actor=officer, **asked)] == [10_000, None]
    with scope(chains.a.chain, manager):
        assert [each.store_id for each in conformance_by_store(actor=manager, **asked)] == [chains.a.other_store]


def test_the_migration_counts_the_months_that_were_before_it(chains: Chains, clause: Clause) -> None:
    with scope(chains.a.chain, system_actor()):
        kept = StoreMonthTally.objects.order_by("store_id", "month")
        before = list(kept.values("store_id", "month", "clause_id", *COUNTS))
        kept.all().delete()
        migration = import_module("standards.migrations.0010_months_of_stores")
        with connections["default"].cursor() as cursor:
            cursor.execute(migration.COUNTED)
        assert list(kept.all().values("store_id", "month", "clause_id", *COUNTS)) == before
