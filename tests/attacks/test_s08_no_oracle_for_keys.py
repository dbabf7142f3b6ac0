"""S08: what another store uses may be used here, and a refusal tells nobody what another store uses."""

from collections.abc import Callable
from datetime import date, time

import pytest
from django.db import connection

from chains.actor import Actor
from chains.scope import scope
from kit.refusals import NotPermitted
from stores.actions.business import correct_store
from stores.actions.hours import set_holidays, set_opening_hours
from stores.models import OpeningHours
from stores.rules.business import Correction
from stores.rules.calendar import Interval
from stores.rules.hours import DayOff
from tests.conftest import Chains
from tests.factories.stores import NOW

AsRole = Callable[..., Actor]
TODAY = date(2026, 3, 2)
WEEK = ((Interval(time(7), time(8)),),) * 7


def test_two_stores_use_the_same_hours_and_holidays(chains: Chains, as_role: AsRole) -> None:
    for who, store_id in (("STORE_MANAGER", chains.a.store), ("STORE_MANAGER_2", chains.a.other_store)):
        manager = as_role(chains.a, who)
        with scope(chains.a.chain, manager):
            set_opening_hours(actor=manager, store_id=store_id, valid_from=TODAY, days=WEEK, now=NOW)
            set_holidays(
                actor=manager, store_id=store_id, first_on=TODAY, last_on=TODAY, days=[DayOff(TODAY, "Day")], now=NOW
            )


def test_on_conflict_tells_a_store_nothing_about_another(chains: Chains, as_role: AsRole) -> None:
    manager = as_role(chains.a, "STORE_MANAGER_2")
    here = {"store_id": chains.a.other_store, "valid_from": TODAY, "weekday": 0, "closes": time(8)}
    with scope(chains.a.chain, as_role(chains.a, "HQ_ADMINISTRATOR")):
        OpeningHours.objects.create(**{**here, "store_id": chains.a.store, "opens": time(7)})
    with scope(chains.a.chain, manager):
        OpeningHours.objects.bulk_create([OpeningHours(opens=time(7), **here)], ignore_conflicts=True)
        assert OpeningHours.objects.filter(valid_from=TODAY).count() == 1


@pytest.mark.parametrize("code", ["S2", "FREE-9"], ids=["taken by another store", "free"])
def test_a_manager_who_tries_codes_always_hears_the_same(chains: Chains, as_role: AsRole, code: str) -> None:
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager), pytest.raises(NotPermitted) as refusal:
        correct_store(actor=manager, store_id=chains.a.store, correction=Correction(code=code), now=NOW)
    assert (refusal.value.field, refusal.value.details) == ((), {"permission": "OPEN_STORE"})


def test_every_unique_key_of_store_rows_begins_with_the_store(chains: Chains, as_role: AsRole) -> None:
    with scope(chains.a.chain, as_role(chains.a, "HQ_ADMINISTRATOR")), connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT table_of.relname, index_of.relname, first.attname
            FROM pg_index
            JOIN pg_class index_of ON index_of.oid = indexrelid
            JOIN pg_class table_of ON table_of.oid = indrelid
            JOIN pg_attribute first ON first.attrelid = indrelid AND first.attnum = indkey[0]
            JOIN pg_attribute store ON store.attrelid = indrelid AND store.attname = 'store_id'
            WHERE indisunique AND NOT indisprimary AND first.attname <> 'store_id'
              AND table_of.relnamespace = current_schema()::regnamespace
              AND (table_of.relname LIKE 'stores\\_%' OR table_of.relname LIKE 'clocks\\_%')
            """
        )
        assert cursor.fetchall() == []
