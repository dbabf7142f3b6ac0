"""Customers are found by any particular, and duplicates find each other (K1, K2, L1, I09, S15)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from chains.actor import Actor, Audience
from chains.scope import scope
from customers.actions.merging import merge_customers
from customers.actions.registering import correct_customer, customer_of, register_customer
from customers.models import Customer
from customers.queries.merging import duplicates_at
from customers.queries.register import references_of, search_customers
from customers.rules.merging import CustomerErased, Likeness
from customers.rules.particulars import ContactNeeded, Particulars
from journal.models import Entry
from kit.ids import new_id
from kit.refusals import NotFound, NotPermitted, Stale
from members.rules.holders import PERMISSIONS_OF
from members.rules.permissions import Role
from tests.conftest import Chains
from tests.factories.stores import last_entry

AsRole = Callable[..., Actor]
NOW = datetime(2026, 5, 4, 2, tzinfo=UTC)
WANG = Particulars(name="王小明", phone="+86 138-1234-5678", email="Wang@Example.com", address="南京东路 123 号")
ADA = Particulars(name="Ada 100% O'Brien_x", phone="020 7946 0101", address=r"1 Back\slash Road")


def registered(actor: Actor, chains: Chains, *everybody: Particulars, **other: Any) -> list[Customer]:
    store = other.get("store_id", chains.a.store)
    return [register_customer(actor=actor, store_id=store, particulars=each, now=NOW) for each in everybody]


def found(actor: Actor, chains: Chains, text: str) -> list[str]:
    return [each.name for each in search_customers(actor=actor, store_id=chains.a.store, text=text)]


def test_who_may_read_many_stores_searches_them_all_and_nobody_elses(chains: Chains, as_role: AsRole) -> None:
    here, there = as_role(chains.a, "SERVICE_STAFF"), as_role(chains.a, "SERVICE_STAFF_2")
    # Who guides newcomers there need not know how anybody is reached.
    there = replace(
        there, grants=tuple(replace(each, permissions=PERMISSIONS_OF[Role.MENTOR]) for each in there.grants)
    )
    for store, who in ((chains.a.store, here), (chains.a.other_store, there)):
        with scope(chains.a.chain, who):
            registered(who, chains, WANG, store_id=store)
    both = replace(
        here,
        audience=Audience.AREA,
        store_ids=frozenset({chains.a.store, chains.a.other_store}),
        grants=(*here.grants, *there.grants),
    )
    officer, trainer = as_role(chains.a, "QUALITY_OFFICER"), as_role(chains.a, "HQ_TRAINER")
    for who, by_name, by_phone in ((here, 1, 1), (there, 1, 0), (both, 2, 1), (officer, 2, 2)):
        with scope(chains.a.chain, who):
            assert [search_customers(actor=who, text=text).count() for text in ("小明", "1381234")] == [
                by_name,
                by_phone,
            ]
    with scope(chains.a.chain, trainer), pytest.raises(NotPermitted):
        search_customers(actor=trainer, text="小明")


@pytest.mark.parametrize(("kept", "sought"), [("陈国强", "陳國強"), ("陳國強", "陈国强"), ("林裡", "林里")])
def test_l1_a_name_kept_in_one_chinese_script_is_found_by_the_other(
    kept: str, sought: str, chains: Chains, as_role: AsRole
) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    somebody = Particulars(name=kept, phone="138 1234 5678", address="台北市國際路 5 號")
    with scope(chains.a.chain, staff):
        (customer,) = registered(staff, chains, somebody)
        for text in (sought, sought[-2:], "国际路", "國際路5號"):
            assert found(staff, chains, text) == [kept]
        # It is the same person who comes again, and what people read stays as it was written.
        (again,) = registered(staff, chains, replace(somebody, name=sought))
        assert (again.id, again.name) == (customer.id, kept)


def test_a_record_has_a_number_of_its_own_by_which_the_person_is_found(chains: Chains, as_role: AsRole) -> None:
    manager, officer = as_role(chains.a, "STORE_MANAGER"), as_role(chains.a, "QUALITY_OFFICER")
    with scope(chains.a.chain, manager):
        wang, ada, again = registered(manager, chains, WANG, ADA, WANG)
        assert (wang.number, ada.number, again.id) == (1, 2, wang.id)
        assert references_of([wang, ada]) == {wang.id: "S1-K00001", ada.id: "S1-K00002"}
        for text in ("S1-K00002", "s1-k2", "Ｋ２", " k 02 "):
            assert found(manager, chains, text) == [ADA.name]
        for text in ("S2-K00002", "K3", "K2%", f"K{10**18}"):
            assert found(manager, chains, text) == []
        merge_customers(actor=manager, kept_id=wang.id, merged_id=ada.id, now=NOW)
        assert found(manager, chains, "K2") == [WANG.name]
    with scope(chains.a.chain, officer):
        (other,) = registered(officer, chains, WANG, store_id=chains.a.other_store)
        assert other.number == 1
        assert [each.id for each in search_customers(actor=officer, text="S2-K1")] == [other.id]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("小明", WANG.name),
        ("138 1234 5678", WANG.name),
        ("00861381234", WANG.name),
        ("example.COM", WANG.name),
        ("南京东路123", WANG.name),
        ("o'brien ada", ADA.name),
        ("+44 20 7946 0101", ADA.name),
        ("100%", ADA.name),
        ("n_x", ADA.name),
        ("k\\s", ADA.name),
    ],
)
def test_one_is_found_by_any_particular(text: str, name: str, chains: Chains, as_role: AsRole) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        registered(staff, chains, WANG, ADA)
        assert found(staff, chains, text) == [name]


@pytest.mark.parametrize("text", ["", "' OR 1=1--", "%%", "__", "王%", "\\\\", "小 | 大", "a:*"])
def test_i09_signs_of_other_languages_find_nobody(text: str, chains: Chains, as_role: AsRole) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        registered(staff, chains, WANG, ADA)
        assert found(staff, chains, text) == []


def test_s15_whoever_may_not_read_contacts_finds_nobody_by_them(chains: Chains, as_role: AsRole) -> None:
    staff, mentor = as_role(chains.a, "SERVICE_STAFF"), as_role(chains.a, "MENTOR")
    with scope(chains.a.chain, staff):
        registered(staff, chains, WANG)
    with scope(chains.a.chain, mentor):
        assert found(mentor, chains, "小明") == [WANG.name]
        for covered in ("1381234", "wang@", "南京"):
            assert found(mentor, chains, covered) == []


def test_a_merged_record_leads_to_the_one_that_is_kept(chains: Chains, as_role: AsRole) -> None:
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        kept, merged = registered(manager, chains, WANG, replace(WANG, name="王晓明", phone="139 0000 0000", email=""))
        merge_customers(actor=manager, kept_id=kept.id, merged_id=merged.id, now=NOW)
        assert found(manager, chains, "1390000") == [WANG.name]
        again = register_customer(
            actor=manager, store_id=chains.a.store, particulars=Particulars("王晓明", "13900000000"), now=NOW
        )
        assert again == kept
        assert customer_of(actor=manager, store_id=chains.a.store, customer=merged.id, now=NOW) == kept


def test_another_stores_customer_is_a_missing_one(chains: Chains, as_role: AsRole) -> None:
    staff, other = as_role(chains.a, "SERVICE_STAFF"), as_role(chains.a, "SERVICE_STAFF_2")
    with scope(chains.a.chain, other):
        (there,) = registered(other, chains, WANG, store_id=chains.a.other_store)
    with scope(chains.a.chain, staff):
        for customer_id in (there.id, new_id()):
            with pytest.raises(NotFound) as refused:
                customer_of(actor=staff, store_id=chains.a.store, customer=customer_id, prefix="customer_", now=NOW)
            assert refused.value.field == ("customer_id",)
        with pytest.raises(NotFound):
            search_customers(actor=staff, store_id=chains.a.other_store, text="王")


def test_nothing_new_begins_with_somebody_who_was_erased(chains: Chains, as_role: AsRole) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        (gone,) = registered(staff, chains, WANG)
        Customer.objects.filter(id=gone.id).update(erased_at=NOW)
        with pytest.raises(CustomerErased):
            customer_of(actor=staff, store_id=chains.a.store, customer=gone.id, now=NOW)


def test_duplicates_find_each_other_the_likeliest_first(chains: Chains, as_role: AsRole) -> None:
    supervisor, staff = as_role(chains.a, "SERVICE_SUPERVISOR"), as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, supervisor):
        wang, mei, namesake, _ada = registered(
            supervisor,
            chains,
            WANG,
            Particulars(name="李梅", phone="13812345678", email="wang@example.com"),
            Particulars(name="王小明", phone="13812345679"),
            ADA,
        )
        pairs = duplicates_at(actor=supervisor, store_id=chains.a.store, first=10)
        assert [(each.one, each.other, list(each.likenesses)) for each in pairs] == [
            (wang, mei, [Likeness.SAME_PHONE, Likeness.SAME_EMAIL]),
            (wang, namesake, [Likeness.SAME_NAME]),
        ]
        assert duplicates_at(actor=supervisor, store_id=chains.a.store, first=0) == []
    with scope(chains.a.chain, staff), pytest.raises(NotPermitted):
        duplicates_at(actor=staff, store_id=chains.a.store, first=10)


def test_correct_customer(chains: Chains, as_role: AsRole) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        (customer,) = registered(staff, chains, WANG)
        changes = {"phone": "139 0000 0000", "birthday": "1990-05-17", "email": ""}
        corrected = correct_customer(actor=staff, customer_id=customer.id, changes=changes, expected_version=1, now=NOW)
        assert (corrected.phone, corrected.email, corrected.version) == ("13900000000", "", 2)
        assert (corrected.birthday, corrected.birth_year, corrected.address) == ("05-17", 1990, WANG.address)
        assert found(staff, chains, "1390000") == [WANG.name]
        assert found(staff, chains, "wang@") == []
        entry = last_entry(customer.id)
        assert (entry.kind, entry.customer_id) == ("CUSTOMER_CORRECTED", customer.id)
        assert entry.after is not None and entry.after["changed"] == ["birthday", "email", "phone"]
        with pytest.raises(Stale):
            correct_customer(actor=staff, customer_id=customer.id, changes={}, expected_version=1, now=NOW)
        with pytest.raises(ContactNeeded):
            correct_customer(actor=staff, customer_id=customer.id, changes={"phone": ""}, now=NOW)
        told = [f"{each.before}{each.after}" for each in Entry.objects.filter(customer_id=customer.id).order_by("at")]
        assert not any(text in written for written in told for text in ("王", "139", "1990", "wang", "南京"))
