"""The queries about surveys, ratings, praise and what they say together."""

from datetime import date
from typing import Any
from uuid import UUID

import graphene
from django.db.models import QuerySet
from graphql import GraphQLResolveInfo

from api.base.call import actor_of, call_of
from api.base.enums import enum_of
from api.base.ids import key_in
from api.base.lists import Listed
from api.base.peers import gather
from api.base.scalars import Date
from api.feedback.figures import (
    FeedbackMonthType,
    FeedbackThemeType,
    MemberFeedbackType,
    SurveyFormType,
    SurveyPolicyType,
    form_row,
    member_rows,
    month_row,
    policy_row,
    theme_row,
)
from api.feedback.types import PraiseType, RatingType, SurveyType
from feedback.models.praise import Praise
from feedback.models.surveys import Rating, Survey, SurveyState
from feedback.queries import figures, surveys
from feedback.rules.figures import Period, checked_period
from standards.queries.texts import clauses_for

_FIRST = "The first day, where the store is; in UTC where no store is named."
_LAST = "The last day, not before the first and within two years."
_HERE = "Only those of this store."


def _store(store_id: str) -> UUID:
    return key_in(store_id, "Store", field=("store_id",))


def _perhaps(text: str | None, type_name: str, field: str) -> UUID | None:
    return None if text is None else key_in(text, type_name, field=(field,))


def _period(first_on: date | None, last_on: date | None) -> Period | None:
    """Return the period that is asked about; a day that is not given is the other one."""
    first_on, last_on = first_on or last_on, last_on or first_on
    return None if first_on is None or last_on is None else checked_period(first_on, last_on)


