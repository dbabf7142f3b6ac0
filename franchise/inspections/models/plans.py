"""Plans of inspections: by which template, at which stores, in which rhythm; and that a plan was ended."""

from typing import Self
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from chains.actor import Actor
from inspections.models.templates import InspectionTemplate
from kit.ids import new_id
from members.models import User
from members.rules.permissions import Permission
from stores.models import Area, Store


class RhythmUnit(models.TextChoices):
    """In what the rhythm of a plan is counted."""

    DAY = "DAY", _("days")
    WEEK = "WEEK", _("weeks")
    MONTH = "MONTH", _("months")


class InspectionPlanQuerySet(models.QuerySet["InspectionPlan"]):
    """Plans, chainable."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep those that mean a store at which the actor plans inspections: nobody else is to know of them."""
        planned = actor.stores_with(Permission.SCHEDULE_INSPECTION)
        if planned is None:
            return self
        if not planned:
            return self.none()
        areas = Store.objects.filter(id__in=planned, area_id__isnull=False).values("area_id")
        whole_chain = Q(area_id=None, store_ids=None)
        return self.filter(whole_chain | Q(area_id__in=areas) | Q(store_ids__overlap=sorted(planned)))

    def going_on(self) -> Self:
        """Keep those that nobody has ended."""
        return self.filter(~Exists(InspectionPlanEnd.objects.filter(plan=OuterRef("pk"))))


class InspectionPlan(models.Model):
    """Inspections by a template at the stores listed, at those of an area, or at all of the chain.

    They come on `starts_on` and then each `every` units, once only without a rhythm; the days are each store's own.
    They can be started for `open_days`, until the next day of the rhythm where that is null. Without an `inspector` one
    is chosen for each store. `version` counts its changes.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    template = models.ForeignKey(InspectionTemplate, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, related_name="+")
    store_ids: "ArrayField[list[UUID] | None, list[UUID] | None]" = ArrayField(models.UUIDField(), null=True)
    starts_on = models.DateField()
    every = models.PositiveSmallIntegerField(null=True)
    unit = models.CharField(max_length=8, choices=RhythmUnit, null=True)
    open_days = models.PositiveSmallIntegerField(null=True)
    is_announced = models.BooleanField()
    inspector = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    planned_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    planned_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = InspectionPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("inspection plan")
        verbose_name_plural = _("inspection plans")
        constraints = [
            models.CheckConstraint(
                condition=Q(area__isnull=True) | Q(store_ids__isnull=True), name="a_plan_means_an_area_or_listed_stores"
            ),
            models.CheckConstraint(
                condition=Q(every__isnull=True, unit__isnull=True, open_days__isnull=False)
                | Q(every__gte=1, unit__in=RhythmUnit.values),
                name="a_plan_has_a_rhythm_or_comes_once",
            ),
            models.CheckConstraint(
                condition=Q(open_days__isnull=True) | Q(open_days__gte=1), name="what_is_planned_is_open_for_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template_id} {self.starts_on}"


class InspectionPlanEnd(models.Model):
    """Somebody ended a plan, with the reason: it brings nothing more."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    plan = models.ForeignKey(InspectionPlan, on_delete=models.PROTECT, related_name="+", db_index=False)
    reason = models.TextField()
    done_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    done_at = models.DateTimeField()

    class Meta:
        verbose_name = _("end of an inspection plan")
        verbose_name_plural = _("ends of inspection plans")
        constraints = [models.UniqueConstraint(fields=["plan"], name="an_inspection_plan_ends_once")]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.done_at:%Y-%m-%d}"
