"""R10: two years after the last dealing exactly those who are due are forgotten; a legal hold keeps whom it names."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from chains.actor import Actor, system_actor
from chains.scope import scope
from customers.actions import retaining
from customers.actions.erasing import erase_customer
from customers.actions.merging import merge_customers
from customers.actions.purchases import record_purchase
from customers.actions.registering import correct_customer, read_customer_contact, register_customer
from customers.actions.retaining import forget_some, lift_legal_hold, place_legal_hold
from customers.models import Customer, Purchase
from customers.rules.particulars import Particulars
from customers.rules.retention import NotHeld, UnderLegalHold, forgotten_before
from journal.models import Entry
from kit.refusals import NotPermitted
from tests.conftest import Chains
from tests.factories.inquiries import closed, opened

AsRole = Callable[..., Actor]
THEN = datetime(2024, 5, 4, 2, tzinfo=UTC)
DUE = datetime(2026, 5, 5, 2, tzinfo=UTC)
_FIRST = UUID(int=0)


class Register:
    """People of a store, by name."""

    def __init__(self, chains: Chains, as_role: AsRole) -> None:
        self.store, self.manager = chains.a.store, as_role(chains.a, "STORE_MANAGER")
        self.number = 0

    def somebody(self, name: str, at: datetime = THEN) -> UUID:
        self.number += 1
        who = Particulars(name, phone=f"1380000{self.number:04d}", note=f"{name} likes noodles")
        return register_customer(actor=self.manager, store_id=self.store, particulars=who, now=at).id

    def bought(self, customer_id: UUID, at: datetime) -> None:
        what: dict[str, Any] = {"product": "Bowl", "quantity": 1, "amount_minor": 1_00, "currency": "CNY"}
        record_purchase(actor=self.manager, customer_id=customer_id, bought_at=at, now=at, **what)


@pytest.fixture
def here(chains: Chains, as_role: AsRole) -> Register:
    return Register(chains, as_role)


def forgotten(now: datetime) -> int:
    """Forget, batch by batch, and return how many batches there were."""
    batches, after = 0, _FIRST
    while after is not None:
        batches += 1
        after = forget_some(actor=system_actor(), after_id=after, now=now)
    return batches


def erased() -> set[UUID]:
    return set(Customer.objects.filter(erased_at__isnull=False).values_list("id", flat=True))


def test_r10_exactly_those_who_are_due_are_forgotten_and_the_books_stay(chains: Chains, here: Register) -> None:
    with scope(chains.a.chain, system_actor()):
        due, looked_up, answered = here.somebody("Due"), here.somebody("Looked up"), here.somebody("Answered")
        here.bought(due, THEN)
        # That we looked somebody up is no dealing with them.
        read_customer_contact(actor=here.manager, customer_id=looked_up, now=DUE)
        closed(here.manager, here.store, THEN, customer=answered)
        later, waiting, held, new = (here.somebody(name) for name in ("Later", "Waiting", "Held", "New"))
        here.bought(later, THEN + timedelta(days=2))
        opened(here.manager, here.store, THEN, customer=waiting)
        place_legal_hold(actor=system_actor(), customer_id=held, reason="A court asks", now=THEN)
        correct_customer(actor=here.manager, customer_id=new, changes={"note": "Moved"}, now=DUE)
        assert forgotten(DUE) == 1
        assert erased() == {due, looked_up, answered}
        assert Purchase.objects.get(customer_id=due).amount_minor == 1_00
        told = Entry.objects.filter(kind="CUSTOMER_ERASED").values_list("customer_id", "actor_kind", "at")
        assert set(told) == {(each, "SYSTEM", DUE) for each in (due, looked_up, answered)}
        assert forgotten(DUE) == 1
        assert Entry.objects.filter(kind="CUSTOMER_ERASED").count() == 3
        # A day later it is the turn of the next one.
        forgotten(DUE + timedelta(days=2))
        assert erased() == {due, looked_up, answered, later}


def test_r10_a_person_is_all_their_records(chains: Chains, here: Register) -> None:
    with scope(chains.a.chain, system_actor()):
        quiet, active, held, twin = (here.somebody(name) for name in ("Quiet", "Active", "Held", "Twin"))
        place_legal_hold(actor=system_actor(), customer_id=twin, reason="A court asks", now=THEN)
        for kept, merged in ((quiet, active), (held, twin)):
            merge_customers(actor=here.manager, kept_id=kept, merged_id=merged, now=THEN)
        here.bought(active, DUE)
        forgotten(DUE)
        assert erased() == set()
        with pytest.raises(UnderLegalHold):
            erase_customer(actor=system_actor(), customer_id=held, now=DUE)
        lift_legal_hold(actor=system_actor(), customer_id=twin, now=DUE)
        forgotten(DUE)
        assert erased() == {held, twin}


def test_r10_it_goes_on_where_it_was_broken_off(
    chains: Chains, here: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retaining, "BATCH", 2)
    with scope(chains.a.chain, system_actor()):
        people = sorted(here.somebody(f"Wang {number}") for number in range(5))
        assert forget_some(actor=system_actor(), after_id=_FIRST, now=DUE) == people[1]
        assert erased() == set(people[:2])
        # The job is tried again from the beginning: what is done is done once.
        assert forgotten(DUE) == 2
        assert erased() == set(people)
        assert Entry.objects.filter(kind="CUSTOMER_ERASED").count() == 5


def test_a_hold_is_placed_and_lifted_once_by_headquarters(chains: Chains, as_role: AsRole, here: Register) -> None:
    officer, manager = as_role(chains.a, "QUALITY_OFFICER"), as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, officer):
        customer = here.somebody("Wang")
        held = place_legal_hold(actor=officer, customer_id=customer, reason="A court asks", now=THEN)
        assert (held.held_at, held.hold_reason, held.version) == (THEN, "A court asks", 2)
        with pytest.raises(UnderLegalHold):
            place_legal_hold(actor=officer, customer_id=customer, reason="Another", now=THEN)
        assert "A court asks" not in str(Entry.objects.filter(kind="LEGAL_HOLD_PLACED").values())
        lift_legal_hold(actor=officer, customer_id=customer, now=THEN)
        with pytest.raises(NotHeld):
            lift_legal_hold(actor=officer, customer_id=customer, now=THEN)
    with scope(chains.a.chain, manager), pytest.raises(NotPermitted):
        place_legal_hold(actor=manager, customer_id=customer, reason="Mine", now=THEN)


@pytest.mark.parametrize(
    ("now", "before"), [((2026, 5, 4), (2024, 5, 4)), ((2028, 2, 29), (2026, 2, 28)), ((2026, 2, 28), (2024, 2, 28))]
)
def test_two_years_are_two_years(now: tuple[int, int, int], before: tuple[int, int, int]) -> None:
    assert forgotten_before(datetime(*now, tzinfo=UTC)) == datetime(*before, tzinfo=UTC)