class FeedbackQuery(graphene.ObjectType):
    """Surveys, ratings and praise."""

    surveys = Listed(
        lambda: SurveyType,
        order=("-sent_at",),
        description="The surveys that you may read, the latest first.",
        store_id=graphene.ID(description=_HERE),
        states=graphene.List(graphene.NonNull(enum_of(SurveyState)), description="Only those in these states."),
    )
    ratings = Listed(
        lambda: RatingType,
        order=("-rated_at",),
        description="The ratings that count, the latest first; those of withdrawn surveys do not.",
        store_id=graphene.ID(description=_HERE),
        member_id=graphene.ID(description="Only those of matters in which this person had a share."),
        first_on=Date(description=_FIRST),
        last_on=Date(description=_LAST),
    )
    praises = Listed(
        lambda: PraiseType,
        order=("-received_at",),
        description="The praise that you may read, the latest first.",
        store_id=graphene.ID(description=_HERE),
        member_id=graphene.ID(description="Only what was meant for this person."),
        first_on=Date(description=_FIRST),
        last_on=Date(description=_LAST),
    )
    survey_policy = graphene.Field(SurveyPolicyType, required=True, description="HQ's rules for surveys.")
    feedback_months = graphene.Field(
        graphene.List(graphene.NonNull(FeedbackMonthType)),
        required=True,
        description="What a store's customers were asked and said, month by month; 25 months at most.",
        store_id=graphene.ID(required=True, description="The store."),
        first_on=Date(required=True, description="A day of the first month."),
        last_on=Date(required=True, description="A day of the last month, within two years."),
    )
    feedback_themes = graphene.Field(
        graphene.List(graphene.NonNull(FeedbackThemeType)),
        required=True,
        description="What poor ratings have in common, and where it is going; clauses at most 20.",
        store_id=graphene.ID(description="Only those of this store; else of all where you may read ratings."),
        first_on=Date(required=True, description=_FIRST),
        last_on=Date(required=True, description=_LAST),
    )
    member_feedback = graphene.Field(
        graphene.List(graphene.NonNull(MemberFeedbackType)),
        required=True,
        description="What was said of people's work at a store, by name. Your own you may always see.",
        store_id=graphene.ID(required=True, description="The store."),
        member_id=graphene.ID(description="Only this person's."),
        first_on=Date(required=True, description=_FIRST),
        last_on=Date(required=True, description=_LAST),
    )
    survey = graphene.Field(
        SurveyFormType,
        token=graphene.String(required=True, description="What the survey's link carries."),
        description="What a survey's link opens, to whoever has it; ask it alone. Null for a link that opens nothing.",
    )

    @staticmethod
    def resolve_surveys(
        _root: Any, info: GraphQLResolveInfo, store_id: str | None = None, states: list[SurveyState] | None = None
    ) -> "QuerySet[Survey]":
        """Return the surveys that the caller may read; raises BadId, NotFound and NotPermitted."""
        store = _perhaps(store_id, "Store", "store_id")
        return surveys.surveys_for(actor_of(info), store_id=store, states=states)

    @staticmethod
    def resolve_ratings(
        _root: Any,
        info: GraphQLResolveInfo,
        store_id: str | None = None,
        member_id: str | None = None,
        first_on: date | None = None,
        last_on: date | None = None,
    ) -> "QuerySet[Rating]":
        """Return the ratings that the caller may read; raises BadId, NotFound, NotPermitted and Invalid."""
        return surveys.ratings_for(
            actor_of(info),
            store_id=_perhaps(store_id, "Store", "store_id"),
            member_id=_perhaps(member_id, "Member", "member_id"),
            period=_period(first_on, last_on),
        )

    @staticmethod
    def resolve_praises(
        _root: Any,
        info: GraphQLResolveInfo,
        store_id: str | None = None,
        member_id: str | None = None,
        first_on: date | None = None,
        last_on: date | None = None,
    ) -> "QuerySet[Praise]":
        """Return the praise that the caller may read; raises BadId, NotFound, NotPermitted and Invalid."""
        return surveys.praises_for(
            actor_of(info),
            store_id=_perhaps(store_id, "Store", "store_id"),
            member_id=_perhaps(member_id, "Member", "member_id"),
            period=_period(first_on, last_on),
        )

    @staticmethod
    def resolve_survey_policy(_root: Any, info: GraphQLResolveInfo) -> dict[str, Any]:
        """Return HQ's rules for surveys; raises NotPermitted."""
        return policy_row(surveys.policy_for(actor_of(info)))

    @staticmethod
    def resolve_feedback_months(
        _root: Any, info: GraphQLResolveInfo, store_id: str, first_on: date, last_on: date
    ) -> list[dict[str, Any]]:
        """Return a store's figures by month; raises BadId, NotFound, NotPermitted and Invalid."""
        period = checked_period(first_on, last_on)
        return [month_row(each) for each in figures.months_at(actor_of(info), store_id=_store(store_id), period=period)]

    @staticmethod
    def resolve_feedback_themes(
        _root: Any, info: GraphQLResolveInfo, first_on: date, last_on: date, store_id: str | None = None
    ) -> list[dict[str, Any]]:
        """Return what poor ratings have in common; raises BadId, NotFound, NotPermitted and Invalid."""
        actor, store = actor_of(info), _perhaps(store_id, "Store", "store_id")
        themes = figures.themes_in(actor, store_id=store, period=checked_period(first_on, last_on))
        ids = [theme.clause_id for theme in themes if theme.clause_id is not None]
        clauses = {clause.id: clause for clause in clauses_for(actor).filter(id__in=ids)} if ids else {}
        gather(clauses.values())
        return [theme_row(each, clauses) for each in themes if each.clause_id is None or each.clause_id in clauses]

    @staticmethod
    def resolve_member_feedback(
        _root: Any,
        info: GraphQLResolveInfo,
        store_id: str,
        first_on: date,
        last_on: date,
        member_id: str | None = None,
    ) -> list[dict[str, Any]]:
        """Return what was said of people's work; raises BadId, NotFound, NotPermitted and Invalid."""
        found = figures.feedback_of_members(
            actor_of(info),
            store_id=_store(store_id),
            period=checked_period(first_on, last_on),
            member_id=_perhaps(member_id, "Member", "member_id"),
        )
        return member_rows(found)

    @staticmethod
    def resolve_survey(_root: Any, info: GraphQLResolveInfo, token: str) -> dict[str, Any] | None:
        """Return what a link opens; None for every other text, and where it is asked beside other things."""
        call = call_of(info)
        # Only the gate looks links up: a caller's own audience may not.
        found = None if call.is_signed_in else surveys.survey_opened_by(token)
        return None if found is None else form_row(surveys.form_of(found, now=call.now))
