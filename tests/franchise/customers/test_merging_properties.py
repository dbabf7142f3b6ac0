"""Merging, undoing and erasing in any order: the register stays whole, and nothing written is lost (K2, K4)."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from chains.actor import Actor
from chains.scope import scope
from customers.actions.consenting import record_consent, withdraw_consent
from customers.actions.erasing import erase_customer, export_customer_data
from customers.actions.merging import merge_customers, unmerge_customers
from customers.actions.purchases import record_purchase
from customers.actions.registering import correct_customer, particulars_of, register_customer
from customers.models import ConsentPurpose, Customer, Merge, Purchase
from customers.queries.dealings import has_consent, purchases_of
from customers.queries.register import ids_of
from customers.rules.particulars import Particulars
from journal.models import Entry
from kit.refusals import Refusal
from tests.conftest import Chains
from tests.factories.people import actor_of_role
from tests.factories.stores import NOW

PLACE = st.integers(0, 5)


class Register(RuleBasedStateMachine):
    """A store's register beside a plain picture of it: who was merged into whom, and who is gone."""

    hq: Actor
    store: UUID

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic("default")
        self.savepoint.__enter__()
        self.people: list[UUID] = []
        self.own: dict[UUID, dict[str, str]] = {}
        self.into: dict[UUID, UUID] = {}
        self.erased: set[UUID] = set()
        self.bought: dict[UUID, int] = {}
        self.agreed: set[UUID] = set()
        self.secrets: list[str] = []
        self.now = NOW

    def teardown(self) -> None:
        for merged in sorted(self.into, key=lambda each: each.int % 7):
            if merged not in self.erased:
                unmerge_customers(actor=self.hq, customer_id=merged, now=NOW)
        for person in set(self.people) - self.erased:
            assert particulars_of(Customer.objects.get(id=person)) == self.own[person]
        transaction.set_rollback(True, "default")
        self.savepoint.__exit__(None, None, None)

    def at(self, place: int) -> UUID:
        return self.people[place % len(self.people)]

    def root(self, person: UUID) -> UUID:
        return self.root(self.into[person]) if person in self.into else person

    def group(self, person: UUID) -> set[UUID]:
        return {each for each in self.people if self.root(each) == self.root(person)}

    def tried(self, allowed: bool, deed: Any, **given: Any) -> bool:
        """Do a deed that is allowed, or see that it is refused and leaves nothing behind."""
        try:
            with transaction.atomic("default"):
                self.now += timedelta(seconds=1)
                deed(actor=self.hq, now=self.now, **given)
        except Refusal as refusal:
            assert not allowed, refusal.code
            return False
        assert allowed, deed.__name__
        return True

    @precondition(lambda self: len(self.people) < 6)
    @rule(email=st.booleans(), address=st.booleans(), birthday=st.booleans(), note=st.booleans())
    def register(self, email: bool, address: bool, birthday: bool, note: bool) -> None:
        number = len(self.people)
        given = Particulars(
            name=f"Customer{number}",
            phone=f"1380000{number:04d}" if not email or number % 2 else "",
            email=f"mail{number}@x.example" if email else "",
            address=f"Road{number}" if address else "",
            birthday=f"199{number}-05-17" if birthday else "",
            note=f"Note{number}" if note else "",
        )
        customer = register_customer(actor=self.hq, store_id=self.store, particulars=given, now=NOW)
        self.people.append(customer.id)
        self.own[customer.id] = particulars_of(customer)
        self.secrets += [text for name, text in self.own[customer.id].items() if text and name != "language"]

    @precondition(lambda self: len(self.people) > 1)
    @rule(kept=PLACE, merged=PLACE)
    def merge(self, kept: int, merged: int) -> None:
        one, other = self.at(kept), self.at(merged)
        roots = one not in self.into and other not in self.into
        allowed = one != other and roots and not {one, other} & self.erased
        if self.tried(allowed, merge_customers, kept_id=one, merged_id=other):
            self.into[other] = one

    @precondition(lambda self: self.people)
    @rule(place=PLACE)
    def unmerge(self, place: int) -> None:
        person = self.at(place)
        allowed = person in self.into and person not in self.erased
        if self.tried(allowed, unmerge_customers, customer_id=person):
            del self.into[person]

    @precondition(lambda self: self.people)
    @rule(place=PLACE)
    def buy(self, place: int) -> None:
        person = self.at(place)
        what = {"product": "Noodles", "quantity": 1, "amount_minor": 100, "currency": "CNY", "bought_at": NOW}
        if self.tried(person not in self.erased, record_purchase, customer_id=person, **what):
            self.bought[person] = self.bought.get(person, 0) + 1

    @precondition(lambda self: self.people)
    @rule(place=PLACE, gives=st.booleans())
    def consent(self, place: int, gives: bool) -> None:
        person = self.at(place)
        standing = bool(self.group(person) & self.agreed)
        allowed = person not in self.into and person not in self.erased and standing != gives
        what = {"customer_id": person, "purpose": ConsentPurpose.MARKETING, "proof": f"Form of {person}"}
        if self.tried(allowed, record_consent if gives else withdraw_consent, **what):
            self.agreed = self.agreed | {person} if gives else self.agreed - self.group(person)

    @precondition(lambda self: self.people)
    @rule(place=PLACE)
    def erase(self, place: int) -> None:
        person = self.at(place)
        if self.tried(person not in self.into and person not in self.erased, erase_customer, customer_id=person):
            self.erased |= self.group(person)

    @precondition(lambda self: self.people)
    @rule(place=PLACE)
    def correct_or_export_what_is_not_kept(self, place: int) -> None:
        person = self.at(place)
        allowed = person not in self.into and person not in self.erased
        self.tried(allowed, correct_customer, customer_id=person, changes={})
        self.tried(allowed, export_customer_data, customer_id=person)

    @invariant()
    def every_record_leads_straight_to_the_one_that_is_kept(self) -> None:
        kept = dict(Customer.objects.filter(store_id=self.store).values_list("id", "kept_as_id"))
        for person in self.people:
            assert (kept[person] or person) == self.root(person)
            assert ids_of(person) == self.group(person)

    @invariant()
    def nothing_bought_is_lost(self) -> None:
        for person in self.people:
            count = purchases_of(actor=self.hq, customer_id=person).count()
            assert count == sum(self.bought.get(each, 0) for each in self.group(person))
        assert Purchase.objects.count() == sum(self.bought.values())

    @invariant()
    def consent_is_what_was_said_last(self) -> None:
        for person in set(self.people) - self.erased:
            if len(self.group(person)) == 1:
                assert has_consent(person, ConsentPurpose.MARKETING) == (person in self.agreed)

    @invariant()
    def nothing_tells_who_was_erased_and_the_journal_never_did(self) -> None:
        for person in self.erased:
            gone = Customer.objects.get(id=person)
            assert not any(text in f"{gone.__dict__}" for text in self.own[person].values() if text != "en" and text)
            merges = Merge.objects.filter(kept_id=person).values_list("filled", flat=True)
            assert all(filled == {} for filled in merges)
        told = "".join(f"{each.before}{each.after}" for each in Entry.objects.filter(store_id=self.store))
        assert not any(secret in told for secret in self.secrets)


def test_any_order_of_merging_undoing_and_erasing_leaves_the_register_whole(chains: Chains) -> None:
    hq = actor_of_role(chains.a, "HQ_ADMINISTRATOR")
    story = type("Story", (Register,), {"hq": hq, "store": chains.a.store})
    with scope(chains.a.chain, hq):
        run_state_machine_as_test(
            story,
            settings=settings(
                max_examples=12, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
            ),
        )
