"""To answer a survey: whoever has the link, once and for good, and nothing about anybody is given away."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from chains.actor import Actor, gate_actor
from chains.scope import scope
from customers.actions.erasing import erase_customer
from customers.rules.holdings import ERASED
from feedback.actions.sending import withdraw_surveys
from feedback.models.surveys import Rating, RatingShare, Survey, SurveyAnswer, SurveyQuestion
from feedback.queries.surveys import form_of, ratings_for, survey_opened_by, surveys_for
from feedback.rules.surveys import Score, SurveyAnswered, SurveyExpired, SurveyNotValid, SurveyStanding, SurveyWithdrawn
from journal.models import Entry
from kit.refusals import Invalid, TooLong
from tests.conftest import Chains
from tests.factories.chains import FurnishedChain
from tests.factories.feedback import FINE, answered, secret_in, sent

AsRole = Callable[..., Actor]
TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def chain(chains: Chains) -> FurnishedChain:
    return chains.a


def link_of(chain: FurnishedChain, actor: Actor) -> str:
    with scope(chain.chain, actor):
        return sent(actor, chain.store, TEN).link


def test_an_answer_is_kept_with_its_scores_and_told_to_the_journal(chain: FurnishedChain, as_role: AsRole) -> None:
    manager = as_role(chain, "STORE_MANAGER")
    survey = answered(chain, link_of(chain, manager), TEN + DAY, comment=" Very friendly. ")
    with scope(chain.chain, manager):
        survey.refresh_from_db()
        assert (survey.state, survey.answered_at) == ("ANSWERED", TEN + DAY)
        assert (survey.rated_questions, survey.score_sum, survey.lowest_score) == (2, 9, 4)
        assert SurveyAnswer.objects.get(survey=survey).comment == "Very friendly."
        scores = dict(Rating.objects.filter(survey=survey).values_list("question", "score"))
        assert scores == {"OVERALL": 5, "ATTITUDE": 4}
        entry = Entry.objects.get(kind="SURVEY_ANSWERED")
        assert (entry.actor_kind, entry.actor_id, entry.customer_id) == ("GATE", None, survey.customer_id)
        assert entry.after == {"state": "ANSWERED", "scores": {"OVERALL": 5, "ATTITUDE": 4}}


def test_a_link_shows_nothing_of_the_customer(chain: FurnishedChain, as_role: AsRole) -> None:
    link = link_of(chain, as_role(chain, "STORE_MANAGER"))
    with scope(chain.chain, gate_actor()):
        survey = survey_opened_by(secret_in(link))
        assert survey is not None
        form = form_of(survey, now=TEN)
        assert form.standing is SurveyStanding.OPEN
        assert "李" not in repr(form)
        assert str(survey.customer_id) not in repr(form)
        assert str(survey.matter_id) not in repr(form)


def test_a_survey_is_answered_once(chain: FurnishedChain, as_role: AsRole) -> None:
    link = link_of(chain, as_role(chain, "STORE_MANAGER"))
    answered(chain, link, TEN)
    with pytest.raises(SurveyAnswered):
        answered(chain, link, TEN)


def test_an_expired_survey_is_over(chain: FurnishedChain, as_role: AsRole) -> None:
    link = link_of(chain, as_role(chain, "STORE_MANAGER"))
    with pytest.raises(SurveyExpired):
        answered(chain, link, TEN + 14 * DAY)
    answered(chain, link, TEN + 14 * DAY - timedelta(seconds=1))


@pytest.mark.parametrize("wrong", ["", "obs_", "obs_" + "A" * 43, "\x00", "x" * 200, "'; DROP"])
def test_wrong_links_all_answer_alike(chain: FurnishedChain, as_role: AsRole, wrong: str) -> None:
    link_of(chain, as_role(chain, "STORE_MANAGER"))
    with pytest.raises(SurveyNotValid) as found:
        answered(chain, f"/{wrong}", TEN)
    assert (found.value.field, found.value.details) == (("token",), {})


def test_t03_a_link_opens_nothing_in_another_chain(chains: Chains, as_role: AsRole) -> None:
    link = link_of(chains.a, as_role(chains.a, "STORE_MANAGER"))
    with pytest.raises(SurveyNotValid):
        answered(chains.b, link, TEN)


def test_a_matter_taken_up_again_withdraws_its_survey(chain: FurnishedChain, as_role: AsRole) -> None:
    manager = as_role(chain, "STORE_MANAGER")
    with scope(chain.chain, manager):
        made = sent(manager, chain.store, TEN)
        version = made.survey.matter_version
        assert withdraw_surveys(actor=manager, matter_id=made.survey.matter_id, reopened_version=version, now=TEN) == 0
        later = {"actor": manager, "matter_id": made.survey.matter_id, "reopened_version": version + 1, "now": TEN}
        assert [withdraw_surveys(**later) for _twice in range(2)] == [1, 0]
    with pytest.raises(SurveyWithdrawn):
        answered(chain, made.link, TEN)


def test_an_answer_that_was_withdrawn_is_kept_and_counts_no_more(chain: FurnishedChain, as_role: AsRole) -> None:
    manager = as_role(chain, "STORE_MANAGER")
    survey = answered(chain, link_of(chain, manager), TEN)
    with scope(chain.chain, manager):
        assert ratings_for(manager, store_id=chain.store).count() == 2
        withdraw_surveys(
            actor=manager, matter_id=survey.matter_id, reopened_version=survey.matter_version + 1, now=TEN + DAY
        )
        survey.refresh_from_db()
        assert (survey.state, survey.answered_at, survey.withdrawn_at) == ("WITHDRAWN", TEN, TEN + DAY)
        assert Rating.objects.filter(survey=survey).count() == 2
        assert ratings_for(manager, store_id=chain.store).count() == 0
        assert surveys_for(manager, store_id=chain.store).count() == 1
        assert Entry.objects.get(kind="SURVEY_WITHDRAWN").after == {"state": "WITHDRAWN", "was_answered": True}


def test_what_can_not_be_taken_leaves_the_survey_open(chain: FurnishedChain, as_role: AsRole) -> None:
    link = link_of(chain, as_role(chain, "STORE_MANAGER"))
    with pytest.raises(Invalid):
        answered(chain, link, TEN, scores=[Score(SurveyQuestion.OVERALL, 6)])
    with pytest.raises(TooLong):
        answered(chain, link, TEN, comment="x" * 2_001)
    with pytest.raises(Invalid):
        answered(chain, link, TEN, comment="a\x00b")
    answered(chain, link, TEN)


def test_the_gate_answers_and_can_do_nothing_else(chain: FurnishedChain, as_role: AsRole) -> None:
    survey = answered(chain, link_of(chain, as_role(chain, "STORE_MANAGER")), TEN)
    with scope(chain.chain, gate_actor()):
        for forbidden in (
            lambda: list(SurveyAnswer.objects.all()),
            lambda: list(Rating.objects.all()),
            lambda: list(RatingShare.objects.all()),
            lambda: Survey.objects.filter(id=survey.id).delete(),
            lambda: Rating.objects.update(score=5),
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                forbidden()


def test_nobody_changes_a_score_or_a_share(chain: FurnishedChain, as_role: AsRole) -> None:
    hq = as_role(chain, "HQ_ADMINISTRATOR")
    answered(chain, link_of(chain, hq), TEN)
    with scope(chain.chain, hq):
        for rows in (Rating.objects.all(), RatingShare.objects.all()):
            for forbidden in (lambda rows=rows: rows.update(store_id=chain.store), lambda rows=rows: rows.delete()):
                with pytest.raises(DatabaseError), transaction.atomic():
                    forbidden()


def test_k4_an_erasure_takes_the_words_and_leaves_the_scores(chain: FurnishedChain, as_role: AsRole) -> None:
    hq = as_role(chain, "HQ_ADMINISTRATOR")
    survey = answered(chain, link_of(chain, hq), TEN, scores=FINE, comment="I am 李雷")
    with scope(chain.chain, hq):
        erase_customer(actor=hq, customer_id=survey.customer_id, now=TEN)
        assert SurveyAnswer.objects.get(survey=survey).comment == ERASED
        assert Rating.objects.filter(survey=survey).count() == 2
