"""How a round of a complaint ends: its outcome, the last word, a withdrawal, a new beginning, the closing form."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.models.complaints import Channel, Stage
from complaints.models.steps import Step


class Outcome(Step):
    """What was carried out in a round, and whether the customer is satisfied; if not, why."""

    carried_out = models.TextField()
    is_satisfied = models.BooleanField()
    reason = models.TextField(blank=True)

    class Meta:
        verbose_name = _("outcome")
        verbose_name_plural = _("outcomes")
        constraints = [
            models.UniqueConstraint(fields=["store", "complaint", "round"], name="a_round_has_one_outcome"),
            models.CheckConstraint(
                condition=Q(is_satisfied=True) | ~Q(reason=""), name="an_unsatisfied_customer_has_a_reason"
            ),
        ]


class FinalDecision(Step):
    """The last word on a complaint whose customer is not satisfied after it was worked again, and why (C2, C3)."""

    decision = models.TextField()
    reason = models.TextField()

    class Meta:
        verbose_name = _("final decision")
        verbose_name_plural = _("final decisions")
        indexes = [models.Index(fields=["store", "complaint", "done_at"], name="final_decisions_of_a_complaint")]


class ComplaintWithdrawal(Step):
    """The customer took the complaint back: why, when and how they said so, and what proves it."""

    reason = models.TextField()
    channel = models.CharField(max_length=8, choices=Channel)
    said_at = models.DateTimeField()
    proof = models.TextField()

    class Meta:
        verbose_name = pgettext_lazy("of a complaint", "withdrawal")
        verbose_name_plural = pgettext_lazy("of a complaint", "withdrawals")
        indexes = [models.Index(fields=["store", "complaint", "done_at"], name="withdrawals_of_a_complaint")]
        constraints = [
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="a_withdrawal_came_by_a_known_channel")
        ]


class Rework(Step):
    """A complaint that had come to an end is worked again, from which stage, and why."""

    from_stage = models.CharField(max_length=16, choices=Stage)
    reason = models.TextField()

    class Meta:
        verbose_name = _("rework")
        verbose_name_plural = _("reworks")
        constraints = [
            models.UniqueConstraint(fields=["store", "complaint", "round"], name="a_round_begins_again_once"),
            models.CheckConstraint(condition=Q(from_stage__in=Stage.values), name="a_rework_left_a_known_stage"),
        ]


class RootCause(models.TextChoices):
    """Where a complaint came from, for the analysis of all of them (C4, V5)."""

    PRODUCT = "PRODUCT", _("The product")
    TECHNIQUE = "TECHNIQUE", _("The technique")
    ATTITUDE = "ATTITUDE", _("The attitude of staff")
    PROCESS = "PROCESS", _("The way the work is done")
    DELIVERY = "DELIVERY", _("The delivery")
    PRICE = "PRICE", _("The price")
    INFORMATION = "INFORMATION", _("What the customer was told")
    PREMISES = "PREMISES", _("The premises")
    NOT_OURS = "NOT_OURS", _("Nothing of ours")
    OTHER = "OTHER", _("Something else")


class Closure(Step):
    """The closing form of a round (C4): the cause and the result, for the file and for the return visit."""

    cause = models.TextField()
    result = models.TextField()
    root_cause = models.CharField(max_length=16, choices=RootCause, default=RootCause.OTHER)

    class Meta:
        verbose_name = _("closure")
        verbose_name_plural = _("closures")
        constraints = [
            models.UniqueConstraint(fields=["store", "complaint", "round"], name="a_round_is_closed_once"),
            models.CheckConstraint(condition=Q(root_cause__in=RootCause.values), name="a_root_cause_is_a_known_one"),
        ]
