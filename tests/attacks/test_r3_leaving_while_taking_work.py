"""R3: somebody leaves in the very moment in which work is given to them; nothing open stays with who is gone."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Event
from time import sleep
from uuid import UUID

import pytest
from django.db import connections

from chains.actor import Actor, system_actor
from chains.scope import scope
from complaints.actions.owning import hand_over_complaint, hand_over_open
from complaints.models.complaints import Complaint
from inquiries.actions.owning import hand_over_inquiry, hand_over_of
from inquiries.models.inquiries import Inquiry
from kit.refusals import Refusal
from members.actions.appointing import deactivate_member, withdraw_role
from members.models import Assignment
from orders.actions.excepting import hand_over_exceptions, raise_shipment_exception
from orders.models.shipping import ExceptionKind, ShipmentException
from tests.factories.chains import FurnishedChain
from tests.factories.complaints import filed
from tests.factories.inquiries import opened
from tests.factories.orders import paid, shipped, sold

AsRole = Callable[..., Actor]
TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)
# How long the first of the two stays in its transaction, so that the second meets it there.
A_WHILE = 0.5
Give = Callable[[Actor, UUID], object]


def _matters(chain: FurnishedChain, manager: Actor) -> list[Give]:
    """Return what gives somebody an inquiry, a complaint and what went wrong with a shipment, all open."""
    sold(chain.chain, TEN)
    with scope(chain.chain, manager):
        inquiry = opened(manager, chain.store, TEN).inquiry.id
        complaint = filed(manager, chain.store, TEN).complaint.id
        shipment = shipped(manager, paid(manager, chain.store, TEN), TEN).id
    lost = ExceptionKind.LOST
    return [
        lambda actor, to: hand_over_inquiry(actor=actor, inquiry_id=inquiry, owner_id=to, now=TEN),
        lambda actor, to: hand_over_complaint(actor=actor, complaint_id=complaint, owner_id=to, now=TEN),
        lambda actor, to: raise_shipment_exception(
            actor=actor, shipment_id=shipment, kind=lost, description="Gone.", owner_id=to, now=TEN
        ),
    ]


def _leave(chain: FurnishedChain, hq: Actor, way: str) -> None:
    who = chain.people["SERVICE_STAFF"]
    if way == "deactivated":
        deactivate_member(actor=hq, user_id=who, reason="Left", now=TEN)
    else:
        for held in Assignment.objects.filter(user_id=who):
            withdraw_role(actor=hq, assignment_id=held.id, now=TEN)


def _consume(chain: FurnishedChain) -> None:
    """Do at once what the consumers of the leave's entry do."""
    job, who = system_actor(), chain.people["SERVICE_STAFF"]
    with scope(chain.chain, job):
        hand_over_of(actor=job, member_id=who, now=TEN)
        hand_over_open(actor=job, user_id=who, now=TEN)
        hand_over_exceptions(actor=job, user_id=who, store_id=None, now=TEN)


def _left_behind(chain: FurnishedChain) -> list[object]:
    who = chain.people["SERVICE_STAFF"]
    with scope(chain.chain, system_actor()):
        owned = (Inquiry.objects.still_open(), Complaint.objects.still_open(), ShipmentException.objects.all())
        return [row for rows in owned for row in rows.filter(owner_id=who).order_by("id")]


def _both(first: Callable[[Event], None], second: Callable[[Event], None]) -> None:
    met = Event()

    def run(deed: Callable[[Event], None]) -> None:
        try:
            deed(met)
        finally:
            met.set()
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(run, deed) for deed in (first, second)]:
            done.result()


@pytest.mark.parametrize("way", ["deactivated", "withdrawn"])
def test_who_leaves_while_work_is_given_to_them_hands_it_over(
    fresh_chain: FurnishedChain, as_role: AsRole, way: str
) -> None:
    manager, hq = as_role(fresh_chain, "STORE_MANAGER"), as_role(fresh_chain, "HQ_ADMINISTRATOR")
    gives = _matters(fresh_chain, manager)

    def give(met: Event) -> None:
        with scope(fresh_chain.chain, manager):
            for each in gives:
                each(manager, fresh_chain.people["SERVICE_STAFF"])
            met.set()
            sleep(A_WHILE)

    def leave(met: Event) -> None:
        met.wait()
        with scope(fresh_chain.chain, hq):
            _leave(fresh_chain, hq, way)
        _consume(fresh_chain)

    _both(give, leave)
    assert _left_behind(fresh_chain) == []
    with scope(fresh_chain.chain, system_actor()):
        assert (Inquiry.objects.count(), Complaint.objects.count(), ShipmentException.objects.count()) == (1, 1, 1)


@pytest.mark.parametrize("way", ["deactivated", "withdrawn"])
def test_nobody_is_given_work_by_who_did_not_see_them_leave(
    fresh_chain: FurnishedChain, as_role: AsRole, way: str
) -> None:
    manager, hq = as_role(fresh_chain, "STORE_MANAGER"), as_role(fresh_chain, "HQ_ADMINISTRATOR")
    gives = _matters(fresh_chain, manager)
    refused: list[str] = []

    def leave(met: Event) -> None:
        with scope(fresh_chain.chain, hq):
            _leave(fresh_chain, hq, way)
            met.set()
            sleep(A_WHILE)
        _consume(fresh_chain)

    def give(met: Event) -> None:
        met.wait()
        for each in gives:
            try:
                with scope(fresh_chain.chain, manager):
                    each(manager, fresh_chain.people["SERVICE_STAFF"])
            except Refusal as refusal:
                refused.append(refusal.code)

    _both(leave, give)
    assert len(refused) == len(gives)
    assert _left_behind(fresh_chain) == []
