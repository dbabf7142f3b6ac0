"""The nouns of the register: a customer of one store, what they bought and agreed to, and how they are cared for."""

from typing import Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from chains.actor import Actor, Audience
from journal.models import Entry
from kit.ids import new_id
from kit.texts import LONGEST_LINE
from members.models import User
from stores.models import Store

LONGEST_NAME, LONGEST_ADDRESS = 120, 300
LONGEST_PHONE, LONGEST_EMAIL = 20, 254
LONGEST_CODE = 20


class ConsentPurpose(models.TextChoices):
    """What a customer may agree to, each for itself (K4)."""

    SERVICE_CALLS = "SERVICE_CALLS", _("Calls and letters about service")
    GREETINGS = "GREETINGS", _("Greetings")
    MARKETING = "MARKETING", _("Offers and advertising")
    THIRD_PARTY = "THIRD_PARTY", _("Passing on to third parties")


class GreetingOccasion(models.TextChoices):
    """Why a customer is greeted."""

    BIRTHDAY = "BIRTHDAY", _("Birthday")
    CARE = "CARE", _("Plan of care")


class CustomerQuerySet(models.QuerySet["Customer"]):
    """Customers, chainable."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep the customers of stores that the actor sees."""
        return self if actor.audience is Audience.HQ else self.filter(store_id__in=actor.store_ids)

    def kept(self) -> Self:
        """Keep records that stand for themselves: neither merged into another one nor erased."""
        return self.filter(kept_as__isnull=True, erased_at__isnull=True)


class Customer(models.Model):
    """Somebody who buys from a store, confidential to that store and HQ (K1, K4).

    A record that was merged leads by `kept_as` to the one that is kept; while one is held, none of them is erased.
    `birthday` is `05-17`. The keys are searched and compared: the particulars without case, width and blanks.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveBigIntegerField()
    name = models.CharField(max_length=LONGEST_NAME)
    phone = models.CharField(max_length=LONGEST_PHONE, blank=True)
    email = models.CharField(max_length=LONGEST_EMAIL, blank=True)
    address = models.CharField(max_length=LONGEST_ADDRESS, blank=True)
    birthday = models.CharField(max_length=5, blank=True)
    birth_year = models.PositiveSmallIntegerField(null=True)
    note = models.TextField(blank=True)
    language = models.CharField(max_length=10)
    name_key = models.CharField(max_length=LONGEST_NAME, blank=True)
    phone_key = models.CharField(max_length=LONGEST_PHONE, blank=True)
    search_text = models.TextField(blank=True)
    kept_as = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    erased_at = models.DateTimeField(null=True)
    held_at = models.DateTimeField(null=True)
    hold_reason = models.TextField(blank=True, db_default="")
    registered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    registered_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        indexes = [
            models.Index(fields=["store", "phone_key"], name="customers_by_phone"),
            models.Index(fields=["store", "email"], name="customers_by_email"),
            models.Index(fields=["store", "name", "id"], name="customers_by_name"),
            models.Index(fields=["store", "name_key"], name="customers_by_name_key"),
            models.Index(fields=["store", "birthday"], condition=~Q(birthday=""), name="customers_by_birthday"),
            models.Index(fields=["kept_as"], condition=Q(kept_as__isnull=False), name="customers_by_kept_record"),
            # For HQ alone: LIKE is not leakproof, so under a store's policy it is that store's rows that are read.
            GinIndex(fields=["search_text"], opclasses=["gin_trgm_ops"], name="customers_by_text"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["store", "number"], name="a_store_numbers_its_customers_once"),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=False) | ~Q(phone="", email=""), name="a_customer_can_be_reached"
            ),
            models.CheckConstraint(condition=~Q(kept_as=F("id")), name="a_customer_is_not_kept_as_itself"),
        ]

    def __str__(self) -> str:
        return self.name


class CustomerEvent(Entry):
    """An entry of the journal as part of a customer's timeline, shown to whoever serves them."""

    class Meta:
        proxy = True
        verbose_name = _("event of a customer")
        verbose_name_plural = _("events of a customer")


