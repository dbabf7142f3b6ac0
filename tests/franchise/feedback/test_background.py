"""What happens by itself: surveys go out when matters close, their links are mailed, and reopening withdraws them."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.core import mail

from chains.actor import Actor, gate_actor, system_actor
from chains.scope import scope
from config.subscriptions import SUBSCRIPTIONS
from customers.actions.erasing import erase_customer
from customers.models import Customer
from customers.rules.holdings import ERASED
from feedback import tasks
from feedback.actions.mailing import letter_of
from feedback.actions.policy import set_survey_policy
from feedback.actions.sending import send_survey
from feedback.models.surveys import MatterKind, Survey, SurveyAnswer, SurveyLink
from feedback.queries.surveys import survey_opened_by
from feedback.rules.policy import Policy
from feedback.rules.surveys import SurveyWithdrawn
from inquiries.actions.ending import reopen_inquiry
from inquiries.actions.keeping import Incoming
from inquiries.actions.opening import record_customer_message
from inquiries.models.inquiries import Inquiry
from journal.models import Entry
from tests.conftest import Chains
from tests.factories.chains import FurnishedChain
from tests.factories.feedback import answered, ready, sent
from tests.factories.inquiries import closed

AsRole = Callable[..., Actor]
TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)
AFTER_INQUIRIES = Policy(sent_when_closed=frozenset({MatterKind.INQUIRY}))


@pytest.fixture
def chain(chains: Chains) -> FurnishedChain:
    return chains.a


@pytest.mark.parametrize(
    ("task", "kinds"),
    [
        (tasks.send_by_rule, {"COMPLAINT_CLOSED", "INQUIRY_CLOSED", "DELIVERY_CONFIRMED"}),
        (tasks.withdraw_surveys, {"COMPLAINT_REWORKED", "INQUIRY_REOPENED", "CUSTOMER_WROTE", "DELIVERY_DAMAGED"}),
        (tasks.mail_survey, {"SURVEY_SENT"}),
        (tasks.forget_erased, {"CUSTOMER_ERASED"}),
    ],
)
def test_the_relay_hands_over_what_is_waited_for(task: object, kinds: set[str]) -> None:
    (subscription,) = (each for each in SUBSCRIPTIONS if each.task is task)
    assert subscription.kinds == kinds


def run(task: object, chain: FurnishedChain, kind: str, now: datetime = TEN) -> None:
    """Do what the worker does with the newest entry of a kind; twice, since a job may run twice (C06)."""
    with scope(chain.chain, system_actor()):
        entry = Entry.objects.filter(kind=kind).latest("id")
    envelope = {"chain": str(chain.chain.id), "arguments": {"entry_id": str(entry.id)}}
    for _twice in range(2):
        task.run(envelope, now=now)


def let(chain: FurnishedChain, actor: Actor, policy: Policy) -> None:
    with scope(chain.chain, actor):
        set_survey_policy(actor=actor, policy=policy, now=TEN)


def mailable(chain: FurnishedChain, actor: Actor) -> Inquiry:
    with scope(chain.chain, actor):
        inquiry = ready(actor, chain.store, TEN)
        Customer.objects.filter(id=inquiry.customer_id).update(email="li@customer.example")
        return inquiry


def surveys(chain: FurnishedChain) -> list[tuple[str, UUID | None]]:
    with scope(chain.chain, system_actor()):
        return list(Survey.objects.order_by("id").values_list("state", "sent_by_id"))


def test_nothing_goes_out_by_itself_unless_headquarters_says_so(chain: FurnishedChain, as_role: AsRole) -> None:
    hq = as_role(chain, "HQ_ADMINISTRATOR")
    mailable(chain, hq)
    run(tasks.send_by_rule, chain, "INQUIRY_CLOSED")
    let(chain, hq, Policy(sent_when_closed=frozenset({MatterKind.COMPLAINT})))
    run(tasks.send_by_rule, chain, "INQUIRY_CLOSED")
    assert surveys(chain) == []


def test_by_rule_the_customer_is_asked_once_and_mailed_a_link_that_opens_it(
    chain: FurnishedChain, as_role: AsRole
) -> None:
    hq = as_role(chain, "HQ_ADMINISTRATOR")
    let(chain, hq, AFTER_INQUIRIES)
    mailable(chain, hq)
    run(tasks.send_by_rule, chain, "INQUIRY_CLOSED")
    assert surveys(chain) == [("SENT", None)]
    run(tasks.mail_survey, chain, "SURVEY_SENT")
    (letter,) = mail.outbox
    assert letter.to == ["li@customer.example"]
    assert "想听听您的意见" in letter.subject
    found = re.search(rf"https://{re.escape(chain.host)}/survey/(\S+)", letter.body)
    assert found
    with scope(chain.chain, gate_actor()):
        assert survey_opened_by(found[1]) is not None


def test_to_write_the_letter_changes_nothing_however_often_it_is_tried(chain: FurnishedChain, as_role: AsRole) -> None:
    hq = as_role(chain, "HQ_ADMINISTRATOR")
    inquiry = mailable(chain, hq)
    with scope(chain.chain, hq):
        made = send_survey(actor=hq, kind=MatterKind.INQUIRY, matter_id=inquiry.id, now=TEN)
    with scope(chain.chain, system_actor(), read_only=True):
        letters = [letter_of(survey_id=made.survey.id, now=TEN) for _try in range(2)]
    assert [made.link in letter.text for letter in letters if letter] == [True, True]
    with scope(chain.chain, gate_actor()):
        assert SurveyLink.objects.count() == 1


def test_who_can_not_be_mailed_or_did_not_agree_is_not_asked_by_rule(chain: FurnishedChain, as_role: AsRole) -> None:
    hq = as_role(chain, "HQ_ADMINISTRATOR")
    let(chain, hq, AFTER_INQUIRIES)
    with scope(chain.chain, hq):
        ready(hq, chain.store, TEN)
    run(tasks.send_by_rule, chain, "INQUIRY_CLOSED")
    with scope(chain.chain, hq):
        other = closed(hq, chain.other_store, TEN)
        Customer.objects.filter(id=other.customer_id).update(email="li@customer.example")
    run(tasks.send_by_rule, chain, "INQUIRY_CLOSED")
    assert surveys(chain) == []


def test_what_is_over_by_the_time_of_the_mail_is_not_mailed(chain: FurnishedChain, as_role: AsRole) -> None:
    hq = as_role(chain, "HQ_ADMINISTRATOR")
    let(chain, hq, AFTER_INQUIRIES)
    mailable(chain, hq)
    run(tasks.send_by_rule, chain, "INQUIRY_CLOSED")
    run(tasks.mail_survey, chain, "SURVEY_SENT", TEN + timedelta(days=15))
    assert mail.outbox == []


def test_a_survey_that_was_not_to_be_mailed_is_not(chain: FurnishedChain, as_role: AsRole) -> None:
    staff = as_role(chain, "SERVICE_STAFF")
    with scope(chain.chain, staff):
        sent(staff, chain.store, TEN)
    run(tasks.mail_survey, chain, "SURVEY_SENT")
    assert mail.outbox == []


def test_k4_whoever_was_erased_has_nothing_to_answer_any_more(chain: FurnishedChain, as_role: AsRole) -> None:
    hq = as_role(chain, "HQ_ADMINISTRATOR")
    with scope(chain.chain, hq):
        made = sent(hq, chain.store, TEN)
        erase_customer(actor=hq, customer_id=made.survey.customer_id, now=TEN)
    run(tasks.forget_erased, chain, "CUSTOMER_ERASED")
    assert [state for state, _who in surveys(chain)] == ["WITHDRAWN"]
    with pytest.raises(SurveyWithdrawn):
        answered(chain, made.link, TEN)


def test_k4_what_was_written_between_the_erasure_and_its_job_is_taken_out(
    chain: FurnishedChain, as_role: AsRole
) -> None:
    hq = as_role(chain, "HQ_ADMINISTRATOR")
    with scope(chain.chain, hq):
        made = sent(hq, chain.store, TEN)
        erase_customer(actor=hq, customer_id=made.survey.customer_id, now=TEN)
    answered(chain, made.link, TEN, comment="Li Lei says thanks")
    run(tasks.forget_erased, chain, "CUSTOMER_ERASED")
    with scope(chain.chain, hq):
        assert SurveyAnswer.objects.get().comment == ERASED


@pytest.mark.parametrize("is_answered", [False, True])
def test_an_inquiry_that_is_opened_again_withdraws_its_survey(
    chain: FurnishedChain, as_role: AsRole, is_answered: bool
) -> None:
    staff = as_role(chain, "SERVICE_STAFF")
    with scope(chain.chain, staff):
        made = sent(staff, chain.store, TEN)
    if is_answered:
        answered(chain, made.link, TEN)
    with scope(chain.chain, staff):
        reopen_inquiry(actor=staff, inquiry_id=made.survey.matter_id, reason="Not solved", now=TEN)
    run(tasks.withdraw_surveys, chain, "INQUIRY_REOPENED")
    assert [state for state, _who in surveys(chain)] == ["WITHDRAWN"]


def test_a_message_withdraws_only_where_it_opens_again(chain: FurnishedChain, as_role: AsRole) -> None:
    staff = as_role(chain, "SERVICE_STAFF")
    with scope(chain.chain, staff):
        made = sent(staff, chain.store, TEN)
        record_customer_message(actor=staff, inquiry_id=made.survey.matter_id, said=Incoming("And?"), now=TEN)
    run(tasks.withdraw_surveys, chain, "CUSTOMER_WROTE")
    assert [state for state, _who in surveys(chain)] == ["WITHDRAWN"]
    with scope(chain.chain, staff):
        Survey.objects.update(state="SENT", withdrawn_at=None, matter_version=99)
        record_customer_message(actor=staff, inquiry_id=made.survey.matter_id, said=Incoming("Hello?"), now=TEN)
    run(tasks.withdraw_surveys, chain, "CUSTOMER_WROTE")
    assert [state for state, _who in surveys(chain)] == ["SENT"]
