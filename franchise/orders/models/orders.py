"""The nouns of an order: the order itself with its three axes of state, its lines and its payments."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from chains.actor import Actor, Audience
from customers.models import LONGEST_NAME, LONGEST_PHONE, Customer
from kit.ids import new_id
from kit.texts import LONGEST_LINE
from members.models import User
from orders.models.products import CURRENCY_LENGTH, LONGEST_CODE, Product
from stores.models import Store

LONGEST_ADDRESS = 500
LONGEST_EXTERNAL_ID = 80


class OrderState(models.TextChoices):
    """Where an order is as a whole."""

    PLACED = "PLACED", pgettext_lazy("an order is", "placed")
    COMPLETED = "COMPLETED", pgettext_lazy("an order is", "completed")
    CANCELLED = "CANCELLED", pgettext_lazy("an order is", "cancelled")


class PaymentState(models.TextChoices):
    """How far an order is paid, or paid back."""

    UNPAID = "UNPAID", pgettext_lazy("an order is", "not paid")
    PARTLY_PAID = "PARTLY_PAID", pgettext_lazy("an order is", "partly paid")
    PAID = "PAID", pgettext_lazy("an order is", "paid")
    PARTLY_REFUNDED = "PARTLY_REFUNDED", pgettext_lazy("an order is", "partly refunded")
    REFUNDED = "REFUNDED", pgettext_lazy("an order is", "refunded")


class FulfilmentState(models.TextChoices):
    """How far the goods are on their way to the customer."""

    UNSHIPPED = "UNSHIPPED", pgettext_lazy("an order is", "not shipped")
    PARTLY_SHIPPED = "PARTLY_SHIPPED", pgettext_lazy("an order is", "partly shipped")
    SHIPPED = "SHIPPED", pgettext_lazy("an order is", "shipped")
    DELIVERED = "DELIVERED", pgettext_lazy("an order is", "delivered")


class OrderSource(models.TextChoices):
    """Where an order comes from."""

    STORE = "STORE", _("In the store")
    PHONE = "PHONE", _("By phone")
    TILL = "TILL", _("From a till")
    WEB_SHOP = "WEB_SHOP", _("From a web shop")


class PaymentMethod(models.TextChoices):
    """How somebody paid, or is paid back."""

    CASH = "CASH", _("Cash")
    CARD = "CARD", _("Card")
    TRANSFER = "TRANSFER", _("Bank transfer")
    WALLET = "WALLET", _("Mobile wallet")


class DocumentCounter(models.Model):
    """The last number that a store gave to a sort of document; locked while the next one is given."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    letter = models.CharField(max_length=1)
    last_number = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("document counter")
        verbose_name_plural = _("document counters")
        constraints = [
            models.UniqueConstraint(fields=["store", "letter"], name="a_store_counts_a_sort_of_document_once")
        ]

    def __str__(self) -> str:
        return f"{self.letter}{self.last_number}"


class OrderQuerySet(models.QuerySet["Order"]):
    """Orders, chainable."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep the orders of stores that the actor sees."""
        return self if actor.audience is Audience.HQ else self.filter(store_id__in=actor.store_ids)


