"""The deed of whoever listens in on calls (M3)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from customers.queries.register import must_not_be_erased
from inquiries.models.inquiries import Inquiry, InquiryChannel
from inquiries.models.messages import Message
from inquiries.models.reviews import CallFinding, CallReview
from inquiries.queries import REVIEW_TYPE
from inquiries.rules.happenings import Happening
from inquiries.rules.reviewing import (
    JUDGED,
    CallReviewed,
    Heard,
    OwnCall,
    checked_sheet,
    must_be_a_call,
    points_for,
    role_heard_in,
)
from inquiries.rules.states import OnlyForPeople
from inspections.rules.happenings import Happening as OfInspections
from journal.actions import append, append_all, entry_of
from journal.models import Entry
from kit.refusals import NotFound
from kit.texts import text_of
from members.rules.permissions import Permission
from members.rules.persons import must_be_a_person
from standards.models.texts import Clause
from standards.queries.texts import clauses_for
from stores.actions.locks import refusing_duplicates


@transaction.atomic(using=CHAINS_ALIAS)
def record_call_review(
    *, actor: Actor, call_id: UUID, points: Sequence[Heard], now: datetime, put_right: str = ""
) -> CallReview:
    """Record what was heard on a call, point by point; clauses 'by inspection only' are judged by it (M3).

    The points are those of the reviewer's role at the store. Refusals: NotFound, NotPermitted, OnlyForPeople, NotACall,
    OwnCall, PointsMissing, CallNoteNeeded, CorrectionNeeded, CallReviewed, CustomerErased, Invalid, TooLong.
    """
    call = _lock_call(actor, call_id)
    reviewer_id, role = must_be_a_person(actor, OnlyForPeople), role_heard_in(actor.roles_at(call.store_id))
    if role is None:
        raise OnlyForPeople
    taken_by = must_be_a_call(InquiryChannel(call.channel), call.recorded_by_id)
    if taken_by == reviewer_id:
        raise OwnCall(field="call_id")
    put_right = text_of(put_right, field="put_right", required=False)
    sheet = checked_sheet(points, points_for(role), put_right=put_right)
    clauses = _clauses(actor, sheet)
    review = CallReview(
        store_id=call.store_id,
        inquiry=call.inquiry,
        call=call,
        member_id=taken_by,
        reviewer_id=reviewer_id,
        reviewer_role=role,
        put_right=put_right,
        reviewed_at=now,
    )
    with refusing_duplicates(CallReviewed(field="call_id")):
        review.save(force_insert=True)
    _keep_findings(review, sheet)
    _tell(actor, review, sheet, clauses, now)
    return review


def _lock_call(actor: Actor, call_id: UUID) -> Message:
    """Return a call, its inquiry locked, for whoever reviews calls there; raises NotFound and NotPermitted.

    CustomerErased where nothing more may be written about who called.
    """
    seen = Inquiry.objects.visible_to(actor).order_by()
    calls = Message.objects.select_related("inquiry").select_for_update(of=("inquiry",), no_key=True)
    call = calls.filter(id=call_id, inquiry__in=seen).first()
    if call is None:
        raise NotFound(field="call_id")
    actor.must(Permission.REVIEW_CALLS, at=call.store_id)
    # Asked after the lock, for which it may have waited.
    must_not_be_erased(call.inquiry.customer_id)
    return call


def _keep_findings(review: CallReview, sheet: Sequence[Heard]) -> None:
    CallFinding.objects.bulk_create(
        CallFinding(
            store_id=review.store_id,
            review=review,
            point=each.point,
            result=each.result,
            clause_id=each.clause_id,
            note=each.note,
        )
        for each in sheet
    )


def _clauses(actor: Actor, sheet: Sequence[Heard]) -> dict[UUID, Clause]:
    """Return the clauses that are touched; raises NotFound at the one that the actor may not read."""
    named = {each.clause_id for each in sheet if each.clause_id is not None}
    found = clauses_for(actor).in_bulk(named) if named else {}
    for place, each in enumerate(sheet):
        if each.clause_id is not None and each.clause_id not in found:
            raise NotFound(field=("points", str(place), "clause_id"))
    return found


def _tell(actor: Actor, review: CallReview, sheet: Sequence[Heard], clauses: dict[UUID, Clause], now: datetime) -> None:
    # What people wrote stays in the sheet: the journal is kept for ever, and texts may name a customer.
    told = append(
        actor=actor,
        kind=Happening.CALL_REVIEWED,
        subject_type=REVIEW_TYPE,
        subject_id=review.id,
        store_id=review.store_id,
        now=now,
        after={
            "inquiry_id": review.inquiry_id,
            "call_id": review.call_id,
            "member_id": review.member_id,
            "reviewer_role": review.reviewer_role,
            "results": {each.point: each.result for each in sheet},
        },
    )
    append_all(
        [
            _judged(actor, review, each, clauses[each.clause_id], told, now)
            for each in sheet
            if each.clause_id is not None
        ]
    )


def _judged(actor: Actor, review: CallReview, heard: Heard, clause: Clause, told: Entry, now: datetime) -> Entry:
    return entry_of(
        actor=actor,
        kind=OfInspections.CLAUSE_INSPECTED,
        subject_type=REVIEW_TYPE,
        subject_id=review.id,
        store_id=review.store_id,
        now=now,
        after={
            "lineage_id": str(clause.lineage_id),
            "result": JUDGED[heard.result],
            "member_id": str(review.member_id),
        },
        part_of_id=told.id,
    )
