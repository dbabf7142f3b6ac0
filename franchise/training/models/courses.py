"""What is taught: courses, their versions and lessons, and the clauses of standards that a lesson teaches."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from files.models import ChainFile
from kit.ids import new_id
from members.models import User

LONGEST_ADDRESS = 500


class CourseSubject(models.TextChoices):
    """What a course is about (T1)."""

    PRODUCT = "PRODUCT", _("Product knowledge")
    PROCESS = "PROCESS", _("Process knowledge")
    COMMUNICATION = "COMMUNICATION", _("Communication")
    PROBLEM_SOLVING = "PROBLEM_SOLVING", _("Problem solving")
    CULTURE = "CULTURE", _("Company culture and brand")


class CourseState(models.TextChoices):
    """Where a version of a course stands; what was published never becomes a draft again."""

    DRAFT = "DRAFT", pgettext_lazy("a course is", "draft")
    PUBLISHED = "PUBLISHED", pgettext_lazy("a course is", "published")
    RETIRED = "RETIRED", pgettext_lazy("a course is", "retired")


class LessonKind(models.TextChoices):
    """In which form a lesson is given (T2)."""

    TEXT = "TEXT", pgettext_lazy("a lesson is a", "text")
    VIDEO = "VIDEO", pgettext_lazy("a lesson is a", "video")
    DOCUMENT = "DOCUMENT", pgettext_lazy("a lesson is a", "document")
    QUIZ = "QUIZ", pgettext_lazy("a lesson is a", "quiz")


class Course(models.Model):
    """Something that is taught; what it teaches is said by its versions."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    drafted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    drafted_at = models.DateTimeField()

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")

    def __str__(self) -> str:
        return str(self.id)


class CourseVersion(models.Model):
    """One text of a course; unchangeable once published. `revision` counts its changes, state included.

    Without `certificate_months` its certificates never expire.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    titles = models.JSONField()
    subject = models.CharField(max_length=16, choices=CourseSubject)
    has_practical_exam = models.BooleanField(default=False)
    certificate_months = models.PositiveSmallIntegerField(null=True)
    state = models.CharField(max_length=12, choices=CourseState, default=CourseState.DRAFT)
    revision = models.PositiveIntegerField(default=1)
    author = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    drafted_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("version of a course")
        verbose_name_plural = _("versions of courses")
        constraints = [
            models.UniqueConstraint(fields=["course", "number"], name="versions_of_a_course_are_numbered"),
            models.UniqueConstraint(
                fields=["course", "state"],
                condition=Q(state__in=[CourseState.DRAFT, CourseState.PUBLISHED]),
                name="one_text_of_a_course_is_written_and_one_taught",
            ),
            models.CheckConstraint(condition=Q(subject__in=CourseSubject.values), name="a_course_has_a_known_subject"),
            models.CheckConstraint(condition=Q(state__in=CourseState.values), name="a_course_is_in_a_known_state"),
        ]

    def __str__(self) -> str:
        return f"{self.titles} {self.number}"


class Lesson(models.Model):
    """One part of a version, in its place: a text, a video elsewhere, a document, or a quiz with its questions.

    `file` is a document's, and may be the same through versions of the course. `pass_percent` and `most_attempts` are a
    quiz's. A question is `{"texts", "options": [texts], "right": [places]}`.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    course_version = models.ForeignKey(CourseVersion, on_delete=models.PROTECT, related_name="+", db_index=False)
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=LessonKind)
    titles = models.JSONField()
    texts = models.JSONField(default=dict)
    video_address = models.CharField(max_length=LONGEST_ADDRESS, blank=True)
    file = models.ForeignKey(ChainFile, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    questions = models.JSONField(default=list)
    pass_percent = models.PositiveSmallIntegerField(null=True)
    most_attempts = models.PositiveSmallIntegerField(null=True)

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")
        constraints = [
            models.UniqueConstraint(fields=["course_version", "position"], name="lessons_of_a_course_are_in_order"),
            models.CheckConstraint(condition=Q(kind__in=LessonKind.values), name="a_lesson_has_a_known_form"),
            models.CheckConstraint(
                condition=Q(kind=LessonKind.DOCUMENT, file__isnull=False)
                | (~Q(kind=LessonKind.DOCUMENT) & Q(file__isnull=True)),
                name="a_document_has_a_file_and_nothing_else_has",
            ),
        ]

    def __str__(self) -> str:
        return str(self.position)


class TaughtClause(models.Model):
    """A lesson teaches a requirement, in whatever version of its standard: the clause's lineage names it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="+", db_index=False)
    lineage_id = models.UUIDField()

    class Meta:
        verbose_name = _("taught clause")
        verbose_name_plural = _("taught clauses")
        indexes = [models.Index(fields=["lineage_id"], name="lessons_that_teach_a_clause")]
        constraints = [models.UniqueConstraint(fields=["lesson", "lineage_id"], name="a_lesson_teaches_a_clause_once")]

    def __str__(self) -> str:
        return str(self.lineage_id)
