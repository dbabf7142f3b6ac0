"""C01, C02, C04, C08: people and machines do the same, or things that cross, at a store's desk at the same moment."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chains.actor import Actor, system_actor
from chains.scope import scope
from customers.actions.erasing import erase_customer
from customers.actions.merging import merge_customers, unmerge_customers
from customers.actions.purchases import record_purchase
from customers.actions.registering import correct_customer, register_customer
from customers.models import Customer, Merge, Purchase
from customers.queries.register import ids_of
from customers.rules.particulars import Particulars
from inquiries.actions.ending import close_inquiry
from inquiries.actions.keeping import Incoming
from inquiries.actions.opening import record_customer_message
from inquiries.actions.owning import hand_over_inquiry
from inquiries.models.inquiries import HandOver, Inquiry, InquiryState
from inquiries.models.messages import Message
from inquiries.queries import handlers_of
from orders.actions.importing import Row, import_orders
from orders.actions.refunding import grant_refund
from orders.actions.shipping import record_shipment_event
from orders.models.imports import ImportedRow
from orders.models.orders import Order, OrderSource, Payment
from orders.models.refunds import Refund
from orders.models.shipping import CarrierEvent, Shipment, ShipmentState
from orders.rules.lines import Wanted
from tests.factories.chains import FurnishedChain
from tests.factories.inquiries import answered, closed, opened
from tests.factories.orders import NOODLES, paid, placed, shipped, sold
from tests.franchise.complaints.test_c04_two_at_once import at_once
from tests.franchise.inquiries.test_two_at_once import doing

AsRole = Callable[..., Actor]
TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)
WANG = Particulars("Wang", phone="138 1234 5678")
TWIN = Particulars("Wang Xiaoming", phone="138 1234 5678", address="1 Nanjing Road")


def till_file(count: int) -> list[Row]:
    """Return the rows of a till's day, of customers who come again."""
    return [
        Row(
            f"till-{number}",
            Particulars(f"Li {number % 3}", phone=f"139 0000 000{number % 3}"),
            (Wanted(NOODLES, 1 + number, 48_00),),
            paid_minor=(1 + number) * 48_00,
            is_handed_over=True,
        )
        for number in range(count)
    ]


def test_c02_one_tills_file_sent_three_times_at_once_is_there_once(
    fresh_chain: FurnishedChain, as_role: AsRole
) -> None:
    sold(fresh_chain.chain, TEN)
    manager = as_role(fresh_chain, "STORE_MANAGER")
    rows = till_file(7)

    def send(mine: Sequence[Row]) -> Callable[[], str]:
        given: dict[str, Any] = {"store_id": fresh_chain.store, "source": OrderSource.TILL, "rows": mine, "now": TEN}
        return doing(fresh_chain, manager, lambda: import_orders(actor=manager, **given))

    assert at_once([send(rows), send(rows[::-1]), send(rows[2:])]) == ["", "", ""]
    with scope(fresh_chain.chain, manager):
        orders = Order.objects.order_by("number")
        assert [order.number for order in orders] == list(range(1, 8))
        assert {order.external_id for order in orders} == {row.external_id for row in rows}
        assert Payment.objects.count() == 7
        assert Customer.objects.count() == 3
        # Nothing that was sent is without its answer.
        assert Counter(ImportedRow.objects.values_list("is_new", "refusal")) == {(True, ""): 7, (False, ""): 12}


