"""To send a survey: once about a matter that has come to its end, to a customer who agreed and was left in peace."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from chains.actor import Actor, gate_actor
from chains.scope import scope
from complaints.models.complaints import Complaint
from customers.actions.consenting import withdraw_consent
from customers.actions.erasing import erase_customer
from customers.actions.merging import merge_customers
from customers.actions.registering import register_customer
from customers.models import ConsentPurpose, Customer
from customers.rules.merging import CustomerErased
from customers.rules.particulars import Particulars
from feedback.actions.policy import set_survey_policy
from feedback.actions.sending import send_survey
from feedback.models.surveys import MatterKind, RatingShare, Survey, SurveyLink, SurveyQuestion
from feedback.rules.policy import Policy, SurveyPolicyChanged
from feedback.rules.surveys import MatterOpen, NoConsentToSurvey, SurveySentAlready, SurveyTooSoon
from inquiries.actions.ending import close_inquiry, reopen_inquiry
from inquiries.actions.owning import hand_over_inquiry
from journal.models import Entry
from kit.refusals import NotFound, NotPermitted
from kit.tokens import digest_of
from orders.actions.delivering import Arrival, confirm_delivery
from tests.conftest import Chains
from tests.factories.chains import FurnishedChain
from tests.factories.feedback import agreed, ready, secret_in, sent
from tests.factories.inquiries import answered, closed, opened
from tests.factories.orders import paid, shipped, sold

AsRole = Callable[..., Actor]
TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)
DAY = timedelta(days=1)
INQUIRY = MatterKind.INQUIRY
WHOLE = Arrival(received_at=None, is_complete=True, is_undamaged=True)


@pytest.fixture
def chain(chains: Chains) -> FurnishedChain:
    return chains.a


def test_a_survey_goes_out_in_the_customers_language_with_a_link_kept_as_a_digest(
    chain: FurnishedChain, as_role: AsRole
) -> None:
    staff = as_role(chain, "SERVICE_STAFF")
    with scope(chain.chain, staff):
        made = sent(staff, chain.store, TEN)
        survey = made.survey
        assert (survey.language, survey.state, survey.reference) == ("zh-hans", "SENT", "S1-Q00001")
        assert (survey.sent_month, survey.expires_at, survey.is_mailed) == (202605, TEN + 14 * DAY, False)
        assert survey.questions == list(SurveyQuestion.values)
        entry = Entry.objects.get(kind="SURVEY_SENT")
        assert (entry.subject_id, entry.customer_id) == (survey.id, survey.customer_id)
        secret = secret_in(made.link)
        assert made.link.startswith("https://a.onebanner.localhost/survey/obs_")
        assert len(secret) == len("obs_") + 43
        assert secret not in str(entry.after)
    with scope(chain.chain, staff), pytest.raises(DatabaseError), transaction.atomic():
        # The audiences add links and look none up.
        SurveyLink.objects.exists()


def test_only_a_digest_of_the_link_is_kept(chain: FurnishedChain, as_role: AsRole) -> None:
    staff = as_role(chain, "SERVICE_STAFF")
    with scope(chain.chain, staff):
        made = sent(staff, chain.store, TEN)
    with scope(chain.chain, gate_actor()):
        (link,) = SurveyLink.objects.all()
        assert link.digest == digest_of(secret_in(made.link), bound_to=chain.chain.id)


def test_the_shares_come_from_the_journal_and_make_the_whole(chain: FurnishedChain, as_role: AsRole) -> None:
    staff, manager = as_role(chain, "SERVICE_STAFF"), as_role(chain, "STORE_MANAGER")
    with scope(chain.chain, staff):
        inquiry = opened(staff, chain.store, TEN).inquiry
        agreed(staff, inquiry.customer_id, TEN)
        hand_over_inquiry(
            actor=staff, inquiry_id=inquiry.id, owner_id=chain.people["STORE_MANAGER"], now=TEN + timedelta(minutes=30)
        )
    with scope(chain.chain, manager):
        later = TEN + timedelta(minutes=40)
        answered(manager, inquiry.id, later)
        close_inquiry(actor=manager, inquiry_id=inquiry.id, now=later)
        survey = send_survey(actor=manager, kind=INQUIRY, matter_id=inquiry.id, now=later + DAY).survey
        shares = {row.member_id: row for row in RatingShare.objects.filter(survey=survey)}
        first, last = (shares[chain.people[role]] for role in ("SERVICE_STAFF", "STORE_MANAGER"))
        assert (first.owned_seconds, last.owned_seconds) == (30 * 60, 10 * 60)
        assert (first.deeds, last.deeds) == (2, 2)
        assert (first.basis_points, last.basis_points) == (6_250, 3_750)


def test_an_open_matter_is_not_asked_about(chain: FurnishedChain, as_role: AsRole) -> None:
    staff = as_role(chain, "SERVICE_STAFF")
    with scope(chain.chain, staff):
        inquiry = opened(staff, chain.store, TEN).inquiry
        agreed(staff, inquiry.customer_id, TEN)
        with pytest.raises(MatterOpen):
            send_survey(actor=staff, kind=INQUIRY, matter_id=inquiry.id, now=TEN)


def test_k4_nobody_is_asked_who_did_not_agree(chain: FurnishedChain, as_role: AsRole) -> None:
    staff = as_role(chain, "SERVICE_STAFF")
    with scope(chain.chain, staff):
        inquiry = closed(staff, chain.store, TEN)
        with pytest.raises(NoConsentToSurvey):
            send_survey(actor=staff, kind=INQUIRY, matter_id=inquiry.id, now=TEN)
        agreed(staff, inquiry.customer_id, TEN)
        withdraw_consent(
            actor=staff, customer_id=inquiry.customer_id, purpose=ConsentPurpose.SERVICE_CALLS, proof="Said so", now=TEN
        )
        with pytest.raises(NoConsentToSurvey):
            send_survey(actor=staff, kind=INQUIRY, matter_id=inquiry.id, now=TEN)


def test_who_was_erased_is_not_asked(chain: FurnishedChain, as_role: AsRole) -> None:
    hq = as_role(chain, "HQ_ADMINISTRATOR")
    with scope(chain.chain, hq):
        inquiry = ready(hq, chain.store, TEN)
        erase_customer(actor=hq, customer_id=inquiry.customer_id, now=TEN)
        with pytest.raises(CustomerErased):
            send_survey(actor=hq, kind=INQUIRY, matter_id=inquiry.id, now=TEN)


def test_a_matter_is_asked_about_once_and_its_customer_left_in_peace(chain: FurnishedChain, as_role: AsRole) -> None:
    staff = as_role(chain, "SERVICE_STAFF")
    with scope(chain.chain, staff):
        first = sent(staff, chain.store, TEN).survey
        with pytest.raises(SurveySentAlready):
            send_survey(actor=staff, kind=INQUIRY, matter_id=first.matter_id, now=TEN + 30 * DAY)
        other = closed(staff, chain.store, TEN)
        with pytest.raises(SurveyTooSoon) as found:
            send_survey(actor=staff, kind=INQUIRY, matter_id=other.id, now=TEN + 13 * DAY)
        assert found.value.details == {"possible_on": "2026-05-18"}
        send_survey(actor=staff, kind=INQUIRY, matter_id=other.id, now=TEN + 14 * DAY)


def test_who_was_merged_is_one_person_to_be_left_in_peace(chain: FurnishedChain, as_role: AsRole) -> None:
    manager = as_role(chain, "STORE_MANAGER")
    with scope(chain.chain, manager):
        first = sent(manager, chain.store, TEN).survey
        kept = register_customer(
            actor=manager, store_id=chain.store, particulars=Particulars("李雷", phone="139 9999 9999"), now=TEN
        )
        other = closed(manager, chain.store, TEN)
        merge_customers(actor=manager, kept_id=kept.id, merged_id=first.customer_id, now=TEN)
        with pytest.raises(SurveyTooSoon):
            send_survey(actor=manager, kind=INQUIRY, matter_id=other.id, now=TEN + DAY)
        later = send_survey(actor=manager, kind=INQUIRY, matter_id=other.id, now=TEN + 20 * DAY).survey
        assert later.customer_id == kept.id


def test_what_was_sent_before_the_matter_was_taken_up_again_makes_room(chain: FurnishedChain, as_role: AsRole) -> None:
    staff = as_role(chain, "SERVICE_STAFF")
    with scope(chain.chain, staff):
        first = sent(staff, chain.store, TEN).survey
        reopen_inquiry(actor=staff, inquiry_id=first.matter_id, reason="Not solved", now=TEN)
        answered(staff, first.matter_id, TEN)
        close_inquiry(actor=staff, inquiry_id=first.matter_id, now=TEN)
        # The job that withdraws it has not come yet.
        second = send_survey(actor=staff, kind=INQUIRY, matter_id=first.matter_id, now=TEN + 20 * DAY).survey
        first.refresh_from_db()
        assert (first.state, second.state) == ("WITHDRAWN", "SENT")
        parts = Entry.objects.filter(kind="SURVEY_WITHDRAWN").values_list("part_of_id", flat=True)
        assert list(parts) == list(Entry.objects.filter(subject_id=second.id).values_list("id", flat=True))


def test_orders_and_complaints_are_asked_about_as_well(chain: FurnishedChain, as_role: AsRole) -> None:
    manager = as_role(chain, "STORE_MANAGER")
    sold(chain.chain, TEN)
    with scope(chain.chain, manager):
        order = paid(manager, chain.store, TEN)
        agreed(manager, order.customer_id, TEN)
        with pytest.raises(MatterOpen):
            send_survey(actor=manager, kind=MatterKind.ORDER, matter_id=order.id, now=TEN)
        shipment = shipped(manager, order, TEN)
        confirm_delivery(actor=manager, shipment_id=shipment.id, arrival=WHOLE, now=TEN)
        survey = send_survey(actor=manager, kind=MatterKind.ORDER, matter_id=order.id, now=TEN).survey
        assert survey.reference == "S1-O00001"
        assert sum(RatingShare.objects.filter(survey=survey).values_list("basis_points", flat=True)) == 10_000
        complaint = Complaint.objects.create(
            store_id=chain.store,
            number=1,
            customer_id=order.customer_id,
            subject="Cold",
            channel="PHONE",
            severity="MINOR",
            received_at=TEN,
            filed_at=TEN,
            owner_id=chain.people["STORE_MANAGER"],
            stage="CLOSED",
        )
        later = TEN + 15 * DAY
        asked = send_survey(actor=manager, kind=MatterKind.COMPLAINT, matter_id=complaint.id, now=later).survey
        # The journal tells nothing of it: it was its owner's.
        assert [row.basis_points for row in RatingShare.objects.filter(survey=asked)] == [10_000]
        assert asked.reference == "S1-C00001"


def test_s02_a_foreign_matter_is_a_missing_one(chain: FurnishedChain, as_role: AsRole) -> None:
    staff, other = as_role(chain, "SERVICE_STAFF"), as_role(chain, "STORE_MANAGER_2")
    with scope(chain.chain, staff):
        inquiry = ready(staff, chain.store, TEN)
    with scope(chain.chain, other):
        for kind in MatterKind:
            with pytest.raises(NotFound):
                send_survey(actor=other, kind=kind, matter_id=inquiry.id, now=TEN)


def test_an_hq_trainer_asks_nobody(chain: FurnishedChain, as_role: AsRole) -> None:
    staff, trainer = as_role(chain, "SERVICE_STAFF"), as_role(chain, "HQ_TRAINER")
    with scope(chain.chain, staff):
        inquiry = ready(staff, chain.store, TEN)
    with scope(chain.chain, trainer), pytest.raises(NotPermitted):
        send_survey(actor=trainer, kind=INQUIRY, matter_id=inquiry.id, now=TEN)


def test_headquarters_says_how_often_for_how_long_and_what(chain: FurnishedChain, as_role: AsRole) -> None:
    hq = as_role(chain, "QUALITY_OFFICER")
    questions = (SurveyQuestion.SPEED, SurveyQuestion.OVERALL)
    wanted = Policy(cool_down_days=1, open_days=3, questions=questions)
    with scope(chain.chain, hq):
        assert set_survey_policy(actor=hq, policy=wanted, now=TEN, expected_version=0).number == 1
        with pytest.raises(SurveyPolicyChanged):
            set_survey_policy(actor=hq, policy=wanted, now=TEN, expected_version=0)
        survey = sent(hq, chain.store, TEN).survey
        assert (survey.questions, survey.expires_at) == (["OVERALL", "SPEED"], TEN + 3 * DAY)
        entry = Entry.objects.get(kind="SURVEY_POLICY_SET")
        assert (entry.before["cool_down_days"], entry.after["cool_down_days"]) == (14, 1)
    staff = as_role(chain, "STORE_MANAGER")
    with scope(chain.chain, staff), pytest.raises(NotPermitted):
        set_survey_policy(actor=staff, policy=wanted, now=TEN)


def test_who_has_an_address_is_mailed_unless_somebody_says_no(chain: FurnishedChain, as_role: AsRole) -> None:
    staff = as_role(chain, "SERVICE_STAFF")
    with scope(chain.chain, staff):
        for by_mail in (True, False):
            inquiry = closed(staff, chain.store, TEN)
            Customer.objects.filter(id=inquiry.customer_id).update(email="li@customer.example")
            if not Survey.objects.exists():
                agreed(staff, inquiry.customer_id, TEN)
            when = TEN if by_mail else TEN + 20 * DAY
            made = send_survey(actor=staff, kind=INQUIRY, matter_id=inquiry.id, by_mail=by_mail, now=when)
            assert made.survey.is_mailed is by_mail