class Order(models.Model):
    """What a customer buys at a store, with three axes of state; `version` counts its changes.

    Amounts are in the smallest units of `currency`: what all lines cost, what was paid, what was paid back, and what is
    granted to be paid back. `recipient`, `phone` and `address` say where it goes (confidential, K4).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveBigIntegerField()
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=8, choices=OrderSource)
    external_id = models.CharField(max_length=LONGEST_EXTERNAL_ID, null=True)
    recipient = models.CharField(max_length=LONGEST_NAME, blank=True)
    phone = models.CharField(max_length=LONGEST_PHONE, blank=True)
    address = models.CharField(max_length=LONGEST_ADDRESS, blank=True)
    currency = models.CharField(max_length=CURRENCY_LENGTH)
    total_minor = models.BigIntegerField()
    paid_minor = models.BigIntegerField(default=0)
    refunded_minor = models.BigIntegerField(default=0)
    refund_granted_minor = models.BigIntegerField(default=0)
    state = models.CharField(max_length=10, choices=OrderState, default=OrderState.PLACED)
    payment_state = models.CharField(max_length=16, choices=PaymentState, default=PaymentState.UNPAID)
    fulfilment_state = models.CharField(max_length=16, choices=FulfilmentState, default=FulfilmentState.UNSHIPPED)
    has_open_change = models.BooleanField(default=False)
    # No index: nobody is ever deleted, and what somebody has done is asked of the journal.
    taken_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    placed_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        indexes = [
            models.Index(fields=["store", "placed_at", "id"], name="orders_by_placing"),
            models.Index(fields=["store", "state", "placed_at", "id"], name="orders_by_state"),
            models.Index(fields=["placed_at", "id"], name="orders_of_the_chain"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["store", "number"], name="a_store_numbers_its_orders_once"),
            models.UniqueConstraint(fields=["store", "source", "external_id"], name="an_order_is_imported_once"),
            models.CheckConstraint(condition=Q(state__in=OrderState.values), name="an_order_is_in_a_known_state"),
            models.CheckConstraint(condition=Q(source__in=OrderSource.values), name="an_order_has_a_known_source"),
            models.CheckConstraint(
                condition=Q(payment_state__in=PaymentState.values), name="an_order_is_paid_in_a_known_way"
            ),
            models.CheckConstraint(
                condition=Q(fulfilment_state__in=FulfilmentState.values), name="an_order_is_shipped_in_a_known_way"
            ),
            models.CheckConstraint(
                condition=Q(
                    total_minor__gte=0,
                    paid_minor__gte=0,
                    refunded_minor__gte=0,
                    refund_granted_minor__gte=0,
                    refunded_minor__lte=F("paid_minor") - F("refund_granted_minor"),
                ),
                name="no_more_is_paid_back_than_was_paid",
            ),
            models.CheckConstraint(
                condition=Q(paid_minor__lte=F("total_minor")) | Q(state=OrderState.CANCELLED),
                name="no_more_is_paid_than_it_costs_until_it_is_cancelled",
            ),
        ]

    def __str__(self) -> str:
        return str(self.number)


class OrderLine(models.Model):
    """One product of an order: how many, at what price, as they were when it was placed; how many have left."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="+", db_index=False)
    position = models.PositiveSmallIntegerField()
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+", db_index=False)
    code = models.CharField(max_length=LONGEST_CODE)
    name = models.CharField(max_length=LONGEST_LINE)
    model = models.CharField(max_length=LONGEST_LINE, blank=True)
    quantity = models.PositiveIntegerField()
    unit_price_minor = models.BigIntegerField()
    amount_minor = models.BigIntegerField()
    shipped_quantity = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        indexes = [models.Index(fields=["order"], name="lines_of_an_order")]
        constraints = [
            models.UniqueConstraint(fields=["store", "order", "position"], name="an_orders_lines_have_an_order"),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, shipped_quantity__lte=F("quantity")),
                name="no_more_leaves_than_was_ordered",
            ),
            models.CheckConstraint(
                condition=Q(unit_price_minor__gte=0, amount_minor=F("quantity") * F("unit_price_minor")),
                name="a_line_costs_its_price_times_its_quantity",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.code}"


class Payment(models.Model):
    """Money that came in for an order, in its currency; also after it was cancelled, to go back then."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="+", db_index=False)
    amount_minor = models.BigIntegerField()
    method = models.CharField(max_length=8, choices=PaymentMethod)
    paid_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        indexes = [models.Index(fields=["order", "paid_at"], name="payments_of_an_order")]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="a_payment_is_more_than_nothing"),
            models.CheckConstraint(condition=Q(method__in=PaymentMethod.values), name="a_payment_is_of_a_known_method"),
        ]

    def __str__(self) -> str:
        return str(self.amount_minor)
