"""An inspection, what was found on it item by item, and the photos that show it."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chains.actor import Actor, Audience
from files.models import StoredFile
from inspections.models.plans import InspectionPlan
from inspections.models.templates import InspectionTemplate, TemplateItem
from kit.ids import new_id
from members.models import User
from members.rules.permissions import Permission
from stores.models import Store


class InspectionState(models.TextChoices):
    """How an inspection stands."""

    SCHEDULED = "SCHEDULED", _("To be carried out")
    STARTED = "STARTED", _("Under way")
    COMPLETED = "COMPLETED", _("Completed")
    MISSED = "MISSED", _("Not carried out in time")
    CANCELLED = "CANCELLED", _("Called off")


class FindingResult(models.TextChoices):
    """What was found about an item."""

    MET = "MET", _("Met")
    NOT_MET = "NOT_MET", _("Not met")
    NOT_APPLICABLE = "NOT_APPLICABLE", _("Not applicable")


class InspectionCounter(models.Model):
    """The last number that a store gave to an inspection; locked while the next one is given."""

    store = models.OneToOneField(Store, on_delete=models.PROTECT, primary_key=True, related_name="+")
    last_number = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("inspection counter")
        verbose_name_plural = _("inspection counters")

    def __str__(self) -> str:
        return str(self.last_number)


class InspectionQuerySet(models.QuerySet["Inspection"]):
    """Inspections, chainable."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep those of stores that the actor sees, unless they are not to be known yet.

        Of one that comes unannounced nobody knows before it starts, but the inspector and those who plan inspections.
        """
        seen = self if actor.audience is Audience.HQ else self.filter(store_id__in=actor.store_ids)
        planned = actor.stores_with(Permission.SCHEDULE_INSPECTION)
        if planned is None:
            return seen
        known = Q(is_announced=True) | Q(started_at__isnull=False) | Q(store_id__in=planned)
        return seen.filter(known | Q(inspector_id=actor.user_id) if actor.user_id else known)


class Inspection(models.Model):
    """Somebody looks at a store, by a template, until a time.

    It gets its `number` when it starts, so that no gap tells of one that comes unannounced. The score is in hundredths
    of a per cent of the weights; null where nothing of the template applied. One that a `plan` brought tells for which
    of the store's days. `version` counts its changes.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveBigIntegerField(null=True)
    template = models.ForeignKey(InspectionTemplate, on_delete=models.PROTECT, related_name="+")
    plan = models.ForeignKey(InspectionPlan, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    planned_on = models.DateField(null=True)
    inspector = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    is_announced = models.BooleanField()
    state = models.CharField(max_length=16, choices=InspectionState, default=InspectionState.SCHEDULED)
    due_at = models.DateTimeField()
    scheduled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    scheduled_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    score_basis_points = models.PositiveIntegerField(null=True)
    is_passed = models.BooleanField(null=True)
    remark = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = InspectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("inspection")
        verbose_name_plural = _("inspections")
        indexes = [
            models.Index(fields=["store", "due_at", "id"], name="inspections_by_due_time"),
            models.Index(fields=["due_at"], condition=Q(state="SCHEDULED"), name="inspections_to_be_made"),
            models.Index(fields=["plan", "planned_on"], name="inspections_of_a_plan"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["store", "number"], name="a_store_numbers_its_inspections_once"),
            models.UniqueConstraint(fields=["store", "plan", "planned_on"], name="a_plan_comes_to_a_store_once_a_day"),
            models.CheckConstraint(
                condition=Q(plan__isnull=True, planned_on__isnull=True)
                | Q(plan__isnull=False, planned_on__isnull=False),
                name="an_inspection_of_a_plan_tells_its_day",
            ),
            models.CheckConstraint(
                condition=Q(state__in=InspectionState.values), name="an_inspection_is_in_a_known_state"
            ),
            models.CheckConstraint(
                condition=Q(state__in=("STARTED", "COMPLETED"), started_at__isnull=False, number__isnull=False)
                | Q(state__in=("SCHEDULED", "MISSED", "CANCELLED"), started_at=None, number=None),
                name="an_inspection_that_was_begun_tells_when",
            ),
            models.CheckConstraint(
                condition=Q(state="COMPLETED", is_passed__isnull=False) | ~Q(state="COMPLETED") & Q(is_passed=None),
                name="an_inspection_is_passed_or_not_at_its_end",
            ),
        ]

    def __str__(self) -> str:
        return str(self.number or self.id)


class InspectionFinding(models.Model):
    """What was found about one item; as long as the inspection is under way it can be found anew."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="+", db_index=False)
    item = models.ForeignKey(TemplateItem, on_delete=models.PROTECT, related_name="+")
    result = models.CharField(max_length=16, choices=FindingResult)
    note = models.TextField(blank=True)
    found_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    found_at = models.DateTimeField()

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        indexes = [models.Index(fields=["inspection"], name="findings_of_an_inspection")]
        constraints = [
            models.UniqueConstraint(fields=["store", "inspection", "item"], name="an_item_has_one_finding"),
            models.CheckConstraint(condition=Q(result__in=FindingResult.values), name="a_finding_has_a_known_result"),
        ]

    def __str__(self) -> str:
        return self.result


class FindingPhoto(models.Model):
    """A photo that shows what was found."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    finding = models.ForeignKey(InspectionFinding, on_delete=models.PROTECT, related_name="+")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("photo of a finding")
        verbose_name_plural = _("photos of findings")
        constraints = [models.UniqueConstraint(fields=["store", "file"], name="a_photo_shows_one_finding")]

    def __str__(self) -> str:
        return str(self.file_id)