def test_c08_a_carriers_events_in_any_order_twice_and_at_once_lead_to_one_state(
    fresh_chain: FurnishedChain, as_role: AsRole
) -> None:
    sold(fresh_chain.chain, TEN)
    staff = as_role(fresh_chain, "SERVICE_STAFF")
    with scope(fresh_chain.chain, staff):
        shipped(staff, paid(staff, fresh_chain.store, TEN), TEN, tracking_number="SF-1")
    along = (ShipmentState.IN_TRANSIT, ShipmentState.OUT_FOR_DELIVERY, ShipmentState.DELIVERED)

    def hear(number: int) -> Callable[[], str]:
        told: dict[str, Any] = {
            "store_id": fresh_chain.store,
            "carrier": "SF Express",
            "tracking_number": "SF-1",
            "external_id": f"event {number}",
            "state": along[number],
            "occurred_at": TEN + timedelta(hours=number),
            "now": TEN + timedelta(days=1),
        }
        return doing(fresh_chain, staff, lambda: record_shipment_event(actor=staff, **told))

    assert at_once([hear(number) for number in (2, 0, 1, 2, 1, 0)]) == [""] * 6
    with scope(fresh_chain.chain, staff):
        shipment = Shipment.objects.get()
        assert (shipment.state, shipment.state_since) == (ShipmentState.DELIVERED, TEN + timedelta(hours=2))
        assert CarrierEvent.objects.count() == 3


def test_documents_made_at_the_same_moment_have_numbers_without_gaps(
    fresh_chain: FurnishedChain, as_role: AsRole
) -> None:
    sold(fresh_chain.chain, TEN)
    staff, store = as_role(fresh_chain, "SERVICE_STAFF"), fresh_chain.store
    with scope(fresh_chain.chain, staff):
        orders = [paid(staff, store, TEN) for _ in range(3)]

    def granting(order: Order) -> Callable[[], object]:
        return lambda: grant_refund(actor=staff, order_id=order.id, amount_minor=1, reason="Cold", now=TEN)

    def sending(order: Order) -> Callable[[], object]:
        return lambda: shipped(staff, order, TEN, tracking_number=str(order.number))

    def somebody(number: int) -> Particulars:
        return Particulars(f"Li {number}", phone=f"139 0000 000{number}")

    deeds: list[Callable[[], object]] = [granting(order) for order in orders]
    deeds += [sending(order) for order in orders]
    deeds += [lambda n=n: placed(staff, store, TEN, customer=somebody(n)) for n in range(3)]
    deeds += [lambda n=n: opened(staff, store, TEN, customer=somebody(n)) for n in range(3)]
    assert at_once([doing(fresh_chain, staff, deed) for deed in deeds]) == [""] * len(deeds)
    with scope(fresh_chain.chain, staff):
        for model, count in ((Refund, 3), (Shipment, 3), (Order, 6), (Inquiry, 3)):
            numbers = sorted(model.objects.values_list("number", flat=True))
            assert numbers == list(range(1, count + 1)), model
        # One who comes by two ways at once is written down once.
        assert Customer.objects.filter(name__startswith="Li").count() == 3


