"""Headquarters' rules about who is called again, how soon, and how long a purchase is the caller's merit (V1, V4)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kit.ids import new_id
from members.models import User
from visits.models.visits import OccasionKind


class ConsentNeed(models.TextChoices):
    """Whose consent to service calls an occasion needs (K4)."""

    GIVEN = "GIVEN", _("Only who has agreed to service calls")
    NOT_WITHDRAWN = "NOT_WITHDRAWN", _("Everybody who has not said no to service calls")


class VisitScheme(models.Model):
    """HQ's rules of return visits as they are set at one time; the highest number is in force."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.PositiveIntegerField()
    credit_within_days = models.PositiveSmallIntegerField()
    least_attempts = models.PositiveSmallIntegerField()
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    set_at = models.DateTimeField()

    class Meta:
        verbose_name = _("scheme of return visits")
        verbose_name_plural = _("schemes of return visits")
        constraints = [models.UniqueConstraint(fields=["number"], name="schemes_of_visits_are_numbered")]

    def __str__(self) -> str:
        return str(self.number)


class VisitRule(models.Model):
    """Whether a kind of occasion leads to a visit, within how many days, and what consent it needs."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    scheme = models.ForeignKey(VisitScheme, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=OccasionKind)
    is_on = models.BooleanField()
    within_days = models.PositiveSmallIntegerField()
    consent = models.CharField(max_length=16, choices=ConsentNeed)

    class Meta:
        verbose_name = _("rule of return visits")
        verbose_name_plural = _("rules of return visits")
        constraints = [
            models.UniqueConstraint(fields=["scheme", "kind"], name="a_kind_of_occasion_has_one_rule"),
            models.CheckConstraint(condition=Q(kind__in=OccasionKind.values), name="a_visit_rule_is_of_a_known_kind"),
            models.CheckConstraint(condition=Q(consent__in=ConsentNeed.values), name="a_rule_needs_a_known_consent"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.within_days}"
