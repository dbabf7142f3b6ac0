"""Goods leave, carriers tell where they are, delays are taken up by themselves, arrivals are confirmed (O4, O5)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from django.db import DatabaseError, transaction

from chains.actor import Actor, system_actor
from chains.scope import scope
from clocks.models import Clock
from journal.models import Entry
from kit.ids import new_id
from kit.refusals import Conflict, Invalid, NotFound
from members.models import Assignment, User
from orders.actions.delivering import Arrival, confirm_delivery, report_damage
from orders.actions.excepting import (
    hand_over_exceptions,
    raise_shipment_exception,
    settle_shipment_exception,
    take_up_delay,
)
from orders.actions.shipping import Parcel, record_shipment_event, ship_lines
from orders.models.delivery import DamageKind, DamageReport, DeliveryConfirmation
from orders.models.orders import FulfilmentState, Order, OrderLine, OrderState
from orders.models.refunds import ToldBy
from orders.models.shipping import CarrierEvent, ExceptionKind, Shipment, ShipmentException, ShipmentState
from orders.queries import open_exceptions_for
from orders.rules.shipping import ExceptionSettled, NobodyAnswers, OwnerElsewhere, check_left
from orders.rules.states import NotForThisOrder
from tests.conftest import Chains
from tests.factories.orders import paid, placed, shipped, sold
from tests.factories.stores import last_entry

AsRole = Callable[..., Actor]
TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)
A_DAY = timedelta(days=1)
WELL = Arrival(None, is_complete=True, is_undamaged=True)


@pytest.fixture
def staff(chains: Chains, as_role: AsRole) -> Actor:
    sold(chains.a.chain, TEN)
    return as_role(chains.a, "SERVICE_STAFF")


def send(actor: Actor, order: Order, *parcels: Parcel, number: str = "SF-1", **other: object) -> Shipment:
    done = ship_lines(
        actor=actor, order_id=order.id, carrier="SF", tracking_number=number, parcels=parcels, now=TEN, **other
    )
    shipment: Shipment = done.row
    return shipment


def told(actor: Actor, shipment: Shipment, state: ShipmentState, at: datetime, event: str) -> Shipment:
    done = record_shipment_event(
        actor=actor,
        store_id=shipment.store_id,
        carrier=shipment.carrier,
        tracking_number=shipment.tracking_number,
        external_id=event,
        state=state,
        occurred_at=at,
        now=TEN + 9 * A_DAY,
    )
    known: Shipment = done.row
    return known


def test_an_order_leaves_in_parts_and_is_shipped_when_all_has_left(chains: Chains, staff: Actor) -> None:
    with scope(chains.a.chain, staff):
        order = placed(staff, chains.a.store, TEN)
        noodles, bowl = OrderLine.objects.filter(order=order).order_by("position")
        send(staff, order, Parcel(noodles.id, 1))
        order.refresh_from_db()
        assert order.fulfilment_state == FulfilmentState.PARTLY_SHIPPED
        for wrong in ([Parcel(noodles.id, 2)], [Parcel(noodles.id, 0)], [], [Parcel(bowl.id, 1), Parcel(bowl.id, 1)]):
            with pytest.raises(Invalid):
                send(staff, order, *wrong, number="SF-9")
        with pytest.raises(NotFound):
            send(staff, order, Parcel(new_id(), 1), number="SF-9")
        with pytest.raises(Conflict):
            send(staff, order, Parcel(bowl.id, 1), number="SF-1")
        send(staff, order, Parcel(noodles.id, 1), Parcel(bowl.id, 1), number="SF-2")
        order.refresh_from_db()
        assert order.fulfilment_state == FulfilmentState.SHIPPED
        with pytest.raises(NotForThisOrder):
            send(staff, order, Parcel(bowl.id, 1), number="SF-3")
        assert list(Shipment.objects.order_by("number").values_list("number", flat=True)) == [1, 2]


def test_an_order_is_completed_when_all_of_it_came_and_is_paid(chains: Chains, staff: Actor) -> None:
    with scope(chains.a.chain, staff):
        order = paid(staff, chains.a.store, TEN)
        noodles, bowl = OrderLine.objects.filter(order=order).order_by("position")
        first = send(staff, order, Parcel(noodles.id, 2))
        assert confirm_delivery(actor=staff, shipment_id=first.id, arrival=WELL, now=TEN).order.fulfilment_state == (
            FulfilmentState.PARTLY_SHIPPED
        )
        second = send(staff, order, Parcel(bowl.id, 1), number="SF-2")
        done = confirm_delivery(actor=staff, shipment_id=second.id, arrival=WELL, now=TEN)
        assert (done.order.fulfilment_state, done.order.state) == (FulfilmentState.DELIVERED, OrderState.COMPLETED)
        with pytest.raises(Conflict):
            confirm_delivery(actor=staff, shipment_id=second.id, arrival=WELL, now=TEN)


def test_c08_events_in_any_order_and_twice_lead_to_one_state(chains: Chains, staff: Actor) -> None:
    course = [
        (ShipmentState.IN_TRANSIT, TEN + timedelta(hours=2), "e1"),
        (ShipmentState.OUT_FOR_DELIVERY, TEN + timedelta(hours=20), "e2"),
        (ShipmentState.DELIVERED, TEN + timedelta(hours=22), "e3"),
    ]
    with scope(chains.a.chain, staff):
        for number, order_told in enumerate(permutations(course)):
            order = placed(staff, chains.a.store, TEN)
            shipment = shipped(staff, order, TEN, tracking_number=f"SF-{number}")
            for state, at, event in (*order_told, *order_told):
                known = told(staff, shipment, state, at, event)
            assert (known.state, known.state_since) == (ShipmentState.DELIVERED, TEN + timedelta(hours=22))
            assert CarrierEvent.objects.filter(shipment=shipment).count() == 3
            assert Entry.objects.filter(kind="SHIPMENT_EVENT_RECORDED", subject_id=order.id).count() == 3
            assert not Clock.objects.of_subject("Shipment", shipment.id).running().exists()
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            CarrierEvent.objects.update(place="x")


def test_an_event_with_the_id_of_another_one_is_refused_and_not_lost(chains: Chains, staff: Actor) -> None:
    with scope(chains.a.chain, staff):
        shipment = shipped(staff, placed(staff, chains.a.store, TEN), TEN)
        told(staff, shipment, ShipmentState.IN_TRANSIT, TEN, "e")
        with pytest.raises(Conflict) as refused:
            told(staff, shipment, ShipmentState.RETURNED, TEN, "e")
    assert refused.value.field == ("external_id",)


def test_nothing_left_of_a_line_is_told_in_words() -> None:
    with pytest.raises(Invalid) as refused:
        check_left(1, most=0, field=("parcels", "0", "quantity"))
    assert "something has not left yet" in refused.value.text()


def test_an_event_of_an_unknown_shipment_or_of_the_future_is_refused(chains: Chains, staff: Actor) -> None:
    with scope(chains.a.chain, staff):
        shipment = shipped(staff, placed(staff, chains.a.store, TEN), TEN)
        with pytest.raises(Invalid):
            told(staff, shipment, ShipmentState.DELIVERED, TEN + 99 * A_DAY, "e")
        shipment.tracking_number = "SF-404"
        with pytest.raises(NotFound):
            told(staff, shipment, ShipmentState.DELIVERED, TEN, "e")


def test_a_clock_waits_for_the_goods_until_they_are_there(chains: Chains, staff: Actor) -> None:
    with scope(chains.a.chain, staff):
        shipment = shipped(staff, paid(staff, chains.a.store, TEN), TEN)
        clock = Clock.objects.of_subject("Shipment", shipment.id).get()
        assert (clock.kind, clock.due_at, clock.stopped_at) == ("SHIPMENT_ARRIVED", TEN + 2 * A_DAY, None)
        confirm_delivery(actor=staff, shipment_id=shipment.id, arrival=WELL, now=TEN + A_DAY)
        clock.refresh_from_db()
        assert (clock.stopped_at, clock.wall_seconds) == (TEN + A_DAY, 86_400)


def test_a_delay_is_taken_up_once_with_an_owner(chains: Chains, staff: Actor) -> None:
    with scope(chains.a.chain, staff):
        shipment = shipped(staff, paid(staff, chains.a.store, TEN), TEN)
    late, system = TEN + 3 * A_DAY, system_actor()
    with scope(chains.a.chain, system):
        assert take_up_delay(actor=system, shipment_id=shipment.id, now=late) is not None
        assert take_up_delay(actor=system, shipment_id=shipment.id, now=late) is None
        found = ShipmentException.objects.get()
        assert (found.kind, found.owner_id, found.raised_by_id) == (ExceptionKind.DELAYED, staff.id, None)
        assert last_entry(shipment.order_id).kind == "SHIPMENT_EXCEPTION_RAISED"
    with scope(chains.a.chain, staff):
        assert list(open_exceptions_for(staff, store_id=chains.a.store)) == [found]
        done = settle_shipment_exception(
            actor=staff,
            exception_id=found.id,
            solution="The depot was flooded; it goes by another one.",
            told_by=ToldBy.PHONE,
            explanation="It comes tomorrow.",
            now=late,
        )
        assert (done.row.settled_at, done.row.settled_by_id) == (late, staff.id)
        assert list(open_exceptions_for(staff)) == []
        with pytest.raises(ExceptionSettled):
            settle_shipment_exception(
                actor=staff, exception_id=found.id, solution="x", told_by=ToldBy.PHONE, explanation="x", now=late
            )


def test_what_came_in_time_is_no_delay(chains: Chains, staff: Actor) -> None:
    with scope(chains.a.chain, staff):
        first = shipped(staff, paid(staff, chains.a.store, TEN), TEN)
        confirm_delivery(actor=staff, shipment_id=first.id, arrival=WELL, now=TEN)
        second = shipped(staff, paid(staff, chains.a.store, TEN), TEN, tracking_number="SF-2")
        told(staff, second, ShipmentState.DELIVERED, TEN + A_DAY, "e")
    with scope(chains.a.chain, system_actor()):
        for shipment in (first, second):
            assert take_up_delay(actor=system_actor(), shipment_id=shipment.id, now=TEN + 9 * A_DAY) is None


def test_an_exception_is_owned_by_somebody_of_the_store(chains: Chains, staff: Actor) -> None:
    with scope(chains.a.chain, staff):
        shipment = shipped(staff, paid(staff, chains.a.store, TEN), TEN)
        given = {"shipment_id": shipment.id, "kind": ExceptionKind.LOST, "description": "Gone.", "now": TEN}
        assert raise_shipment_exception(actor=staff, **given).row.owner_id == staff.id
        with pytest.raises(Conflict):
            raise_shipment_exception(actor=staff, **given)
        with pytest.raises(Invalid):
            raise_shipment_exception(actor=staff, **{**given, "description": " "})
    with scope(chains.a.chain, system_actor()):
        other = {**given, "kind": ExceptionKind.OTHER}
        with pytest.raises(OwnerElsewhere):
            elsewhere = chains.a.people["SERVICE_STAFF_2"]
            raise_shipment_exception(actor=system_actor(), owner_id=elsewhere, **other)
        with pytest.raises(NobodyAnswers):
            raise_shipment_exception(actor=system_actor(), **other)


def test_r3_what_somebody_owned_who_leaves_goes_to_whoever_answers_for_the_store(chains: Chains, staff: Actor) -> None:
    with scope(chains.a.chain, staff):
        shipment = shipped(staff, paid(staff, chains.a.store, TEN), TEN)
        raise_shipment_exception(
            actor=staff, shipment_id=shipment.id, kind=ExceptionKind.LOST, description="Gone.", now=TEN
        )
    assert staff.id
    with scope(chains.a.chain, system_actor()):
        leave = {"actor": system_actor(), "user_id": staff.id, "store_id": None, "now": TEN}
        assert hand_over_exceptions(**leave) == 0
        User.objects.filter(id=staff.id).update(is_active=False)
        assert hand_over_exceptions(**leave) == 1
        assert ShipmentException.objects.get().owner_id == chains.a.people["SERVICE_SUPERVISOR"]
        Assignment.objects.filter(role__in=["SERVICE_SUPERVISOR", "STORE_MANAGER"]).delete()
        leave["user_id"] = chains.a.people["SERVICE_SUPERVISOR"]
        assert hand_over_exceptions(**leave) == 1
        assert ShipmentException.objects.get().owner_id == chains.a.people["AREA_SUPERVISOR"]


@pytest.mark.parametrize(
    ("is_complete", "is_undamaged", "kind"),
    [(True, False, DamageKind.DAMAGED), (False, True, DamageKind.INCOMPLETE), (False, False, DamageKind.DAMAGED)],
)
def test_o5_what_came_damaged_or_not_whole_is_told_to_whoever_opens_complaints(
    chains: Chains, staff: Actor, is_complete: bool, is_undamaged: bool, kind: DamageKind
) -> None:
    with scope(chains.a.chain, staff):
        shipment = shipped(staff, paid(staff, chains.a.store, TEN), TEN)
        arrival = Arrival(TEN, is_complete=is_complete, is_undamaged=is_undamaged)
        with pytest.raises(Invalid) as refused:
            confirm_delivery(actor=staff, shipment_id=shipment.id, arrival=arrival, now=TEN)
        assert refused.value.field == ("remark",)
        confirm_delivery(actor=staff, shipment_id=shipment.id, arrival=arrival, remark="The bowl is broken.", now=TEN)
        report, entry = DamageReport.objects.get(), last_entry(shipment.order_id)
        assert (report.kind, report.description) == (kind, "The bowl is broken.")
        assert entry.after is not None
        assert (entry.kind, entry.after["damage_report_id"]) == ("DELIVERY_DAMAGED", str(report.id))


def test_o5_what_was_remarked_when_it_came_is_kept_also_where_nothing_is_wrong(chains: Chains, staff: Actor) -> None:
    with scope(chains.a.chain, staff):
        shipment = shipped(staff, paid(staff, chains.a.store, TEN), TEN)
        confirm_delivery(actor=staff, shipment_id=shipment.id, arrival=WELL, remark=" 李雷 took it in ", now=TEN)
        assert DeliveryConfirmation.objects.get().remark == "李雷 took it in"
        assert "李雷" not in str(last_entry(shipment.order_id).after)


def test_damage_can_be_reported_later_but_not_of_what_never_left(chains: Chains, staff: Actor) -> None:
    with scope(chains.a.chain, staff):
        order = placed(staff, chains.a.store, TEN)
        given = {"order_id": order.id, "kind": DamageKind.WRONG_GOODS, "description": "Rice, not noodles.", "now": TEN}
        with pytest.raises(NotForThisOrder):
            report_damage(actor=staff, **given)
        shipped(staff, order, TEN)
        assert report_damage(actor=staff, **given).row.kind == DamageKind.WRONG_GOODS
