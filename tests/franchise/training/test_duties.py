"""Who has not passed what a duty asks for is given no such work, and routing looks past them (T3)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone
from django.utils.translation import override

from chains.actor import Actor, system_actor
from chains.scope import scope
from complaints.actions.ending import close_complaint, record_outcome, rework_complaint
from complaints.actions.filing import accept_complaint, file_complaint
from complaints.actions.owning import hand_over_complaint
from complaints.models.complaints import Channel, Complaint, Severity
from complaints.models.ladder import OwnerChange
from customers.rules.particulars import Particulars
from inquiries.actions.ending import reopen_inquiry
from inquiries.actions.keeping import Incoming
from inquiries.actions.opening import record_customer_message
from inquiries.actions.owning import hand_over_inquiry, take_inquiry
from inquiries.models.inquiries import HandOver
from kit.refusals import Invalid, NotFound, NotPermitted, Refusal
from members.models import User
from standards.models.staffing import StaffFigures, StaffFiguresPolicy
from stores.actions.positions import assign_position, define_position
from stores.models import Layer, StaffPosition, Store
from tests.conftest import Chains
from tests.factories.complaints import told
from tests.factories.inquiries import answered, closed, opened
from tests.factories.stores import last_entry
from tests.factories.training import TEXT, published
from tests.factories.visits import planned
from tests.franchise.inquiries.test_owning import machine
from training.actions.certifying import withdraw_certificate
from training.actions.duties import Step, begin_path, set_duty_requirement, set_training_path
from training.actions.keeping import renew_certificates
from training.models.courses import CourseVersion
from training.models.duties import TrainingStage, Work
from training.models.taking import Certificate, Enrolment, EnrolmentReason
from training.queries.duties import missing_certificates, missing_courses
from training.queries.taking import withdrawals_of
from training.rules.planning import NotTrained
from training.rules.taking import CertificateWithdrawn
from visits.actions.owning import hand_over_return_visit

AsRole = Callable[..., Actor]
NOW = timezone.now()
CALLER = Particulars(name="Li", phone="+86 21 5555 0100")


def asks(chains: Chains, as_role: AsRole, *works: Work) -> tuple[CourseVersion, UUID]:
    """Let the position of the first store's member of staff ask for a course in some works."""
    version, hq = published(chains.a, NOW, TEXT), as_role(chains.a, "HQ_ADMINISTRATOR")
    with scope(chains.a.chain, hq):
        here = {"name": "Counter", "layer": Layer.OPERATING, "duties": ["Serve"]}
        position = define_position(actor=hq, now=NOW, **here)
        held = {"store_id": chains.a.store, "member_id": chains.a.people["SERVICE_STAFF"]}
        assign_position(actor=hq, position_id=position.id, now=NOW, **held)
        for work in works:
            given = {"position_id": position.id, "work": work, "course_ids": [version.course_id]}
            set_duty_requirement(actor=hq, now=NOW, **given)
    return version, position.id


def trained(chains: Chains, version: CourseVersion, **given: Any) -> None:
    with scope(chains.a.chain, system_actor()):
        member_id = chains.a.people["SERVICE_STAFF"]
        proof = {"member_id": member_id, "course_id": version.course_id, "course_version": version}
        Certificate.objects.create(**proof, **{"given_at": NOW - timedelta(days=1), **given})


def told_in(language: str, refusal: Refusal) -> str:
    with override(language):
        return refusal.text()


def filed(actor: Actor, store_id: UUID, **given: Any) -> Complaint:
    said = {"subject": "Cold soup", "channel": Channel.PHONE, "severity": Severity.MINOR, "customer": CALLER}
    return file_complaint(actor=actor, store_id=store_id, now=NOW, **said, **given).complaint


def test_who_lacks_what_for_which_work_is_told_before_anybody_is_refused(chains: Chains, as_role: AsRole) -> None:
    version, _position = asks(chains, as_role, Work.ORDERS, Work.VISITS)
    staff, mentor, other = (as_role(chains.a, each) for each in ("SERVICE_STAFF", "MENTOR", "SERVICE_STAFF_2"))

    def told(who: Actor, store_id: UUID) -> list[tuple[UUID, Work, UUID]]:
        with scope(chains.a.chain, who):
            found = missing_certificates(who, store_id=store_id, now=NOW)
            return [(each.member_id, each.work, each.course_id) for each in found]

    lacking = [(staff.id, work, version.course_id) for work in (Work.ORDERS, Work.VISITS)]
    assert told(staff, chains.a.store) == told(mentor, chains.a.store) == lacking
    assert told(other, chains.a.other_store) == []
    with pytest.raises(NotFound):
        told(other, chains.a.store)
    trained(chains, version)
    assert told(mentor, chains.a.store) == []


