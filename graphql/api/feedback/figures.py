"""The types of feedback that no row stands for: rules, what a link shows, figures and themes."""

from typing import Any
from uuid import UUID

import graphene
from django.utils.translation import override

from api.base.enums import enum_of
from api.base.ids import global_id
from api.base.scalars import DateTime
from api.standards.types import ClauseType
from feedback.models.surveys import MatterKind, SurveyQuestion
from feedback.queries.surveys import SurveyForm
from feedback.rules.figures import MemberFeedback, Month, Theme, ThemeKind, Trend
from feedback.rules.policy import Policy
from feedback.rules.surveys import SurveyStanding
from members.queries import names_of
from standards.models.texts import Clause


class SurveyPolicyType(graphene.ObjectType):
    """HQ's rules for surveys."""

    class Meta:
        name = "SurveyPolicy"

    version = graphene.Int(required=True, description="How often they were set: give it back as `expectedVersion`.")
    cool_down_days = graphene.Int(required=True, description="A customer is asked at most once in so many days.")
    open_days = graphene.Int(required=True, description="For how many days a link is open.")
    questions = graphene.List(
        graphene.NonNull(enum_of(SurveyQuestion)), required=True, description="What customers are asked, in order."
    )
    sent_when_closed = graphene.List(
        graphene.NonNull(enum_of(MatterKind)),
        required=True,
        description="The matters after which a survey is mailed by itself.",
    )


class SurveyFormQuestionType(graphene.ObjectType):
    """One question of a survey."""

    class Meta:
        name = "SurveyFormQuestion"

    question = graphene.Field(enum_of(SurveyQuestion), required=True, description="The question, for machines.")
    words = graphene.String(required=True, description="The question in the survey's language.")


class SurveyFormType(graphene.ObjectType):
    """What the link of a survey opens: nothing of the customer, nor of what the matter was about."""

    class Meta:
        name = "SurveyForm"

    chain_name = graphene.String(required=True, description="Who asks.")
    store_name = graphene.String(required=True, description="The store that it is about.")
    language = graphene.String(required=True, description="The customer's language, as a code such as `zh-hans`.")
    matter_kind = graphene.Field(enum_of(MatterKind), required=True, description="What sort of matter it is about.")
    standing = graphene.Field(enum_of(SurveyStanding), required=True, description="Whether it can be answered.")
    expires_at = DateTime(required=True, description="Until when it can be answered.")
    questions = graphene.List(
        graphene.NonNull(SurveyFormQuestionType), required=True, description="What is asked, each 1 to 5."
    )


class FeedbackMonthType(graphene.ObjectType):
    """What a store's customers were asked and said in one month."""

    class Meta:
        name = "FeedbackMonth"

    month = graphene.String(required=True, description="The month, where the store is, as `2026-11`.")
    sent = graphene.Int(required=True, description="How many surveys were sent and not withdrawn.")
    answered = graphene.Int(required=True, description="How many of them were answered, whenever that was.")
    answered_basis_points = graphene.Int(description="Their share in hundredths of a per cent; null for no survey.")
    ratings = graphene.Int(required=True, description="How many scores they hold.")
    mean_hundredths = graphene.Int(description="The mean score in hundredths, 100 to 500; null without any.")
    praises = graphene.Int(required=True, description="How often somebody was praised.")


class FeedbackThemeType(graphene.ObjectType):
    """What poor ratings, 1 or 2, have in common, and where it is going."""

    class Meta:
        name = "FeedbackTheme"

    kind = graphene.Field(enum_of(ThemeKind), required=True, description="What sort of theme it is.")
    code = graphene.String(required=True, description="The question, the sort of matter, or the clause's key.")
    words = graphene.String(required=True, description="The same in words, in the caller's language.")
    count = graphene.Int(required=True, description="In how many poor ratings or surveys it shows.")
    count_before = graphene.Int(required=True, description="In how many in the period of equal length before.")
    trend = graphene.Field(enum_of(Trend), required=True, description="Where it is going.")
    ratings = graphene.Int(description="How many ratings there are of it in all; null for a clause.")
    mean_hundredths = graphene.Int(description="Their mean in hundredths; null for a clause.")
    clause = graphene.Field(ClauseType, description="The clause; null for anything else.")


class MemberFeedbackType(graphene.ObjectType):
    """What was said of one person's work."""

    class Meta:
        name = "MemberFeedback"

    member_id = graphene.ID(required=True, description="Whose work it was.")
    member_name = graphene.String(required=True, description="What they are called.")
    surveys = graphene.Int(required=True, description="How many answered surveys they had a share in.")
    mean_hundredths = graphene.Int(description="The mean score in hundredths, each weighed by their share; or null.")
    praises = graphene.Int(required=True, description="How often praise was meant for them.")


def form_row(form: SurveyForm) -> dict[str, Any]:
    """Return a form as the API tells it, its questions in the survey's language."""
    with override(form.language):
        questions = [{"question": each, "words": str(each.label)} for each in form.questions]
    return {
        "chain_name": form.chain_name,
        "store_name": form.store_name,
        "language": form.language,
        "matter_kind": form.matter_kind,
        "standing": form.standing,
        "expires_at": form.expires_at,
        "questions": questions,
    }


def policy_row(policy: Policy) -> dict[str, Any]:
    """Return rules as the API tells them."""
    return {
        "version": policy.number,
        "cool_down_days": policy.cool_down_days,
        "open_days": policy.open_days,
        "questions": policy.questions,
        "sent_when_closed": [each for each in MatterKind if each in policy.sent_when_closed],
    }


def month_row(month: Month) -> dict[str, Any]:
    """Return a month as the API tells it."""
    return {
        "month": f"{month.month // 100}-{month.month % 100:02d}",
        "sent": month.sent,
        "answered": month.answered,
        "answered_basis_points": month.answered_basis_points,
        "ratings": month.ratings,
        "mean_hundredths": month.mean_hundredths,
        "praises": month.praises,
    }


def theme_row(theme: Theme, clauses: dict[UUID, Clause]) -> dict[str, Any]:
    """Return a theme as the API tells it; a clause's words are its number."""
    clause = None if theme.clause_id is None else clauses[theme.clause_id]
    return {
        "kind": theme.kind,
        "code": theme.code,
        "words": _words(theme) if clause is None else clause.number,
        "count": theme.count,
        "count_before": theme.count_before,
        "trend": theme.trend,
        "ratings": theme.ratings,
        "mean_hundredths": theme.mean_hundredths,
        "clause": clause,
    }


def member_rows(found: list[MemberFeedback]) -> list[dict[str, Any]]:
    """Return what was said of people's work as the API tells it, by name."""
    names = names_of(each.member_id for each in found)
    rows = [
        {
            "member_id": global_id("Member", each.member_id),
            "member_name": names.get(each.member_id, ""),
            "surveys": each.surveys,
            "mean_hundredths": each.mean_hundredths,
            "praises": each.praises,
        }
        for each in found
    ]
    return sorted(rows, key=lambda row: (row["member_name"], row["member_id"]))


def _words(theme: Theme) -> str:
    choices = SurveyQuestion if theme.kind is ThemeKind.QUESTION else MatterKind
    return str(choices(theme.code).label)