@pytest.mark.parametrize("meanwhile", ["place", "buy", "correct", "unmerge", "merge back", "erase"])
def test_c04_while_two_records_become_one_nothing_is_lost(
    fresh_chain: FurnishedChain, as_role: AsRole, meanwhile: str
) -> None:
    sold(fresh_chain.chain, TEN)
    manager, officer, store = (
        as_role(fresh_chain, "STORE_MANAGER"),
        as_role(fresh_chain, "QUALITY_OFFICER"),
        fresh_chain.store,
    )
    with scope(fresh_chain.chain, manager):
        kept, merged = (
            register_customer(actor=manager, store_id=store, particulars=each, now=TEN).id for each in (WANG, TWIN)
        )
        if meanwhile == "unmerge":
            merge_customers(actor=manager, kept_id=kept, merged_id=merged, now=TEN)
    usual: dict[str, Any] = {"actor": manager, "now": TEN}
    bought = {"product": "Bowl", "quantity": 1, "amount_minor": 1, "currency": "CNY", "bought_at": TEN}
    other: dict[str, Callable[[], object]] = {
        "place": lambda: placed(manager, store, TEN, customer=merged),
        "buy": lambda: record_purchase(customer_id=merged, **bought, **usual),
        "correct": lambda: correct_customer(customer_id=merged, changes={"note": "Kind"}, **usual),
        "unmerge": lambda: unmerge_customers(customer_id=merged, **usual),
        "merge back": lambda: merge_customers(kept_id=merged, merged_id=kept, **usual),
        "erase": lambda: erase_customer(actor=officer, customer_id=merged, now=TEN),
    }
    merging = doing(fresh_chain, manager, lambda: merge_customers(kept_id=kept, merged_id=merged, **usual))
    told = at_once([merging, doing(fresh_chain, officer if meanwhile == "erase" else manager, other[meanwhile])])
    assert "" in told and set(told) <= {"", "CUSTOMER_MERGED", "CUSTOMER_ERASED", "SAME_CUSTOMER"}, told
    with scope(fresh_chain.chain, system_actor()):
        records = {each.id: each for each in Customer.objects.all()}
        standing = Merge.objects.filter(undone_at__isnull=True)
        assert all(records[each.kept_id].kept_as_id is None for each in standing)
        assert {each.merged_id: each.kept_id for each in standing} == {
            each.id: each.kept_as_id for each in records.values() if each.kept_as_id
        }
        group = ids_of(kept)
        assert all(order.customer_id in group for order in Order.objects.all())
        assert all(purchase.customer_id in group for purchase in Purchase.objects.all())
        assert len({records[each].erased_at is None for each in group}) == 1


def test_c04_one_closes_while_another_hands_over(fresh_chain: FurnishedChain, as_role: AsRole) -> None:
    staff, manager = as_role(fresh_chain, "SERVICE_STAFF"), as_role(fresh_chain, "STORE_MANAGER")
    with scope(fresh_chain.chain, staff):
        key = opened(staff, fresh_chain.store, TEN).inquiry.id
        answered(staff, key, TEN)
    to = fresh_chain.people["MENTOR"]
    given: dict[str, Any] = {"inquiry_id": key, "now": TEN}
    told = at_once(
        [
            doing(fresh_chain, staff, lambda: close_inquiry(actor=staff, **given)),
            doing(fresh_chain, manager, lambda: hand_over_inquiry(actor=manager, owner_id=to, **given)),
        ]
    )
    assert told in (["", ""], ["", "INQUIRY_CLOSED"])
    with scope(fresh_chain.chain, staff):
        inquiry = Inquiry.objects.select_related("store").get()
        assert inquiry.state == InquiryState.CLOSED
        assert inquiry.version == 3 + HandOver.objects.count() == 5 - told.count("INQUIRY_CLOSED") - 1
        assert handlers_of(inquiry.store, member_id=inquiry.owner_id)


def test_c04_somebody_is_erased_while_they_write_again(fresh_chain: FurnishedChain, as_role: AsRole) -> None:
    staff, officer = as_role(fresh_chain, "SERVICE_STAFF"), as_role(fresh_chain, "QUALITY_OFFICER")
    with scope(fresh_chain.chain, staff):
        inquiry = closed(staff, fresh_chain.store, TEN)
    words = "I am Li Lei and live at 1 Nanjing Road."

    def write() -> None:
        record_customer_message(actor=staff, inquiry_id=inquiry.id, said=Incoming(words), now=TEN)

    def erase() -> None:
        erase_customer(actor=officer, customer_id=inquiry.customer_id, now=TEN)

    told = at_once([doing(fresh_chain, staff, write), doing(fresh_chain, officer, erase)])
    assert told in (["", "CUSTOMER_ERASED"], ["", "MATTERS_OPEN"]), told
    with scope(fresh_chain.chain, system_actor()):
        is_erased = Customer.objects.get(id=inquiry.customer_id).erased_at is not None
        assert Message.objects.filter(text=words).exists() == (not is_erased)
        assert (Inquiry.objects.get().state == InquiryState.CLOSED) == is_erased
