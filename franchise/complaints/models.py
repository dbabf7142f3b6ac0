"""The nouns of a complaint: the complaint itself, and a row for each step with who, when and what (C2)."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chains.actor import Actor, Audience
from customers.models import Customer
from kit.ids import new_id
from kit.texts import LONGEST_LINE
from members.models import User
from stores.models import Store

LONGEST_ORDER_NUMBER = 40


class Stage(models.TextChoices):
    """Where a complaint is on its way (C2); it leaves REWORK only by being looked into again."""

    FILED = "FILED", _("Filed")
    ACCEPTED = "ACCEPTED", _("Accepted")
    INVESTIGATED = "INVESTIGATED", _("Looked into")
    PLANNED = "PLANNED", _("Solution planned")
    CUSTOMER_TOLD = "CUSTOMER_TOLD", _("Customer told")
    REWORK = "REWORK", _("To be worked again")
    SETTLED = "SETTLED", _("Customer satisfied")
    CLOSED = "CLOSED", _("Closed")


class Channel(models.TextChoices):
    """How the customer reached us, or we the customer (Q1)."""

    PHONE = "PHONE", _("Phone")
    ONLINE = "ONLINE", _("Online chat")
    EMAIL = "EMAIL", _("E-mail")
    VISIT = "VISIT", _("Visit in person")


class Severity(models.TextChoices):
    """How much harm the complaint tells of."""

    MINOR = "MINOR", _("Minor")
    SERIOUS = "SERIOUS", _("Serious")
    GRAVE = "GRAVE", _("Grave")


class ComplaintCounter(models.Model):
    """The last number that a store gave to a complaint; locked while the next one is given."""

    store = models.OneToOneField(Store, on_delete=models.PROTECT, primary_key=True, related_name="+")
    last_number = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("complaint counter")
        verbose_name_plural = _("complaint counters")

    def __str__(self) -> str:
        return str(self.last_number)


class ComplaintQuerySet(models.QuerySet["Complaint"]):
    """Complaints, chainable."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep the complaints of stores that the actor sees."""
        return self if actor.audience is Audience.HQ else self.filter(store_id__in=actor.store_ids)


class Complaint(models.Model):
    """A customer's dissatisfaction that expects an answer (C1), with exactly one owner (R3).

    `round` counts how often it has been worked, `version` how often it has changed.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveBigIntegerField()
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=LONGEST_LINE)
    description = models.TextField(blank=True)
    order_number = models.CharField(max_length=LONGEST_ORDER_NUMBER, blank=True)
    channel = models.CharField(max_length=8, choices=Channel)
    severity = models.CharField(max_length=8, choices=Severity)
    received_at = models.DateTimeField()
    filed_at = models.DateTimeField()
    taken_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    stage = models.CharField(max_length=16, choices=Stage, default=Stage.FILED)
    round = models.PositiveSmallIntegerField(default=1)
    version = models.PositiveIntegerField(default=1)

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        verbose_name = _("complaint")
        verbose_name_plural = _("complaints")
        indexes = [
            models.Index(fields=["store", "stage", "filed_at", "id"], name="complaints_by_stage"),
            models.Index(fields=["store", "filed_at", "id"], name="complaints_by_filing"),
            models.Index(fields=["store", "owner", "stage"], name="complaints_by_owner"),
            models.Index(fields=["store", "order_number"], name="complaints_by_order_number"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["store", "number"], name="a_store_numbers_its_complaints_once"),
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="a_complaint_is_at_a_known_stage"),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="a_complaint_came_by_a_known_channel"),
            models.CheckConstraint(condition=Q(severity__in=Severity.values), name="a_complaint_is_of_known_severity"),
            models.CheckConstraint(condition=Q(round__gte=1, version__gte=1), name="a_complaint_counts_from_one"),
        ]

    def __str__(self) -> str:
        return self.subject


class Step(models.Model):
    """One step on a complaint's way: in which round, by whom, when. A step without a person was done by a machine."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="+")
    round = models.PositiveSmallIntegerField()
    # No index: nobody is ever deleted, and what somebody has done is asked of the journal.
    done_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    done_at = models.DateTimeField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.done_at:%Y-%m-%d %H:%M}"


class Acceptance(Step):
    """Somebody took the complaint on and named its owner."""

    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("acceptance")
        verbose_name_plural = _("acceptances")
        constraints = [models.UniqueConstraint(fields=["store", "complaint"], name="a_complaint_is_accepted_once")]


class Investigation(Step):
    """What was looked into, with which department, and what was found to be the cause."""

    department = models.CharField(max_length=LONGEST_LINE, blank=True)
    findings = models.TextField()
    cause = models.TextField(blank=True)

    class Meta:
        verbose_name = _("investigation")
        verbose_name_plural = _("investigations")
        indexes = [models.Index(fields=["store", "complaint", "done_at"], name="investigations_of_a_complaint")]


class Resolution(Step):
    """The solution that was planned, and by when the customer can expect it."""

    remedy = models.TextField()
    expected_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("resolution")
        verbose_name_plural = _("resolutions")
        indexes = [models.Index(fields=["store", "complaint", "done_at"], name="resolutions_of_a_complaint")]


class CustomerNotice(Step):
    """What the customer was told, and how."""

    channel = models.CharField(max_length=8, choices=Channel)
    message = models.TextField()

    class Meta:
        verbose_name = _("customer notice")
        verbose_name_plural = _("customer notices")
        indexes = [models.Index(fields=["store", "complaint", "done_at"], name="notices_of_a_complaint")]
        constraints = [
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="a_notice_went_by_a_known_channel")
        ]


class Outcome(Step):
    """What was carried out in a round, and whether the customer is satisfied; if not, why."""

    carried_out = models.TextField()
    is_satisfied = models.BooleanField()
    reason = models.TextField(blank=True)

    class Meta:
        verbose_name = _("outcome")
        verbose_name_plural = _("outcomes")
        constraints = [
            models.UniqueConstraint(fields=["store", "complaint", "round"], name="a_round_has_one_outcome"),
            models.CheckConstraint(
                condition=Q(is_satisfied=True) | ~Q(reason=""), name="an_unsatisfied_customer_has_a_reason"
            ),
        ]


class Closure(Step):
    """The closing form (C4): the cause and the result, for the file and for the return visit."""

    cause = models.TextField()
    result = models.TextField()

    class Meta:
        verbose_name = _("closure")
        verbose_name_plural = _("closures")
        constraints = [models.UniqueConstraint(fields=["store", "complaint"], name="a_complaint_is_closed_once")]
