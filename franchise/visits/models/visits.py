"""A return visit, why it is due, the attempts to reach the customer, and who answered for it."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chains.actor import Actor, Audience
from customers.models import Customer
from kit.ids import new_id
from members.models import User
from stores.models import Store


class VisitState(models.TextChoices):
    """How a return visit stands (V2, V3)."""

    DUE = "DUE", _("To be made")
    TALKED = "TALKED", _("Made, points are open")
    SETTLED = "SETTLED", _("Settled, to be signed")
    SIGNED = "SIGNED", _("Signed, at its end")
    NOT_APPLICABLE = "NOT_APPLICABLE", _("Not to be made")


class OccasionKind(models.TextChoices):
    """Why a customer is called again (V1)."""

    COMPLAINT = "COMPLAINT", _("A complaint was closed")
    PURCHASE = "PURCHASE", _("The customer bought something or came by")
    SERVICE = "SERVICE", _("Service at the customer's place")


class NotApplicable(models.TextChoices):
    """Why a visit is not made, or an occasion counts no more."""

    NO_CONSENT = "NO_CONSENT", _("The customer has not agreed to service calls")
    CONSENT_WITHDRAWN = "CONSENT_WITHDRAWN", _("The customer does not want service calls any more")
    CUSTOMER_ERASED = "CUSTOMER_ERASED", _("The customer's particulars were erased")
    WORKED_AGAIN = "WORKED_AGAIN", _("The complaint is worked again")
    ORDER_CANCELLED = "ORDER_CANCELLED", _("The order was cancelled")
    JOINED = "JOINED", _("It is done in one call with another visit")


class VisitChannel(models.TextChoices):
    """How a customer was called again."""

    PHONE = "PHONE", _("Phone")
    ONLINE = "ONLINE", _("Online chat")
    EMAIL = "EMAIL", _("E-mail")
    VISIT = "VISIT", _("Visit in person")


class AttemptOutcome(models.TextChoices):
    """Why an attempt did not reach the customer."""

    NO_ANSWER = "NO_ANSWER", _("Nobody answered")
    WRONG_NUMBER = "WRONG_NUMBER", _("The number is wrong")
    CALL_LATER = "CALL_LATER", _("The customer asked to be called later")
    REFUSED = "REFUSED", _("The customer does not want to talk")


class VisitHandOverReason(models.TextChoices):
    """Why a visit has another owner."""

    HANDED_OVER = "HANDED_OVER", _("Handed over by somebody")
    OWNER_LEFT = "OWNER_LEFT", _("The owner left the store")


class VisitCounter(models.Model):
    """The last number that a store gave to a return visit; locked while the next one is given."""

    store = models.OneToOneField(Store, on_delete=models.PROTECT, primary_key=True, related_name="+")
    last_number = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("return visit counter")
        verbose_name_plural = _("return visit counters")

    def __str__(self) -> str:
        return str(self.last_number)


class ReturnVisitQuerySet(models.QuerySet["ReturnVisit"]):
    """Return visits, chainable."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep the visits of stores that the actor sees."""
        return self if actor.audience is Audience.HQ else self.filter(store_id__in=actor.store_ids)

    def still_open(self) -> Self:
        """Keep the visits that somebody has still to work on or to sign."""
        return self.exclude(state__in=(VisitState.SIGNED, VisitState.NOT_APPLICABLE))


