"""Deeds that bring orders in: products, orders taken down, orders sent by a till or web shop, and payments."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import graphene

from api.base.deeds import Deed
from api.base.enums import enum_of
from api.base.inputs import IdOf, Line, named
from api.base.scalars import DateTime, MinorUnits
from api.orders.payloads import ORDER, payload
from api.orders.rows import PaymentType
from api.orders.types import OrderImportType, OrderType, ProductType
from api.standards.clause_rules import TranslationInput, texts_in
from chains.actor import Actor
from customers.models import LONGEST_EMAIL, LONGEST_NAME
from customers.rules.particulars import Particulars
from kit.texts import LONGEST_LINE
from orders.actions.importing import Row, import_orders
from orders.actions.paying import record_payment
from orders.actions.placing import Destination, place_order
from orders.actions.products import define_product, redefine_product
from orders.models.orders import LONGEST_ADDRESS, LONGEST_EXTERNAL_ID, OrderSource, PaymentMethod
from orders.models.products import LONGEST_CODE
from orders.rules.lines import Wanted

_OF = "customer_"
_MINOR = "in the smallest units of the store's currency"
_PRODUCT = "The product, as it is now."
_NAMES = "What it is called, in one or more languages."


class OrderLineInput(graphene.InputObjectType):
    """A product, and how many of it."""

    code = Line(required=True, limit=LONGEST_CODE, description="The product's code.")
    quantity = graphene.InputField(graphene.Int, required=True, description="How many, at least 1.")


class ImportedLineInput(OrderLineInput):
    """A product, how many of it, and what one of them cost."""

    unit_price_minor = graphene.InputField(MinorUnits, required=True, description=f"What one cost, {_MINOR}.")


class ImportedOrderInput(graphene.InputObjectType):
    """An order as a till or web shop tells it."""

    external_id = Line(
        required=True, limit=LONGEST_EXTERNAL_ID, description="Its id there: sent again, it is the same."
    )
    customer_name = Line(required=True, limit=LONGEST_NAME, description="Who bought.")
    customer_phone = Line(limit=LONGEST_LINE, description="The customer's phone number.")
    customer_email = Line(limit=LONGEST_EMAIL, description="The customer's e-mail address.")
    customer_language = Line(limit=10, description="The language the customer is written to in.")
    recipient = Line(limit=LONGEST_NAME, description="Who is to get it.")
    phone = Line(limit=LONGEST_LINE, description="The recipient's phone number.")
    address = Line(limit=LONGEST_ADDRESS, description="Where it is to go.")
    lines = graphene.List(
        graphene.NonNull(ImportedLineInput), required=True, description="What was bought: one to fifty lines."
    )
    paid_minor = graphene.InputField(MinorUnits, description=f"What was paid, {_MINOR}; nothing if not given.")
    payment_method = graphene.InputField(enum_of(PaymentMethod), description="How; by card if not given.")
    is_handed_over = graphene.InputField(graphene.Boolean, description="Whether the customer has the goods already.")
    placed_at = graphene.InputField(DateTime, description="When it was ordered; now if not given.")


def _customer(given: Mapping[str, Any]) -> Particulars:
    return Particulars(**{name.removeprefix(_OF): value for name, value in given.items() if name.startswith(_OF)})


def _destination(given: Mapping[str, Any]) -> Destination:
    return Destination(**{name: given[name] for name in ("recipient", "phone", "address") if name in given})


def _lines(given: Sequence[Mapping[str, Any]]) -> list[Wanted]:
    return [Wanted(**line) for line in given]


def _row(given: Mapping[str, Any]) -> Row:
    told = named(given)
    plain = ("external_id", "paid_minor", "payment_method", "is_handed_over", "placed_at")
    return Row(
        customer=_customer(told),
        lines=_lines(told["lines"]),
        destination=_destination(told),
        **{name: told[name] for name in plain if name in told},
    )


class DefineProduct(Deed):
    """Add a product to what every store of the chain may sell."""

    class Input:
        code = Line(required=True, limit=LONGEST_CODE, description="The code by which it is ordered.")
        names = graphene.List(graphene.NonNull(TranslationInput), required=True, description=_NAMES)
        model = Line(limit=LONGEST_LINE, description="Which model it is.")
        price_minor = graphene.InputField(
            MinorUnits, required=True, description="What one costs, in the currency's smallest units."
        )
        currency = Line(required=True, limit=3, description="The currency, as the three letters of ISO 4217.")

    product = graphene.Field(ProductType, description=_PRODUCT)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, names: Any, **given: Any) -> dict[str, Any]:
        """Define a product."""
        return {"product": define_product(actor=actor, names=texts_in(names), now=now, **named(given))}


class RedefineProduct(Deed):
    """Give a product other names or another price, or take it out of sale; orders keep what they were placed with."""

    class Meta:
        versioned = True

    class Input:
        product_id = IdOf("Product", required=True, description="The product.")
        names = graphene.List(graphene.NonNull(TranslationInput), description=_NAMES)
        model = Line(limit=LONGEST_LINE, description="Which model it is.")
        price_minor = graphene.InputField(MinorUnits, description="What one costs, in the currency's smallest units.")
        is_on_sale = graphene.InputField(graphene.Boolean, description="Whether it is sold from now on.")

    product = graphene.Field(ProductType, description=_PRODUCT)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, names: Any = None, **given: Any) -> dict[str, Any]:
        """Redefine a product."""
        told = named(given)
        if names is not None:
            told["names"] = texts_in(names)
        return {"product": redefine_product(actor=actor, now=now, **told)}


class PlaceOrder(Deed):
    """Take an order down, of a customer who is known or is registered with it."""

    class Meta:
        applies_standards = True

    class Input:
        store_id = IdOf("Store", required=True, description="The store that sells.")
        customer_id = IdOf("Customer", description="The customer, where they are known.")
        customer_name = Line(limit=LONGEST_NAME, description="Who buys, where they are not known yet.")
        customer_phone = Line(limit=LONGEST_LINE, description="The customer's phone number.")
        customer_email = Line(limit=LONGEST_EMAIL, description="The customer's e-mail address.")
        customer_language = Line(limit=10, description="The language the customer is written to in.")
        source = graphene.InputField(enum_of(OrderSource), description="Where it comes from; the store if not given.")
        recipient = Line(limit=LONGEST_NAME, description="Who is to get it.")
        phone = Line(limit=LONGEST_LINE, description="The recipient's phone number.")
        address = Line(limit=LONGEST_ADDRESS, description="Where it is to go.")
        lines = graphene.List(
            graphene.NonNull(OrderLineInput), required=True, description="What is bought: one to fifty lines."
        )
        is_handed_over = graphene.InputField(
            graphene.Boolean, description="Whether the customer has the goods already; if not given, they do not."
        )
        placed_at = graphene.InputField(DateTime, description="When it was ordered, if that was before now.")

    order = graphene.Field(OrderType, description=ORDER)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, store_id: UUID, lines: Any, **given: Any) -> dict[str, Any]:
        """Place an order."""
        told = named(given)
        customer = told.get("customer_id") or (_customer(told) if "customer_name" in told else None)
        more = {name: told[name] for name in ("source", "is_handed_over", "placed_at") if name in told}
        return payload(
            place_order(
                actor=actor,
                store_id=store_id,
                customer=customer,
                lines=_lines(lines),
                destination=_destination(told),
                now=now,
                **more,
            )
        )


class ImportOrders(Deed):
    """Take over orders from a till or web shop, each row taken or refused with its reason; again changes nothing."""

    class Input:
        store_id = IdOf("Store", required=True, description="The store that sold.")
        source = graphene.InputField(enum_of(OrderSource), required=True, description="`TILL` or `WEB_SHOP`.")
        rows = graphene.List(
            graphene.NonNull(ImportedOrderInput), required=True, description="The orders: one to a hundred."
        )

    order_import = graphene.Field(OrderImportType, description="The import, with what became of each row.")

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, store_id: UUID, source: OrderSource, rows: Any) -> dict[str, Any]:
        """Import orders."""
        sent = [_row(row) for row in rows]
        return {"order_import": import_orders(actor=actor, store_id=store_id, source=source, rows=sent, now=now)}


class RecordPayment(Deed):
    """Record money that came in for an order, at most what is still to be paid.

    What comes in after it was cancelled is taken, whatever it is, and granted to be paid back in the same deed.
    """

    class Meta:
        versioned = True
        applies_standards = True

    class Input:
        order_id = IdOf("Order", required=True, description="The order.")
        amount_minor = graphene.InputField(MinorUnits, required=True, description=f"How much, {_MINOR}.")
        method = graphene.InputField(enum_of(PaymentMethod), required=True, description="How it was paid.")
        paid_at = graphene.InputField(DateTime, description="When, if that was before now.")

    order = graphene.Field(OrderType, description=ORDER)
    payment = graphene.Field(PaymentType, description="The payment.")

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """Record a payment."""
        return payload(record_payment(actor=actor, now=now, **named(given)), "payment")


class PlacingMutation(graphene.ObjectType):
    """Deeds that bring orders in."""

    define_product = DefineProduct.mounted()
    redefine_product = RedefineProduct.mounted()
    place_order = PlaceOrder.mounted()
    import_orders = ImportOrders.mounted()
    record_payment = RecordPayment.mounted()
