"""C04, C06: many who send or answer the same survey at the same moment, and an answer beside its withdrawal."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

from chains.actor import Actor, gate_actor, system_actor
from chains.scope import scope
from feedback.actions.answering import answer_survey
from feedback.actions.sending import send_survey, withdraw_surveys
from feedback.models.surveys import MatterKind, Rating, Survey, SurveyAnswer
from tests.factories.chains import FurnishedChain
from tests.factories.feedback import FINE, ready, secret_in, sent
from tests.franchise.complaints.test_c04_two_at_once import at_once
from tests.franchise.inquiries.test_two_at_once import doing

AsRole = Callable[..., Actor]
TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)
TIMES = 4


def test_a_survey_is_sent_once_and_answered_once(fresh_chain: FurnishedChain, as_role: AsRole) -> None:
    staff = as_role(fresh_chain, "SERVICE_STAFF")
    with scope(fresh_chain.chain, staff):
        inquiry = ready(staff, fresh_chain.store, TEN)

    def send() -> object:
        return send_survey(actor=staff, kind=MatterKind.INQUIRY, matter_id=inquiry.id, now=TEN)

    assert Counter(at_once([doing(fresh_chain, staff, send)] * TIMES)) == {"": 1, "SURVEY_SENT_ALREADY": TIMES - 1}


def test_an_answer_beside_its_withdrawal_leaves_no_answer_that_counts(
    fresh_chain: FurnishedChain, as_role: AsRole
) -> None:
    staff, nobody, system = as_role(fresh_chain, "SERVICE_STAFF"), gate_actor(), system_actor()
    with scope(fresh_chain.chain, staff):
        made = sent(staff, fresh_chain.store, TEN)
    secret, matter_id = secret_in(made.link), made.survey.matter_id

    def answer() -> object:
        return answer_survey(actor=nobody, secret=secret, scores=FINE, now=TEN)

    def withdraw() -> object:
        return withdraw_surveys(actor=system, matter_id=matter_id, reopened_version=99, now=TEN)

    told = at_once([*[doing(fresh_chain, nobody, answer)] * TIMES, *[doing(fresh_chain, system, withdraw)] * TIMES])
    assert set(told) <= {"", "SURVEY_ANSWERED", "SURVEY_WITHDRAWN"}
    with scope(fresh_chain.chain, system):
        survey = Survey.objects.get()
        answers = SurveyAnswer.objects.count()
        assert survey.state == "WITHDRAWN"
        assert answers == (survey.answered_at is not None) <= 1
        assert Rating.objects.count() == 2 * answers
