"""Questions about customers, narrowed to what the actor may see and always ordered."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from chains.actor import Actor
from customers.models import (
    CareScheme,
    Classification,
    Consent,
    ConsentPurpose,
    Customer,
    CustomerClass,
    CustomerEvent,
    Greeting,
    GreetingOccasion,
    Merge,
    Purchase,
)
from customers.rules.caring import DueGreeting, birthdays_between, must_be_days_ahead, next_birthday
from customers.rules.merging import (
    CustomerErased,
    Pair,
    Preview,
    differing,
    hindrance_of,
    likenesses,
    particulars_in,
    taken_over,
)
from customers.rules.retention import NO_DEALINGS
from customers.rules.searching import sought_in
from journal.models import Entry
from kit.refusals import NotFound
from kit.texts import line_of
from members.rules.permissions import Permission
from stores.models import Store

MOST_PAIRS = 100


def get_customer(*, actor: Actor, customer_id: UUID) -> Customer:
    """Return a customer of a store that the actor sees; raises NotFound and NotPermitted."""
    customer = Customer.objects.visible_to(actor).filter(id=customer_id).first()
    if customer is None:
        raise NotFound
    actor.must(Permission.READ_CUSTOMERS, at=customer.store_id)
    return customer


def must_not_be_erased(customer_id: UUID) -> None:
    """Refuse with CustomerErased to write anything more about somebody who was erased: nobody would erase that (K4)."""
    if Customer.objects.filter(id=customer_id, erased_at__isnull=False).exists():
        raise CustomerErased


def erased_among(customer_ids: Iterable[UUID]) -> set[UUID]:
    """Return those of these customers whose particulars were erased."""
    erased = Customer.objects.filter(id__in=set(customer_ids), erased_at__isnull=False)
    return set(erased.order_by().values_list("id", flat=True))


def customers_at(*, actor: Actor, store_id: UUID) -> QuerySet[Customer]:
    """Return the customers of a store, by name, without merged records and erased people.

    Raises NotFound and NotPermitted.
    """
    actor.must(Permission.READ_CUSTOMERS, at=store_id)
    return Customer.objects.visible_to(actor).filter(store_id=store_id).kept().order_by("name", "id")


def search_customers(*, actor: Actor, store_id: UUID, text: str) -> QuerySet[Customer]:
    """Return the customers of a store in one of whose records a text is found, by name (K1, L1).

    Whoever may not read contacts searches names alone, or the answers would tell what is covered. Every character
    stands for itself (corpus I09). Raises NotFound, NotPermitted, Invalid and TooLong.
    """
    actor.must(Permission.READ_CUSTOMERS, at=store_id)
    column = "search_text" if actor.may(Permission.READ_CUSTOMER_CONTACT, at=store_id) else "name_key"
    found = Q(pk=None)
    for parts in sought_in(line_of(text, field="text", required=False)):
        found |= Q(*(Q(**{f"{column}__contains": part}) for part in parts))
    here = Customer.objects.visible_to(actor).filter(store_id=store_id, erased_at__isnull=True)
    hits = here.filter(found)
    itself = Q(id__in=hits.filter(kept_as__isnull=True).values("id"))
    through_another = Q(id__in=hits.filter(kept_as__isnull=False).values("kept_as"))
    return here.filter(itself | through_another).order_by("name", "id")


def kept_of(customer_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Return for each record the one that is kept for it, which may be itself."""
    rows = Customer.objects.filter(id__in=set(customer_ids)).order_by().values_list("id", "kept_as_id")
    return {customer_id: kept_as_id or customer_id for customer_id, kept_as_id in rows}


def groups_of(customer_ids: Iterable[UUID]) -> dict[UUID, frozenset[UUID]]:
    """Return for each record all records of the same person, itself included, with two statements for them all."""
    kept = kept_of(customer_ids)
    members: dict[UUID, set[UUID]] = defaultdict(set)
    rows = Customer.objects.filter(Q(id__in=set(kept.values())) | Q(kept_as_id__in=set(kept.values())))
    for customer_id, kept_as_id in rows.order_by().values_list("id", "kept_as_id"):
        members[kept_as_id or customer_id].add(customer_id)
    return {customer_id: frozenset(members[kept_id]) for customer_id, kept_id in kept.items()}


def ids_of(customer_id: UUID) -> frozenset[UUID]:
    """Return all records of the same person, this one included."""
    return groups_of([customer_id]).get(customer_id, frozenset({customer_id}))


def duplicates_at(*, actor: Actor, store_id: UUID, first: int) -> list[Pair]:
    """Return up to `first` pairs of records of a store that may be one person's, the likeliest first (K2).

    Raises NotFound and NotPermitted.
    """
    actor.must(Permission.MERGE_CUSTOMERS, at=store_id)
    here = Customer.objects.visible_to(actor).filter(store_id=store_id).kept()
    alike = Q(pk=None)
    for column in ("phone_key", "email", "name_key"):
        shared = here.exclude(**{column: ""}).order_by().values(column).annotate(n=Count("id")).filter(n__gt=1)
        alike |= Q(**{f"{column}__in": shared.values(column)})
    groups: dict[tuple[str, str], list[Customer]] = defaultdict(list)
    for customer in here.filter(alike).order_by("registered_at", "id"):
        for column in ("phone_key", "email", "name_key"):
            if getattr(customer, column):
                groups[column, getattr(customer, column)].append(customer)
    # Each with the oldest of its group: whoever has merged those two sees the next.
    found = {(group[0].id, each.id): (group[0], each) for group in groups.values() for each in group[1:]}
    pairs = [Pair(one, other, tuple(likenesses(one, other))) for one, other in found.values()]
    pairs.sort(key=lambda pair: (-len(pair.likenesses), pair.one.registered_at, pair.one.id, pair.other.id))
    return pairs[: max(0, min(first, MOST_PAIRS))]


