"""What has to be put right after an inspection: by whom and when, with the evidence that was given and verified."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chains.actor import Actor, Audience
from files.models import StoredFile
from inspections.models.inspections import InspectionFinding
from kit.ids import new_id
from members.models import User
from stores.models import Store


class CorrectionState(models.TextChoices):
    """How a corrective action stands."""

    REQUIRED = "REQUIRED", _("To be put right")
    SUBMITTED = "SUBMITTED", _("To be verified")
    VERIFIED = "VERIFIED", _("Put right")
    WITHDRAWN = "WITHDRAWN", _("Taken back")


class CorrectionLevel(models.TextChoices):
    """Up to where it became known that something is not put right, or not verified, in time."""

    STORE = "STORE", _("The store")
    AREA = "AREA", _("The area")
    HQ = "HQ", _("Headquarters")


class CorrectiveActionQuerySet(models.QuerySet["CorrectiveAction"]):
    """Corrective actions, chainable."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep those of stores that the actor sees."""
        return self if actor.audience is Audience.HQ else self.filter(store_id__in=actor.store_ids)

    def still_open(self) -> Self:
        """Keep those that have still to be put right or verified."""
        return self.filter(state__in=(CorrectionState.REQUIRED, CorrectionState.SUBMITTED))


class CorrectiveAction(models.Model):
    """Something that was not met has to be put right by somebody until a time.

    `due_at` is the owner's time of this round; `level` rises when it was up. `version` counts its changes.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    finding = models.ForeignKey(InspectionFinding, on_delete=models.PROTECT, related_name="+")
    what = models.TextField()
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=16, choices=CorrectionState, default=CorrectionState.REQUIRED)
    level = models.CharField(max_length=8, choices=CorrectionLevel, default=CorrectionLevel.STORE)
    due_at = models.DateTimeField()
    round = models.PositiveSmallIntegerField(default=1)
    required_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    required_at = models.DateTimeField()
    verified_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = CorrectiveActionQuerySet.as_manager()

    class Meta:
        verbose_name = _("corrective action")
        verbose_name_plural = _("corrective actions")
        indexes = [models.Index(fields=["store", "due_at", "id"], name="corrections_by_due_time")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=CorrectionState.values), name="a_correction_is_in_a_known_state"
            ),
            models.CheckConstraint(
                condition=Q(level__in=CorrectionLevel.values), name="a_correction_is_at_a_known_level"
            ),
            models.CheckConstraint(
                condition=Q(state="VERIFIED", verified_at__isnull=False) | ~Q(state="VERIFIED") & Q(verified_at=None),
                name="a_correction_that_is_verified_tells_when",
            ),
        ]

    def __str__(self) -> str:
        return self.what


class CorrectionWithdrawal(models.Model):
    """What was required by mistake was taken back, with the reason: it need not be put right any more."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    correction = models.ForeignKey(CorrectiveAction, on_delete=models.PROTECT, related_name="+", db_index=False)
    reason = models.TextField()
    done_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    done_at = models.DateTimeField()

    class Meta:
        verbose_name = _("withdrawal of a corrective action")
        verbose_name_plural = _("withdrawals of corrective actions")
        constraints = [models.UniqueConstraint(fields=["store", "correction"], name="a_correction_is_withdrawn_once")]

    def __str__(self) -> str:
        return self.reason


class CorrectionEvidence(models.Model):
    """What was given in one round to show that something was put right, and what the verifier said to it.

    `is_accepted` is null until somebody has looked. `submitted_in_visit_by_id` is who really gave it in somebody's
    place (S12).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    correction = models.ForeignKey(CorrectiveAction, on_delete=models.PROTECT, related_name="+", db_index=False)
    round = models.PositiveSmallIntegerField()
    note = models.TextField(blank=True)
    submitted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    submitted_in_visit_by_id = models.UUIDField(null=True)
    submitted_at = models.DateTimeField()
    is_accepted = models.BooleanField(null=True)
    remark = models.TextField(blank=True)
    verified_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    verified_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("evidence of a correction")
        verbose_name_plural = _("evidence of corrections")
        indexes = [models.Index(fields=["correction"], name="evidence_of_a_correction")]
        constraints = [
            models.UniqueConstraint(fields=["store", "correction", "round"], name="a_round_has_its_evidence_once"),
            models.CheckConstraint(
                condition=Q(is_accepted=None, verified_at=None)
                | Q(is_accepted__isnull=False, verified_at__isnull=False),
                name="evidence_that_was_looked_at_tells_when",
            ),
        ]

    def __str__(self) -> str:
        return self.note


class EvidenceFile(models.Model):
    """A photo or a document that shows what was put right."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    evidence = models.ForeignKey(CorrectionEvidence, on_delete=models.PROTECT, related_name="+")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("file of an evidence")
        verbose_name_plural = _("files of evidence")
        constraints = [models.UniqueConstraint(fields=["store", "file"], name="a_file_shows_one_correction")]

    def __str__(self) -> str:
        return str(self.file_id)
