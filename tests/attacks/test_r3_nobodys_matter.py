"""R3: whoever leaves while matters come in, in whatever order, leaves no open matter of any kind that is nobody's."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q
from django.utils import timezone

from chains.actor import Actor, system_actor
from chains.scope import scope
from complaints import tasks as complaints
from complaints.models.complaints import Complaint
from config.subscriptions import SUBSCRIPTIONS
from customers.rules.holdings import holdings
from inquiries import tasks as inquiries
from inquiries.actions.owning import hand_over_inquiry
from inquiries.models.inquiries import Inquiry
from journal.models import Entry
from members.actions.appointing import deactivate_member
from members.models import User
from orders import tasks as orders
from orders.actions.excepting import raise_shipment_exception
from orders.models.shipping import ExceptionKind, ShipmentException
from tests.factories.chains import FurnishedChain
from tests.factories.complaints import filed
from tests.factories.inquiries import opened
from tests.factories.orders import paid, shipped, sold
from tests.factories.visits import planned
from tests.franchise.complaints.test_c04_two_at_once import at_once
from tests.franchise.inquiries.test_two_at_once import doing
from visits import tasks as visits
from visits.models.visits import ReturnVisit, VisitState

AsRole = Callable[..., Actor]


def consumed(chain: FurnishedChain, kind: str) -> None:
    """Run every consumer of the entries of a kind, and then the rounds that find what a lost job has left."""
    with scope(chain.chain, system_actor()):
        ids = [str(entry_id) for entry_id in Entry.objects.filter(kind=kind).values_list("id", flat=True)]
    for entry_id in ids:
        for each in SUBSCRIPTIONS:
            if kind in each.kinds:
                each.task.run({"chain": str(chain.chain.id), "arguments": {"entry_id": entry_id}}, now=timezone.now())
    for tasks in (complaints, inquiries, orders, visits):
        tasks.hand_over_left.run({"chain": str(chain.chain.id), "arguments": {}}, now=timezone.now())


def owners_of_open_matters() -> set[tuple[str, bool]]:
    """Return of which kinds there are open matters, and whether their owners are there."""
    held = {
        holding.model: holding.open_when
        for holding in holdings()
        if holding.open_when is not None and any(field.name == "owner" for field in holding.model._meta.fields)
    }
    held[ReturnVisit] = ~Q(state__in=(VisitState.SIGNED, VisitState.NOT_APPLICABLE))
    found = set()
    for model, open_when in held.items():
        rows = model._default_manager.filter(open_when).order_by("pk").values_list("owner_id", flat=True)
        found |= {(model.__name__, User.objects.get(id=owner).is_active) for owner in rows}
    return found


def test_r3_who_leaves_while_matters_come_in_leaves_none_that_is_nobodys(
    fresh_chain: FurnishedChain, as_role: AsRole
) -> None:
    chain, now = fresh_chain, timezone.now()
    sold(chain.chain, now)
    staff, manager = as_role(chain, "SERVICE_STAFF"), as_role(chain, "STORE_MANAGER")
    admin, store = as_role(chain, "HQ_ADMINISTRATOR"), chain.store
    with scope(chain.chain, staff):
        shipment = shipped(staff, paid(staff, store, now), now)
        waiting = opened(staff, store, now)
        filed(staff, store, now)
    with scope(chain.chain, manager):
        planned(manager, store, now, owner_id=staff.user_id)
        theirs = opened(manager, store, now, subject="Another").inquiry
    lost: dict[str, Any] = {"shipment_id": shipment.id, "kind": ExceptionKind.LOST, "description": "Gone", "now": now}
    mine = staff.user_id
    deeds = [
        doing(chain, admin, lambda: deactivate_member(actor=admin, user_id=mine, reason="Left", now=now)),
        doing(chain, staff, lambda: opened(staff, store, now, subject="A third")),
        doing(chain, staff, lambda: filed(staff, store, now)),
        doing(chain, manager, lambda: raise_shipment_exception(actor=manager, owner_id=mine, **lost)),
        doing(chain, manager, lambda: hand_over_inquiry(actor=manager, inquiry_id=theirs.id, owner_id=mine, now=now)),
    ]
    at_once(deeds)
    consumed(chain, "MEMBER_DEACTIVATED")
    with scope(chain.chain, system_actor()):
        assert not User.objects.get(id=mine).is_active
        there = owners_of_open_matters()
        assert {kind for kind, _is_there in there} >= {"Inquiry", "Complaint", "ReturnVisit"}
        assert there == {(kind, True) for kind, _is_there in there}
        assert Inquiry.objects.get(id=waiting.inquiry.id).owner_id != mine
        for model in (Complaint, ShipmentException, ReturnVisit):
            assert not model.objects.filter(owner_id=mine).exists(), model
