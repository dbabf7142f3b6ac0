"""What is asked: standards, their versions and clauses, and what was decided about them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kit.ids import new_id
from members.models import User


class VersionState(models.TextChoices):
    """Where a version stands; what was once effective never becomes a draft again."""

    DRAFT = "DRAFT", _("Draft")
    SUBMITTED = "SUBMITTED", _("Submitted for approval")
    APPROVED = "APPROVED", _("Approved")
    EFFECTIVE = "EFFECTIVE", _("In force")
    SUPERSEDED = "SUPERSEDED", _("Superseded by a later version")
    WITHDRAWN = "WITHDRAWN", _("Withdrawn")


class Standard(models.Model):
    """A measurable guide to behaviour (S1); what it says is said by its versions."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    drafted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    drafted_at = models.DateTimeField()

    class Meta:
        verbose_name = _("standard")
        verbose_name_plural = _("standards")

    def __str__(self) -> str:
        return str(self.id)


class Version(models.Model):
    """One text of a standard; unchangeable once approved. `revision` counts its changes, state included."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    standard = models.ForeignKey(Standard, on_delete=models.PROTECT, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    titles = models.JSONField()
    state = models.CharField(max_length=16, choices=VersionState, default=VersionState.DRAFT)
    revision = models.PositiveIntegerField(default=1)
    author = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    drafted_at = models.DateTimeField()

    class Meta:
        verbose_name = _("version of a standard")
        verbose_name_plural = _("versions of standards")
        constraints = [
            models.UniqueConstraint(fields=["standard", "number"], name="versions_of_a_standard_are_numbered"),
            models.UniqueConstraint(
                fields=["standard"],
                condition=Q(state__in=[VersionState.DRAFT, VersionState.SUBMITTED]),
                name="one_text_of_a_standard_is_being_written",
            ),
            models.CheckConstraint(condition=Q(state__in=VersionState.values), name="a_version_is_in_a_known_state"),
        ]

    def __str__(self) -> str:
        return f"{self.titles} {self.number}"


class Clause(models.Model):
    """One numbered requirement of a version: text for people, and a rule for the machine where there can be one.

    `trigger_kind` and `response_kind` repeat the events of the rule, so that clauses are found by what happens.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="clauses", db_index=False)
    position = models.PositiveSmallIntegerField()
    number = models.CharField(max_length=12)
    texts = models.JSONField()
    rule = models.JSONField(null=True)
    trigger_kind = models.CharField(max_length=64, blank=True)
    response_kind = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("clause")
        verbose_name_plural = _("clauses")
        indexes = [
            models.Index(fields=["trigger_kind"], name="clauses_by_trigger"),
            models.Index(fields=["response_kind"], name="clauses_by_response"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["version", "number"], name="clauses_of_a_version_are_numbered"),
            models.UniqueConstraint(fields=["version", "position"], name="clauses_of_a_version_are_in_order"),
        ]

    def __str__(self) -> str:
        return self.number


class VersionStep(models.Model):
    """Something that was decided about a version: by whom and when."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+", db_index=False)
    # No index: nobody is ever deleted, and what somebody has done is asked of the journal.
    done_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    done_at = models.DateTimeField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.done_at:%Y-%m-%d %H:%M}"


class Submission(VersionStep):
    """A version was laid before those who approve; a revised one can be submitted again."""

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        indexes = [models.Index(fields=["version"], name="submissions_of_a_version")]


class Approval(VersionStep):
    """Somebody other than the author approved the text."""

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        constraints = [models.UniqueConstraint(fields=["version"], name="a_version_is_approved_once")]


class Withdrawal(VersionStep):
    """A version was taken back, with the reason."""

    reason = models.TextField()

    class Meta:
        verbose_name = _("withdrawal")
        verbose_name_plural = _("withdrawals")
        constraints = [models.UniqueConstraint(fields=["version"], name="a_version_is_withdrawn_once")]
