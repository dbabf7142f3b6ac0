"""A return visit on its way, made by the same deeds that people do, inside the scope that is open."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from chains.actor import Actor
from customers.actions.registering import register_customer
from customers.rules.particulars import Particulars
from visits.actions.calling import Talk, record_return_visit
from visits.actions.planning import plan_return_visit
from visits.actions.steps import Done
from visits.models.points import VisitPoint
from visits.models.visits import OccasionKind, ReturnVisit, VisitChannel
from visits.rules.points import Said

LI = Particulars(name="李雷", phone="139 0000 1234", language="zh-hans")
COLD = Said("The soup was cold.", said_by="His wife", answer="We are sorry, it is kept on the stove now.")


def customer_at(actor: Actor, store_id: UUID, now: datetime, who: Particulars = LI) -> UUID:
    """Register a customer and return the key."""
    return register_customer(actor=actor, store_id=store_id, particulars=who, now=now).id


def planned(actor: Actor, store_id: UUID, now: datetime, **other: Any) -> Done:
    """Plan a visit after service at the customer's place; parts of it may differ."""
    usual: dict[str, Any] = {"kind": OccasionKind.SERVICE}
    if "customer_id" not in other:
        usual["customer_id"] = customer_at(actor, store_id, now)
    return plan_return_visit(actor=actor, store_id=store_id, now=now, **(usual | other))


def later(said: str, now: datetime) -> Said:
    """Return a point whose answer is promised within a day."""
    return Said(said, promised_until=now + timedelta(days=1))


def made(actor: Actor, visit_id: UUID, now: datetime, *points: Said, **other: Any) -> Done:
    """Record a visit to a satisfied customer by phone, with these points; parts of it may differ."""
    talk = Talk(**{"channel": VisitChannel.PHONE, "is_satisfied": True, "points": points, **other})
    return record_return_visit(actor=actor, visit_id=visit_id, talk=talk, now=now)


def points_of(visit: ReturnVisit) -> list[VisitPoint]:
    """Return the points of a visit, in their order."""
    return list(VisitPoint.objects.filter(visit=visit).order_by("position"))
