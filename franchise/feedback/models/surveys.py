"""A survey about a matter that came to its end, its answer and ratings, and whose work they rate."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from chains.actor import Actor, Audience
from customers.models import Customer
from kit.ids import new_id
from members.models import User
from stores.models import Store

LONGEST_REFERENCE = 40
BEST_SCORE = 5
# Every rating is shared out in whole hundredths of a per cent.
WHOLE = 10_000


class MatterKind(models.TextChoices):
    """What a customer is asked about once it has come to its end."""

    COMPLAINT = "COMPLAINT", _("Complaint")
    INQUIRY = "INQUIRY", _("Inquiry")
    ORDER = "ORDER", _("Order")


class SurveyQuestion(models.TextChoices):
    """What a customer can be asked to rate (A1: attitude, ability, efficiency)."""

    OVERALL = "OVERALL", _("How satisfied are you, all in all?")
    ATTITUDE = "ATTITUDE", _("How friendly and attentive were we?")
    ABILITY = "ABILITY", _("How well did we know what we were talking about?")
    SPEED = "SPEED", _("How quickly did we deal with it?")
    RESULT = "RESULT", _("How well was it solved for you?")


class SurveyState(models.TextChoices):
    """How a survey stands."""

    SENT = "SENT", pgettext_lazy("a survey is", "sent")
    ANSWERED = "ANSWERED", pgettext_lazy("a survey is", "answered")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("a survey is", "withdrawn")


class SurveyPolicy(models.Model):
    """HQ's rules for surveys as they are set at one time; the highest number is in force."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.PositiveIntegerField()
    cool_down_days = models.PositiveSmallIntegerField()
    open_days = models.PositiveSmallIntegerField()
    questions = models.JSONField()
    sent_when_closed = models.JSONField()
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("survey policy")
        verbose_name_plural = _("survey policies")
        constraints = [models.UniqueConstraint(fields=["number"], name="survey_policies_are_numbered")]

    def __str__(self) -> str:
        return str(self.number)


class SurveyQuerySet(models.QuerySet["Survey"]):
    """Surveys, chainable."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep the surveys of stores that the actor sees."""
        return self if actor.audience is Audience.HQ else self.filter(store_id__in=actor.store_ids)

    def counted(self) -> Self:
        """Keep the surveys that figures are made from: those that were not withdrawn."""
        return self.exclude(state=SurveyState.WITHDRAWN)


class Survey(models.Model):
    """A customer is asked once what they think of how a matter was dealt with (V4).

    `matter_version` is the matter's when it was sent. Who has its link may answer it once, until it expires or is
    withdrawn because the matter was taken up again. The questions, and the customer's language, are those of the moment
    it was sent. `sent_month` is the month in which that was, where the store is, as 202611. One that was answered and
    then withdrawn keeps its answer, uncounted. How many questions were rated, with which sum and lowest score, is added
    up here, since figures are asked for often.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    matter_kind = models.CharField(max_length=12, choices=MatterKind)
    matter_id = models.UUIDField()
    matter_version = models.PositiveIntegerField()
    reference = models.CharField(max_length=LONGEST_REFERENCE)
    language = models.CharField(max_length=10)
    questions = models.JSONField()
    state = models.CharField(max_length=12, choices=SurveyState, default=SurveyState.SENT)
    sent_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    sent_at = models.DateTimeField()
    sent_month = models.PositiveIntegerField()
    expires_at = models.DateTimeField()
    is_mailed = models.BooleanField(default=False)
    answered_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    rated_questions = models.PositiveSmallIntegerField(default=0)
    score_sum = models.PositiveSmallIntegerField(default=0)
    lowest_score = models.PositiveSmallIntegerField(null=True)

    objects = SurveyQuerySet.as_manager()

    class Meta:
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")
        indexes = [
            models.Index(fields=["store", "sent_at", "id"], name="surveys_by_sending"),
            models.Index(fields=["store", "sent_month"], name="surveys_by_month"),
            models.Index(fields=["sent_at", "id"], name="surveys_of_the_chain"),
            models.Index(fields=["customer", "sent_at"], name="surveys_of_a_customer"),
            models.Index(fields=["store", "answered_at"], name="surveys_by_answering"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["store", "matter_id"],
                condition=~Q(state=SurveyState.WITHDRAWN),
                name="a_matter_is_asked_about_once",
            ),
            models.CheckConstraint(condition=Q(matter_kind__in=MatterKind.values), name="a_survey_has_a_known_matter"),
            models.CheckConstraint(
                condition=Q(state=SurveyState.SENT, answered_at__isnull=True, withdrawn_at__isnull=True)
                | Q(state=SurveyState.ANSWERED, answered_at__isnull=False, withdrawn_at__isnull=True)
                | Q(state=SurveyState.WITHDRAWN, withdrawn_at__isnull=False),
                name="a_survey_tells_when_it_came_to_its_state",
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("sent_at")), name="a_survey_is_open_for_a_while"),
        ]

    def __str__(self) -> str:
        return self.reference


class SurveyLink(models.Model):
    """What is kept of a link's secret: its digest. Everybody may add one, only the gate looks it up (S06)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    # The survey's own id.
    opens_id = models.UUIDField()
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("link of a survey")
        verbose_name_plural = _("links of surveys")

    def __str__(self) -> str:
        return f"{self.opens_id} {self.made_at:%Y-%m-%d %H:%M}"


class SurveyAnswer(models.Model):
    """That a customer answered, and what they wrote."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="+", db_index=False)
    comment = models.TextField(blank=True)
    answered_at = models.DateTimeField()

    class Meta:
        verbose_name = _("answer to a survey")
        verbose_name_plural = _("answers to surveys")
        constraints = [models.UniqueConstraint(fields=["store", "survey"], name="a_survey_is_answered_once")]

    def __str__(self) -> str:
        return f"{self.survey_id} {self.answered_at:%Y-%m-%d %H:%M}"


class Rating(models.Model):
    """A customer's score for one question, 1 to 5."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="+", db_index=False)
    question = models.CharField(max_length=12, choices=SurveyQuestion)
    score = models.PositiveSmallIntegerField()
    rated_at = models.DateTimeField()

    class Meta:
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        indexes = [
            models.Index(fields=["store", "rated_at", "id"], name="ratings_by_moment"),
            models.Index(fields=["rated_at", "id"], name="ratings_of_the_chain"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["store", "survey", "question"], name="a_question_is_rated_once"),
            models.CheckConstraint(condition=Q(question__in=SurveyQuestion.values), name="a_rating_answers_a_question"),
            models.CheckConstraint(condition=Q(score__gte=1, score__lte=BEST_SCORE), name="a_score_is_one_to_five"),
        ]

    def __str__(self) -> str:
        return f"{self.question} {self.score}"


class RatingShare(models.Model):
    """How much of a survey's matter was one person's work, in hundredths of a per cent; all of them make 10,000.

    It is found when the survey is sent, before anybody knows what the customer will say.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="+", db_index=False)
    member = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    owned_seconds = models.PositiveBigIntegerField()
    deeds = models.PositiveIntegerField()
    basis_points = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("share of a rating")
        verbose_name_plural = _("shares of ratings")
        indexes = [models.Index(fields=["member", "survey"], name="rating_shares_of_a_person")]
        constraints = [
            models.UniqueConstraint(fields=["store", "survey", "member"], name="a_person_has_one_share_of_a_rating"),
            models.CheckConstraint(
                condition=Q(basis_points__gte=1, basis_points__lte=WHOLE), name="a_share_is_a_part_of_the_whole"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.basis_points}"
