"""Questions about what a survey is about: whether it has come to its end, and whose work it was."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from chains.actor import Actor, ActorKind
from complaints.models.complaints import Complaint, Stage
from complaints.queries import SUBJECT_TYPE as COMPLAINT
from complaints.rules.stages import reference_of as complaint_reference
from feedback.models.surveys import MatterKind
from feedback.rules.happenings import CLOSING, reopened_version
from feedback.rules.sharing import Event
from inquiries.models.inquiries import Inquiry, InquiryState
from inquiries.queries import SUBJECT_TYPE as INQUIRY
from inquiries.rules.states import reference_of as inquiry_reference
from journal.models import Entry
from journal.queries import timeline
from kit.refusals import NotFound
from orders.models.orders import FulfilmentState, Order
from orders.queries import ORDER
from orders.queries import SUBJECT_TYPE as ORDER_TYPE
from orders.queries import references_of as order_references

SUBJECT_TYPES: dict[MatterKind, str] = {
    MatterKind.COMPLAINT: COMPLAINT,
    MatterKind.INQUIRY: INQUIRY,
    MatterKind.ORDER: ORDER_TYPE,
}
_PEOPLE = (ActorKind.USER.value, ActorKind.TOKEN.value)


@dataclass(frozen=True, slots=True)
class Matter:
    """A complaint, an inquiry or an order, as far as a survey is concerned with it."""

    kind: MatterKind
    id: UUID
    store_id: UUID
    time_zone: str
    customer_id: UUID
    reference: str
    owner_id: UUID | None
    version: int
    has_ended: bool


@dataclass(frozen=True, slots=True)
class Past:
    """What happened to a matter, and with which version it was last taken up again after it had ended, 0 for never."""

    events: list[Event]
    reopened_version: int


def lock_matter(actor: Actor, kind: MatterKind, matter_id: UUID) -> Matter:
    """Return a matter of a store that the actor sees, locked so that nobody takes it up meanwhile; raises NotFound."""
    found = _FINDERS[kind](actor, matter_id)
    if found is None:
        raise NotFound
    return found


def past_of(actor: Actor, matter: Matter) -> Past:
    """Return what the journal tells of a matter, one event for each deed in the order in which they were done."""
    entries = timeline(actor=actor, subject_type=SUBJECT_TYPES[matter.kind], subject_id=matter.id)
    events, version = [], 0
    for entry in entries.filter(part_of_id=None):
        events.append(_event(entry))
        version = max(version, reopened_version(entry.kind, entry.after) or 0)
    return Past(events, version)


def _event(entry: Entry) -> Event:
    owner = (entry.after or {}).get("owner_id")
    # Who only looked did nothing for it.
    did_something = entry.actor_kind in _PEOPLE and not entry.kind.endswith("_READ")
    return Event(
        at=entry.at,
        member_id=entry.actor_id if did_something else None,
        owner_id=UUID(owner) if owner else None,
        closes=entry.kind in CLOSING,
    )


def _complaint(actor: Actor, matter_id: UUID) -> Matter | None:
    rows = Complaint.objects.visible_to(actor).select_for_update(of=("self",), no_key=True).select_related("store")
    row = rows.filter(id=matter_id).first()
    if row is None:
        return None
    return Matter(
        kind=MatterKind.COMPLAINT,
        id=row.id,
        store_id=row.store_id,
        time_zone=row.store.time_zone,
        customer_id=row.customer_id,
        reference=complaint_reference(store_code=row.store.code, number=row.number),
        owner_id=row.owner_id,
        version=row.version,
        has_ended=row.stage == Stage.CLOSED,
    )


def _inquiry(actor: Actor, matter_id: UUID) -> Matter | None:
    rows = Inquiry.objects.visible_to(actor).select_for_update(of=("self",), no_key=True).select_related("store")
    row = rows.filter(id=matter_id).first()
    if row is None:
        return None
    return Matter(
        kind=MatterKind.INQUIRY,
        id=row.id,
        store_id=row.store_id,
        time_zone=row.store.time_zone,
        customer_id=row.customer_id,
        reference=inquiry_reference(store_code=row.store.code, number=row.number),
        owner_id=row.owner_id,
        version=row.version,
        has_ended=row.state == InquiryState.CLOSED,
    )


def _order(actor: Actor, matter_id: UUID) -> Matter | None:
    rows = Order.objects.visible_to(actor).select_for_update(of=("self",), no_key=True).select_related("store")
    row = rows.filter(id=matter_id).first()
    if row is None:
        return None
    return Matter(
        kind=MatterKind.ORDER,
        id=row.id,
        store_id=row.store_id,
        time_zone=row.store.time_zone,
        customer_id=row.customer_id,
        reference=order_references([row], ORDER)[row.id],
        owner_id=row.taken_by_id,
        version=row.version,
        has_ended=row.fulfilment_state == FulfilmentState.DELIVERED,
    )


_FINDERS: dict[MatterKind, Callable[[Actor, UUID], Matter | None]] = {
    MatterKind.COMPLAINT: _complaint,
    MatterKind.INQUIRY: _inquiry,
    MatterKind.ORDER: _order,
}
