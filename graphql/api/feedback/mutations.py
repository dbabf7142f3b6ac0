"""Deeds of feedback: sending and answering surveys, HQ's rules for them, and praise."""

from datetime import datetime
from typing import Any
from uuid import UUID

import graphene

from api.base.deeds import Deed
from api.base.enums import enum_of
from api.base.inputs import IdOf, Secret, Text, named
from api.base.scalars import DateTime
from api.feedback.figures import SurveyFormType, SurveyPolicyType, form_row, policy_row
from api.feedback.types import PraiseType, SurveyType
from chains.actor import Actor
from feedback.actions.answering import answer_survey
from feedback.actions.policy import set_survey_policy
from feedback.actions.praising import record_praise
from feedback.actions.sending import send_survey
from feedback.models.praise import PraiseChannel
from feedback.models.surveys import MatterKind, SurveyQuestion
from feedback.queries.surveys import form_of
from feedback.rules.policy import Policy
from feedback.rules.surveys import LONGEST_COMMENT, LONGEST_SECRET, OneMatterNeeded, Score


class SendSurvey(Deed):
    """Ask a customer once how a matter was dealt with that has come to its end: one complaint, inquiry or order."""

    class Meta:
        shown_once = ("link",)

    class Input:
        complaint_id = IdOf("Complaint", description="A complaint that was closed.")
        inquiry_id = IdOf("Inquiry", description="An inquiry that was closed.")
        order_id = IdOf("Order", description="An order that was delivered.")
        by_mail = graphene.InputField(
            graphene.Boolean,
            description="Whether the link is mailed to whoever has an e-mail address; yes if not said.",
        )

    survey = graphene.Field(SurveyType, description="The survey.")
    link = graphene.String(
        description="Where the customer answers, without signing in. It is shown this once, and not at all where it is "
        "mailed: whoever did the work is not to rate it."
    )

    @classmethod
    def perform(
        cls,
        actor: Actor,
        now: datetime,
        *,
        complaint_id: UUID | None = None,
        inquiry_id: UUID | None = None,
        order_id: UUID | None = None,
        by_mail: bool | None = None,
    ) -> dict[str, Any]:
        """Send a survey."""
        matters = {MatterKind.COMPLAINT: complaint_id, MatterKind.INQUIRY: inquiry_id, MatterKind.ORDER: order_id}
        named_ones = [(kind, key) for kind, key in matters.items() if key is not None]
        if len(named_ones) != 1:
            raise OneMatterNeeded
        ((kind, matter_id),) = named_ones
        sent = send_survey(actor=actor, kind=kind, matter_id=matter_id, by_mail=by_mail is not False, now=now)
        return {"survey": sent.survey, "link": None if sent.survey.is_mailed else sent.link}


class RatingInput(graphene.InputObjectType):
    """A score for one question."""

    question = graphene.InputField(enum_of(SurveyQuestion), required=True, description="The question.")
    score = graphene.InputField(graphene.Int, required=True, description="1, the worst, to 5, the best.")


class AnswerSurvey(Deed):
    """Answer a survey, once and for good; whoever has its link may, without signing in."""

    class Input:
        token = Secret(required=True, limit=LONGEST_SECRET, description="What the survey's link carries.")
        ratings = graphene.InputField(
            graphene.List(graphene.NonNull(RatingInput)), required=True, description="One score at least."
        )
        comment = Text(limit=LONGEST_COMMENT, description="What else there is to say.")

    survey = graphene.Field(SurveyFormType, description="The survey, now answered.")

    @classmethod
    def perform(
        cls, actor: Actor, now: datetime, *, token: str, ratings: list[dict[str, Any]], comment: str | None = None
    ) -> dict[str, Any]:
        """Answer a survey."""
        scores = [Score(SurveyQuestion(each["question"]), each["score"]) for each in ratings]
        survey = answer_survey(actor=actor, secret=token, scores=scores, comment=comment or "", now=now)
        return {"survey": form_row(form_of(survey, now=now))}


class SetSurveyPolicy(Deed):
    """Set how often customers are asked, what, for how long, and after which matters by itself."""

    class Meta:
        versioned = True

    class Input:
        cool_down_days = graphene.InputField(
            graphene.Int, required=True, description="A customer is asked at most once in so many days, 0 to 730."
        )
        open_days = graphene.InputField(
            graphene.Int, required=True, description="For how many days a link is open, 1 to 90."
        )
        questions = graphene.InputField(
            graphene.List(graphene.NonNull(enum_of(SurveyQuestion))),
            required=True,
            description="What customers are asked; OVERALL is always among it.",
        )
        sent_when_closed = graphene.InputField(
            graphene.List(graphene.NonNull(enum_of(MatterKind))),
            required=True,
            description="The matters after which a survey is mailed by itself; none for by hand only.",
        )

    survey_policy = graphene.Field(SurveyPolicyType, description="The rules, as they are now.")

    @classmethod
    def perform(
        cls,
        actor: Actor,
        now: datetime,
        *,
        questions: list[SurveyQuestion],
        sent_when_closed: list[MatterKind],
        expected_version: int | None = None,
        **given: int,
    ) -> dict[str, Any]:
        """Set the rules for surveys."""
        policy = Policy(questions=tuple(questions), sent_when_closed=frozenset(sent_when_closed), **given)
        done = set_survey_policy(actor=actor, policy=policy, expected_version=expected_version, now=now)
        return {"survey_policy": policy_row(done)}


class RecordPraise(Deed):
    """Take down a customer's thanks; those for whom it is see it, and it counts for them."""

    class Input:
        store_id = IdOf("Store", required=True, description="The store that it came to.")
        channel = graphene.InputField(enum_of(PraiseChannel), required=True, description="How it reached us.")
        text = Text(required=True, description="What was said, in the customer's words.")
        customer_id = IdOf("Customer", description="Who gave thanks, where that is known.")
        member_ids = IdOf("Member", many=True, description="For whom it is, 20 people at most; else for the store.")
        received_at = graphene.InputField(DateTime, description="When it came in, if that was before now.")

    praise = graphene.Field(PraiseType, description="The praise.")

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """Record praise."""
        return {"praise": record_praise(actor=actor, now=now, **named(given))}


class FeedbackMutation(graphene.ObjectType):
    """Deeds of feedback."""

    send_survey = SendSurvey.mounted()
    answer_survey = AnswerSurvey.mounted()
    set_survey_policy = SetSurveyPolicy.mounted()
    record_praise = RecordPraise.mounted()
