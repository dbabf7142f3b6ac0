"""Questions about records that may be one person's."""

from collections import defaultdict
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from chains.actor import Actor
from customers.models import Customer, Merge, Purchase
from customers.queries.dealings import events_for
from customers.queries.register import get_customer, ids_of
from customers.rules.merging import Pair, Preview, differing, hindrance_of, likenesses, particulars_in, taken_over
from members.rules.permissions import Permission

MOST_PAIRS = 100


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


def merges_of(*, actor: Actor, customer_id: UUID) -> QuerySet[Merge]:
    """Return the mergings that made a record what it is, the latest first; raises NotFound and NotPermitted."""
    customer = get_customer(actor=actor, customer_id=customer_id)
    return Merge.objects.filter(kept_id__in=ids_of(customer.id)).order_by("-merged_at", "-id")
