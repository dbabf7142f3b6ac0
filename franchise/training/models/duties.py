"""What a position asks for: the courses that lead to it, and the certificates without which its work is not given."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kit.ids import new_id
from members.models import User
from stores.models import Position
from training.models.courses import Course


class Work(models.TextChoices):
    """Which of a customer's matters somebody answers for."""

    INQUIRIES = "INQUIRIES", _("Inquiries")
    COMPLAINTS = "COMPLAINTS", _("Complaints")
    ORDERS = "ORDERS", _("Orders")
    VISITS = "VISITS", _("Return visits")


class TrainingStage(models.TextChoices):
    """When a course of a position is taken (T3)."""

    ENTRY = "ENTRY", _("Entry training")
    POST = "POST", _("Post training")


class PathCourse(models.Model):
    """One course on the way to a position, in its rank: to be passed within so many days after it was given."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    position = models.ForeignKey(Position, on_delete=models.PROTECT, related_name="+", db_index=False)
    rank = models.PositiveSmallIntegerField()
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+", db_index=False)
    stage = models.CharField(max_length=8, choices=TrainingStage)
    within_days = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("course of a position")
        verbose_name_plural = _("courses of positions")
        constraints = [
            models.UniqueConstraint(fields=["position", "course"], name="a_course_leads_to_a_position_once"),
            models.CheckConstraint(condition=Q(stage__in=TrainingStage.values), name="a_path_has_known_stages"),
        ]

    def __str__(self) -> str:
        return f"{self.position_id} {self.course_id}"


class DutyRequirement(models.Model):
    """Whoever holds a position gets a certain work only with a valid certificate of a course (T3)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    position = models.ForeignKey(Position, on_delete=models.PROTECT, related_name="+", db_index=False)
    work = models.CharField(max_length=12, choices=Work)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+", db_index=False)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("requirement of a duty")
        verbose_name_plural = _("requirements of duties")
        constraints = [
            models.UniqueConstraint(fields=["position", "work", "course"], name="a_duty_asks_for_a_course_once"),
            models.CheckConstraint(condition=Q(work__in=Work.values), name="a_duty_covers_known_work"),
        ]

    def __str__(self) -> str:
        return f"{self.position_id} {self.work} {self.course_id}"
