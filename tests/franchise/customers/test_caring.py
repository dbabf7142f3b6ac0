"""Classes by frequency and value, plans of care, greetings and consent (K3, K4, K5)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from chains.actor import Actor, system_actor
from chains.scope import CHAINS_ALIAS, scope
from customers.actions.caring import classify_customer, classify_some, greet_customer, set_customer_classes
from customers.actions.consenting import record_consent, withdraw_consent
from customers.actions.merging import merge_customers, unmerge_customers
from customers.actions.purchases import record_purchase, take_back_purchases
from customers.actions.registering import register_customer
from customers.models import Classification, ConsentPurpose, Customer, GreetingOccasion, Purchase
from customers.queries.caring import classes_in_force, classes_of, due_greetings
from customers.queries.dealings import has_consent
from customers.rules.caring import AlreadyGreeted, ClassesChanged, ClassSpec, CodeTaken, ConsentWithdrawn
from customers.rules.consenting import ConsentGiven, ConsentNotGiven
from customers.rules.particulars import Particulars
from kit.ids import new_id
from kit.refusals import Invalid, NotPermitted, Stale
from stores.rules.business import CurrencyDiffers
from tests.conftest import Chains
from tests.factories.stores import last_entry, told

AsRole = Callable[..., Actor]
# Ten in the morning in Shanghai.
NOW = datetime(2026, 5, 4, 2, tzinfo=UTC)
A_DAY = timedelta(days=1)
GOLD = ClassSpec("GOLD", "金卡", 3, 10_000, "CNY", 365, "A call each month.", 30)
SILVER = ClassSpec("SILVER", "银卡", 1, 0, "CNY", 365, "A card at New Year.")
MACHINE = system_actor()
MARKETING, GREETINGS = ConsentPurpose.MARKETING, ConsentPurpose.GREETINGS


def customer_of(actor: Actor, chains: Chains, name: str = "王小明", **other: Any) -> Customer:
    given = Particulars(name=name, phone=f"1380000{len(name):04d}", **other)
    return register_customer(actor=actor, store_id=chains.a.store, particulars=given, now=NOW)


def bought(actor: Actor, customer: Customer, *, at: datetime = NOW, amount: int = 5_000, **other: Any) -> Purchase:
    what = {"product": "Noodles", "quantity": 1, "amount_minor": amount, "currency": "CNY", "bought_at": at}
    return record_purchase(actor=actor, customer_id=customer.id, now=max(at, NOW), **(what | other))


def code_of(customer: Customer, now: datetime = NOW) -> str | None:
    classify_customer(actor=MACHINE, customer_id=customer.id, now=now)
    found = classes_of([customer.id]).get(customer.id)
    return found and found.code


def test_a_customer_comes_into_the_first_class_whose_thresholds_are_reached(chains: Chains, as_role: AsRole) -> None:
    officer = as_role(chains.a, "QUALITY_OFFICER")
    with scope(chains.a.chain, officer):
        set_customer_classes(actor=officer, classes=[GOLD, SILVER], now=NOW)
        customer = customer_of(officer, chains)
        assert code_of(customer) is None
        bought(officer, customer)
        assert code_of(customer) == "SILVER"
        bought(officer, customer, amount=4_000)
        bought(officer, customer, amount=999)
        assert code_of(customer) == "SILVER"
        bought(officer, customer, amount=1)
        assert code_of(customer) == "GOLD"
        bought(officer, customer, amount=10**9, currency="EUR", order_id=new_id(), line_id=new_id())
        assert code_of(customer) == "GOLD"
        rows = Classification.objects.filter(customer=customer).order_by("began_at", "id")
        assert [(each.customer_class.code, each.ended_at) for each in rows] == [("SILVER", NOW), ("GOLD", None)]
        assert told(customer.id).count("CUSTOMER_CLASSIFIED") == 2
        assert code_of(customer, NOW + 366 * A_DAY) is None


def test_the_lines_of_one_order_are_one_purchase_and_noted_once(chains: Chains, as_role: AsRole) -> None:
    officer = as_role(chains.a, "QUALITY_OFFICER")
    with scope(chains.a.chain, officer):
        set_customer_classes(actor=officer, classes=[replace(GOLD, min_purchases=2, min_amount_minor=0)], now=NOW)
        customer, order, line = customer_of(officer, chains), new_id(), new_id()
        first = bought(officer, customer, order_id=order, line_id=line)
        assert bought(officer, customer, order_id=order, line_id=line) == first
        bought(officer, customer, order_id=order, line_id=new_id())
        assert code_of(customer) is None
        bought(officer, customer)
        assert code_of(customer) == "GOLD"
        assert take_back_purchases(actor=officer, store_id=chains.a.store, order_id=order, now=NOW) == 2
        assert take_back_purchases(actor=officer, store_id=chains.a.store, order_id=order, now=NOW) == 0
        assert code_of(customer) is None


def test_a_person_is_in_one_class_under_the_record_that_is_kept(chains: Chains, as_role: AsRole) -> None:
    officer = as_role(chains.a, "QUALITY_OFFICER")
    with scope(chains.a.chain, officer):
        set_customer_classes(actor=officer, classes=[replace(GOLD, min_purchases=2), SILVER], now=NOW)
        one, other = customer_of(officer, chains), customer_of(officer, chains, "王晓明明")
        for each in (one, other):
            bought(officer, each)
            assert code_of(each) == "SILVER"
        merge_customers(actor=officer, kept_id=one.id, merged_id=other.id, now=NOW)
        classify_customer(actor=MACHINE, customer_id=other.id, now=NOW)
        assert {key: each.code for key, each in classes_of([one.id, other.id]).items()} == {one.id: "GOLD"}
        with pytest.raises(Stale):
            unmerge_customers(actor=officer, customer_id=other.id, expected_version=9, now=NOW)
        unmerge_customers(actor=officer, customer_id=other.id, expected_version=1, now=NOW)
        assert (code_of(one), code_of(other)) == ("SILVER", "SILVER")


def test_looking_at_everybody_costs_the_same_for_two_and_for_six_who_are_where_they_belong(
    chains: Chains, as_role: AsRole
) -> None:
    officer, counts = as_role(chains.a, "QUALITY_OFFICER"), []
    with scope(chains.a.chain, officer):
        set_customer_classes(actor=officer, classes=[replace(GOLD, min_purchases=2), SILVER], now=NOW)
        for names in (("王", "王王"), ("李", "李李", "张三三", "赵四四四")):
            one, other = (customer_of(officer, chains, name) for name in names[:2])
            bought(officer, one)
            bought(officer, other)
            merge_customers(actor=officer, kept_id=one.id, merged_id=other.id, now=NOW)
            for name in names[2:]:
                bought(officer, customer_of(officer, chains, name))
            for _time in range(2):
                with CaptureQueriesContext(connections[CHAINS_ALIAS]) as asked:
                    classify_some(actor=MACHINE, after_id=UUID(int=0), now=NOW)
            counts.append(len(asked))
        standing = Classification.objects.filter(ended_at=None).values_list("customer_class__code", flat=True)
        assert sorted(standing) == ["GOLD", "GOLD", "SILVER", "SILVER"]
        classify_some(actor=MACHINE, after_id=UUID(int=0), now=NOW + 400 * A_DAY)
        assert not Classification.objects.filter(ended_at=None).exists()
    assert counts[0] == counts[1] <= 10


def test_clocks_may_go_a_little_apart_and_nothing_was_bought_tomorrow(chains: Chains, as_role: AsRole) -> None:
    staff, soon = as_role(chains.a, "SERVICE_STAFF"), NOW + timedelta(minutes=4)
    with scope(chains.a.chain, staff):
        wang = customer_of(staff, chains)
        what = {"product": "Noodles", "quantity": 1, "amount_minor": 1, "currency": "CNY", "now": NOW}
        assert record_purchase(actor=staff, customer_id=wang.id, bought_at=soon, **what).bought_at == NOW
        with pytest.raises(Invalid) as refused:
            record_purchase(actor=staff, customer_id=wang.id, bought_at=NOW + A_DAY, **what)
        assert refused.value.field == ("bought_at",)


def test_what_was_bought_is_told_in_the_currency_of_the_store(chains: Chains, as_role: AsRole) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        wang = customer_of(staff, chains)
        with pytest.raises(CurrencyDiffers) as refused:
            bought(staff, wang, currency="USD")
        assert (refused.value.field, refused.value.details) == (("amount", "currency"), {"currency": "CNY"})
        with pytest.raises(Invalid) as negative:
            bought(staff, wang, amount=-1)
        assert negative.value.text().endswith("an amount of nothing or more, and at most CNY 90,071,992,547,409.91")


def test_classes_set_anew_hold_for_everybody_and_the_old_ones_stay(chains: Chains, as_role: AsRole) -> None:
    officer, manager = as_role(chains.a, "QUALITY_OFFICER"), as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager), pytest.raises(NotPermitted):
        set_customer_classes(actor=manager, classes=[GOLD], now=NOW)
    with scope(chains.a.chain, officer):
        customer = customer_of(officer, chains)
        bought(officer, customer)
        set_customer_classes(actor=officer, classes=[SILVER], expected_version=0, now=NOW)
        assert code_of(customer) == "SILVER"
        with pytest.raises(ClassesChanged):
            set_customer_classes(actor=officer, classes=[GOLD], expected_version=0, now=NOW)
        set_customer_classes(actor=officer, classes=[replace(SILVER, code="BRONZE")], expected_version=1, now=NOW)
        assert classify_some(actor=MACHINE, after_id=customer.id.__class__(int=0), now=NOW) is None
        assert classes_of([customer.id])[customer.id].code == "BRONZE"
        assert [each.code for each in classes_in_force()] == ["BRONZE"]
        for wrong in (replace(GOLD, currency="yuan"), replace(GOLD, within_days=0), replace(GOLD, code="金")):
            with pytest.raises(Invalid):
                set_customer_classes(actor=officer, classes=[wrong], now=NOW)
        with pytest.raises(CodeTaken):
            set_customer_classes(actor=officer, classes=[GOLD, GOLD], now=NOW)


def test_birthdays_and_plans_of_care_are_due_until_somebody_sees_to_them(chains: Chains, as_role: AsRole) -> None:
    officer, staff = as_role(chains.a, "QUALITY_OFFICER"), as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, officer):
        set_customer_classes(actor=officer, classes=[replace(GOLD, min_purchases=1, min_amount_minor=0)], now=NOW)
    with scope(chains.a.chain, staff):
        wang = customer_of(staff, chains, birthday="1990-05-06")
        customer_of(staff, chains, "Somebody later", birthday="06-20")

        def due(now: datetime = NOW, days: int = 7) -> list[tuple[str, str, date]]:
            found = due_greetings(actor=staff, store_id=chains.a.store, days=days, now=now)
            return [(each.customer.name, each.occasion, each.due_on) for each in found]

        birthday = date(2026, 5, 6)
        assert due() == [("王小明", "BIRTHDAY", birthday)]
        assert due(days=1) == [] and due(NOW + 3 * A_DAY) == []
        greeting = greet_customer(
            actor=staff,
            customer_id=wang.id,
            occasion=GreetingOccasion.BIRTHDAY,
            due_on=birthday,
            note="生日快乐",
            now=NOW,
        )
        assert last_entry(wang.id).after == {
            "occasion": "BIRTHDAY",
            "due_on": "2026-05-06",
            "greeting_id": str(greeting.id),
        }
        assert due() == []
        with pytest.raises(AlreadyGreeted):
            greet_customer(
                actor=staff, customer_id=wang.id, occasion=GreetingOccasion.BIRTHDAY, due_on=birthday, now=NOW
            )
        with pytest.raises(Invalid):
            greet_customer(actor=staff, customer_id=wang.id, occasion=GreetingOccasion.BIRTHDAY, now=NOW)
        bought(staff, wang)
        classify_customer(actor=MACHINE, customer_id=wang.id, now=NOW)
        care = ("王小明", "CARE", date(2026, 6, 3))
        assert due(NOW + 40 * A_DAY)[0] == care
        greet_customer(actor=staff, customer_id=wang.id, occasion=GreetingOccasion.CARE, now=NOW + 40 * A_DAY)
        assert care not in due(NOW + 40 * A_DAY)


def test_consent_is_given_and_withdrawn_per_purpose_with_its_proof(chains: Chains, as_role: AsRole) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        wang = customer_of(staff, chains, birthday="05-06")
        assert not has_consent(wang.id, MARKETING)
        record_consent(actor=staff, customer_id=wang.id, purpose=MARKETING, proof="Form 17", now=NOW)
        assert has_consent(wang.id, MARKETING) and not has_consent(wang.id, GREETINGS)
        with pytest.raises(ConsentGiven):
            record_consent(actor=staff, customer_id=wang.id, purpose=MARKETING, proof="Form 18", now=NOW)
        ended = withdraw_consent(actor=staff, customer_id=wang.id, purpose=MARKETING, proof="Letter", now=NOW + A_DAY)
        assert (ended.proof, ended.withdrawal_proof) == ("Form 17", "Letter")
        assert not has_consent(wang.id, MARKETING)
        with pytest.raises(ConsentNotGiven):
            withdraw_consent(actor=staff, customer_id=wang.id, purpose=MARKETING, proof="Letter", now=NOW)
        record_consent(actor=staff, customer_id=wang.id, purpose=GREETINGS, proof="Form 19", now=NOW)
        withdraw_consent(actor=staff, customer_id=wang.id, purpose=GREETINGS, proof="Call", now=NOW)
        assert due_greetings(actor=staff, store_id=chains.a.store, days=7, now=NOW) == []
        with pytest.raises(ConsentWithdrawn):
            greet_customer(
                actor=staff, customer_id=wang.id, occasion=GreetingOccasion.BIRTHDAY, due_on=date(2026, 5, 6), now=NOW
            )