class ReturnVisit(models.Model):
    """A customer is called again, once for everything that is due, by exactly one owner (V1, V2, R3).

    `due_at` is until when, by the earliest of its occasions. `made_by` is the caller, `made_at` when the customer was
    reached, or was given up (`is_reached`). `version` counts its changes.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveBigIntegerField()
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=16, choices=VisitState, default=VisitState.DUE)
    not_applicable_because = models.CharField(max_length=20, choices=NotApplicable, blank=True)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    planned_at = models.DateTimeField()
    due_at = models.DateTimeField()
    call_back_at = models.DateTimeField(null=True)
    channel = models.CharField(max_length=8, choices=VisitChannel, blank=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    made_at = models.DateTimeField(null=True)
    is_reached = models.BooleanField(null=True)
    is_satisfied = models.BooleanField(null=True)
    dissatisfied_because = models.TextField(blank=True)
    remark = models.TextField(blank=True)
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    signed_at = models.DateTimeField(null=True)
    signature_note = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ReturnVisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("return visit")
        verbose_name_plural = _("return visits")
        indexes = [
            models.Index(fields=["store", "state", "due_at", "id"], name="return_visits_by_state"),
            models.Index(fields=["store", "due_at", "id"], name="return_visits_by_due_time"),
            models.Index(fields=["store", "owner", "state"], name="return_visits_by_owner"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["store", "number"], name="a_store_numbers_its_return_visits_once"),
            models.UniqueConstraint(
                fields=["store", "customer"], condition=Q(state=VisitState.DUE), name="one_call_for_all_that_is_due"
            ),
            models.CheckConstraint(condition=Q(state__in=VisitState.values), name="a_visit_is_in_a_known_state"),
            models.CheckConstraint(
                condition=Q(channel="") | Q(channel__in=VisitChannel.values), name="a_visit_went_by_a_known_channel"
            ),
            models.CheckConstraint(
                condition=Q(state__in=(VisitState.DUE, VisitState.NOT_APPLICABLE), made_at=None, is_reached=None)
                | Q(
                    state__in=(VisitState.TALKED, VisitState.SETTLED, VisitState.SIGNED),
                    made_at__isnull=False,
                    is_reached__isnull=False,
                ),
                name="a_visit_that_was_made_tells_when",
            ),
            models.CheckConstraint(
                condition=Q(is_reached=None, is_satisfied=None)
                | Q(is_reached=False, is_satisfied=None)
                | Q(is_reached=True, is_satisfied=True)
                | Q(is_reached=True, is_satisfied=False) & ~Q(dissatisfied_because=""),
                name="who_was_reached_says_whether_all_is_well",
            ),
            models.CheckConstraint(
                condition=Q(state=VisitState.SIGNED, signed_at__isnull=False, signed_by__isnull=False)
                | ~Q(state=VisitState.SIGNED) & Q(signed_at=None, signed_by=None),
                name="a_signed_visit_tells_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(state=VisitState.NOT_APPLICABLE, not_applicable_because__in=NotApplicable.values)
                | ~Q(state=VisitState.NOT_APPLICABLE) & Q(not_applicable_because=""),
                name="a_visit_is_not_made_for_a_reason",
            ),
            models.CheckConstraint(condition=Q(version__gte=1), name="a_visit_counts_from_one"),
        ]

    def __str__(self) -> str:
        return str(self.number)


class VisitOccasion(models.Model):
    """One reason why a visit is due, and until when: a closed complaint, a purchase, service at the customer's place.

    `source_id` is the complaint, order or purchase, `entry_id` the journal's entry of it; both are null for a visit
    that somebody planned by hand. One that was dropped counts no more.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    visit = models.ForeignKey(ReturnVisit, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=OccasionKind)
    source_id = models.UUIDField(null=True)
    entry_id = models.UUIDField(null=True)
    note = models.TextField(blank=True)
    happened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    planned_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    planned_at = models.DateTimeField()
    dropped_because = models.CharField(max_length=20, choices=NotApplicable, blank=True)
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("occasion of a return visit")
        verbose_name_plural = _("occasions of return visits")
        indexes = [models.Index(fields=["store", "source_id"], name="occasions_by_source")]
        constraints = [
            models.UniqueConstraint(fields=["store", "kind", "entry_id"], name="an_event_leads_to_one_occasion"),
            models.UniqueConstraint(
                fields=["store", "source_id"],
                condition=Q(kind=OccasionKind.PURCHASE),
                name="a_purchase_leads_to_one_occasion",
            ),
            models.CheckConstraint(condition=Q(kind__in=OccasionKind.values), name="an_occasion_is_of_a_known_kind"),
            models.CheckConstraint(
                condition=Q(dropped_at=None, dropped_because="")
                | Q(dropped_at__isnull=False, dropped_because__in=NotApplicable.values),
                name="an_occasion_is_dropped_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.happened_at:%Y-%m-%d}"


class VisitAttempt(models.Model):
    """An attempt that did not reach the customer: when, how, and what came of it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    visit = models.ForeignKey(ReturnVisit, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=12, choices=AttemptOutcome)
    channel = models.CharField(max_length=8, choices=VisitChannel)
    note = models.TextField(blank=True)
    attempted_at = models.DateTimeField()
    call_back_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("attempt of a return visit")
        verbose_name_plural = _("attempts of return visits")
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=AttemptOutcome.values), name="an_attempt_has_an_outcome"),
            models.CheckConstraint(
                condition=Q(channel__in=VisitChannel.values), name="an_attempt_went_by_a_known_channel"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {self.attempted_at:%Y-%m-%d %H:%M}"


class VisitHandOver(models.Model):
    """A visit went from one owner to another: who did it, when and why."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    visit = models.ForeignKey(ReturnVisit, on_delete=models.PROTECT, related_name="+")
    from_owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    to_owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    reason = models.CharField(max_length=12, choices=VisitHandOverReason)
    note = models.TextField(blank=True)
    done_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    done_at = models.DateTimeField()

    class Meta:
        verbose_name = _("hand-over of a return visit")
        verbose_name_plural = _("hand-overs of return visits")
        constraints = [
            models.CheckConstraint(
                condition=Q(reason__in=VisitHandOverReason.values), name="a_visit_is_handed_over_for_a_known_reason"
            )
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.done_at:%Y-%m-%d %H:%M}"