def test_a_certificate_given_by_mistake_is_taken_back_and_proves_nothing(chains: Chains, as_role: AsRole) -> None:
    version, _position = asks(chains, as_role, Work.ORDERS)
    soon = NOW + timedelta(days=9)
    trained(chains, version, expires_at=soon)
    trainer, manager, own = as_role(chains.a, "HQ_TRAINER"), as_role(chains.a, "STORE_MANAGER"), chains.a.people
    with scope(chains.a.chain, system_actor()):
        held = Certificate.objects.get()
        assert missing_courses(chains.a.store, Work.ORDERS, [own["SERVICE_STAFF"]], at=NOW) == {}
    given: dict[str, Any] = {"certificate_id": held.id, "reason": "Somebody else sat the exam.", "now": NOW}
    with scope(chains.a.chain, manager), pytest.raises(NotPermitted):
        withdraw_certificate(actor=manager, **given)
    with scope(chains.a.chain, trainer):
        with pytest.raises(Invalid):
            withdraw_certificate(actor=trainer, **(given | {"reason": " "}))
        withdraw_certificate(actor=trainer, **given)
        assert withdrawals_of([held])[held.id].reason == "Somebody else sat the exam."
        assert last_entry(held.id).kind == "CERTIFICATE_WITHDRAWN"
        with pytest.raises(CertificateWithdrawn):
            withdraw_certificate(actor=trainer, **given)
    with scope(chains.a.chain, system_actor()):
        lacking = missing_courses(chains.a.store, Work.ORDERS, [own["SERVICE_STAFF"]], at=NOW)
        assert lacking == {own["SERVICE_STAFF"]: {version.course_id}}
        assert renew_certificates(actor=system_actor(), now=NOW) == 0


def test_what_the_untrained_take_down_goes_to_somebody_trained_and_they_own_nothing(
    chains: Chains, as_role: AsRole
) -> None:
    version, _position = asks(chains, as_role, *Work)
    staff, manager = as_role(chains.a, "SERVICE_STAFF"), as_role(chains.a, "STORE_MANAGER")
    own = chains.a.people["SERVICE_STAFF"]
    with scope(chains.a.chain, staff):
        complaint = filed(staff, chains.a.store)
        inquiry = opened(staff, chains.a.store, NOW).inquiry
        visit = planned(staff, chains.a.store, NOW).visit
        assert own not in (complaint.owner_id, inquiry.owner_id, visit.owner_id)
        with pytest.raises(NotTrained) as refusal:
            take_inquiry(actor=staff, inquiry_id=inquiry.id, now=NOW)
        assert "Handling complaints" in refusal.value.text()
        with pytest.raises(NotTrained):
            accept_complaint(actor=staff, complaint_id=complaint.id, now=NOW)
    with scope(chains.a.chain, manager):
        for deed, given in (
            (hand_over_complaint, {"complaint_id": complaint.id}),
            (hand_over_inquiry, {"inquiry_id": inquiry.id}),
            (hand_over_return_visit, {"visit_id": visit.id}),
        ):
            with pytest.raises(NotTrained):
                deed(actor=manager, owner_id=own, now=NOW, **given)
        with pytest.raises(NotTrained):
            filed(manager, chains.a.store, owner_id=own)
    trained(chains, version)
    with scope(chains.a.chain, staff):
        take_inquiry(actor=staff, inquiry_id=inquiry.id, now=NOW)
        assert accept_complaint(actor=staff, complaint_id=complaint.id, now=NOW).complaint.owner_id == own
        assert filed(staff, chains.a.store).owner_id == own


def test_who_lacks_the_training_is_named_to_nobody_from_whom_the_store_hides_its_staff(
    chains: Chains, as_role: AsRole
) -> None:
    asks(chains, as_role, *Work)
    own = chains.a.people["SERVICE_STAFF"]
    with scope(chains.a.chain, system_actor()):
        name = User.objects.get(id=own).name
        hidden = {"kind": Store.objects.get(id=chains.a.store).kind, "sees": StaffFigures.STORE_ONLY}

    def refused(who: str) -> list[str]:
        actor = as_role(chains.a, who)
        with scope(chains.a.chain, actor), pytest.raises(NotTrained) as refusal:
            filed(actor, chains.a.store, owner_id=own)
        return [told_in(language, refusal.value) for language in ("en", "zh-hans", "zh-hant")]

    assert all(name in text for text in refused("QUALITY_OFFICER"))
    with scope(chains.a.chain, system_actor()):
        StaffFiguresPolicy.objects.create(**hidden, set_at=NOW)
    assert all(name in text for text in refused("STORE_MANAGER"))
    for who in ("QUALITY_OFFICER", "AREA_SUPERVISOR"):
        assert refused(who) == [
            "This member has not passed what this work asks for: Handling complaints.",
            "该成员尚未通过此项工作所要求的课程：Handling complaints。",
            "該成員尚未通過此項工作所要求的課程：Handling complaints。",
        ]


