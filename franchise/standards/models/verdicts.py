"""Whether a clause was met: spans measured from the journal, and the verdicts drawn from them."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q, Value
from django.utils.translation import gettext_lazy as _

from chains.actor import Actor, Audience
from clocks.models import CalendarSnapshot
from kit.ids import new_id
from standards.models.texts import Clause
from stores.models import Store


class VerdictState(models.TextChoices):
    """How a clause stands for one case; not known and not applicable are never 'missed'."""

    MET = "MET", _("Met")
    MISSED = "MISSED", _("Missed")
    OPEN = "OPEN", _("Still open")
    NOT_KNOWN = "NOT_KNOWN", _("Not known")
    NOT_APPLICABLE = "NOT_APPLICABLE", _("Not applicable")


class ReasonCode(models.TextChoices):
    """Why a verdict is as it is."""

    IN_TIME = "IN_TIME", _("In time")
    IN_ALLOWANCE = "IN_ALLOWANCE", _("Within the allowance for special cases")
    TOO_LATE = "TOO_LATE", _("Too late")
    NEVER_CAME = "NEVER_CAME", _("It never came")
    STILL_TIME = "STILL_TIME", _("There is still time")
    OUT_OF_SCOPE = "OUT_OF_SCOPE", _("Outside the scope of the clause")
    WAIVED = "WAIVED", _("Waived for the store at that time")
    FACT_NOT_RECORDED = "FACT_NOT_RECORDED", _("A fact was not recorded")
    HOURS_NOT_RECORDED = "HOURS_NOT_RECORDED", _("Opening hours were not recorded")
    RECORDED = "RECORDED", _("Everything asked for was recorded")
    NOT_RECORDED = "NOT_RECORDED", _("Something asked for was not recorded")
    HAPPENED = "HAPPENED", _("It happened, and must not")
    BOUND_KEPT = "BOUND_KEPT", _("The figure of that time is as it should be")
    BOUND_BROKEN = "BOUND_BROKEN", _("The figure of that time is not as it should be")
    NOTHING_HAPPENED = "NOTHING_HAPPENED", _("Nothing happened that could be counted")
    FOUND_MET = "FOUND_MET", _("Found in order by an inspection")
    FOUND_MISSED = "FOUND_MISSED", _("Found wanting by an inspection")
    FOUND_NOT_APPLICABLE = "FOUND_NOT_APPLICABLE", _("Found not to apply by an inspection")


# A reason tells the state: whoever counts reasons has counted states.
STATE_OF: dict[ReasonCode, VerdictState] = {
    ReasonCode.IN_TIME: VerdictState.MET,
    ReasonCode.IN_ALLOWANCE: VerdictState.MET,
    ReasonCode.TOO_LATE: VerdictState.MISSED,
    ReasonCode.NEVER_CAME: VerdictState.MISSED,
    ReasonCode.STILL_TIME: VerdictState.OPEN,
    ReasonCode.OUT_OF_SCOPE: VerdictState.NOT_APPLICABLE,
    ReasonCode.WAIVED: VerdictState.NOT_APPLICABLE,
    ReasonCode.FACT_NOT_RECORDED: VerdictState.NOT_KNOWN,
    ReasonCode.HOURS_NOT_RECORDED: VerdictState.NOT_KNOWN,
    ReasonCode.RECORDED: VerdictState.MET,
    ReasonCode.NOT_RECORDED: VerdictState.MISSED,
    ReasonCode.HAPPENED: VerdictState.MISSED,
    ReasonCode.BOUND_KEPT: VerdictState.MET,
    ReasonCode.BOUND_BROKEN: VerdictState.MISSED,
    ReasonCode.NOTHING_HAPPENED: VerdictState.NOT_APPLICABLE,
    ReasonCode.FOUND_MET: VerdictState.MET,
    ReasonCode.FOUND_MISSED: VerdictState.MISSED,
    ReasonCode.FOUND_NOT_APPLICABLE: VerdictState.NOT_APPLICABLE,
}


class Span(models.Model):
    """From one event to the first that answers it, measured once from the journal and judged under any clause.

    Without a `response_kind` it is an event alone, with what was recorded of it. Named after a window, it is that
    stretch of time at a store; the entry that it names is none.
    Each measure is the shortest limit of its sort that the answer keeps: whole seconds and days, so that a verdict is a
    comparison. `known_seconds` and `known_days` are the longest limits in working time of which the calendar tells when
    they end; null is without end. `day` and `hour_of_week` (from Monday, 0 to 167) are the store's, of the beginning.
    `is_exact` is false for what was measured before there were exact measures.

    The calendar is the store's as it was recorded when the span began, so that a replay finds the same. Where that did
    not tell the hours (`has_hours`), it is the first recorded later that does.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    subject_type = models.CharField(max_length=64)
    subject_id = models.UUIDField()
    trigger_kind = models.CharField(max_length=64)
    response_kind = models.CharField(max_length=64)
    facts = models.JSONField()
    calendar = models.ForeignKey(CalendarSnapshot, on_delete=models.PROTECT, related_name="+")
    has_hours = models.BooleanField()
    started_entry_id = models.UUIDField()
    started_at = models.DateTimeField()
    ended_entry_id = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)
    wall_seconds = models.PositiveBigIntegerField(null=True)
    working_seconds = models.PositiveBigIntegerField(null=True)
    wall_days = models.PositiveIntegerField(null=True)
    working_days = models.PositiveIntegerField(null=True)
    known_seconds = models.PositiveBigIntegerField(null=True)
    known_days = models.IntegerField(null=True)
    is_exact = models.BooleanField(default=True, db_default=False)
    day = models.DateField()
    hour_of_week = models.PositiveSmallIntegerField()
    started_by_id = models.UUIDField(null=True)
    ended_by_id = models.UUIDField(null=True)
    recorded = ArrayField(
        models.CharField(max_length=64), default=list, db_default=Value([], ArrayField(models.CharField(max_length=64)))
    )
    numbers = models.JSONField(default=dict, db_default={})

    class Meta:
        verbose_name = _("span")
        verbose_name_plural = _("spans")
        indexes = [
            models.Index(fields=["store", "subject_id", "response_kind"], name="spans_of_a_subject"),
            models.Index(fields=["store", "started_at"], name="spans_by_beginning"),
            models.Index(fields=["store", "started_at"], condition=Q(has_hours=False), name="spans_without_hours"),
            models.Index(fields=["trigger_kind", "response_kind", "day"], name="spans_of_a_pair_by_day"),
            models.Index(
                fields=["trigger_kind", "response_kind", "day"],
                condition=Q(ended_at__isnull=True, response_kind__gt=""),
                name="spans_not_answered",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["store", "started_entry_id", "response_kind"], name="a_span_is_measured_once"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_entry_id__isnull=True, wall_seconds__isnull=True)
                | Q(ended_at__gte=models.F("started_at"), ended_entry_id__isnull=False, wall_seconds__isnull=False),
                name="an_ended_span_tells_when_and_by_what",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.trigger_kind} -> {self.response_kind} {self.subject_id}"


