"""Deeds on a complaint's closing form: to ask for its address, and to read it; both are written down (C4, K4)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import JSONObject
from django.utils.translation import get_language, pgettext

from chains.actor import Actor
from chains.media import SignedLink
from chains.papers import PaperLink, sign_paper
from chains.scope import CHAINS_ALIAS, current_chain
from clocks.models import Clock, ClockPause
from complaints.models.complaints import Complaint, Stage
from complaints.queries import SUBJECT_TYPE
from complaints.rules.closing_form import BESIDE, TOLD, ClosingFacts, Done, closing_form, must_have_ended
from complaints.rules.happenings import Happening
from complaints.rules.stages import reference_of
from customers.rules.particulars import masked
from journal.actions import append
from kit.papers import Paper
from kit.refusals import NotFound
from members.rules.permissions import Permission
from standards.models.texts import Clause
from standards.queries.staffing import people_shown
from standards.rules.lint import text_in

CLOSING_FORM = "closing"


@transaction.atomic(using=CHAINS_ALIAS)
def print_closing_form(*, actor: Actor, complaint_id: UUID, now: datetime) -> tuple[Complaint, SignedLink]:
    """Return an address, good for some minutes, at which the actor alone can read a complaint's closing form (C4).

    The form is in the language that is active now. Refusals: NotFound, NotPermitted, ComplaintStillOpen.
    """
    complaint = _ended(actor, complaint_id)
    language = get_language() or actor.language
    link = PaperLink(CLOSING_FORM, complaint.id, complaint.store_id, language)
    signed = sign_paper(link, chain=current_chain(), actor=actor, now=now)
    _tell(actor, complaint, Happening.CLOSING_FORM_REQUESTED, now, language)
    return complaint, signed


@transaction.atomic(using=CHAINS_ALIAS)
def read_closing_form(*, actor: Actor, complaint_id: UUID, store_id: UUID, now: datetime) -> Paper:
    """Return the closing form of a store's complaint, and record who read it (C4, K4).

    How the customer is reached is masked for whoever may not know it. Refusals: NotFound, NotPermitted,
    ComplaintStillOpen.
    """
    complaint = _ended(actor, complaint_id)
    if complaint.store_id != store_id:
        raise NotFound
    _tell(actor, complaint, Happening.CLOSING_FORM_READ, now, get_language() or actor.language)
    return closing_form(_facts(actor, complaint, now))


def _ended(actor: Actor, complaint_id: UUID) -> Complaint:
    complaints = Complaint.objects.visible_to(actor).select_related("store", "customer")
    complaint = complaints.filter(id=complaint_id).first()
    if complaint is None:
        raise NotFound
    actor.must(Permission.READ_COMPLAINTS, at=complaint.store_id)
    must_have_ended(Stage(complaint.stage))
    return complaint


def _facts(actor: Actor, complaint: Complaint, now: datetime) -> ClosingFacts:
    steps = _steps(complaint)
    clocks = list(Clock.objects.of_subject(SUBJECT_TYPE, complaint.id).order_by("started_at", "id"))
    pauses: dict[UUID, list[ClockPause]] = {}
    for pause in ClockPause.objects.filter(clock__in=[clock.id for clock in clocks]).order_by("paused_at", "id"):
        pauses.setdefault(pause.clock_id, []).append(pause)
    clauses = Clause.objects.filter(id__in=[complaint.clause_id, *(clock.clause_version_id for clock in clocks)])
    told = people_shown(actor, ((complaint.store_id, each) for each in _people(complaint, steps, actor)))
    names = {user_id: name for (_, user_id), name in told.items()}
    by_itself = pgettext("who did something", "by itself")
    return ClosingFacts(
        chain=current_chain().name,
        reference=reference_of(store_code=complaint.store.code, number=complaint.number),
        complaint=complaint,
        contact=_contact(actor, complaint),
        names=names,
        clauses={clause.id: f"{clause.number} {text_in(None, clause.texts)}" for clause in clauses.order_by("id")},
        steps=steps,
        clocks=clocks,
        pauses=pauses,
        printed_at=now,
        printed_by=names.get(actor.user_id, "–") if actor.user_id else by_itself,
    )


def _steps(complaint: Complaint) -> list[Done]:
    """Return the steps of all kinds in the order in which they were done, asked for at once."""
    kinds = {kind.__name__: kind for kind in TOLD}
    asked = [
        kind._default_manager.filter(complaint=complaint)
        .order_by()
        .annotate(
            step=Value(kind.__name__), columns=JSONObject(**{name: name for name in (*columns, *BESIDE.get(kind, ()))})
        )
        .values_list("done_at", "id", "done_by_id", "step", "columns")
        for kind, columns in TOLD.items()
    ]
    found = sorted(asked[0].union(*asked[1:], all=True), key=lambda row: row[:2])
    return [Done(kinds[step], at, by, columns) for at, _id, by, step, columns in found]


def _people(complaint: Complaint, steps: list[Done], actor: Actor) -> set[UUID]:
    named = {complaint.owner_id, complaint.taken_by_id, actor.user_id, *(step.by for step in steps)}
    for step in steps:
        owners = (step.columns.get(column) for column in ("owner_id", "from_owner_id", "to_owner_id"))
        named.update(UUID(owner) for owner in owners if owner)
    return {each for each in named if each is not None}


def _contact(actor: Actor, complaint: Complaint) -> list[str]:
    contact = [each for each in (complaint.customer.phone, complaint.customer.email) if each]
    if actor.may(Permission.READ_CUSTOMER_CONTACT, at=complaint.store_id):
        return contact
    return [masked(each) for each in contact]


def _tell(actor: Actor, complaint: Complaint, kind: Happening, now: datetime, language: str) -> None:
    append(
        actor=actor,
        kind=kind,
        subject_type=SUBJECT_TYPE,
        subject_id=complaint.id,
        store_id=complaint.store_id,
        now=now,
        after={"language": language},
        customer_id=complaint.customer_id,
    )
