"""Plans of training, sessions with who was there, and mentors with their apprentices."""

from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from chains.actor import Actor
from kit.ids import new_id
from kit.texts import LONGEST_LINE
from members.models import User
from members.rules.permissions import Permission
from standards.models.staffing import staff_shown_to
from stores.models import Position, Store
from training.models.courses import Course
from training.models.taking import OfMemberQuerySet


class PlanState(models.TextChoices):
    """Where a training plan stands (T5)."""

    PROPOSED = "PROPOSED", pgettext_lazy("a plan is", "proposed")
    APPROVED = "APPROVED", pgettext_lazy("a plan is", "approved")
    DECLINED = "DECLINED", pgettext_lazy("a plan is", "declined")
    CARRIED_OUT = "CARRIED_OUT", pgettext_lazy("a plan is", "carried out")


class SessionState(models.TextChoices):
    """Where a session stands."""

    SCHEDULED = "SCHEDULED", pgettext_lazy("a session is", "scheduled")
    HELD = "HELD", pgettext_lazy("a session was", "held")
    CANCELLED = "CANCELLED", pgettext_lazy("a session was", "cancelled")


class MentorshipState(models.TextChoices):
    """Where the time with a mentor stands."""

    RUNNING = "RUNNING", pgettext_lazy("a mentorship is", "running")
    SIGNED_OFF = "SIGNED_OFF", pgettext_lazy("an apprentice is", "signed off")
    ENDED = "ENDED", pgettext_lazy("a mentorship was", "ended")


class OfStoreQuerySet(models.QuerySet[Any]):
    """Rows of a store that everybody who learns there may read, chainable."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep those of stores where the actor reads courses."""
        stores = actor.stores_with(Permission.READ_COURSES)
        return self if stores is None else self.filter(store_id__in=stores)


class MentorshipQuerySet(OfStoreQuerySet):
    """Who guides whom, chainable."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep what is about people of whom the actor may be told."""
        readable = super().visible_to(actor).filter(staff_shown_to(actor, member="mentor_id"))
        return readable.filter(staff_shown_to(actor, member="apprentice_id"))


class RecordQuerySet(models.QuerySet[Any]):
    """Rows of a store that whoever reads training there may read, chainable."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep those of stores where the actor reads training."""
        stores = actor.stores_with(Permission.READ_TRAINING)
        return self if stores is None else self.filter(store_id__in=stores)


class TrainingPlan(models.Model):
    """What a store is to be trained in, proposed by one and approved by another before it is carried out (T5).

    `proposed_in_visit_by_id` is who really proposed it in somebody's place (S12).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    title = models.CharField(max_length=LONGEST_LINE)
    purpose = models.TextField(blank=True)
    state = models.CharField(max_length=12, choices=PlanState, default=PlanState.PROPOSED)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    proposed_in_visit_by_id = models.UUIDField(null=True)
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True)
    decision_note = models.TextField(blank=True)
    carried_out_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=1)

    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("training plan")
        verbose_name_plural = _("training plans")
        indexes = [models.Index(fields=["store", "proposed_at", "id"], name="training_plans_by_moment")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=PlanState.values), name="a_plan_is_in_a_known_state"),
            models.CheckConstraint(
                condition=Q(state=PlanState.PROPOSED, decided_at__isnull=True)
                | (~Q(state=PlanState.PROPOSED) & Q(decided_at__isnull=False)),
                name="a_plan_is_decided_once_it_is_more_than_proposed",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class PlannedCourse(models.Model):
    """One course of a plan: for everybody at the store, or for who holds a position, and by when."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    plan = models.ForeignKey(TrainingPlan, on_delete=models.PROTECT, related_name="+", db_index=False)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+", db_index=False)
    position = models.ForeignKey(Position, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    due_at = models.DateTimeField()

    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("planned course")
        verbose_name_plural = _("planned courses")
        indexes = [models.Index(fields=["plan"], name="courses_of_a_plan")]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.course_id}"


class TrainingSession(models.Model):
    """A meeting in which staff are taught, by their own people or by an expert from outside (T2)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    title = models.CharField(max_length=LONGEST_LINE)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    meeting_place = models.CharField(max_length=LONGEST_LINE, blank=True)
    trainer = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    expert_name = models.CharField(max_length=LONGEST_LINE, blank=True)
    state = models.CharField(max_length=12, choices=SessionState, default=SessionState.SCHEDULED)
    scheduled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    scheduled_at = models.DateTimeField()
    cancel_reason = models.TextField(blank=True, db_default="")
    revision = models.PositiveIntegerField(default=1)

    objects = OfStoreQuerySet.as_manager()

    class Meta:
        verbose_name = _("training session")
        verbose_name_plural = _("training sessions")
        indexes = [models.Index(fields=["store", "starts_at", "id"], name="training_sessions_by_start")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=SessionState.values), name="a_session_is_in_a_known_state"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="a_session_lasts_a_while"),
        ]

    def __str__(self) -> str:
        return self.title


class AttendanceQuerySet(OfMemberQuerySet):
    """Who was at sessions, chainable."""


class Attendance(models.Model):
    """Whether a member of staff was at a session."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    session = models.ForeignKey(TrainingSession, on_delete=models.PROTECT, related_name="+", db_index=False)
    member = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    was_present = models.BooleanField()
    recorded_at = models.DateTimeField()

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        indexes = [models.Index(fields=["session"], name="attendances_of_a_session")]
        constraints = [
            models.UniqueConstraint(fields=["store", "session", "member"], name="a_member_attends_a_session_once")
        ]

    def __str__(self) -> str:
        return f"{self.session_id} {self.member_id}"


class Mentorship(models.Model):
    """A newcomer is guided one to one by an experienced member of staff, until they are signed off (R2, T2)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    mentor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    apprentice = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=12, choices=MentorshipState, default=MentorshipState.RUNNING)
    paired_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    paired_at = models.DateTimeField()
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    ended_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=1)

    objects = MentorshipQuerySet.as_manager()

    class Meta:
        verbose_name = _("mentorship")
        verbose_name_plural = _("mentorships")
        constraints = [
            models.UniqueConstraint(
                fields=["store", "apprentice"],
                condition=Q(state=MentorshipState.RUNNING),
                name="an_apprentice_has_one_mentor_at_a_time",
            ),
            models.CheckConstraint(condition=~Q(mentor=F("apprentice")), name="nobody_is_their_own_mentor"),
        ]

    def __str__(self) -> str:
        return f"{self.mentor_id} {self.apprentice_id}"
