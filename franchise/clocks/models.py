"""The nouns of the clocks: clocks, their pauses, what was noted about them, and the calendars they were set by."""

from datetime import datetime
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from chains.actor import Actor, Audience
from kit.ids import new_id
from stores.models import Store


class TargetUnit(models.TextChoices):
    """In which time a target is counted."""

    WALL = "WALL", _("time that passes")
    WORKING = "WORKING", _("opening hours of the store")
    SAME_DAY = "SAME_DAY", _("on the same day")


class PauseReason(models.TextChoices):
    """Why a clock stands still."""

    WAITING_FOR_CUSTOMER = "WAITING_FOR_CUSTOMER", _("Waiting for the customer")
    WAITING_FOR_DEPARTMENT = "WAITING_FOR_DEPARTMENT", _("Waiting for another department")
    OTHER = "OTHER", _("Another reason")


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

    def by_due_time(self) -> Self:
        """Put the earliest due first; those without a due time, and paused ones, come last."""
        return self.order_by("current_due_at", "id")

    def overdue_at(self, moment: datetime) -> Self:
        """Keep the running clocks whose time was up before a moment; what was paused in time is not among them."""
        return self.running().filter(current_due_at__lt=moment)


class Clock(models.Model):
    """How long something takes against a target: set once when it starts, read off once when it stops.

    `due_at` is what was promised at the start and never changes; `current_due_at` is what follows from its pauses: null
    while it stands still in time. Both are null where the store's hours are not recorded. `watch_at` is when there is
    something to note next. Ids of journal entries say which deeds started and stopped it.
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
    current_due_at = models.DateTimeField(null=True)
    is_paused = models.BooleanField(default=False)
    reminder_shares = ArrayField(models.PositiveSmallIntegerField(), default=list)
    watch_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    stopped_by_id = models.UUIDField(null=True)
    wall_seconds = models.PositiveBigIntegerField(null=True)
    working_seconds = models.PositiveBigIntegerField(null=True)

    objects = ClockQuerySet.as_manager()

    class Meta:
        verbose_name = _("clock")
        verbose_name_plural = _("clocks")
        indexes = [
            models.Index(
                fields=["store", "current_due_at", "id"],
                condition=Q(stopped_at__isnull=True),
                name="clocks_running_by_due_time",
            ),
            models.Index(fields=["subject_id", "subject_type"], name="clocks_of_a_subject"),
            models.Index(fields=["watch_at"], condition=Q(watch_at__isnull=False), name="clocks_to_watch"),
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
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True) | Q(is_paused=False, watch_at__isnull=True),
                name="a_stopped_clock_is_neither_paused_nor_watched",
            ),
            models.CheckConstraint(
                condition=Q(current_due_at__isnull=True) | Q(current_due_at__gte=F("due_at")),
                name="a_due_time_is_only_postponed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_type}:{self.subject_id}"


class ClockPause(models.Model):
    """A time in which a clock stands still, with its reason; `due_at` is when the clock is due after it.

    It lasts until `resumed_at`, or until `void_from` if that comes first: a pause 'waiting for the customer' is void
    from the moment the customer wrote. `voided_by_id` is the journal entry that told so.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+")
    clock = models.ForeignKey(Clock, on_delete=models.PROTECT, related_name="pauses")
    reason = models.CharField(max_length=24, choices=PauseReason)
    note = models.TextField(blank=True)
    paused_at = models.DateTimeField()
    paused_by_id = models.UUIDField()
    resumed_at = models.DateTimeField(null=True)
    resumed_by_id = models.UUIDField(null=True)
    void_from = models.DateTimeField(null=True)
    voided_by_id = models.UUIDField(null=True)
    due_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("pause of a clock")
        verbose_name_plural = _("pauses of clocks")
        constraints = [
            models.UniqueConstraint(
                fields=["store", "clock"], condition=Q(resumed_at__isnull=True), name="a_clock_is_paused_once_at_a_time"
            ),
            models.CheckConstraint(condition=Q(reason__in=PauseReason.values), name="a_pause_has_a_known_reason"),
            models.CheckConstraint(
                condition=~Q(reason=PauseReason.OTHER, note=""), name="another_reason_is_told_in_words"
            ),
            models.CheckConstraint(
                condition=Q(resumed_at__isnull=True, resumed_by_id__isnull=True)
                | Q(resumed_at__gte=F("paused_at"), resumed_by_id__isnull=False),
                name="a_clock_resumes_after_it_paused",
            ),
            models.CheckConstraint(
                condition=Q(void_from__isnull=True, voided_by_id__isnull=True)
                | Q(void_from__isnull=False, voided_by_id__isnull=False, reason=PauseReason.WAITING_FOR_CUSTOMER),
                name="only_waiting_for_the_customer_is_voided",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.paused_at:%Y-%m-%d %H:%M}"

    @property
    def ended_at(self) -> datetime | None:
        """When the clock really ran on: never after the customer wrote, never before it stood still; None till then."""
        if self.resumed_at is None or self.void_from is None:
            return self.resumed_at
        return max(self.paused_at, min(self.resumed_at, self.void_from))


class Notice(models.Model):
    """Something that was noted about a clock with nobody looking; `entry_id` is the journal's entry of it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    noted_at = models.DateTimeField()
    entry_id = models.UUIDField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.noted_at:%Y-%m-%d %H:%M}"


class Reminder(Notice):
    """So many hundredths of a clock's target were used up; `reached_at` is when."""

    clock = models.ForeignKey(Clock, on_delete=models.PROTECT, related_name="+", db_index=False)
    share = models.PositiveSmallIntegerField()
    reached_at = models.DateTimeField()

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = [
            models.UniqueConstraint(fields=["store", "clock", "share"], name="a_share_is_reminded_of_once"),
        ]


class Overdue(Notice):
    """A clock's time was up and the thing was not done; `due_at` is until when it could have been."""

    clock = models.ForeignKey(Clock, on_delete=models.PROTECT, related_name="+", db_index=False)
    due_at = models.DateTimeField()

    class Meta:
        verbose_name = _("overdue")
        verbose_name_plural = _("overdue")
        constraints = [models.UniqueConstraint(fields=["store", "clock"], name="a_clock_becomes_overdue_once")]
