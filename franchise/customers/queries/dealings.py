"""Questions about what happened with a person: what they bought and agreed to, and everything else."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from chains.actor import Actor
from customers.models import Consent, ConsentPurpose, Customer, CustomerEvent, Purchase
from customers.queries.register import get_customer, groups_of, ids_of
from customers.rules.retention import NO_DEALINGS
from journal.models import Entry
from members.rules.permissions import Permission


def purchases_of(*, actor: Actor, customer_id: UUID) -> QuerySet[Purchase]:
    """Return what a person bought, under whichever record, the latest first; raises NotFound and NotPermitted."""
    customer = get_customer(actor=actor, customer_id=customer_id)
    return Purchase.objects.filter(customer_id__in=ids_of(customer.id)).order_by("-bought_at", "-id")


def consents_of(*, actor: Actor, customer_id: UUID) -> QuerySet[Consent]:
    """Return what a person agreed to, under whichever record, the latest first; raises NotFound and NotPermitted."""
    customer = get_customer(actor=actor, customer_id=customer_id)
    return Consent.objects.filter(customer_id__in=ids_of(customer.id)).order_by("-given_at", "-id")


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
    return last_word(customer_id, purpose) is True


def last_word(customer_id: UUID, purpose: ConsentPurpose) -> bool | None:
    """Return what a person said last of a purpose, under any of their records; None where they never did (K4)."""
    return _last_word([customer_id], purpose).get(customer_id)


def objectors(customer_ids: Iterable[UUID], purpose: ConsentPurpose) -> set[UUID]:
    """Return those of these customers whose last word on a purpose was that they withdrew it (K4)."""
    return {customer_id for customer_id, agrees in _last_word(customer_ids, purpose).items() if not agrees}


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
