"""Questions about classes of customers, and about whom to greet."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Max, QuerySet, Subquery

from chains.actor import Actor
from customers.models import (
    CareScheme,
    Classification,
    ConsentPurpose,
    Customer,
    CustomerClass,
    Greeting,
    GreetingOccasion,
)
from customers.queries.dealings import objectors
from customers.queries.register import kept_of
from customers.rules.caring import DueGreeting, birthdays_between, must_be_days_ahead, next_birthday
from kit.refusals import NotFound
from members.rules.permissions import Permission
from stores.models import Store


def classes_in_force() -> QuerySet[CustomerClass]:
    """Return HQ's classes as they are set now, the highest first (K3)."""
    newest = CareScheme.objects.order_by("-number").values("id")[:1]
    return CustomerClass.objects.filter(scheme_id=Subquery(newest)).order_by("rank")


def scheme_number() -> int:
    """Return how often HQ has set the classes; 0 before the first time."""
    return CareScheme.objects.order_by("-number").values_list("number", flat=True).first() or 0


def classes_of(customer_ids: Iterable[UUID]) -> dict[UUID, CustomerClass]:
    """Return the class that each customer is in, for those who are in one."""
    now_in = Classification.objects.filter(customer_id__in=set(customer_ids), ended_at__isnull=True)
    return {row.customer_id: row.customer_class for row in now_in.select_related("customer_class").order_by("id")}


def due_greetings(*, actor: Actor, store_id: UUID, days: int, now: datetime) -> list[DueGreeting]:
    """Return whom to greet at a store until so many days from today, the earliest first (K3, K5).

    Birthdays of today and later, and plans of care that are due, also those that are late; without those who asked
    not to be greeted. Raises NotFound, NotPermitted and Invalid.
    """
    actor.must(Permission.GREET_CUSTOMER, at=store_id)
    until_days = must_be_days_ahead(days)
    store = Store.objects.visible_to(actor).filter(id=store_id).first()
    if store is None:
        raise NotFound
    today = now.astimezone(ZoneInfo(store.time_zone)).date()
    until = today + timedelta(days=until_days)
    due = [*_birthdays(store_id, today, until), *_care(store_id, store.time_zone, until)]
    left_alone = objectors({each.customer.id for each in due}, ConsentPurpose.GREETINGS)
    wanted = (each for each in due if each.customer.id not in left_alone)
    return sorted(wanted, key=lambda each: (each.due_on, each.customer.name, each.customer.id))


def _birthdays(store_id: UUID, today: date, until: date) -> list[DueGreeting]:
    days = birthdays_between(today, until)
    customers = Customer.objects.filter(store_id=store_id, birthday__in=days).kept().order_by("id")
    due = [(customer, next_birthday(customer.birthday, on=today)) for customer in customers]
    greeted = Greeting.objects.filter(store_id=store_id, occasion=GreetingOccasion.BIRTHDAY, due_on__gte=today)
    kept = kept_of(greeted.values_list("customer_id", flat=True))
    done = {(kept[each.customer_id], each.due_on) for each in greeted.order_by("id")}
    return [
        DueGreeting(customer, GreetingOccasion.BIRTHDAY, due_on, "")
        for customer, due_on in due
        if (customer.id, due_on) not in done
    ]


def _care(store_id: UUID, time_zone: str, until: date) -> list[DueGreeting]:
    standing = Classification.objects.filter(
        store_id=store_id,
        ended_at__isnull=True,
        customer_class__contact_every_days__isnull=False,
        customer__kept_as__isnull=True,
        customer__erased_at__isnull=True,
    ).select_related("customer", "customer_class")
    looked_after = Greeting.objects.filter(store_id=store_id, occasion=GreetingOccasion.CARE).order_by()
    last = dict(looked_after.values_list("customer_id").annotate(last=Max("greeted_at")))
    due = []
    for each in standing.order_by("id"):
        since = max(each.began_at, last.get(each.customer_id, each.began_at)).astimezone(ZoneInfo(time_zone)).date()
        due_on = since + timedelta(days=each.customer_class.contact_every_days or 0)
        if due_on <= until:
            due.append(DueGreeting(each.customer, GreetingOccasion.CARE, due_on, each.customer_class.plan_of_care))
    return due
