"""The deed of whoever has a survey's link: to answer it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from feedback.actions.sending import tell_journal
from feedback.models.surveys import Rating, Survey, SurveyAnswer, SurveyState
from feedback.queries.surveys import survey_opened_by
from feedback.rules.happenings import Happening
from feedback.rules.surveys import (
    LONGEST_COMMENT,
    Score,
    SurveyAnswered,
    SurveyMove,
    SurveyNotValid,
    checked_scores,
    state_after,
)
from kit.texts import text_of
from stores.actions.locks import refusing_duplicates


@transaction.atomic(using=CHAINS_ALIAS)
def answer_survey(*, actor: Actor, secret: str, scores: Sequence[Score], now: datetime, comment: str = "") -> Survey:
    """Keep what a customer says of how their matter was dealt with, once and for good (V4).

    The link's secret is the permission, whoever shows it. Refusals: SurveyNotValid, SurveyAnswered, SurveyExpired,
    SurveyWithdrawn, Invalid, TooLong.
    """
    found = survey_opened_by(secret)
    if found is None:
        raise SurveyNotValid(field="token")
    survey = Survey.objects.select_for_update(no_key=True).get(id=found.id)
    state = SurveyState(survey.state)
    survey.state = state_after(SurveyMove.ANSWER, state, expires_at=survey.expires_at, now=now)
    given = checked_scores(scores, asked=survey.questions)
    answer = SurveyAnswer(
        store_id=survey.store_id,
        survey=survey,
        comment=text_of(comment, field="comment", required=False, limit=LONGEST_COMMENT),
        answered_at=now,
    )
    with refusing_duplicates(SurveyAnswered()):
        answer.save(force_insert=True)
    Rating.objects.bulk_create(
        Rating(store_id=survey.store_id, survey=survey, question=each.question, score=each.score, rated_at=now)
        for each in given
    )
    survey.answered_at, survey.rated_questions = now, len(given)
    survey.score_sum, survey.lowest_score = sum(each.score for each in given), min(each.score for each in given)
    survey.save(update_fields=["state", "answered_at", "rated_questions", "score_sum", "lowest_score"])
    scored = {each.question.value: each.score for each in given}
    tell_journal(actor, survey, Happening.SURVEY_ANSWERED, now, after={"scores": scored})
    return survey
