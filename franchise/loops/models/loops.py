"""A loop: what went wrong, the clause that was in force, who was to follow it, and whether it had reached them."""

from collections.abc import Collection
from typing import Self
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from chains.actor import Actor, Audience
from complaints.models.complaints import Complaint
from customers.models import Customer
from feedback.models.surveys import Survey
from inquiries.models.reviews import CallReview
from kit.ids import new_id
from members.models import User
from members.rules.permissions import Permission
from standards.models.staffing import staff_shown_to
from standards.models.texts import Clause
from stores.models import Store


class LoopMatter(models.TextChoices):
    """What brought a clause up."""

    COMPLAINT = "COMPLAINT", _("A complaint")
    RATING = "RATING", _("A low rating")
    FINDING = "FINDING", _("A finding")


class LoopState(models.TextChoices):
    """How a loop stands."""

    OPEN = "OPEN", pgettext_lazy("a loop is", "open")
    MEASURED = "MEASURED", pgettext_lazy("a loop is", "closed by what was measured")
    BY_HAND = "BY_HAND", pgettext_lazy("a loop is", "closed by hand")


class LoopOutcome(models.TextChoices):
    """Whether a clause had reached somebody who was to follow it."""

    REACHED = "REACHED", _("It had reached them")
    NOT_REACHED = "NOT_REACHED", _("It had not reached them: the fault is not theirs")


class LoopMissing(models.TextChoices):
    """Why a clause had not reached somebody."""

    NOT_PUSHED = "NOT_PUSHED", _("It was not in force at the store")
    WAIVED = "WAIVED", _("The store was let off it")
    NOT_FOR_THEM = "NOT_FOR_THEM", _("It is not for what they are at the store")
    NOT_ACKNOWLEDGED = "NOT_ACKNOWLEDGED", _("They had not acknowledged it")
    NOT_TRAINED = "NOT_TRAINED", _("They had not been taught it")


class LoopRule(models.Model):
    """HQ's rule for loops as it is set at one time; the highest number is in force."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.PositiveIntegerField()
    verdicts_needed = models.PositiveSmallIntegerField()
    low_score = models.PositiveSmallIntegerField()
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("rule for loops")
        verbose_name_plural = _("rules for loops")
        constraints = [models.UniqueConstraint(fields=["number"], name="rules_for_loops_are_numbered")]

    def __str__(self) -> str:
        return str(self.number)


class LoopQuerySet(models.QuerySet["Loop"]):
    """Loops, chainable."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep those of stores that the actor sees."""
        return self if actor.audience is Audience.HQ else self.filter(store_id__in=actor.store_ids)

    def still_open(self) -> Self:
        """Keep those that were not closed."""
        return self.filter(state=LoopState.OPEN)


class Loop(models.Model):
    """A matter brought back to a requirement of a standard.

    `clause` is the text of it that was in force at the store at `happened_at`, null where none was. `needed` is how
    many cases in a row have to conform, `conforming` how many have done so last; `version` counts its changes.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    matter_kind = models.CharField(max_length=12, choices=LoopMatter)
    matter_type = models.CharField(max_length=64)
    matter_id = models.UUIDField()
    lineage_id = models.UUIDField()
    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    happened_at = models.DateTimeField()
    entry_id = models.UUIDField()
    opened_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=LoopState, default=LoopState.OPEN)
    needed = models.PositiveSmallIntegerField()
    conforming = models.PositiveSmallIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    reason = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = LoopQuerySet.as_manager()

    class Meta:
        verbose_name = _("loop")
        verbose_name_plural = _("loops")
        indexes = [
            models.Index(fields=["store", "opened_at", "id"], name="loops_by_moment"),
            models.Index(
                fields=["lineage_id", "store"], condition=Q(state=LoopState.OPEN), name="open_loops_of_a_clause"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["store", "matter_id", "lineage_id"], name="a_matter_is_brought_back_to_a_clause_once"
            ),
            models.CheckConstraint(condition=Q(matter_kind__in=LoopMatter.values), name="a_loop_has_a_known_matter"),
            models.CheckConstraint(condition=Q(needed__gte=1), name="a_loop_needs_a_case_that_conforms"),
            models.CheckConstraint(
                condition=Q(state=LoopState.OPEN, closed_at__isnull=True)
                | Q(state=LoopState.MEASURED, closed_at__isnull=False, reason="")
                | (Q(state=LoopState.BY_HAND, closed_at__isnull=False) & ~Q(reason="")),
                name="a_loop_tells_how_it_was_closed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.matter_kind} {self.lineage_id}"


def about_customers(customer_ids: Collection[UUID]) -> Q:
    """Return the condition that a loop's matter is one of some customers': their complaint, rating or call."""
    complaints = Complaint.objects.filter(customer_id__in=customer_ids).order_by().values("id")
    surveys = Survey.objects.filter(customer_id__in=customer_ids).order_by().values("id")
    calls = CallReview.objects.filter(inquiry__customer_id__in=customer_ids).order_by().values("id")
    stores = Customer.objects.filter(id__in=customer_ids).order_by().values("store_id")
    return Q(store_id__in=stores, matter_id__in=complaints.union(surveys, calls, all=True))


class LoopPersonQuerySet(models.QuerySet["LoopPerson"]):
    """People of loops, chainable."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep the actor's own outcomes, and everybody's at stores whose verdicts they read."""
        own = Q(member_id=actor.user_id) if actor.user_id is not None else Q(pk=None)
        stores = actor.stores_with(Permission.READ_VERDICTS)
        readable = self if stores is None else self.filter(own | Q(store_id__in=stores))
        return readable.filter(staff_shown_to(actor))


class LoopPerson(models.Model):
    """Somebody who was to follow the clause of a loop, whether it had reached them, and if not, what was missing.

    `lesson_ids` are the lessons that they take because of it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    loop = models.ForeignKey(Loop, on_delete=models.PROTECT, related_name="+", db_index=False)
    member = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    outcome = models.CharField(max_length=16, choices=LoopOutcome)
    missing = ArrayField(models.CharField(max_length=20, choices=LoopMissing), default=list)
    pushed_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    trained_at = models.DateTimeField(null=True)
    lesson_ids = ArrayField(models.UUIDField(), default=list)

    objects = LoopPersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("person of a loop")
        verbose_name_plural = _("people of loops")
        indexes = [
            models.Index(fields=["loop"], name="people_of_a_loop"),
            models.Index(fields=["member"], name="loops_of_a_person"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["store", "loop", "member"], name="a_loop_names_a_person_once"),
            models.CheckConstraint(
                condition=Q(
                    outcome=LoopOutcome.REACHED, missing=[], pushed_at__isnull=False, acknowledged_at__isnull=False
                )
                | (Q(outcome=LoopOutcome.NOT_REACHED, lesson_ids=[]) & ~Q(missing=[])),
                name="nobody_is_at_fault_whom_a_clause_had_not_reached",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.outcome}"
