"""What is held on a person is given to them and taken out, and the books stay (K4)."""

from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime

import pytest
from django.apps import apps

from chains.actor import Actor
from chains.scope import scope
from customers.actions.consenting import record_consent
from customers.actions.erasing import erase_customer, export_customer_data
from customers.actions.merging import merge_customers
from customers.actions.purchases import record_purchase
from customers.actions.registering import register_customer
from customers.models import Consent, ConsentPurpose, Customer, Purchase
from customers.queries.register import customers_at, search_customers
from customers.rules.holdings import ERASED, holdings
from customers.rules.merging import CustomerErased
from customers.rules.particulars import Particulars
from kit.ids import new_id
from kit.refusals import NotPermitted
from tests.conftest import Chains
from tests.factories.stores import last_entry

AsRole = Callable[..., Actor]
NOW = datetime(2026, 5, 4, 2, tzinfo=UTC)
NOBODY = new_id()
WANG = Particulars(name="王小明", phone="13812345678", note="=1+1", birthday="1990-05-17")


def test_everything_held_is_exported_and_erased_and_the_books_stay(chains: Chains, as_role: AsRole) -> None:
    manager, hq = as_role(chains.a, "STORE_MANAGER"), as_role(chains.a, "HQ_ADMINISTRATOR")
    with scope(chains.a.chain, manager):
        wang = register_customer(actor=manager, store_id=chains.a.store, particulars=WANG, now=NOW)
        twin = register_customer(
            actor=manager, store_id=chains.a.store, particulars=Particulars("小王", email="w@x.example"), now=NOW
        )
        merge_customers(actor=manager, kept_id=wang.id, merged_id=twin.id, now=NOW)
        record_purchase(
            actor=manager,
            customer_id=twin.id,
            product="Noodles",
            quantity=2,
            amount_minor=3_000,
            currency="CNY",
            bought_at=NOW,
            now=NOW,
        )
        record_consent(actor=manager, customer_id=wang.id, purpose=ConsentPurpose.MARKETING, proof="王的签名", now=NOW)
        customer, data = export_customer_data(actor=manager, customer_id=wang.id, now=NOW)
        assert customer == wang
        assert [row["name"] for row in data["customers"]] == ["王小明", "小王"]
        assert data["purchases"][0]["amount_minor"] == 3_000
        assert data["consents"][0]["proof"] == "王的签名"
        assert last_entry(wang.id).kind == "CUSTOMER_DATA_EXPORTED"
    with scope(chains.a.chain, hq):
        erased = erase_customer(actor=hq, customer_id=wang.id, now=NOW)
        assert (erased.name, erased.phone, erased.note, erased.erased_at) == (ERASED, "", "", NOW)
        assert Customer.objects.get(id=twin.id).email == ""
        assert Consent.objects.get().proof == ERASED
        purchase = Purchase.objects.get()
        assert (purchase.product, purchase.amount_minor, purchase.customer_id) == ("Noodles", 3_000, twin.id)
        assert not customers_at(actor=hq, store_id=chains.a.store).exists()
        assert not search_customers(actor=hq, store_id=chains.a.store, text=ERASED).exists()
        for deed in (erase_customer, export_customer_data):
            with pytest.raises(CustomerErased):
                deed(actor=hq, customer_id=wang.id, now=NOW)


@pytest.mark.parametrize(
    ("deed", "role", "may"),
    [
        (export_customer_data, "SERVICE_STAFF", False),
        (export_customer_data, "STORE_MANAGER", True),
        (erase_customer, "SERVICE_STAFF", False),
        (erase_customer, "STORE_MANAGER", False),
        (erase_customer, "AREA_SUPERVISOR", False),
        (erase_customer, "QUALITY_OFFICER", True),
    ],
)
def test_a_manager_gives_away_what_is_held_and_only_headquarters_takes_it_out(
    deed: Callable[..., object], role: str, may: bool, chains: Chains, as_role: AsRole
) -> None:
    """What customers said of a store is not the store's to erase."""
    staff, who = as_role(chains.a, "SERVICE_STAFF"), as_role(chains.a, role)
    with scope(chains.a.chain, staff):
        wang = register_customer(actor=staff, store_id=chains.a.store, particulars=WANG, now=NOW)
    with scope(chains.a.chain, who), nullcontext() if may else pytest.raises(NotPermitted):
        deed(actor=who, customer_id=wang.id, now=NOW)


def test_whatever_refers_to_a_customer_is_declared_as_held() -> None:
    """A new table with a customer's id fails here until its app says what of it is exported and erased."""
    held = {holding.model for holding in holdings()}
    inside = {"Customer", "Merge", "CustomerEvent", "Entry"}
    for model in apps.get_models():
        columns = {field.attname for field in model._meta.concrete_fields}
        if "customer_id" in columns and model.__name__ not in inside and model._meta.app_label != "accounts":
            assert model in held, model


def test_every_holding_names_columns_that_there_are() -> None:
    for holding in holdings():
        here = holding.model._default_manager.filter(holding.about([NOBODY]))
        rows = here.values("pk", *holding.shown)
        assert str(rows.query)
        for text in holding.texts:
            assert holding.model._meta.get_field(text).get_internal_type() in ("CharField", "TextField"), text
