"""What is asked: standards, their versions and clauses, and what was decided about them."""

from typing import Self

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from kit.ids import new_id
from members.models import User


class VersionState(models.TextChoices):
    """Where a version stands; what was once effective never becomes a draft again."""

    DRAFT = "DRAFT", _("Draft")
    SUBMITTED = "SUBMITTED", _("Submitted for approval")
    APPROVED = "APPROVED", _("Approved")
    SCHEDULED = "SCHEDULED", _("Approved and due to come into force")
    EFFECTIVE = "EFFECTIVE", _("In force")
    SUPERSEDED = "SUPERSEDED", _("Superseded by a later version")
    WITHDRAWN = "WITHDRAWN", _("Withdrawn")


class ClauseField(models.TextChoices):
    """What a clause is about: seven fields of procedure (S4) and seven of conduct (S5)."""

    TIME_LIMITS = "TIME_LIMITS", _("Time limits")
    FLOW = "FLOW", _("Smooth flow of the work")
    ADAPTABILITY = "ADAPTABILITY", _("Adaptability to special cases")
    ANTICIPATION = "ANTICIPATION", _("Anticipation of peaks")
    COMMUNICATION = "COMMUNICATION", _("Passing on of information")
    CUSTOMER_FEEDBACK = "CUSTOMER_FEEDBACK", _("Feedback of customers")
    SUPERVISION = "SUPERVISION", _("Organisation and supervision")
    APPEARANCE = "APPEARANCE", _("Appearance")
    ATTITUDE = "ATTITUDE", _("Attitude")
    ATTENTION = "ATTENTION", _("Attention to the customer")
    TACT = "TACT", _("Tact and standard wording")
    GUIDANCE = "GUIDANCE", _("Guidance and selling skill")
    COMPLAINT_HANDLING = "COMPLAINT_HANDLING", _("Handling of complaints")
    COURTESY = "COURTESY", _("Courtesy of language")


class ClauseChange(models.TextChoices):
    """What a clause changes against the version before; who has read the earlier one knows all but the first two."""

    NEW = "NEW", _("A new requirement")
    SUBSTANCE = "SUBSTANCE", _("Something else is required")
    WORDING = "WORDING", _("The same is required in other words")
    SAME = "SAME", _("Unchanged")


class JourneyStep(models.Model):
    """A step that customers go through with the chain, and whether it matters to them (S6); HQ keeps the list.

    A step that HQ has given up stays for the clauses that speak of it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=40)
    names = models.JSONField()
    position = models.PositiveSmallIntegerField()
    matters = models.BooleanField()
    given_up_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("step of the customer's journey")
        verbose_name_plural = _("steps of the customer's journey")
        constraints = [models.UniqueConstraint(fields=["code"], name="two_journey_steps_have_two_codes")]

    def __str__(self) -> str:
        return self.code


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


class ClauseQuerySet(models.QuerySet["Clause"]):
    """Clauses, chainable."""

    def promised_by(self, versions: models.QuerySet["Version"]) -> Self:
        """Keep what customers are promised everywhere: published, in the latest of these versions, for all stores."""
        later = versions.filter(standard=OuterRef("version__standard"), number__gt=OuterRef("version__number"))
        public = self.filter(~Exists(later), is_public=True, version__in=versions)
        return public.exclude(scope__has_any_keys=["area_ids", "store_kinds", "store_ids", "equipment"])


class Clause(models.Model):
    """One numbered requirement of a version: text for people, and a rule for the machine where there can be one.

    `trigger_kind` and `response_kind` repeat the events of the rule, so that clauses are found by what happens.
    `lineage_id` is the same for the same requirement through all versions. `follows` tells by language which source
    text a translation follows, as a digest. `scope` names whom the clause binds: roles, areas, kinds of store, stores,
    equipment and channels, each list that is there. `questions` are asked of those who acknowledge what has changed.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="clauses", db_index=False)
    lineage_id = models.UUIDField(default=new_id, db_default=RandomUUID())
    position = models.PositiveSmallIntegerField()
    number = models.CharField(max_length=12)
    field = models.CharField(max_length=24, choices=ClauseField, blank=True, default="", db_default="")
    journey_step = models.ForeignKey(JourneyStep, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    texts = models.JSONField()
    source_language = models.CharField(max_length=10, blank=True, default="", db_default="")
    follows = models.JSONField(default=dict, db_default={})
    rule = models.JSONField(null=True)
    trigger_kind = models.CharField(max_length=64, blank=True)
    response_kind = models.CharField(max_length=64, blank=True)
    scope = models.JSONField(default=dict, db_default={})
    is_public = models.BooleanField(default=False, db_default=False)
    change = models.CharField(
        max_length=16, choices=ClauseChange, default=ClauseChange.NEW, db_default=ClauseChange.NEW
    )
    questions = models.JSONField(default=list, db_default=[])

    # Told by `clauses_in_force` alone, about the store and the moment that it is asked about.
    is_waived = False

    objects = ClauseQuerySet.as_manager()

    class Meta:
        verbose_name = _("clause")
        verbose_name_plural = _("clauses")
        indexes = [
            models.Index(fields=["trigger_kind"], name="clauses_by_trigger"),
            models.Index(fields=["response_kind"], name="clauses_by_response"),
            models.Index(fields=["lineage_id"], name="clauses_by_lineage"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["version", "number"], name="clauses_of_a_version_are_numbered"),
            models.UniqueConstraint(fields=["version", "position"], name="clauses_of_a_version_are_in_order"),
            models.UniqueConstraint(fields=["version", "lineage_id"], name="a_requirement_stands_once_in_a_version"),
            models.CheckConstraint(condition=Q(change__in=ClauseChange.values), name="a_clause_tells_a_known_change"),
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


class VersionReturn(VersionStep):
    """A version that was submitted was sent back to be mended, with the reason."""

    reason = models.TextField()

    class Meta:
        verbose_name = _("return of a version")
        verbose_name_plural = _("returns of versions")
        indexes = [models.Index(fields=["version"], name="returns_of_a_version")]


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
