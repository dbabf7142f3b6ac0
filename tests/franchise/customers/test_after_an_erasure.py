"""Nothing more is written about somebody who was erased, where nobody would erase it again (K4)."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from chains.actor import Actor
from chains.scope import scope
from complaints.actions.delivering import file_from_damage
from complaints.actions.ending import close_complaint, rework_complaint, withdraw_complaint
from complaints.actions.waiting import record_customer_word
from complaints.models.complaints import Channel, Complaint
from customers.actions.erasing import erase_customer
from customers.rules.holdings import MattersOpen
from customers.rules.merging import CustomerErased
from inquiries.actions.ending import reopen_inquiry
from inquiries.actions.keeping import Incoming
from inquiries.actions.opening import record_customer_message
from inquiries.actions.reviewing import record_call_review
from inquiries.models.inquiries import InquiryChannel
from inquiries.models.messages import Message
from inquiries.models.reviews import CallPoint, CallResult, CallReview
from inquiries.rules.reviewing import Heard
from loops.actions.learning import keep_lesson_learned, open_case_study
from loops.models.cases import CaseStudy, LessonLearned
from loops.queries.cases import case_study_proposal
from loops.rules.anonymous import NotAnonymous
from orders.actions.delivering import Arrival, confirm_delivery, report_damage
from orders.actions.excepting import raise_shipment_exception, settle_shipment_exception
from orders.actions.refunding import grant_refund
from orders.actions.shipping import record_shipment_event
from orders.models.delivery import DamageKind, DamageReport
from orders.models.refunds import ToldBy
from orders.models.shipping import CarrierEvent, ExceptionKind, ShipmentState
from tests.conftest import Chains
from tests.factories.complaints import settled, told
from tests.factories.inquiries import closed
from tests.factories.orders import paid, shipped, sold
from tests.factories.visits import made, planned
from visits.actions.owning import hand_over_return_visit
from visits.actions.settling import sign_return_visit

AsRole = Callable[..., Actor]
TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)


def test_a_closed_question_of_somebody_erased_stays_closed(chains: Chains, as_role: AsRole) -> None:
    officer = as_role(chains.a, "QUALITY_OFFICER")
    with scope(chains.a.chain, officer):
        inquiry = closed(officer, chains.a.store, TEN)
        erase_customer(actor=officer, customer_id=inquiry.customer_id, now=TEN)
        with pytest.raises(CustomerErased):
            record_customer_message(actor=officer, inquiry_id=inquiry.id, said=Incoming("It is me, Li"), now=TEN)
        with pytest.raises(CustomerErased):
            reopen_inquiry(actor=officer, inquiry_id=inquiry.id, reason="Li Lei called", now=TEN)


def test_a_call_of_somebody_erased_is_not_written_about(chains: Chains, as_role: AsRole) -> None:
    officer, staff = as_role(chains.a, "QUALITY_OFFICER"), as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        inquiry = closed(staff, chains.a.store, TEN, channel=InquiryChannel.PHONE)
    with scope(chains.a.chain, officer):
        call = Message.objects.filter(inquiry=inquiry).earliest("said_at")
        erase_customer(actor=officer, customer_id=inquiry.customer_id, now=TEN)
        points = [Heard(point, CallResult.NOT_MET, note="Li was interrupted") for point in CallPoint]
        with pytest.raises(CustomerErased):
            record_call_review(actor=officer, call_id=call.id, points=points, put_right="Rang Li again", now=TEN)
        assert not CallReview.objects.exists()


def test_a_complaint_of_somebody_erased_is_not_retold_and_what_was_learnt_of_it_before_goes_on(
    chains: Chains, as_role: AsRole
) -> None:
    officer = as_role(chains.a, "QUALITY_OFFICER")
    retold = {"title": "Cold noodles", "situation": "They waited for an hour.", "is_anonymous": True}
    with scope(chains.a.chain, officer):
        before, after = (settled(officer, chains.a.store, TEN).id for _time in range(2))
        for key in (before, after):
            close_complaint(actor=officer, complaint_id=key, cause="A lamp", result="A bowl", now=TEN)
        case = open_case_study(actor=officer, complaint_id=before, now=TEN, **retold)
        for customer_id in set(Complaint.objects.values_list("customer_id", flat=True)):
            erase_customer(actor=officer, customer_id=customer_id, now=TEN)
        with pytest.raises(CustomerErased):
            case_study_proposal(officer, complaint_id=after)
        with pytest.raises(CustomerErased):
            open_case_study(actor=officer, complaint_id=after, now=TEN, **retold)
        assert list(CaseStudy.objects.values_list("id", "situation")) == [(case.id, retold["situation"])]
        for text in ("Service staff forgot the lamp.", "Ring 138 1234 5678 first."):
            with pytest.raises(NotAnonymous):
                keep_lesson_learned(actor=officer, case_study_id=case.id, text=text, now=TEN)
        keep_lesson_learned(actor=officer, case_study_id=case.id, text="Check the lamp first.", now=TEN)
        assert LessonLearned.objects.get().text == "Check the lamp first."


def test_an_erasure_waits_for_what_went_wrong_on_the_way(chains: Chains, as_role: AsRole) -> None:
    sold(chains.a.chain, TEN)
    officer = as_role(chains.a, "QUALITY_OFFICER")
    with scope(chains.a.chain, officer):
        order = paid(officer, chains.a.store, TEN)
        shipment = shipped(officer, order, TEN)
        what = {"kind": ExceptionKind.WRONG_ADDRESS, "description": "It is 1 Nanjing Road"}
        raised = raise_shipment_exception(actor=officer, shipment_id=shipment.id, now=TEN, **what).row
        arrival = Arrival(None, is_complete=True, is_undamaged=True)
        done = confirm_delivery(actor=officer, shipment_id=shipment.id, arrival=arrival, now=TEN)
        assert done.order.state == "COMPLETED"
        with pytest.raises(MattersOpen):
            erase_customer(actor=officer, customer_id=order.customer_id, now=TEN)
        how = {"solution": "Sent on", "told_by": ToldBy.PHONE, "explanation": "Tomorrow"}
        settle_shipment_exception(actor=officer, exception_id=raised.id, now=TEN, **how)
        erase_customer(actor=officer, customer_id=order.customer_id, now=TEN)
        with pytest.raises(CustomerErased):
            report_damage(
                actor=officer, order_id=order.id, kind=DamageKind.DAMAGED, description="Wang says so", now=TEN
            )
        assert not DamageReport.objects.exists()
        late = {"state": ShipmentState.DELIVERED, "external_id": "late", "place": "With Wang's neighbour"}
        where = {"carrier": shipment.carrier, "tracking_number": shipment.tracking_number}
        record_shipment_event(actor=officer, store_id=chains.a.store, now=TEN, **where, **late)
        assert [event.place for event in CarrierEvent.objects.all()] == [""]
        with pytest.raises(CustomerErased):
            raise_shipment_exception(actor=officer, shipment_id=shipment.id, now=TEN, **what)
        with pytest.raises(CustomerErased):
            grant_refund(actor=officer, order_id=order.id, amount_minor=1, reason="Wang called", now=TEN)


def test_a_closed_complaint_of_somebody_erased_is_left_as_it_is(chains: Chains, as_role: AsRole) -> None:
    officer, manager = as_role(chains.a, "QUALITY_OFFICER"), as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, officer):
        key = settled(officer, chains.a.store, TEN).id
        close_complaint(actor=officer, complaint_id=key, cause="A lamp", result="A bowl", now=TEN)
        erase_customer(actor=officer, customer_id=Complaint.objects.get(id=key).customer_id, now=TEN)
    with scope(chains.a.chain, manager):
        with pytest.raises(CustomerErased):
            record_customer_word(actor=manager, complaint_id=key, text="It is me, Wang", channel=Channel.PHONE, now=TEN)
        with pytest.raises(CustomerErased):
            rework_complaint(actor=manager, complaint_id=key, reason="Wang called", now=TEN)


def test_a_withdrawn_complaint_of_somebody_erased_is_not_closed_in_words(chains: Chains, as_role: AsRole) -> None:
    officer = as_role(chains.a, "QUALITY_OFFICER")
    with scope(chains.a.chain, officer):
        key = told(officer, chains.a.store, TEN).id
        how = {"reason": "Found it", "channel": Channel.PHONE, "proof": "Call 7"}
        gone = withdraw_complaint(actor=officer, complaint_id=key, now=TEN, **how).complaint
        erase_customer(actor=officer, customer_id=gone.customer_id, now=TEN)
        with pytest.raises(CustomerErased):
            close_complaint(actor=officer, complaint_id=key, cause="Wang", result="Wang", now=TEN)


def test_damage_of_somebody_erased_meanwhile_becomes_no_complaint(chains: Chains, as_role: AsRole) -> None:
    sold(chains.a.chain, TEN)
    officer = as_role(chains.a, "QUALITY_OFFICER")
    with scope(chains.a.chain, officer):
        order = paid(officer, chains.a.store, TEN)
        shipment = shipped(officer, order, TEN)
        confirm_delivery(
            actor=officer, shipment_id=shipment.id, arrival=Arrival(None, is_complete=True, is_undamaged=True), now=TEN
        )
        what = {"kind": DamageKind.DAMAGED, "description": "Broken, says Wang"}
        report_damage(actor=officer, order_id=order.id, now=TEN, **what)
        erase_customer(actor=officer, customer_id=order.customer_id, now=TEN)
        report = DamageReport.objects.get()
        assert file_from_damage(actor=officer, damage_report_id=report.id, now=TEN) is None
        assert not Complaint.objects.exists()


def test_the_visit_of_somebody_erased_comes_to_its_end_without_words(chains: Chains, as_role: AsRole) -> None:
    officer, staff = as_role(chains.a, "QUALITY_OFFICER"), as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, officer):
        visit = planned(officer, chains.a.store, TEN).visit
    with scope(chains.a.chain, staff):
        made(staff, visit.id, TEN)
    with scope(chains.a.chain, officer):
        erase_customer(actor=officer, customer_id=visit.customer_id, now=TEN)
        with pytest.raises(CustomerErased):
            sign_return_visit(actor=officer, visit_id=visit.id, note="Li is content", now=TEN)
        to = chains.a.people["STORE_MANAGER"]
        with pytest.raises(CustomerErased):
            hand_over_return_visit(actor=officer, visit_id=visit.id, owner_id=to, note="Li", now=TEN)
        assert sign_return_visit(actor=officer, visit_id=visit.id, now=TEN).visit.state == "SIGNED"
