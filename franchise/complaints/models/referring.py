"""Whom a complaint waits for: what was referred to a department or upward, and when its clocks stand still (C2, C5)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clocks.models import PauseReason
from complaints.models.complaints import Level
from complaints.models.steps import Step
from kit.texts import LONGEST_LINE
from members.models import User


class ReferralKind(models.TextChoices):
    """Who is asked about a complaint."""

    DEPARTMENT = "DEPARTMENT", _("A department")
    UPWARD = "UPWARD", _("A higher level")


class Referral(Step):
    """Somebody was asked about a complaint: a department, or whoever is at a higher level; by when they should answer.

    `pauses` tells whether the complaint's clocks stand still until it is answered.
    """

    kind = models.CharField(max_length=12, choices=ReferralKind)
    department = models.CharField(max_length=LONGEST_LINE, blank=True)
    to_level = models.CharField(max_length=20, choices=Level, blank=True)
    question = models.TextField()
    answer_by = models.DateTimeField(null=True)
    pauses = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("referral")
        verbose_name_plural = _("referrals")
        indexes = [models.Index(fields=["store", "complaint", "done_at"], name="referrals_of_a_complaint")]
        constraints = [
            models.CheckConstraint(
                condition=(Q(kind=ReferralKind.DEPARTMENT, to_level="") & ~Q(department=""))
                | Q(kind=ReferralKind.UPWARD, department="", to_level__in=Level.values),
                name="a_referral_goes_to_a_department_or_upward",
            )
        ]


class ReferralAnswer(Step):
    """What was answered to a referral."""

    referral = models.OneToOneField(Referral, on_delete=models.PROTECT, related_name="+")
    answer = models.TextField()

    class Meta:
        verbose_name = _("answer to a referral")
        verbose_name_plural = _("answers to referrals")
        indexes = [models.Index(fields=["store", "complaint", "done_at"], name="referral_answers_of_complaint")]


class ComplaintPause(Step):
    """A time in which a complaint's clocks stand still, with its reason; one 'waiting for the customer' is void from
    the moment the customer wrote.
    """

    reason = models.CharField(max_length=24, choices=PauseReason)
    note = models.TextField(blank=True)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("pause of a complaint")
        verbose_name_plural = _("pauses of a complaint")
        indexes = [models.Index(fields=["store", "complaint", "done_at"], name="pauses_of_a_complaint")]
        constraints = [
            models.UniqueConstraint(
                fields=["store", "complaint"],
                condition=Q(ended_at__isnull=True),
                name="a_complaint_waits_once_at_a_time",
            ),
            models.CheckConstraint(condition=Q(reason__in=PauseReason.values), name="a_complaint_pause_has_a_reason"),
            models.CheckConstraint(
                condition=~Q(reason=PauseReason.OTHER, note=""), name="another_reason_to_wait_is_told_in_words"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("done_at")), name="a_wait_ends_after_it_began"
            ),
        ]
