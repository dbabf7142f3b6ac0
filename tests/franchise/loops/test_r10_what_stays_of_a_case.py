"""R10 where standards are measured: two years on nothing says who it was, and what was counted and learnt stays."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from chains.actor import Actor, system_actor
from chains.scope import scope
from complaints.actions.filing import Links
from complaints.models.complaints import Complaint
from customers.actions.erasing import erase_customer, export_customer_data
from customers.actions.retaining import forget_some, place_legal_hold
from customers.models import Customer
from customers.rules.holdings import ERASED
from feedback.models.surveys import Survey
from files.actions import forgetting
from files.actions.forgetting import forget_unattached, sweep_disk
from files.models import StoredFile
from inquiries.actions.answering import Outgoing, reply_to_inquiry
from inquiries.actions.ending import close_inquiry
from inquiries.actions.reviewing import record_call_review
from inquiries.models.inquiries import InquiryChannel
from inquiries.models.messages import Message
from inquiries.models.reviews import CallFinding, CallPoint, CallResult, CallReview
from inquiries.rules.reviewing import Heard
from journal.models import Entry
from kit.ids import new_id
from loops.actions.closing import close_loop
from loops.actions.learning import keep_lesson_learned, open_case_study
from loops.actions.opening import open_loops
from loops.models.cases import CaseStudy, LessonLearned
from loops.models.loops import Loop, LoopPerson
from loops.queries.cases import case_study_proposal
from standards.actions.measuring import judge_due, measure_entry
from standards.models.tallies import DayTally, MonthTally
from standards.models.texts import Clause
from standards.models.verdicts import Verdict
from tests.conftest import Chains
from tests.factories.complaints import WANG, filed
from tests.factories.files import stored
from tests.factories.inquiries import LI, opened
from tests.factories.rows import Rows
from tests.factories.standards import in_force

AsRole = Callable[..., Actor]
MACHINE = system_actor()
# Later than the furnished people's first day.
THEN = timezone.now() + timedelta(days=1)
TWO_YEARS_ON = THEN.replace(year=THEN.year + 2, day=min(THEN.day, 28)) + timedelta(days=5)
COUNTED = (Verdict, DayTally, MonthTally, Loop, LoopPerson, CaseStudy, LessonLearned)


def all_that_stands() -> list[list[dict[str, Any]]]:
    return [list(model._default_manager.order_by("pk").values()) for model in COUNTED]


def a_call_is_reviewed(staff: Actor, supervisor: Actor, store: UUID) -> CallReview:
    """Somebody listens in on the customer's call, and writes down of whom it was."""
    inquiry = opened(staff, store, THEN, customer=WANG, channel=InquiryChannel.PHONE).inquiry
    points = [
        Heard(CallPoint.ATTITUDE, CallResult.NOT_MET, note=f"{WANG.name} was interrupted."),
        Heard(CallPoint.ABILITY, CallResult.MET),
        Heard(CallPoint.WORDING, CallResult.MET),
    ]
    call = Message.objects.get(inquiry=inquiry)
    said = {"points": points, "put_right": f"Rang {WANG.name} again."}
    review = record_call_review(actor=supervisor, call_id=call.id, now=THEN, **said)
    reply_to_inquiry(actor=staff, inquiry_id=inquiry.id, reply=Outgoing("Two years."), now=THEN)
    close_inquiry(actor=staff, inquiry_id=inquiry.id, now=THEN)
    return review


def loop_of(store: UUID, matter_id: UUID) -> Loop:
    """Something is brought back to a requirement that nothing measures there."""
    when = {"happened_at": THEN, "opened_at": THEN}
    what = {"matter_kind": "COMPLAINT", "matter_type": "Complaint", "matter_id": matter_id, "lineage_id": new_id()}
    return Loop.objects.create(store_id=store, entry_id=new_id(), needed=3, **what, **when)


def test_r10_two_years_on_nothing_says_who_it_was_and_all_that_was_counted_stays(
    chains: Chains, as_role: AsRole
) -> None:
    version, store = in_force(chains.a, THEN - timedelta(hours=1)), chains.a.store
    staff, manager, officer = (as_role(chains.a, who) for who in ("SERVICE_STAFF", "STORE_MANAGER", "QUALITY_OFFICER"))
    supervisor = as_role(chains.a, "SERVICE_SUPERVISOR")
    with scope(chains.a.chain, MACHINE):
        clause = Clause.objects.get(version=version)
        a_call_is_reviewed(staff, supervisor, store)
        complaint = filed(
            manager, store, THEN, description=f"{WANG.name} waited.", links=Links(clause_id=clause.id)
        ).complaint
        entry = Entry.objects.get(kind="COMPLAINT_FILED", subject_id=complaint.id)
        open_loops(actor=MACHINE, entry=entry, now=THEN)
        measure_entry(actor=MACHINE, entry=entry, now=THEN)
        judge_due(actor=MACHINE, now=THEN + timedelta(days=2))
        told = case_study_proposal(officer, complaint_id=complaint.id)
        case = open_case_study(
            actor=officer,
            complaint_id=complaint.id,
            title=told.title,
            situation=told.situation,
            is_anonymous=True,
            now=THEN,
        )
        keep_lesson_learned(actor=officer, case_study_id=case.id, text="Check the lamp first.", now=THEN)
        # What is still open keeps a person known; the books of the case are closed first.
        Complaint.objects.filter(pk=complaint.pk).update(stage="CLOSED")
        before = all_that_stands()
        forget_some(actor=MACHINE, after_id=UUID(int=0), now=TWO_YEARS_ON)
        assert set(Customer.objects.values_list("name", flat=True)) == {ERASED}
        assert CallReview.objects.get().put_right == ERASED
        assert sorted(CallFinding.objects.values_list("note", flat=True)) == ["", "", ERASED]
        assert before == all_that_stands()
        assert not [row for table in all_that_stands() for row in table if WANG.name in str(row)]
        about = Entry.objects.exclude(customer_id=None).values_list("before", "after")
        assert not [row for row in about if WANG.name in str(row)]


