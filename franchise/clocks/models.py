"""The nouns of the clocks: clocks, their pauses, and the calendars by which they were set."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from chains.actor import Actor, Audience
from kit.ids import new_id
from stores.models import Store


class TargetUnit(models.TextChoices):
    """In which time a target is counted."""

    WALL = "WALL", _("time that passes")
    WORKING = "WORKING", _("opening hours of the store")
    SAME_DAY = "SAME_DAY", _("on the same day")


class CalendarSnapshot(models.Model):
    """A store's calendar as it was when clocks were set by it; written once for each different calendar."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    fingerprint = models.CharField(max_length=64)
    calendar = models.JSONField()
    taken_at = models.DateTimeField()

    class Meta:
        verbose_name = _("calendar snapshot")
        verbose_name_plural = _("calendar snapshots")
        constraints = [
            models.UniqueConstraint(fields=["store", "fingerprint"], name="a_calendar_of_a_store_is_kept_once")
        ]

    def __str__(self) -> str:
        return self.fingerprint


class ClockQuerySet(models.QuerySet["Clock"]):
    """Clocks, chainable."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep the clocks of stores that the actor sees."""
        return self if actor.audience is Audience.HQ else self.filter(store_id__in=actor.store_ids)

    def of_subject(self, subject_type: str, subject_id: object) -> Self:
        """Keep the clocks that measure something about one subject."""
        return self.filter(subject_type=subject_type, subject_id=subject_id)

    def running(self) -> Self:
        """Keep the clocks that were not stopped; paused ones are among them."""
        return self.filter(stopped_at__isnull=True)

    def with_current_due(self) -> Self:
        """Add `current_due_at`: the due time after the latest pause; null while paused or where none is known."""
        pauses = ClockPause.objects.filter(clock=OuterRef("pk"))
        after_pauses = pauses.filter(resumed_at__isnull=False).order_by("-resumed_at").values("due_at")[:1]
        return self.annotate(
            is_paused=Exists(pauses.filter(resumed_at__isnull=True)),
            current_due_at=models.Case(
                models.When(is_paused=True, then=None),
                default=Coalesce(Subquery(after_pauses), F("due_at")),
                output_field=models.DateTimeField(null=True),
            ),
        )

    def by_due_time(self) -> Self:
        """Add `current_due_at` and put the earliest first; those without one come last."""
        return self.with_current_due().order_by("current_due_at", "id")

    def overdue_at(self, moment: datetime) -> Self:
        """Keep the running clocks whose time was up before a moment; one that is paused is not among them."""
        # A pause only ever postpones, so the first due time is a safe filter, and it is the one with an index.
        return self.running().filter(due_at__lt=moment).with_current_due().filter(current_due_at__lt=moment)


class Clock(models.Model):
    """How long something takes against a target: set once when it starts, read off once when it stops.

    `due_at` is what was promised at the start and never changes; pauses carry the due times that follow from them. It
    is null where the store's hours are not recorded. Ids of journal entries say which deeds started and stopped it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    subject_type = models.CharField(max_length=64)
    subject_id = models.UUIDField()
    kind = models.CharField(max_length=64)
    clause_version_id = models.UUIDField(null=True)
    target_unit = models.CharField(max_length=8, choices=TargetUnit)
    target_seconds = models.PositiveBigIntegerField()
    calendar = models.ForeignKey(CalendarSnapshot, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    started_by_id = models.UUIDField()
    due_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    stopped_by_id = models.UUIDField(null=True)
    wall_seconds = models.PositiveBigIntegerField(null=True)
    working_seconds = models.PositiveBigIntegerField(null=True)

    # Added by `ClockQuerySet.with_current_due`.
    current_due_at: datetime | None
    is_paused: bool

    objects = ClockQuerySet.as_manager()

    class Meta:
        verbose_name = _("clock")
        verbose_name_plural = _("clocks")
        indexes = [
            models.Index(
                fields=["store", "due_at", "id"],
                condition=Q(stopped_at__isnull=True),
                name="clocks_running_by_due_time",
            ),
            models.Index(fields=["subject_id", "subject_type"], name="clocks_of_a_subject"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["store", "subject_type", "subject_id", "kind", "clause_version_id"],
                condition=Q(stopped_at__isnull=True),
                nulls_distinct=False,
                name="one_clock_of_a_kind_runs_at_a_time",
            ),
            models.CheckConstraint(condition=Q(target_unit__in=TargetUnit.values), name="a_target_is_in_a_known_unit"),
            models.CheckConstraint(
                condition=Q(due_at__isnull=True) | Q(due_at__gte=F("started_at")), name="a_clock_is_due_after_its_start"
            ),
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True, stopped_by_id__isnull=True, wall_seconds__isnull=True)
                | Q(stopped_at__gte=F("started_at"), stopped_by_id__isnull=False, wall_seconds__isnull=False),
                name="a_stopped_clock_tells_when_and_by_what",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_type}:{self.subject_id}"


class ClockPause(models.Model):
    """A time in which a clock stands still, with its reason; `due_at` is when the clock is due after it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+")
    clock = models.ForeignKey(Clock, on_delete=models.PROTECT, related_name="pauses")
    reason = models.TextField()
    paused_at = models.DateTimeField()
    paused_by_id = models.UUIDField()
    resumed_at = models.DateTimeField(null=True)
    resumed_by_id = models.UUIDField(null=True)
    due_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("pause of a clock")
        verbose_name_plural = _("pauses of clocks")
        constraints = [
            models.UniqueConstraint(
                fields=["store", "clock"], condition=Q(resumed_at__isnull=True), name="a_clock_is_paused_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(resumed_at__isnull=True, resumed_by_id__isnull=True)
                | Q(resumed_at__gte=F("paused_at"), resumed_by_id__isnull=False),
                name="a_clock_resumes_after_it_paused",
            ),
        ]

    def __str__(self) -> str:
        return self.reason