def test_what_opens_again_goes_to_somebody_trained_while_there_is_anybody(chains: Chains, as_role: AsRole) -> None:
    staff, manager = as_role(chains.a, "SERVICE_STAFF"), as_role(chains.a, "STORE_MANAGER")
    own, again = chains.a.people["SERVICE_STAFF"], {"reason": "It broke again.", "now": NOW}
    with scope(chains.a.chain, staff):
        reopened, written_to = (closed(staff, chains.a.store, NOW) for _time in range(2))
    with scope(chains.a.chain, manager):
        complaint = told(manager, chains.a.store, NOW)
        hand_over_complaint(actor=manager, complaint_id=complaint.id, owner_id=own, now=NOW)
    asks(chains, as_role, *Work)
    with scope(chains.a.chain, manager):
        record_outcome(actor=manager, complaint_id=complaint.id, carried_out="Done.", is_satisfied=True, now=NOW)
        close_complaint(actor=manager, complaint_id=complaint.id, cause="A cold lamp.", result="A new bowl.", now=NOW)
    with scope(chains.a.chain, staff):
        owners = {
            reopen_inquiry(actor=staff, inquiry_id=reopened.id, **again).inquiry.owner_id,
            rework_complaint(actor=staff, complaint_id=complaint.id, **again).complaint.owner_id,
            record_customer_message(
                actor=staff, inquiry_id=written_to.id, said=Incoming(text="Once more?"), now=NOW
            ).inquiry.owner_id,
        }
        assert own not in owners
        reasons = {*HandOver.objects.values_list("reason", flat=True)}
        assert reasons == {"NOT_TRAINED"}
        assert OwnerChange.objects.order_by("-done_at", "-id")[0].reason == "NOT_TRAINED"


def test_who_answers_the_queue_without_the_training_does_not_own_what_they_answered(
    chains: Chains, as_role: AsRole
) -> None:
    version, _position = asks(chains, as_role, Work.INQUIRIES)
    staff, token = as_role(chains.a, "SERVICE_STAFF"), machine(as_role(chains.a, "STORE_MANAGER"))
    with scope(chains.a.chain, token):
        one, other = (opened(token, chains.a.store, NOW).inquiry for _time in range(2))
    with scope(chains.a.chain, staff):
        left = answered(staff, one.id, NOW).inquiry
        assert (left.owner_id, left.is_queued) == (chains.a.people["SERVICE_SUPERVISOR"], True)
    trained(chains, version)
    with scope(chains.a.chain, staff):
        taken = answered(staff, other.id, NOW).inquiry
        assert (taken.owner_id, taken.is_queued) == (staff.user_id, False)


def test_a_certificate_counts_while_it_holds_and_nothing_is_asked_of_other_work(
    chains: Chains, as_role: AsRole
) -> None:
    version, _position = asks(chains, as_role, Work.COMPLAINTS)
    trained(chains, version, expires_at=NOW + timedelta(hours=1))
    own = chains.a.people["SERVICE_STAFF"]
    with scope(chains.a.chain, system_actor()):
        for work, hours, missing in (
            (Work.COMPLAINTS, 0, False),
            (Work.COMPLAINTS, 1, True),
            (Work.INQUIRIES, 1, False),
        ):
            found = missing_courses(chains.a.store, work, [own], at=NOW + timedelta(hours=hours))
            assert (own in found) is missing
        nobody = missing_courses(chains.a.store, Work.COMPLAINTS, [chains.a.people["MENTOR"]], at=NOW)
        assert nobody == {}


def test_whoever_is_given_a_position_takes_its_courses_once(chains: Chains, as_role: AsRole) -> None:
    version, position_id = asks(chains, as_role)
    hq = as_role(chains.a, "HQ_ADMINISTRATOR")
    with scope(chains.a.chain, hq):
        step = Step(course_id=version.course_id, stage=TrainingStage.ENTRY, within_days=7)
        set_training_path(actor=hq, position_id=position_id, courses=[step], now=NOW)
    with scope(chains.a.chain, system_actor()):
        held = StaffPosition.objects.get(store_id=chains.a.store, position_id=position_id)
        given = {"actor": system_actor(), "staff_position_id": held.id, "now": NOW}
        assert [begin_path(**given) for _time in range(2)] == [1, 0]
        enrolment = Enrolment.objects.get()
        assert (enrolment.reason, enrolment.due_at) == (EnrolmentReason.POSITION, NOW + timedelta(days=7))
        Enrolment.objects.all().delete()
    trained(chains, version)
    with scope(chains.a.chain, system_actor()):
        assert begin_path(**given) == 0
