"""Who takes a course, how it goes, and what it is proved by."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from chains.actor import Actor
from kit.ids import new_id
from members.models import Assignment, User
from members.rules.permissions import Permission
from standards.models.staffing import member_shown_to, staff_shown_to
from stores.models import Store
from training.models.courses import Course, CourseVersion, Lesson


class EnrolmentReason(models.TextChoices):
    """Why somebody takes a course."""

    ASSIGNED = "ASSIGNED", _("Assigned by hand")
    POSITION = "POSITION", _("It belongs to the position")
    PLAN = "PLAN", _("A training plan was carried out")
    CHANGE = "CHANGE", _("A standard was changed")
    RENEWAL = "RENEWAL", _("The certificate is about to expire")
    LOOP = "LOOP", _("Something went wrong that it teaches")


class EnrolmentState(models.TextChoices):
    """How far somebody has come with a course."""

    OPEN = "OPEN", pgettext_lazy("an enrolment is", "open")
    PASSED = "PASSED", pgettext_lazy("an enrolment is", "passed")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("an enrolment is", "withdrawn")


class OfMemberQuerySet(models.QuerySet[Any]):
    """Rows about one member at a store, chainable."""

    member_column = "member_id"

    def visible_to(self, actor: Actor) -> Self:
        """Keep what the actor may read: one's own, and everybody's where one reads training."""
        own = Q(**{self.member_column: actor.user_id}) if actor.user_id is not None else Q(pk=None)
        stores = actor.stores_with(Permission.READ_TRAINING)
        readable = self if stores is None else self.filter(own | Q(store_id__in=stores))
        return readable.filter(staff_shown_to(actor, member=self.member_column))


class OfEnrolmentQuerySet(OfMemberQuerySet):
    """Rows beneath an enrolment, chainable."""

    member_column = "enrolment__member_id"


class Enrolment(models.Model):
    """A member of staff takes a version of a course at a store, or with `lesson` this one lesson of it.

    `reminders` is how many rounds of reminders are over.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    member = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    course_version = models.ForeignKey(CourseVersion, on_delete=models.PROTECT, related_name="+", db_index=False)
    lesson = models.ForeignKey(Lesson, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    reason = models.CharField(max_length=12, choices=EnrolmentReason)
    state = models.CharField(max_length=12, choices=EnrolmentState, default=EnrolmentState.OPEN)
    enrolled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    enrolled_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    reminders = models.PositiveSmallIntegerField(default=0, db_default=0)
    revision = models.PositiveIntegerField(default=1)

    objects = OfMemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        indexes = [
            models.Index(fields=["store", "enrolled_at", "id"], name="enrolments_by_moment"),
            models.Index(fields=["member", "state"], name="enrolments_of_a_member"),
            models.Index(fields=["course_version"], name="enrolments_in_a_course"),
            models.Index(fields=["due_at"], condition=Q(state=EnrolmentState.OPEN), name="open_enrolments_by_due_time"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["store", "member", "course_version", "lesson"],
                condition=Q(state=EnrolmentState.OPEN),
                nulls_distinct=False,
                name="a_member_takes_a_course_once_at_a_time",
            ),
            models.CheckConstraint(condition=Q(reason__in=EnrolmentReason.values), name="an_enrolment_has_a_reason"),
            models.CheckConstraint(
                condition=Q(state=EnrolmentState.OPEN, ended_at__isnull=True)
                | Q(state__in=[EnrolmentState.PASSED, EnrolmentState.WITHDRAWN], ended_at__isnull=False),
                name="an_enrolment_tells_when_it_ended",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.course_version_id}"


class LessonCompletion(models.Model):
    """That a lesson was gone through; a quiz by being passed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="+", db_index=False)
    lesson = models.ForeignKey(Lesson, on_delete=models.PROTECT, related_name="+", db_index=False)
    completed_at = models.DateTimeField()

    objects = OfEnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("completed lesson")
        verbose_name_plural = _("completed lessons")
        indexes = [models.Index(fields=["enrolment"], name="completed_lessons_of_one")]
        constraints = [
            models.UniqueConstraint(fields=["store", "enrolment", "lesson"], name="a_lesson_is_completed_once")
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.lesson_id}"


class QuizAttempt(models.Model):
    """One try at a quiz: what was ticked, for each question in its order, and what it was worth."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="+", db_index=False)
    lesson = models.ForeignKey(Lesson, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveSmallIntegerField()
    answers = models.JSONField()
    score_percent = models.PositiveSmallIntegerField()
    is_passed = models.BooleanField()
    submitted_at = models.DateTimeField()

    objects = OfEnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("attempt at a quiz")
        verbose_name_plural = _("attempts at quizzes")
        indexes = [models.Index(fields=["enrolment"], name="quiz_attempts_of_one")]
        constraints = [
            models.UniqueConstraint(
                fields=["store", "enrolment", "lesson", "number"], name="attempts_at_a_quiz_are_numbered"
            ),
            models.CheckConstraint(condition=Q(score_percent__lte=100), name="a_score_is_at_most_the_whole"),
        ]

    def __str__(self) -> str:
        return f"{self.lesson_id} {self.number}"


class PracticalExam(models.Model):
    """What somebody can do, examined by somebody else, apart from what they know (T4)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="+", db_index=False)
    examiner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    is_passed = models.BooleanField()
    note = models.TextField(blank=True)
    held_at = models.DateTimeField()

    objects = OfEnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("practical exam")
        verbose_name_plural = _("practical exams")
        indexes = [models.Index(fields=["enrolment"], name="practical_exams_of_one")]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.held_at:%Y-%m-%d}"


class CertificateQuerySet(models.QuerySet["Certificate"]):
    """Certificates, chainable."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep one's own, and those of who works in stores where one reads training."""
        stores = actor.stores_with(Permission.READ_TRAINING)
        told = self.filter(member_shown_to(actor))
        if stores is None:
            return told
        own = Q(member_id=actor.user_id) if actor.user_id is not None else Q(pk=None)
        return told.filter(own | Q(member_id__in=Assignment.objects.filter(store_id__in=stores).values("user_id")))

    def standing(self) -> Self:
        """Keep those that were not taken back."""
        return self.filter(~Exists(CertificateWithdrawal.objects.filter(certificate=OuterRef("pk"))))

    def valid_at(self, moment: datetime) -> Self:
        """Keep those that prove something at a moment; what was taken back since proves nothing."""
        return self.standing().filter(given_at__lte=moment).filter(Q(expires_at=None) | Q(expires_at__gt=moment))

    def of(self, member_id: UUID) -> Self:
        """Keep those of one member."""
        return self.filter(member_id=member_id)


class Certificate(models.Model):
    """Proof that a version of a course was passed; it goes with its holder from store to store."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    member = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+", db_index=False)
    course_version = models.ForeignKey(CourseVersion, on_delete=models.PROTECT, related_name="+", db_index=False)
    given_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        indexes = [
            models.Index(fields=["member", "course", "expires_at"], name="certificates_of_a_member"),
            models.Index(fields=["expires_at"], condition=Q(expires_at__isnull=False), name="certificates_by_expiry"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__isnull=True) | Q(expires_at__gt=models.F("given_at")),
                name="a_certificate_holds_for_a_while",
            )
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.course_id}"


class CertificateWithdrawal(models.Model):
    """A certificate was taken back, with the reason: from then on it proves nothing."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="+", db_index=False)
    reason = models.TextField()
    done_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    done_at = models.DateTimeField()

    class Meta:
        verbose_name = _("withdrawal of a certificate")
        verbose_name_plural = _("withdrawals of certificates")
        constraints = [models.UniqueConstraint(fields=["certificate"], name="a_certificate_is_withdrawn_once")]

    def __str__(self) -> str:
        return f"{self.certificate_id} {self.done_at:%Y-%m-%d}"
