"""Whether a clause was met: spans measured from the journal, and the verdicts drawn from them."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
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
    FACT_NOT_RECORDED = "FACT_NOT_RECORDED", _("A fact was not recorded")
    HOURS_NOT_RECORDED = "HOURS_NOT_RECORDED", _("Opening hours were not recorded")


class Span(models.Model):
    """From one event to the first that answers it, measured once from the journal and judged under any clause.

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

    class Meta:
        verbose_name = _("span")
        verbose_name_plural = _("spans")
        indexes = [
            models.Index(fields=["store", "subject_id", "response_kind"], name="spans_of_a_subject"),
            models.Index(fields=["store", "started_at"], name="spans_by_beginning"),
            models.Index(fields=["store", "started_at"], condition=Q(has_hours=False), name="spans_without_hours"),
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

    Never changed: when there is more to say, as when an open case is settled, a new verdict replaces it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, related_name="+")
    span = models.ForeignKey(Span, on_delete=models.PROTECT, related_name="+")
    subject_type = models.CharField(max_length=64)
    subject_id = models.UUIDField()
    state = models.CharField(max_length=16, choices=VerdictState)
    reason = models.CharField(max_length=32, choices=ReasonCode)
    due_at = models.DateTimeField(null=True)
    entry_ids = ArrayField(models.UUIDField())
    judged_at = models.DateTimeField()
    replaces = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")

    objects = VerdictQuerySet.as_manager()

    class Meta:
        verbose_name = _("verdict")
        verbose_name_plural = _("verdicts")
        indexes = [
            models.Index(fields=["subject_id", "judged_at"], name="verdicts_of_a_subject"),
            models.Index(fields=["store", "clause", "state"], name="verdicts_of_a_clause"),
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