def test_r10_a_legal_hold_keeps_what_was_heard_and_said(chains: Chains, as_role: AsRole) -> None:
    staff, supervisor = as_role(chains.a, "SERVICE_STAFF"), as_role(chains.a, "SERVICE_SUPERVISOR")
    with scope(chains.a.chain, MACHINE):
        a_call_is_reviewed(staff, supervisor, chains.a.store)
        customer = Customer.objects.get()
        place_legal_hold(actor=MACHINE, customer_id=customer.id, reason="A court asks", now=THEN)
        forget_some(actor=MACHINE, after_id=UUID(int=0), now=TWO_YEARS_ON)
        assert WANG.name in CallReview.objects.get().put_right


def test_r10_why_a_loop_was_closed_by_hand_goes_with_whoever_it_was_about(chains: Chains, as_role: AsRole) -> None:
    store, officer = chains.a.store, as_role(chains.a, "QUALITY_OFFICER")
    staff, supervisor = as_role(chains.a, "SERVICE_STAFF"), as_role(chains.a, "SERVICE_SUPERVISOR")
    why = f"{WANG.name} has moved away."
    with scope(chains.a.chain, MACHINE):
        complaint = filed(officer, store, THEN).complaint
        Complaint.objects.filter(pk=complaint.pk).update(stage="CLOSED")
        survey = Rows(chains.a).row(Survey, store)
        Survey.objects.filter(pk=survey.pk).update(customer_id=complaint.customer_id)
        review = a_call_is_reviewed(staff, supervisor, store)
        another = filed(officer, store, THEN, customer=LI).complaint
        matters = (complaint.id, survey.id, review.id, another.id, new_id())
        loops = [loop_of(store, matter_id) for matter_id in matters]
        late = [loop_of(store, matter_id) for matter_id in matters]
        for loop in loops:
            close_loop(actor=officer, loop_id=loop.id, reason=why, now=THEN)
        of_wang = Customer.objects.filter(name=WANG.name, kept_as=None)
        given = [export_customer_data(actor=officer, customer_id=each.id, now=THEN)[1] for each in of_wang]
        assert [row["reason"] for data in given for row in data["loops"] if row["reason"]] == [why] * 3
        for each in list(of_wang):
            erase_customer(actor=officer, customer_id=each.id, now=THEN)
        for loop in late:
            close_loop(actor=officer, loop_id=loop.id, reason=why, now=THEN)
        for kept in (loops, late):
            reasons = [Loop.objects.get(pk=loop.pk).reason for loop in kept]
            assert reasons == [ERASED, ERASED, ERASED, why, why]


@pytest.fixture
def _files_of_this_test(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def test_r10_of_files_exactly_those_go_to_which_nothing_refers_and_it_goes_on_where_it_was_broken_off(
    chains: Chains, as_role: AsRole, monkeypatch: pytest.MonkeyPatch, _files_of_this_test: None
) -> None:
    monkeypatch.setattr(forgetting, "AT_MOST", 2)
    now, staff = datetime(2026, 5, 4, 2, tzinfo=UTC), as_role(chains.a, "SERVICE_STAFF")
    a_day = timedelta(days=1)
    with scope(chains.a.chain, staff):
        due = [stored(staff, chains.a.store, now, colour=colour) for colour in ("red", "green", "blue")]
        attached = stored(staff, chains.a.store, now, colour="white")
        young = stored(staff, chains.a.store, now + timedelta(seconds=2), colour="black")
        StoredFile.objects.filter(id=attached.id).update(attached_at=now)
    with scope(chains.a.chain, MACHINE):
        moment = now + a_day + timedelta(seconds=1)
        assert [forget_unattached(actor=MACHINE, now=moment) for _round in range(3)] == [2, 1, 0]
        assert set(StoredFile.objects.all()) == {attached, young}
        gone = Entry.objects.filter(kind="FILE_FORGOTTEN").values_list("subject_id", flat=True)
        assert sorted(gone) == sorted(file.id for file in due)
        forget_unattached(actor=MACHINE, now=now + 800 * a_day)
        assert list(StoredFile.objects.all()) == [attached]
        sweep_disk(now=timezone.now() + timedelta(hours=2))
        kept = [file for file in (*due, attached, young) if default_storage.exists(file.stored_as)]
        assert kept == [attached]
