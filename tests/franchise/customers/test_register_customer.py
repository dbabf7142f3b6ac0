"""The register of customers (rulebook C1, K1, K4)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chains.actor import Actor
from chains.scope import scope
from customers.actions.consenting import record_consent
from customers.actions.registering import read_customer_contact, register_customer
from customers.models import ConsentPurpose, Customer
from customers.queries.register import customers_at, get_customer
from customers.rules.particulars import ContactNeeded, Particulars, is_same_name, masked, phone_of
from journal.models import Entry
from kit.refusals import Invalid, NotFound, NotPermitted
from tests.conftest import Chains
from tests.factories.stores import last_entry

AsRole = Callable[..., Actor]
NOW = datetime(2026, 5, 4, 2, tzinfo=UTC)
HAS_CONTACTS = {
    "has_phone": True,
    "has_email": True,
    "has_address": False,
    "has_birthday": False,
    "has_note": False,
}
WANG = Particulars(name="王小明", phone="+86 138-1234-5678", email="Wang@Example.com", language="zh-hans")


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("138 1234 5678", "13812345678"),
        ("＋８６ １３８１２３４５６７８", "+8613812345678"),
        ("0086-138-1234-5678", "+8613812345678"),
        ("(020) 7946.0101", "02079460101"),
        ("", ""),
    ],
)
def test_one_number_is_written_in_one_way(typed: str, written: str) -> None:
    assert phone_of(typed, field="phone") == written


@pytest.mark.parametrize("typed", ["12", "abc", "1" * 17, "138+1234567", "138\r\n12345", "١٣٨١٢٣٤٥٦٧٨"])
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(Invalid):
        phone_of(typed + ("x" if "\n" in typed else ""), field="phone")


@pytest.mark.parametrize(
    ("contact", "shown"), [("+8613812345678", "•••5678"), ("wang@example.com", "w•••@example.com"), ("", "")]
)
def test_a_contact_is_shown_masked(contact: str, shown: str) -> None:
    assert masked(contact) == shown


def test_names_are_compared_without_case_width_and_blanks() -> None:
    assert is_same_name("Ada  Lovelace", "ada lovelace")
    assert is_same_name("Ａｄａ", "ADA")
    assert not is_same_name("王小明", "王大明")


def test_a_customer_is_written_down_once(chains: Chains, as_role: AsRole) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        first = register_customer(actor=staff, store_id=chains.a.store, particulars=WANG, now=NOW)
        by_mail = replace(WANG, phone="", email="WANG@example.com")
        again = register_customer(actor=staff, store_id=chains.a.store, particulars=by_mail, now=NOW)
        assert again == first
        assert (first.phone, first.email, first.language) == ("+8613812345678", "wang@example.com", "zh-hans")
        assert (first.registered_by_id, first.registered_at) == (staff.id, NOW)
        entry = last_entry(first.id)
        assert (entry.kind, entry.after) == (
            "CUSTOMER_REGISTERED",
            {"language": "zh-hans", **HAS_CONTACTS},
        )
        assert Entry.objects.filter(kind="CUSTOMER_REGISTERED").count() == 1


def test_two_people_of_one_household_share_a_number(chains: Chains, as_role: AsRole) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        for name in ("王小明", "李梅"):
            register_customer(actor=staff, store_id=chains.a.store, particulars=replace(WANG, name=name), now=NOW)
        assert Customer.objects.count() == 2


def test_a_number_of_nothing_but_noughts_is_nobodys_who_has_none(chains: Chains, as_role: AsRole) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        by_mail, by_phone = (
            register_customer(actor=staff, store_id=chains.a.store, particulars=Particulars("Wang", **how), now=NOW)
            for how in ({"email": "wang@example.com"}, {"phone": "+000000"})
        )
        assert by_mail.id != by_phone.id


def test_each_store_has_its_own_register(chains: Chains, as_role: AsRole) -> None:
    staff, other = as_role(chains.a, "SERVICE_STAFF"), as_role(chains.a, "SERVICE_STAFF_2")
    with scope(chains.a.chain, staff):
        here = register_customer(actor=staff, store_id=chains.a.store, particulars=WANG, now=NOW)
        with pytest.raises(NotFound):
            register_customer(actor=staff, store_id=chains.a.other_store, particulars=WANG, now=NOW)
    with scope(chains.a.chain, other):
        there = register_customer(actor=other, store_id=chains.a.other_store, particulars=WANG, now=NOW)
        assert there.id != here.id
        with pytest.raises(NotFound):
            get_customer(actor=other, customer_id=here.id)
        assert list(customers_at(actor=other, store_id=chains.a.other_store)) == [there]


def test_who_looks_up_a_contact_is_recorded(chains: Chains, as_role: AsRole) -> None:
    staff, trainer = as_role(chains.a, "SERVICE_STAFF"), as_role(chains.a, "HQ_TRAINER")
    with scope(chains.a.chain, staff):
        customer = register_customer(actor=staff, store_id=chains.a.store, particulars=WANG, now=NOW)
        assert read_customer_contact(actor=staff, customer_id=customer.id, now=NOW).phone == "+8613812345678"
        entry = last_entry(customer.id)
        seen = {"language": "zh-hans", **HAS_CONTACTS}
        assert (entry.kind, entry.actor_id, entry.before, entry.after) == ("CUSTOMER_READ", staff.id, None, seen)
    with scope(chains.a.chain, trainer):
        with pytest.raises(NotPermitted):
            read_customer_contact(actor=trainer, customer_id=customer.id, now=NOW)
        assert Entry.objects.filter(kind="CUSTOMER_READ").count() == 1


def test_nobody_is_written_down_who_cannot_be_reached(chains: Chains, as_role: AsRole) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff), pytest.raises(ContactNeeded) as refused:
        register_customer(actor=staff, store_id=chains.a.store, particulars=Particulars(name="Nobody"), now=NOW)
    assert refused.value.field == ("phone",)


@pytest.mark.parametrize("birthday", ["2999-05-17", "2026-05-05", "9999-12-31"])
def test_nobody_is_born_tomorrow(birthday: str, chains: Chains, as_role: AsRole) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        with pytest.raises(Invalid) as refused:
            register_customer(
                actor=staff,
                store_id=chains.a.store,
                particulars=Particulars(name="Ann", phone="13812345678", birthday=birthday),
                prefix="customer_",
                now=NOW,
            )
        assert refused.value.field == ("customer_birthday",)


@pytest.mark.parametrize("given_at", [datetime(1, 1, 1, tzinfo=UTC), datetime(2026, 5, 5, 2, tzinfo=UTC)])
def test_k4_nobody_agreed_in_the_year_one_or_tomorrow(given_at: datetime, chains: Chains, as_role: AsRole) -> None:
    staff, now = as_role(chains.a, "SERVICE_STAFF"), NOW
    with scope(chains.a.chain, staff):
        somebody = Particulars(name="Ann", phone="13812345678")
        customer = register_customer(actor=staff, store_id=chains.a.store, particulars=somebody, now=now)
        told = {"actor": staff, "customer_id": customer.id, "purpose": ConsentPurpose.MARKETING, "proof": "Form 7"}
        with pytest.raises(Invalid) as refused:
            record_consent(given_at=given_at, now=now, **told)
        assert refused.value.field == ("given_at",)
        long_ago = now - timedelta(days=3000)
        assert record_consent(given_at=long_ago, now=now, **told).given_at == long_ago
