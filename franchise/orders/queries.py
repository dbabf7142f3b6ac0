"""Questions about orders, narrowed to what the actor may see and always ordered."""

from collections.abc import Collection, Iterable
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet
from django.db.models.functions import Coalesce

from chains.actor import Actor
from customers.models import Customer
from customers.queries.register import groups_of
from customers.rules.particulars import bare, phone_of
from customers.rules.searching import phone_key
from kit.refusals import Invalid, NotFound
from members.models import Assignment
from members.queries import works_at
from members.rules.permissions import Permission, Role
from orders.models.imports import OrderImport
from orders.models.orders import Order, OrderState
from orders.models.products import Product
from orders.models.shipping import Shipment, ShipmentException
from orders.rules.moments import reference_of
from stores.models import Store

_Row = TypeVar("_Row", bound=Model)

SUBJECT_TYPE = "Order"
SHIPMENT_TYPE = "Shipment"
ORDER, REFUND, SHIPMENT = "O", "R", "S"


def orders_for(
    actor: Actor,
    *,
    store_id: UUID | None = None,
    states: Collection[OrderState] | None = None,
    customer_id: UUID | None = None,
    particulars: str = "",
) -> QuerySet[Order]:
    """Return the orders that the actor may read, the latest first (O1); raises NotFound and NotPermitted.

    `particulars` is what a customer tells: the order's number, the number that a web shop or carrier gave, a phone
    number, an e-mail address or a name, each of them whole and under whichever of their records. Where somebody may not
    read contacts, nobody is found by them, or the answers would tell what is covered.
    """
    orders = _readable(actor, Order.objects.visible_to(actor), store_id)
    if states is not None:
        orders = orders.filter(state__in=states)
    if customer_id is not None:
        orders = orders.filter(customer_id__in=groups_of([customer_id]).get(customer_id, ()))
    if particulars.strip():
        orders = orders.filter(_told(actor, particulars.strip()))
    return orders.order_by("-placed_at", "-id")


def open_exceptions_for(actor: Actor, *, store_id: UUID | None = None) -> QuerySet[ShipmentException]:
    """Return what went wrong on the way and is not settled, the longest open first; raises NotFound, NotPermitted."""
    exceptions = ShipmentException.objects.filter(settled_at__isnull=True)
    exceptions = exceptions.filter(shipment__in=Shipment.objects.visible_to(actor).values("id"))
    return _readable(actor, exceptions, store_id).order_by("raised_at", "id")


def imports_for(actor: Actor, *, store_id: UUID | None = None) -> QuerySet[OrderImport]:
    """Return the imports that the actor may read, the latest first; raises NotFound and NotPermitted."""
    imports = OrderImport.objects.filter(store__in=Store.objects.visible_to(actor).values("id"))
    return _readable(actor, imports, store_id).order_by("-imported_at", "-id")


def products_on_offer(actor: Actor, *, is_on_sale: bool | None = None) -> QuerySet[Product]:
    """Return the chain's products, by code; raises NotPermitted."""
    actor.must_somewhere(Permission.READ_ORDERS)
    products = Product.objects.order_by("code", "id")
    return products if is_on_sale is None else products.filter(is_on_sale=is_on_sale)


def references_of(rows: Iterable[Any], letter: str) -> dict[UUID, str]:
    """Return the numbers by which people name documents, with the codes of their stores asked for at once."""
    rows = list(rows)
    codes = dict(Store.objects.filter(id__in={row.store_id for row in rows}).order_by().values_list("id", "code"))
    return {row.id: reference_of(store_code=codes[row.store_id], letter=letter, number=row.number) for row in rows}


def shipment_tracked(actor: Actor, *, store_id: UUID, carrier: str, tracking_number: str) -> Shipment:
    """Return a store's shipment by what its carrier calls it; raises NotFound."""
    shipments = Shipment.objects.visible_to(actor).filter(store_id=store_id)
    found = shipments.filter(tracking_number=tracking_number, carrier=carrier).first()
    if found is None:
        raise NotFound(field="tracking_number")
    return found


def heads_of(store_id: UUID) -> list[UUID]:
    """Return who answers for a store's open matters (R3), nearest first: its supervisor, manager, area's, HQ."""
    area_id = Store.objects.values_list("area_id", flat=True).get(id=store_id)
    ladder = (
        Q(role=Role.SERVICE_SUPERVISOR, store_id=store_id),
        Q(role=Role.STORE_MANAGER, store_id=store_id),
        Q(role=Role.AREA_SUPERVISOR, area_id=area_id, area_id__isnull=False),
        Q(role=Role.QUALITY_OFFICER),
        Q(role=Role.HQ_ADMINISTRATOR),
    )
    active = Assignment.objects.filter(user__is_active=True).order_by("since", "id")
    return [user_id for rung in ladder for user_id in active.filter(rung).values_list("user_id", flat=True)]


def answers_at(user_id: UUID, store_id: UUID) -> bool:
    """Tell whether somebody may own a store's open matters: an active member who works there, or one of its heads."""
    return works_at(user_id, store_id) or user_id in heads_of(store_id)


def owned_by(user_id: UUID, *, store_id: UUID | None) -> QuerySet[ShipmentException]:
    """Return somebody's open exceptions, at one store or everywhere, in their order."""
    owned = ShipmentException.objects.filter(owner_id=user_id, settled_at__isnull=True)
    return (owned if store_id is None else owned.filter(store_id=store_id)).order_by("raised_at", "id")


def _readable(actor: Actor, rows: QuerySet[_Row], store_id: UUID | None) -> QuerySet[_Row]:
    if store_id is not None:
        actor.must(Permission.READ_ORDERS, at=store_id)
        return rows.filter(store_id=store_id)
    actor.must_somewhere(Permission.READ_ORDERS)
    stores = actor.stores_with(Permission.READ_ORDERS)
    return rows if stores is None else rows.filter(store_id__in=stores)


def _told(actor: Actor, text: str) -> Q:
    told = Q(external_id=text) | Q(id__in=Shipment.objects.filter(tracking_number=text).values("order_id"))
    code, dash, number = text.upper().rpartition(f"-{ORDER}")
    if dash and number.isascii() and number.isdigit() and len(number) < 19:
        told |= Q(number=int(number), store__in=Store.objects.filter(code=code).values("id"))
    try:
        key = phone_key(phone_of(text, field="particulars"))
    except Invalid:
        key = ""
    contacts = Q(email=text.lower()) | (Q(phone_key=key) if key else Q(pk=None))
    stores = actor.stores_with(Permission.READ_CUSTOMER_CONTACT)
    if stores is not None:
        contacts &= Q(store_id__in=stores)
    customers = Customer.objects.visible_to(actor)
    kept = (
        customers.filter(Q(name_key=bare(text)) | contacts).annotate(kept=Coalesce("kept_as_id", "id")).values("kept")
    )
    return told | Q(customer__in=customers.filter(Q(id__in=kept) | Q(kept_as__in=kept)).values("id"))
