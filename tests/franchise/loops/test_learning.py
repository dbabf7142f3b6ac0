"""The chain learns from a real case, and nobody is recognised by it (T6)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from chains.actor import Actor, system_actor
from chains.scope import scope
from complaints.models.complaints import Complaint
from complaints.models.ladder import OwnerChange
from customers.rules.particulars import Particulars
from inquiries.rules.states import OnlyForPeople
from journal.models import Entry
from kit.refusals import NotFound, NotPermitted
from loops.actions.learning import keep_lesson_learned, open_case_study, withdraw_case_study
from loops.models.cases import CaseStudy, LessonLearned
from loops.queries.cases import case_studies_for, case_study_proposal
from loops.rules.anonymous import CaseStudyOpen, ConfirmationNeeded, NotAnonymous
from members.models import User
from orders.models.orders import Order
from stores.actions.positions import define_position
from stores.models import Layer, StaffPosition
from tests.conftest import Chains
from tests.factories.complaints import filed
from tests.factories.rows import Rows

AsRole = Callable[..., Actor]
NOW = timezone.now()
WANG = Particulars(name="王小明", phone="138 1234 5678", language="zh-hans")
SAID = "王小明（138 1234 5678）说汤是凉的，王先生等了一个小时。"
RETOLD = "客人说汤是凉的，等了一个小时。"


@pytest.fixture
def complaint(chains: Chains, as_role: AsRole) -> Complaint:
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        done = filed(staff, chains.a.store, NOW, customer=WANG, subject="汤是凉的", description=SAID)
        return done.complaint


def case_of(actor: Actor, complaint: Complaint, **other: Any) -> CaseStudy:
    usual: dict[str, Any] = {"title": "汤是凉的", "situation": RETOLD, "is_anonymous": True}
    return open_case_study(actor=actor, complaint_id=complaint.id, now=NOW, **(usual | other))


def test_what_is_proposed_names_nobody_and_can_be_kept(chains: Chains, as_role: AsRole, complaint: Complaint) -> None:
    officer = as_role(chains.a, "QUALITY_OFFICER")
    with scope(chains.a.chain, officer):
        proposal = case_study_proposal(officer, complaint_id=complaint.id)
        assert "王" not in proposal.situation and "1234" not in proposal.situation
        assert "汤是凉的" in proposal.situation
        case = case_of(officer, complaint, title=proposal.title, situation=proposal.situation)
        told = Entry.objects.get(kind="CASE_STUDY_OPENED")
        assert (told.subject_id, told.store_id) == (case.id, None)
        with pytest.raises(CaseStudyOpen):
            case_of(officer, complaint)


def test_a_case_by_which_somebody_can_be_recognised_is_taken_back_whole(
    chains: Chains, as_role: AsRole, complaint: Complaint
) -> None:
    officer, trainer = as_role(chains.a, "QUALITY_OFFICER"), as_role(chains.a, "HQ_TRAINER")
    with scope(chains.a.chain, officer):
        case = case_of(officer, complaint)
    with scope(chains.a.chain, trainer):
        keep_lesson_learned(actor=trainer, case_study_id=case.id, text="先尝一口再上桌。", now=NOW)
        with pytest.raises(NotPermitted):
            withdraw_case_study(actor=trainer, case_study_id=case.id, now=NOW)
    with scope(chains.a.chain, officer):
        assert withdraw_case_study(actor=officer, case_study_id=case.id, now=NOW) == 1
        assert not CaseStudy.objects.exists() and not LessonLearned.objects.exists()
        told = Entry.objects.get(kind="CASE_STUDY_WITHDRAWN")
        assert RETOLD not in str(told.after)
        with pytest.raises(NotFound):
            withdraw_case_study(actor=officer, case_study_id=case.id, now=NOW)
        assert case_of(officer, complaint).title == "汤是凉的"


def test_what_still_names_somebody_is_refused_and_nothing_is_kept(
    chains: Chains, as_role: AsRole, complaint: Complaint
) -> None:
    officer = as_role(chains.a, "QUALITY_OFFICER")
    with scope(chains.a.chain, officer):
        for field, text in (("title", "王小明的汤"), ("situation", SAID), ("situation", "Service staff was late.")):
            with pytest.raises(NotAnonymous) as refusal:
                case_of(officer, complaint, **{field: text})
            assert refusal.value.field == (field,)
        with pytest.raises(ConfirmationNeeded):
            case_of(officer, complaint, is_anonymous=False)
        assert not CaseStudy.objects.exists()


def test_who_has_left_the_store_or_had_the_complaint_before_is_named_as_little(
    chains: Chains, as_role: AsRole, complaint: Complaint
) -> None:
    hq, officer = as_role(chains.a, "HQ_ADMINISTRATOR"), as_role(chains.a, "QUALITY_OFFICER")
    with scope(chains.a.chain, hq):
        left, had_it = (
            User.objects.create(email=f"{n}@left.example", name=name, joined_at=NOW)
            for n, name in enumerate(("Zelda Quill", "Otto Brand"))
        )
        here = {"name": "Counter", "layer": Layer.OPERATING, "duties": ["Serve"]}
        position = define_position(actor=hq, now=NOW, **here)
        held = {"store_id": chains.a.store, "position": position, "assigned_at": NOW, "withdrawn_at": NOW}
        StaffPosition.objects.create(member=left, **held)
        change = {"from_owner_id": had_it.id, "to_owner_id": complaint.owner_id, "reason": "HANDED_OVER", "round": 1}
        OwnerChange.objects.create(store_id=chains.a.store, complaint=complaint, done_at=NOW, **change)
    with scope(chains.a.chain, officer):
        for name in ("Zelda Quill", "Otto Brand"):
            with pytest.raises(NotAnonymous):
                case_of(officer, complaint, situation=f"{name} was late.")


def test_whom_the_order_went_to_is_named_as_little(chains: Chains, as_role: AsRole, complaint: Complaint) -> None:
    officer = as_role(chains.a, "QUALITY_OFFICER")
    with scope(chains.a.chain, officer):
        order = Rows(chains.a).row(Order, chains.a.store)
        Order.objects.filter(pk=order.pk).update(recipient="Mary Brown", address="7 Harbour Street")
        Complaint.objects.filter(pk=complaint.pk).update(order_id=order.pk, description="For Mary Brown.")
        assert "Brown" not in case_study_proposal(officer, complaint_id=complaint.id).situation
        for text in ("Mary Brown had no soup.", "It was brought to 7 harbour street."):
            with pytest.raises(NotAnonymous):
                case_of(officer, complaint, situation=text)


def test_only_people_of_headquarters_open_one_and_every_store_reads_it(
    chains: Chains, as_role: AsRole, complaint: Complaint
) -> None:
    for who in ("STORE_MANAGER", "AREA_SUPERVISOR", "HQ_TRAINER"):
        actor = as_role(chains.a, who)
        with scope(chains.a.chain, actor), pytest.raises(NotPermitted):
            case_of(actor, complaint)
    machine = system_actor()
    with scope(chains.a.chain, machine), pytest.raises(OnlyForPeople):
        case_of(machine, complaint)
    officer, trainer = as_role(chains.a, "QUALITY_OFFICER"), as_role(chains.a, "HQ_TRAINER")
    with scope(chains.a.chain, officer):
        with pytest.raises(NotFound):
            open_case_study(
                actor=officer, complaint_id=officer.request_id, title="T", situation="S", is_anonymous=True, now=NOW
            )
        case = case_of(officer, complaint)
    with scope(chains.a.chain, trainer):
        with pytest.raises(NotAnonymous):
            keep_lesson_learned(actor=trainer, case_study_id=case.id, text="王先生是对的。", now=NOW)
        with pytest.raises(NotFound):
            keep_lesson_learned(actor=trainer, case_study_id=complaint.id, text="先看温度。", now=NOW)
        kept = keep_lesson_learned(actor=trainer, case_study_id=case.id, text="先看温度。", now=NOW)
    elsewhere = as_role(chains.a, "SERVICE_STAFF_2")
    with scope(chains.a.chain, elsewhere):
        assert list(case_studies_for(elsewhere)) == [case]
        assert list(LessonLearned.objects.filter(case_study=case)) == [kept]