class Merge(models.Model):
    """Two records became one person's (K2). `filled` is what the kept one took over, for the undoing."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    kept = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    merged = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    filled = models.JSONField(default=dict)
    merged_at = models.DateTimeField()
    merged_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("merging of customers")
        verbose_name_plural = _("mergings of customers")
        constraints = [
            models.UniqueConstraint(
                fields=["store", "merged"], condition=Q(undone_at__isnull=True), name="a_customer_is_merged_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.merged_id} > {self.kept_id}"


class Purchase(models.Model):
    """What a customer bought (K1). With the order's line it comes from an order and is there once."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    product = models.CharField(max_length=LONGEST_LINE)
    model = models.CharField(max_length=LONGEST_LINE, blank=True)
    quantity = models.PositiveIntegerField()
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    bought_at = models.DateTimeField()
    order_id = models.UUIDField(null=True)
    line_id = models.UUIDField(null=True)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    recorded_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("purchase")
        verbose_name_plural = _("purchases")
        indexes = [models.Index(fields=["customer", "bought_at", "id"], name="purchases_of_a_customer")]
        constraints = [
            models.UniqueConstraint(fields=["store", "order_id", "line_id"], name="an_order_line_is_bought_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1, amount_minor__gte=0), name="a_purchase_is_no_return"),
        ]

    def __str__(self) -> str:
        return self.product


class CareScheme(models.Model):
    """HQ's classes of customers as they are set at one time (K3); the highest number is in force."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.PositiveIntegerField()
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("scheme of care")
        verbose_name_plural = _("schemes of care")
        constraints = [models.UniqueConstraint(fields=["number"], name="schemes_of_care_are_numbered")]

    def __str__(self) -> str:
        return str(self.number)


class CustomerClass(models.Model):
    """One class of a scheme: who belongs to it by frequency and value, and how they are cared for (K3).

    The first class by `rank` whose thresholds are both reached within the last `within_days` is a customer's.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    scheme = models.ForeignKey(CareScheme, on_delete=models.PROTECT, related_name="+", db_index=False)
    rank = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=LONGEST_CODE)
    name = models.CharField(max_length=LONGEST_NAME)
    min_purchases = models.PositiveIntegerField()
    min_amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    within_days = models.PositiveIntegerField()
    plan_of_care = models.TextField()
    contact_every_days = models.PositiveIntegerField(null=True)

    class Meta:
        verbose_name = _("class of customers")
        verbose_name_plural = _("classes of customers")
        constraints = [
            models.UniqueConstraint(fields=["scheme", "rank"], name="classes_of_a_scheme_are_ranked"),
            models.UniqueConstraint(fields=["scheme", "code"], name="classes_of_a_scheme_have_codes_of_their_own"),
        ]

    def __str__(self) -> str:
        return self.name


class Classification(models.Model):
    """The class a customer was in, from when until when, and the figures that put them there."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    customer_class = models.ForeignKey(CustomerClass, on_delete=models.PROTECT, related_name="+", db_index=False)
    purchases = models.PositiveIntegerField()
    amount_minor = models.BigIntegerField()
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("classification")
        verbose_name_plural = _("classifications")
        constraints = [
            models.UniqueConstraint(
                fields=["store", "customer"],
                condition=Q(ended_at__isnull=True),
                name="a_customer_is_in_one_class_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.customer_class_id}"


class Consent(models.Model):
    """That a customer agreed to one purpose, with its proof, until it was withdrawn (K4)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    purpose = models.CharField(max_length=16, choices=ConsentPurpose)
    proof = models.CharField(max_length=LONGEST_LINE)
    given_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    withdrawal_proof = models.CharField(max_length=LONGEST_LINE, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        indexes = [models.Index(fields=["customer", "purpose"], name="consents_of_a_customer")]
        constraints = [
            models.UniqueConstraint(
                fields=["store", "customer", "purpose"],
                condition=Q(withdrawn_at__isnull=True),
                name="a_consent_is_given_once_at_a_time",
            ),
            models.CheckConstraint(condition=Q(purpose__in=ConsentPurpose.values), name="a_consent_has_a_purpose"),
        ]

    def __str__(self) -> str:
        return self.purpose


class Greeting(models.Model):
    """That a customer was greeted or looked after, and for which day that was due (K3, K5)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    occasion = models.CharField(max_length=8, choices=GreetingOccasion)
    due_on = models.DateField()
    note = models.TextField(blank=True)
    greeted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    greeted_at = models.DateTimeField()

    class Meta:
        verbose_name = _("greeting")
        verbose_name_plural = _("greetings")
        constraints = [
            models.UniqueConstraint(
                fields=["store", "customer", "occasion", "due_on"], name="a_customer_is_greeted_once_for_a_day"
            ),
            models.CheckConstraint(condition=Q(occasion__in=GreetingOccasion.values), name="a_greeting_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.occasion} {self.due_on}"