class VerdictQuerySet(models.QuerySet["Verdict"]):
    """Verdicts, chainable."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep the verdicts about stores that the actor sees."""
        return self if actor.audience is Audience.HQ else self.filter(store_id__in=actor.store_ids)

    def standing(self) -> Self:
        """Keep the verdicts that no later one has replaced."""
        return self.filter(~Exists(Verdict.objects.filter(store_id=OuterRef("store_id"), replaces=OuterRef("pk"))))


class Verdict(models.Model):
    """How a clause version stands for one case, and on which journal entries that rests.

    `day` is the store's date when the case began; `user_id` is who gave the answer, or did what must not be;
    nobody where an answer never came.
    Never changed: when there is more to say, as when an open case is settled, a new verdict replaces it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, related_name="+", db_index=False)
    span = models.ForeignKey(Span, on_delete=models.PROTECT, related_name="+")
    subject_type = models.CharField(max_length=64)
    subject_id = models.UUIDField()
    state = models.CharField(max_length=16, choices=VerdictState)
    reason = models.CharField(max_length=32, choices=ReasonCode)
    due_at = models.DateTimeField(null=True)
    entry_ids = ArrayField(models.UUIDField())
    day = models.DateField()
    user_id = models.UUIDField(null=True)
    judged_at = models.DateTimeField()
    replaces = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")

    objects = VerdictQuerySet.as_manager()

    class Meta:
        verbose_name = _("verdict")
        verbose_name_plural = _("verdicts")
        indexes = [
            models.Index(fields=["subject_id", "judged_at"], name="verdicts_of_a_subject"),
            models.Index(fields=["store", "clause", "state"], name="verdicts_of_a_clause"),
            models.Index(fields=["clause", "store", "day"], name="verdicts_of_a_clause_by_day"),
            models.Index(
                fields=["user_id", "judged_at"], condition=Q(user_id__isnull=False), name="verdicts_of_a_person"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["store", "span", "clause"],
                condition=Q(replaces__isnull=True),
                name="a_case_has_one_first_verdict",
            ),
            models.UniqueConstraint(fields=["store", "replaces"], name="a_verdict_is_replaced_once"),
            models.CheckConstraint(condition=Q(state__in=VerdictState.values), name="a_verdict_is_in_a_known_state"),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.clause_id} {self.subject_id}"


class Watch(models.Model):
    """An open case whose limit still runs; the row is gone once the case is settled."""

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+")
    verdict = models.OneToOneField(Verdict, on_delete=models.PROTECT, primary_key=True, related_name="+")
    due_at = models.DateTimeField()

    class Meta:
        verbose_name = _("watched case")
        verbose_name_plural = _("watched cases")
        indexes = [models.Index(fields=["due_at"], name="watched_cases_by_due_time")]

    def __str__(self) -> str:
        return f"{self.verdict_id} {self.due_at}"
