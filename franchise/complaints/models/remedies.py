"""What a customer asked for, what was planned for them and what they were given (C2, C6)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.steps import Step


class RemedyStanding(models.TextChoices):
    """How far a remedy has come."""

    SOUGHT = "SOUGHT", _("Asked for by the customer")
    PLANNED = "PLANNED", _("Planned")
    GIVEN = "GIVEN", _("Given")


class RemedyKind(models.TextChoices):
    """How a customer's loss is made good."""

    REFUND = "REFUND", _("Refund")
    REPLACEMENT = "REPLACEMENT", _("Replacement")
    REPAIR = "REPAIR", _("Repair")
    COMPENSATION = "COMPENSATION", _("Compensation")
    APOLOGY = "APOLOGY", _("Apology")
    OTHER = "OTHER", _("Something else")


class Remedy(Step):
    """One remedy, with what it is worth in the currency's smallest units where that is known.

    `step_id` is the plan or the outcome that it is a part of; null for what the customer asked for.
    """

    standing = models.CharField(max_length=8, choices=RemedyStanding)
    kind = models.CharField(max_length=16, choices=RemedyKind)
    amount_minor = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True)
    note = models.TextField(blank=True)
    step_id = models.UUIDField(null=True)

    class Meta:
        verbose_name = _("remedy")
        verbose_name_plural = _("remedies")
        indexes = [
            models.Index(fields=["store", "complaint", "done_at"], name="remedies_of_a_complaint"),
            models.Index(fields=["step_id"], condition=Q(step_id__isnull=False), name="remedies_of_a_step"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(standing__in=RemedyStanding.values), name="a_remedy_stands_somehow"),
            models.CheckConstraint(condition=Q(kind__in=RemedyKind.values), name="a_remedy_is_of_a_known_kind"),
            models.CheckConstraint(
                condition=Q(amount_minor__isnull=True, currency="") | (Q(amount_minor__gte=0) & ~Q(currency="")),
                name="an_amount_of_a_remedy_has_a_currency",
            ),
            models.CheckConstraint(
                condition=Q(standing=RemedyStanding.SOUGHT) | Q(step_id__isnull=False),
                name="a_remedy_of_ours_belongs_to_a_step",
            ),
        ]