def merge_preview(*, actor: Actor, kept_id: UUID, merged_id: UUID) -> Preview:
    """Return what merging the second record into the first one would do, and change nothing (K2).

    What stands in the way is told with it. Refusals: NotFound, NotPermitted.
    """
    kept, merged = (get_customer(actor=actor, customer_id=each) for each in (kept_id, merged_id))
    actor.must(Permission.MERGE_CUSTOMERS, at=kept.store_id)
    along = ids_of(merged.id)
    return Preview(
        kept=kept,
        merged=merged,
        likenesses=tuple(likenesses(kept, merged)),
        taken_over=tuple(particulars_in(taken_over(kept, merged))),
        differing=tuple(differing(kept, merged)),
        purchases=Purchase.objects.filter(customer_id__in=along, taken_back_at__isnull=True).count(),
        events=events_for(actor).filter(customer_id__in=along).count(),
        hindrance=hindrance_of(kept, merged),
    )


def purchases_of(*, actor: Actor, customer_id: UUID) -> QuerySet[Purchase]:
    """Return what a person bought, under whichever record, the latest first; raises NotFound and NotPermitted."""
    customer = get_customer(actor=actor, customer_id=customer_id)
    return Purchase.objects.filter(customer_id__in=ids_of(customer.id)).order_by("-bought_at", "-id")


def consents_of(*, actor: Actor, customer_id: UUID) -> QuerySet[Consent]:
    """Return what a person agreed to, under whichever record, the latest first; raises NotFound and NotPermitted."""
    customer = get_customer(actor=actor, customer_id=customer_id)
    return Consent.objects.filter(customer_id__in=ids_of(customer.id)).order_by("-given_at", "-id")


def merges_of(*, actor: Actor, customer_id: UUID) -> QuerySet[Merge]:
    """Return the mergings that made a record what it is, the latest first; raises NotFound and NotPermitted."""
    customer = get_customer(actor=actor, customer_id=customer_id)
    return Merge.objects.filter(kept_id__in=ids_of(customer.id)).order_by("-merged_at", "-id")


def timeline_of(*, actor: Actor, customer_id: UUID) -> QuerySet[Any]:
    """Return everything that happened to a person, under whichever record, the latest first (L1).

    Raises NotFound and NotPermitted.
    """
    customer = get_customer(actor=actor, customer_id=customer_id)
    return events_for(actor).filter(customer_id__in=ids_of(customer.id)).order_by("-at", "-id")


def silent_since(since: datetime, *, after_id: UUID, most: int) -> list[UUID]:
    """Return the next people, by key, with whom nothing has happened since a moment and whom no legal hold keeps."""
    merged = Customer.objects.filter(kept_as=OuterRef("id"))
    dealings = Entry.objects.filter(customer_id__isnull=False, at__gte=since).exclude(kind__in=NO_DEALINGS)
    of_merged = dealings.filter(customer_id__in=Customer.objects.filter(kept_as=OuterRef(OuterRef("id"))).values("id"))
    silent = Customer.objects.kept().filter(id__gt=after_id, registered_at__lt=since, held_at__isnull=True)
    silent = silent.exclude(Exists(dealings.filter(customer_id=OuterRef("id"))))
    silent = silent.exclude(Exists(merged.filter(held_at__isnull=False))).exclude(Exists(of_merged))
    return list(silent.order_by("id").values_list("id", flat=True)[:most])


def events_for(actor: Actor) -> QuerySet[Any]:
    """Return the journal's entries about customers whom the actor may read."""
    rows = CustomerEvent.objects.visible_to(actor).filter(customer_id__isnull=False)
    stores = actor.stores_with(Permission.READ_CUSTOMERS)
    return rows if stores is None else rows.filter(store_id__in=stores)


def has_consent(customer_id: UUID, purpose: ConsentPurpose) -> bool:
    """Tell whether a person agreed to a purpose and has not withdrawn it since, under any of their records (K4)."""
    said = _last_word([customer_id], purpose)
    return said.get(customer_id, False)


def objectors(customer_ids: Iterable[UUID], purpose: ConsentPurpose) -> set[UUID]:
    """Return those of these customers whose last word on a purpose was that they withdrew it (K4)."""
    return {customer_id for customer_id, agrees in _last_word(customer_ids, purpose).items() if not agrees}


def classes_in_force() -> QuerySet[CustomerClass]:
    """Return HQ's classes as they are set now, the highest first (K3)."""
    return CustomerClass.objects.filter(scheme__number=scheme_number()).order_by("rank")


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


def _last_word(customer_ids: Iterable[UUID], purpose: ConsentPurpose) -> dict[UUID, bool]:
    groups = groups_of(customer_ids)
    asked: Sequence[UUID] = [each for group in groups.values() for each in group]
    words: dict[UUID, list[tuple[object, bool]]] = defaultdict(list)
    for consent in Consent.objects.filter(customer_id__in=asked, purpose=purpose).order_by("id"):
        words[consent.customer_id].append((consent.withdrawn_at or consent.given_at, consent.withdrawn_at is None))
    last: dict[UUID, bool] = {}
    for customer_id, group in groups.items():
        # Of two at one moment the refusal counts.
        said = sorted((word for each in group for word in words[each]), key=lambda word: (word[0], not word[1]))
        if said:
            last[customer_id] = said[-1][1]
    return last
