"""A complaint, its number, and where it stands (C1, C2)."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from chains.actor import Actor, Audience
from clocks.models import PauseReason
from customers.models import Customer
from kit.ids import new_id
from kit.texts import LONGEST_LINE
from members.models import User
from stores.models import Store

LONGEST_ORDER_NUMBER = 40


class Stage(models.TextChoices):
    """Where a complaint is on its way (C2); it leaves REWORK only by being looked into again, or by the last word."""

    FILED = "FILED", _("Filed")
    ACCEPTED = "ACCEPTED", _("Accepted")
    INVESTIGATED = "INVESTIGATED", _("Looked into")
    PLANNED = "PLANNED", _("Solution planned")
    CUSTOMER_TOLD = "CUSTOMER_TOLD", _("Customer told")
    AGREED = "AGREED", _("Customer agreed")
    REWORK = "REWORK", _("To be worked again")
    SETTLED = "SETTLED", _("Customer satisfied")
    FINALLY_DECIDED = "FINALLY_DECIDED", _("Finally decided")
    WITHDRAWN = "WITHDRAWN", _("Withdrawn by the customer")
    CLOSED = "CLOSED", _("Closed")


# Nobody has to do anything about these any more.
ENDED = (Stage.WITHDRAWN, Stage.CLOSED)


class Level(models.TextChoices):
    """Who answers for a complaint, from the store's staff up to headquarters (C3, C5)."""

    STORE_STAFF = "STORE_STAFF", _("Store staff")
    SERVICE_SUPERVISOR = "SERVICE_SUPERVISOR", _("Service supervisor")
    STORE_MANAGER = "STORE_MANAGER", _("Store manager")
    AREA_SUPERVISOR = "AREA_SUPERVISOR", _("Area supervisor")
    HEADQUARTERS = "HEADQUARTERS", _("Headquarters")


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

    def still_open(self) -> Self:
        """Keep the complaints about which somebody still has something to do."""
        return self.exclude(stage__in=ENDED)


class Complaint(models.Model):
    """A customer's dissatisfaction that expects an answer (C1), with exactly one owner (R3).

    `round` counts how often it has been worked, `version` how often it has changed; `refused_in_round` is the last
    round in which the customer said no, 0 for none. `is_told` is false while the customer was not told what was
    planned or decided last. `pause_reason` is empty while its clocks run. What it links to beside the customer is a
    bare id: the order, the inquiry, the clause of a version, the inspection; `filed_from_id` is the delivery's
    confirmation, or the report of a damage, from which it was filed by itself.
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
    level = models.CharField(max_length=20, choices=Level, default=Level.STORE_STAFF)
    is_told = models.BooleanField(default=True)
    pause_reason = models.CharField(max_length=24, choices=PauseReason, blank=True)
    open_referrals = models.PositiveSmallIntegerField(default=0)
    order_id = models.UUIDField(null=True)
    inquiry_id = models.UUIDField(null=True)
    clause_id = models.UUIDField(null=True)
    inspection_id = models.UUIDField(null=True)
    filed_from_id = models.UUIDField(null=True)
    refused_in_round = models.PositiveSmallIntegerField(default=0)
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
            models.Index(fields=["order_id"], condition=Q(order_id__isnull=False), name="complaints_about_an_order"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["store", "number"], name="a_store_numbers_its_complaints_once"),
            models.UniqueConstraint(
                fields=["store", "filed_from_id"],
                condition=Q(filed_from_id__isnull=False),
                name="a_delivery_is_complained_of_once",
            ),
            models.CheckConstraint(condition=Q(level__in=Level.values), name="a_complaint_is_at_a_known_level"),
            models.CheckConstraint(
                condition=Q(pause_reason__in=["", *PauseReason.values]), name="a_complaint_waits_for_a_known_reason"
            ),
            models.CheckConstraint(
                condition=Q(pause_reason="") | ~Q(stage__in=ENDED), name="an_ended_complaint_waits_for_nothing"
            ),
            models.CheckConstraint(
                condition=Q(refused_in_round__lte=F("round")), name="a_customer_says_no_in_a_round_that_was"
            ),
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="a_complaint_is_at_a_known_stage"),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="a_complaint_came_by_a_known_channel"),
            models.CheckConstraint(condition=Q(severity__in=Severity.values), name="a_complaint_is_of_known_severity"),
            models.CheckConstraint(condition=Q(round__gte=1, version__gte=1), name="a_complaint_counts_from_one"),
        ]

    def __str__(self) -> str:
        return self.subject
