"""Deeds of care: HQ sets the classes, customers come into them by what they buy, and are greeted (K3, K5)."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connections, transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from customers.actions.registering import lock_customer, tell_journal
from customers.models import (
    CareScheme,
    Classification,
    ConsentPurpose,
    Customer,
    CustomerClass,
    Greeting,
    GreetingOccasion,
    Purchase,
)
from customers.queries.caring import classes_in_force, scheme_number
from customers.queries.dealings import objectors
from customers.queries.register import groups_of, ids_of
from customers.rules.caring import (
    AlreadyGreeted,
    ClassesChanged,
    ClassSpec,
    ConsentWithdrawn,
    Figures,
    checked_classes,
    must_be_birthday,
    must_be_near,
)
from customers.rules.happenings import Happening
from customers.rules.merging import must_be_kept
from journal.actions import append
from kit.texts import text_of
from members.rules.permissions import Permission
from stores.actions.locks import refusing_duplicates
from stores.models import Store

BATCH = 200
# What was bought under each record within the window of each class, all classes asked for at once. The lines of one
# order are one purchase. Days of 24 hours, whatever the clocks of the session do.
_FIGURES = f"""
    SELECT class.id, purchase.customer_id,
      COUNT(DISTINCT purchase.order_id) + COUNT(*) FILTER (WHERE purchase.order_id IS NULL),
      COALESCE(SUM(purchase.amount_minor) FILTER (WHERE purchase.currency = class.currency), 0)
    FROM "{Purchase._meta.db_table}" purchase
    JOIN "{CustomerClass._meta.db_table}" class ON purchase.bought_at >= %s - class.within_days * INTERVAL '24 hours'
    WHERE class.id = ANY(%s) AND purchase.customer_id = ANY(%s) AND purchase.taken_back_at IS NULL
    GROUP BY class.id, purchase.customer_id
