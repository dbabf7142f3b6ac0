"""Questions about case studies: which there are, and how a complaint reads without anybody's name."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from chains.actor import Actor
from complaints.models.complaints import Complaint
from complaints.models.ending import Closure, Outcome
from complaints.models.ladder import OwnerChange
from complaints.models.steps import Investigation, Resolution, Step
from complaints.queries import references_of
from customers.models import Customer
from customers.queries.register import groups_of
from customers.rules.merging import CustomerErased
from kit.refusals import NotFound
from loops.models.cases import CaseStudy
from loops.rules.anonymous import Hidden, taken_out
from members.models import Assignment
from members.queries import names_of
from members.rules.permissions import Permission
from orders.models.orders import Order
from stores.models import StaffPosition

# What was written on the way of a complaint, in the order of the work.
_STEPS: dict[type[Step], tuple[str, ...]] = {
    Investigation: ("findings", "cause"),
    Resolution: ("remedy",),
    Outcome: ("carried_out", "reason"),
    Closure: ("cause", "result"),
}


@dataclass(frozen=True, slots=True)
class Proposal:
    """How a complaint could be retold: a title and what happened, with everything taken out that a machine finds."""

    title: str
    situation: str


def case_studies_for(actor: Actor) -> QuerySet[CaseStudy]:
    """Return the case studies of the chain, the latest first; raises NotPermitted."""
    actor.must_somewhere(Permission.READ_CASE_STUDIES)
    return CaseStudy.objects.order_by("-opened_at", "-id")


def complaint_for_case(actor: Actor, complaint_id: UUID) -> Complaint:
    """Return a complaint of which a case study may be made; raises NotFound and NotPermitted."""
    actor.must(Permission.OPEN_CASE_STUDY)
    complaint = Complaint.objects.visible_to(actor).select_related("customer").filter(id=complaint_id).first()
    if complaint is None:
        raise NotFound(field="complaint_id")
    return complaint


def case_study_proposal(actor: Actor, *, complaint_id: UUID) -> Proposal:
    """Return how a complaint could be retold, for a person to read and mend.

    Raises NotFound, NotPermitted and CustomerErased.
    """
    complaint = complaint_for_case(actor, complaint_id)
    hidden = hidden_in_case(complaint)
    texts = [complaint.description]
    for model, columns in _STEPS.items():
        steps = model._default_manager.filter(complaint=complaint).order_by("done_at", "id")
        texts += [text for row in steps.values_list(*columns) for text in row]
    told = "\n\n".join(text for text in texts if text)
    return Proposal(taken_out(complaint.subject, hidden), taken_out(told, hidden))


def hidden_in_case(complaint: Complaint) -> Hidden:
    """Return what may not be told of a complaint that is retold; raises CustomerErased, for then that is not known."""
    hidden = hidden_of(complaint)
    if not hidden.customers:
        raise CustomerErased(field="complaint_id")
    return hidden


def hidden_of(complaint: Complaint) -> Hidden:
    """Return what may not be told of a complaint: its customer under every record, whom the order went to, who works or
    worked on it or at the store, its numbers. Of a customer who was erased nothing is known.
    """
    same = groups_of([complaint.customer_id]).get(complaint.customer_id, frozenset({complaint.customer_id}))
    records = list(Customer.objects.filter(id__in=same, erased_at=None).order_by("id"))
    orders = list(Order.objects.filter(id=complaint.order_id)) if records and complaint.order_id else []
    people = {complaint.owner_id, complaint.taken_by_id} - {None}
    first, *others = (
        model._default_manager.filter(complaint=complaint, done_by__isnull=False).order_by().values_list("done_by_id")
        for model in _STEPS
    )
    people.update(member_id for (member_id,) in first.union(*others))
    for owners in OwnerChange.objects.filter(complaint=complaint).values_list("from_owner_id", "to_owner_id"):
        people.update(owners)
    people.update(Assignment.objects.filter(store_id=complaint.store_id).order_by().values_list("user_id", flat=True))
    # Who has left the store held a position there, which is kept.
    held = StaffPosition.objects.filter(store_id=complaint.store_id).order_by()
    people.update(held.values_list("member_id", flat=True))
    return Hidden(
        customers=[*(each.name for each in records), *(each.recipient for each in orders)],
        staff=sorted(names_of(each for each in people if each is not None).values()),
        phones=[*(each.phone for each in records), *(each.phone for each in orders)],
        mails=[each.email for each in records],
        addresses=[*(each.address for each in records), *(each.address for each in orders)],
        numbers=[*references_of([complaint]).values(), complaint.order_number],
    )
