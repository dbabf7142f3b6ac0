"""Who answers for a complaint over time: the ladder it climbs, and each change of its owner (C3, C5, R3)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.complaints import Level, Severity
from complaints.models.steps import Step
from kit.ids import new_id
from members.models import User


class EscalationCause(models.TextChoices):
    """What brought a complaint to a higher level."""

    BY_HAND = "BY_HAND", _("By hand")
    BY_CLOCK = "BY_CLOCK", _("Its time was up")
    NOBODY_THERE = "NOBODY_THERE", _("Nobody is at that level")


class OwnerChangeReason(models.TextChoices):
    """Why a complaint has another owner."""

    HANDED_OVER = "HANDED_OVER", _("Handed over by somebody")
    ESCALATED = "ESCALATED", _("It rose to a higher level")
    OWNER_LEFT = "OWNER_LEFT", _("The owner left the store")
    NOT_TRAINED = "NOT_TRAINED", _("The owner has not passed what the work asks for")


class Escalation(Step):
    """A complaint rose from one level to a higher one, by hand with a reason, or because a clock's time was up."""

    from_level = models.CharField(max_length=20, choices=Level)
    to_level = models.CharField(max_length=20, choices=Level)
    cause = models.CharField(max_length=16, choices=EscalationCause)
    reason = models.TextField(blank=True)
    clock_id = models.UUIDField(null=True)

    class Meta:
        verbose_name = _("escalation")
        verbose_name_plural = _("escalations")
        indexes = [models.Index(fields=["store", "complaint", "done_at"], name="escalations_of_a_complaint")]
        constraints = [
            models.UniqueConstraint(
                fields=["store", "clock_id"], condition=Q(clock_id__isnull=False), name="a_clock_escalates_once"
            ),
            models.CheckConstraint(
                condition=Q(from_level__in=Level.values, to_level__in=Level.values),
                name="an_escalation_is_between_known_levels",
            ),
            models.CheckConstraint(
                condition=Q(cause__in=EscalationCause.values), name="an_escalation_has_a_known_cause"
            ),
            models.CheckConstraint(
                condition=~Q(cause=EscalationCause.BY_HAND, reason=""), name="who_escalates_by_hand_says_why"
            ),
        ]


class OwnerChange(Step):
    """A complaint went from one owner to another: who did it, when and why."""

    from_owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    to_owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    reason = models.CharField(max_length=16, choices=OwnerChangeReason)
    note = models.TextField(blank=True)

    class Meta:
        verbose_name = _("change of owner")
        verbose_name_plural = _("changes of owner")
        indexes = [models.Index(fields=["store", "complaint", "done_at"], name="owner_changes_of_a_complaint")]
        constraints = [
            models.CheckConstraint(
                condition=Q(reason__in=OwnerChangeReason.values), name="an_owner_changes_for_a_known_reason"
            )
        ]


class EscalationTime(models.Model):
    """How long a complaint may stay at a level before it rises, where HQ has set it; else a default holds (S4)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    level = models.CharField(max_length=20, choices=Level)
    severity = models.CharField(max_length=8, choices=Severity)
    seconds = models.PositiveBigIntegerField()
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    set_at = models.DateTimeField()

    class Meta:
        verbose_name = _("time at a level")
        verbose_name_plural = _("times at levels")
        constraints = [
            models.UniqueConstraint(fields=["level", "severity"], name="a_level_has_one_time_for_a_severity"),
            models.CheckConstraint(condition=Q(level__in=Level.values), name="a_time_is_for_a_known_level"),
            models.CheckConstraint(condition=Q(severity__in=Severity.values), name="a_time_is_for_a_known_severity"),
            models.CheckConstraint(condition=Q(seconds__gte=60), name="a_level_has_a_minute_at_least"),
        ]

    def __str__(self) -> str:
        return f"{self.level} {self.severity} {self.seconds}"
