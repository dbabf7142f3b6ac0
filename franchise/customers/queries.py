"""Questions about customers, narrowed to what the actor may see and always ordered."""

from uuid import UUID

from django.db.models import QuerySet

from chains.actor import Actor
from customers.models import Customer
from kit.refusals import NotFound
from members.rules.permissions import Permission


def get_customer(*, actor: Actor, customer_id: UUID) -> Customer:
    """Return a customer of a store that the actor sees; raises NotFound and NotPermitted."""
    customer = Customer.objects.visible_to(actor).filter(id=customer_id).first()
    if customer is None:
        raise NotFound
    actor.must(Permission.READ_CUSTOMERS, at=customer.store_id)
    return customer


def customers_at(*, actor: Actor, store_id: UUID) -> QuerySet[Customer]:
    """Return the customers of a store, by name; raises NotFound and NotPermitted."""
    actor.must(Permission.READ_CUSTOMERS, at=store_id)
    return Customer.objects.visible_to(actor).filter(store_id=store_id).order_by("name", "id")
