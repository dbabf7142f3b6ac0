"""An inquiry on its way, made by the same deeds that people do, inside the scope that is open."""

from datetime import datetime
from typing import Any
from uuid import UUID

from chains.actor import Actor
from customers.rules.particulars import Particulars
from inquiries.actions.answering import Outgoing, reply_to_inquiry
from inquiries.actions.ending import close_inquiry
from inquiries.actions.keeping import Incoming
from inquiries.actions.opening import open_inquiry
from inquiries.actions.steps import Done
from inquiries.models.inquiries import Inquiry, InquiryChannel

LI = Particulars(name="李雷", phone="139 0000 1234", language="zh-hans")
QUESTION = "How long does the lamp last?"


def opened(actor: Actor, store_id: UUID, now: datetime, **other: Any) -> Done:
    """Open an inquiry about a lamp, in the online chat; parts of it may differ, those of the message included."""
    message = {name: other.pop(name) for name in ("text", "external_id", "said_at") if name in other}
    usual: dict[str, Any] = {"customer": LI, "subject": QUESTION, "channel": InquiryChannel.ONLINE}
    said = Incoming(**{"text": QUESTION, **message})
    return open_inquiry(actor=actor, store_id=store_id, said=said, now=now, **(usual | other))


def answered(actor: Actor, inquiry_id: UUID, now: datetime, text: str = "Hello, two years.", **other: Any) -> Done:
    """Answer an inquiry."""
    return reply_to_inquiry(actor=actor, inquiry_id=inquiry_id, reply=Outgoing(text, **other), now=now)


def closed(actor: Actor, store_id: UUID, now: datetime, **other: Any) -> Inquiry:
    """Bring an inquiry to its end, all at one moment."""
    inquiry_id = opened(actor, store_id, now, **other).inquiry.id
    answered(actor, inquiry_id, now)
    return close_inquiry(actor=actor, inquiry_id=inquiry_id, now=now).inquiry
