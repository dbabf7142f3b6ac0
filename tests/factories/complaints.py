"""A complaint on its way, made by the same deeds that people do, inside the scope that is open."""

from datetime import datetime
from typing import Any
from uuid import UUID

from chains.actor import Actor
from complaints.actions.ending import record_outcome
from complaints.actions.filing import accept_complaint, file_complaint
from complaints.actions.steps import Done
from complaints.actions.working import plan_resolution, record_investigation, tell_customer
from complaints.models.complaints import Channel, Complaint, Severity
from customers.rules.particulars import Particulars

WANG = Particulars(name="王小明", phone="138 1234 5678", language="zh-hans")


def filed(actor: Actor, store_id: UUID, now: datetime, **other: Any) -> Done:
    """File a complaint about cold noodles, with an order number; parts of it may differ."""
    usual: dict[str, Any] = {
        "customer": WANG,
        "subject": "The noodles were cold",
        "order_number": "W-2026-0042",
        "channel": Channel.PHONE,
        "severity": Severity.SERIOUS,
    }
    return file_complaint(actor=actor, store_id=store_id, now=now, **(usual | other))


def told(manager: Actor, store_id: UUID, now: datetime) -> Complaint:
    """Bring a complaint as far as the customer's being told, all at one moment, by somebody who may do everything."""
    complaint_id = filed(manager, store_id, now).complaint.id
    accept_complaint(actor=manager, complaint_id=complaint_id, now=now)
    record_investigation(actor=manager, complaint_id=complaint_id, findings="The lamp was broken.", now=now)
    plan_resolution(actor=manager, complaint_id=complaint_id, remedy="A new bowl, free of charge.", now=now)
    done = tell_customer(
        actor=manager, complaint_id=complaint_id, channel=Channel.PHONE, message="A new bowl is coming.", now=now
    )
    return done.complaint


def settled(manager: Actor, store_id: UUID, now: datetime) -> Complaint:
    """Bring a complaint as far as a satisfied customer."""
    complaint = told(manager, store_id, now)
    done = record_outcome(
        actor=manager, complaint_id=complaint.id, carried_out="The bowl was brought.", is_satisfied=True, now=now
    )
    return done.complaint
