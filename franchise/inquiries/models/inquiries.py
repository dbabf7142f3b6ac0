"""An inquiry, its number, who answers for it and how that changed; who is on the desk."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from chains.actor import Actor, Audience
from customers.models import Customer
from kit.ids import new_id
from kit.texts import LONGEST_LINE
from members.models import User
from stores.models import Store


class InquiryState(models.TextChoices):
    """How an inquiry stands (Q2)."""

    WAITING = "WAITING", _("The customer waits for an answer")
    ANSWERED = "ANSWERED", _("The customer was answered")
    CLOSED = "CLOSED", _("Closed, nothing is open")


class InquiryChannel(models.TextChoices):
    """How a question reached us, or an answer the customer (Q1)."""

    PHONE = "PHONE", _("Phone")
    ONLINE = "ONLINE", _("Online chat")
    EMAIL = "EMAIL", _("E-mail")
    VISIT = "VISIT", _("Visit in person")


class HandOverReason(models.TextChoices):
    """Why an inquiry has another owner, or stays with its owner and leaves the queue."""

    TAKEN = "TAKEN", _("Taken from the queue")
    HANDED_OVER = "HANDED_OVER", _("Handed over by somebody")
    OWNER_LEFT = "OWNER_LEFT", _("The owner left the store")
    NOT_TRAINED = "NOT_TRAINED", _("The owner has not passed what the work asks for")


class InquiryCounter(models.Model):
    """The last number that a store gave to an inquiry; locked while the next one is given."""

    store = models.OneToOneField(Store, on_delete=models.PROTECT, primary_key=True, related_name="+")
    last_number = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("inquiry counter")
        verbose_name_plural = _("inquiry counters")

    def __str__(self) -> str:
        return str(self.last_number)


class InquiryQuerySet(models.QuerySet["Inquiry"]):
    """Inquiries, chainable."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep the inquiries of stores that the actor sees."""
        return self if actor.audience is Audience.HQ else self.filter(store_id__in=actor.store_ids)

    def still_open(self) -> Self:
        """Keep the inquiries that were not closed."""
        return self.exclude(state=InquiryState.CLOSED)


class Inquiry(models.Model):
    """A customer's question (Q2), with exactly one owner (R3).

    One in the queue has been given to its owner only so that somebody answers for it: anybody at the store may take
    it. `unanswered_since` is when the customer wrote what has had no answer yet; `round` counts how often it was
    opened, `version` how often it has changed.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveBigIntegerField()
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=LONGEST_LINE)
    channel = models.CharField(max_length=8, choices=InquiryChannel)
    state = models.CharField(max_length=8, choices=InquiryState, default=InquiryState.WAITING)
    unanswered_since = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    taken_down_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    is_queued = models.BooleanField(default=False)
    repeats = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    round = models.PositiveSmallIntegerField(default=1)
    version = models.PositiveIntegerField(default=1)

    objects = InquiryQuerySet.as_manager()

    class Meta:
        verbose_name = _("inquiry")
        verbose_name_plural = _("inquiries")
        indexes = [
            models.Index(fields=["store", "state", "opened_at", "id"], name="inquiries_by_state"),
            models.Index(fields=["store", "opened_at", "id"], name="inquiries_by_opening"),
            models.Index(fields=["store", "owner", "state"], name="inquiries_by_owner"),
            models.Index(
                fields=["store", "received_at", "id"],
                condition=Q(is_queued=True) & ~Q(state=InquiryState.CLOSED),
                name="inquiries_in_the_queue",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["store", "number"], name="a_store_numbers_its_inquiries_once"),
            models.CheckConstraint(condition=Q(state__in=InquiryState.values), name="an_inquiry_is_in_a_known_state"),
            models.CheckConstraint(
                condition=Q(channel__in=InquiryChannel.values), name="an_inquiry_came_by_a_known_channel"
            ),
            models.CheckConstraint(
                condition=Q(state=InquiryState.WAITING, unanswered_since__isnull=False)
                | (~Q(state=InquiryState.WAITING) & Q(unanswered_since__isnull=True)),
                name="who_waits_has_waited_since_a_moment",
            ),
            models.CheckConstraint(condition=Q(round__gte=1, version__gte=1), name="an_inquiry_counts_from_one"),
        ]

    def __str__(self) -> str:
        return self.subject


class HandOver(models.Model):
    """An inquiry went from one owner to another, or out of the queue: who did it, when and why."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    inquiry = models.ForeignKey(Inquiry, on_delete=models.PROTECT, related_name="+")
    from_owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    to_owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    reason = models.CharField(max_length=16, choices=HandOverReason)
    note = models.TextField(blank=True)
    done_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    done_at = models.DateTimeField()

    class Meta:
        verbose_name = _("hand-over")
        verbose_name_plural = _("hand-overs")
        indexes = [models.Index(fields=["store", "inquiry", "done_at"], name="hand_overs_of_an_inquiry")]
        constraints = [
            models.CheckConstraint(condition=Q(reason__in=HandOverReason.values), name="a_hand_over_has_a_known_reason")
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.done_at:%Y-%m-%d %H:%M}"


class InquiryTurnKind(models.TextChoices):
    """How an inquiry's round ended or began again."""

    CLOSED = "CLOSED", _("The inquiry was closed")
    REOPENED = "REOPENED", _("The inquiry was opened again")


class InquiryTurn(models.Model):
    """An inquiry was closed, or opened again: in which round, by whom, when, and what was said about it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    inquiry = models.ForeignKey(Inquiry, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=InquiryTurnKind)
    round = models.PositiveSmallIntegerField()
    note = models.TextField(blank=True)
    done_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    done_at = models.DateTimeField()

    class Meta:
        verbose_name = _("turn of an inquiry")
        verbose_name_plural = _("turns of an inquiry")
        constraints = [
            models.UniqueConstraint(
                fields=["store", "inquiry", "round", "kind"], name="a_round_of_an_inquiry_begins_and_ends_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=InquiryTurnKind.values), name="a_turn_of_an_inquiry_is_of_a_known_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.round}"


class ShiftQuerySet(models.QuerySet["Shift"]):
    """Shifts, chainable."""

    def running_at(self, moment: datetime) -> Self:
        """Keep the shifts of who is on the desk at a moment: neither gone, nor there since the store closed."""
        return self.filter(ended_at__isnull=True, ends_at__gt=moment)


class Shift(models.Model):
    """A time in which a member of staff is on the desk of a store and is given what comes in.

    `ends_at` is when it ends by itself, if nobody ends it before.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    member = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    began_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = ShiftQuerySet.as_manager()

    class Meta:
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")
        constraints = [
            models.UniqueConstraint(
                fields=["store", "member"], condition=Q(ended_at__isnull=True), name="one_shift_at_a_time_in_a_store"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("began_at"), ended_at__lte=F("ends_at")),
                name="a_shift_ends_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.began_at:%Y-%m-%d %H:%M}"