"""  # noqa: S608  # names no input


@transaction.atomic(using=CHAINS_ALIAS)
def set_customer_classes(
    *, actor: Actor, classes: Sequence[ClassSpec], now: datetime, expected_version: int | None = None
) -> CareScheme:
    """Set the classes of the chain's customers, the highest first, with thresholds and plans of care (K3).

    They hold in the place of those before, which stay for the history. `expected_version` is the number of the scheme
    that was seen. Refusals: NotPermitted, ClassesChanged, Invalid, TooLong, CodeTaken.
    """
    actor.must(Permission.SET_CUSTOMER_CLASSES)
    specs, number = checked_classes(classes), scheme_number()
    if expected_version is not None and expected_version != number:
        raise ClassesChanged(field="expected_version", version=number)
    with refusing_duplicates(ClassesChanged(version=number + 1)):
        scheme = CareScheme.objects.create(number=number + 1, set_at=now, set_by_id=actor.user_id)
    made = [CustomerClass(scheme=scheme, rank=rank, **asdict(spec)) for rank, spec in enumerate(specs, start=1)]
    CustomerClass.objects.bulk_create(made)
    append(
        actor=actor,
        kind=Happening.CUSTOMER_CLASSES_SET,
        subject_type="CareScheme",
        subject_id=scheme.id,
        store_id=None,
        now=now,
        before={"number": number},
        after={"number": scheme.number, "codes": [spec.code for spec in specs]},
    )
    return scheme


@transaction.atomic(using=CHAINS_ALIAS)
def classify_customer(*, actor: Actor, customer_id: UUID, now: datetime) -> Classification | None:
    """Put a customer into the class that their purchases reach now; return what they are in, None for no class (K3).

    A change is journalled, and what they were in before stays with its end. For the system alone: nobody chooses.
    """
    ids = ids_of(customer_id)
    records = Customer.objects.select_for_update(no_key=True).filter(id__in=ids).order_by("id")
    kept = next((each for each in records if each.kept_as_id is None and each.erased_at is None), None)
    if kept is None:
        return None
    reached = _reached(ids, now)
    standing = Classification.objects.filter(customer_id__in=ids, ended_at__isnull=True).order_by("id")
    stays = next((each for each in standing if reached and _is_in(each, kept, reached[0])), None)
    # Of a person's records only the one that is kept is in a class.
    ended = [each for each in standing if each != stays]
    Classification.objects.filter(id__in=[each.id for each in ended]).update(ended_at=now)
    made = None if reached is None or stays is not None else _put_into(kept, *reached, now)
    if ended or made:
        left = [each.customer_class_id for each in ended]
        after = {"class_id": made and made.customer_class_id}
        tell_journal(actor, kept, Happening.CUSTOMER_CLASSIFIED, now, before={"class_ids": left}, after=after)
    return stays or made


@transaction.atomic(using=CHAINS_ALIAS)
def classify_some(*, actor: Actor, after_id: UUID, now: datetime) -> UUID | None:
    """Classify the next customers, in the order of their keys; return the last one, None when there are no more."""
    ids = list(Customer.objects.kept().filter(id__gt=after_id).order_by("id").values_list("id", flat=True)[:BATCH])
    for customer_id in _out_of_class(ids, now):
        classify_customer(actor=actor, customer_id=customer_id, now=now)
    return ids[-1] if len(ids) == BATCH else None


@transaction.atomic(using=CHAINS_ALIAS)
def greet_customer(
    *,
    actor: Actor,
    customer_id: UUID,
    occasion: GreetingOccasion,
    now: datetime,
    due_on: date | None = None,
    note: str = "",
) -> Greeting:
    """Record that a customer was greeted on a birthday, or looked after by the plan of their class (K3, K5).

    `due_on` is the day for which that was due, today if none is given.
    Refusals: NotFound, NotPermitted, CustomerMerged, CustomerErased, ConsentWithdrawn, AlreadyGreeted, Invalid,
    TooLong.
    """
    customer = lock_customer(actor, customer_id, Permission.GREET_CUSTOMER)
    must_be_kept(customer)
    if objectors([customer.id], ConsentPurpose.GREETINGS):
        raise ConsentWithdrawn(field="customer_id")
    today = now.astimezone(ZoneInfo(Store.objects.get(id=customer.store_id).time_zone)).date()
    due_on = due_on or today
    if occasion == GreetingOccasion.BIRTHDAY:
        must_be_birthday(customer.birthday, due_on, today=today)
    else:
        must_be_near(due_on, today=today)
    if Greeting.objects.filter(customer_id__in=ids_of(customer.id), occasion=occasion, due_on=due_on).exists():
        raise AlreadyGreeted(field="due_on")
    greeting = Greeting.objects.create(
        store_id=customer.store_id,
        customer=customer,
        occasion=occasion,
        due_on=due_on,
        note=text_of(note, field="note", required=False),
        greeted_by_id=actor.user_id,
        greeted_at=now,
    )
    after = {"occasion": occasion, "due_on": due_on, "greeting_id": greeting.id}
    tell_journal(actor, customer, Happening.CUSTOMER_GREETED, now, after=after)
    return greeting


def _out_of_class(kept_ids: Sequence[UUID], now: datetime) -> list[UUID]:
    """Return those people who are in another class than they reach now, all of them looked at at once."""
    kept_of = {record: kept for kept, records in groups_of(kept_ids).items() for record in records}
    reached: dict[UUID, UUID] = {}
    classes = list(classes_in_force())
    bought = _figures_of(kept_of, classes, now)
    for each in classes:
        found = {kept: Figures(0, 0) for kept in kept_ids if kept not in reached}
        for record, figures in bought[each.id].items():
            if kept_of[record] in found:
                found[kept_of[record]] += figures
        wanted = {"min_purchases": each.min_purchases, "min_amount_minor": each.min_amount_minor}
        reached |= {kept: each.id for kept, figures in found.items() if figures.reach(**wanted)}
    standing: dict[UUID, set[tuple[UUID, UUID]]] = defaultdict(set)
    in_force = Classification.objects.filter(customer_id__in=kept_of, ended_at__isnull=True).order_by("id")
    for record, class_id in in_force.values_list("customer_id", "customer_class_id"):
        standing[kept_of[record]].add((record, class_id))
    return [kept for kept in kept_ids if standing[kept] != ({(kept, reached[kept])} if kept in reached else set())]


def _reached(customer_ids: frozenset[UUID], now: datetime) -> tuple[CustomerClass, Figures] | None:
    classes = list(classes_in_force())
    bought = _figures_of(customer_ids, classes, now)
    for each in classes:
        figures = sum(bought[each.id].values(), Figures(0, 0))
        if figures.reach(min_purchases=each.min_purchases, min_amount_minor=each.min_amount_minor):
            return each, figures
    return None


def _figures_of(
    customer_ids: Collection[UUID], classes: Sequence[CustomerClass], now: datetime
) -> dict[UUID, dict[UUID, Figures]]:
    """Return for each class what was bought under each record within its window, for those with anything."""
    found: dict[UUID, dict[UUID, Figures]] = {each.id: {} for each in classes}
    with connections[CHAINS_ALIAS].cursor() as cursor:
        cursor.execute(_FIGURES, [now, list(found), list(customer_ids)])
        for class_id, customer_id, purchases, amount in cursor:
            found[class_id][customer_id] = Figures(purchases, int(amount))
    return found


def _is_in(standing: Classification, customer: Customer, wanted: CustomerClass) -> bool:
    return standing.customer_id == customer.id and standing.customer_class_id == wanted.id


def _put_into(customer: Customer, wanted: CustomerClass, figures: Figures, now: datetime) -> Classification:
    return Classification.objects.create(
        store_id=customer.store_id,
        customer=customer,
        customer_class=wanted,
        purchases=figures.purchases,
        amount_minor=figures.amount_minor,
        began_at=now,
    )
