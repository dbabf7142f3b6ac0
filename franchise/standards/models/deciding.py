"""How far each role may decide about money by itself (S5, C6)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kit.ids import new_id
from members.rules.permissions import Role


class DecisionKind(models.TextChoices):
    """What is decided that costs the chain money."""

    REFUND = "REFUND", _("Refund")
    COMPENSATION = "COMPENSATION", _("Compensation")


class DecisionLimit(models.Model):
    """The most that a role may decide by itself for one kind and currency, where HQ has set it.

    Without a row the default of `rules/deciding.py` holds. What it was before is told by the journal.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    role = models.CharField(max_length=32, choices=Role)
    kind = models.CharField(max_length=16, choices=DecisionKind)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    set_by_id = models.UUIDField(null=True)
    set_at = models.DateTimeField()

    class Meta:
        verbose_name = _("decision limit")
        verbose_name_plural = _("decision limits")
        constraints = [
            models.UniqueConstraint(
                fields=["role", "kind", "currency"], name="a_role_has_one_limit_of_a_kind_in_a_currency"
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="a_limit_is_of_a_known_role"),
            models.CheckConstraint(condition=Q(kind__in=DecisionKind.values), name="a_limit_is_of_a_known_kind"),
            models.CheckConstraint(condition=Q(amount_minor__gte=0), name="a_decision_limit_is_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.kind} {self.amount_minor} {self.currency}"
