"""Deeds by which a caller is credited with a purchase after a visit, and the credit is taken back (V4)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from customers.models import Purchase
from customers.queries.register import ids_of
from journal.actions import append
from visits.models.credits import VisitCredit
from visits.models.visits import ReturnVisit
from visits.queries import CREDIT_TYPE, rules_in_force
from visits.rules.happenings import Happening
from visits.rules.planning import is_credited


@transaction.atomic(using=CHAINS_ALIAS)
def credit_purchase(*, actor: Actor, purchase_id: UUID, now: datetime) -> VisitCredit | None:
    """Credit whoever called a customer last with what the customer bought soon after, once; None where nobody did.

    For the system alone.
    """
    purchase = Purchase.objects.select_for_update(of=("self",)).filter(id=purchase_id, taken_back_at=None).first()
    if purchase is None:
        return None
    visit = _visit_before(purchase, within_days=rules_in_force().credit_within_days)
    # Last: most purchases follow no visit.
    if visit is None or visit.made_by_id is None or VisitCredit.objects.filter(purchase=purchase).exists():
        return None
    credit = VisitCredit.objects.create(
        store_id=purchase.store_id,
        visit=visit,
        caller_id=visit.made_by_id,
        purchase=purchase,
        amount_minor=purchase.amount_minor,
        currency=purchase.currency,
        bought_at=purchase.bought_at,
        credited_at=now,
    )
    _tell(actor, credit, Happening.PURCHASE_CREDITED, now, credits=1)
    return credit


@transaction.atomic(using=CHAINS_ALIAS)
def take_back_credits(*, actor: Actor, order_id: UUID, now: datetime) -> int:
    """Take back the credits for an order that was cancelled; return how many there were. For the system alone."""
    purchases = Purchase.objects.filter(order_id=order_id).values("id")
    standing = VisitCredit.objects.select_for_update(of=("self",)).filter(purchase_id__in=purchases, taken_back_at=None)
    taken = list(standing.order_by("id"))
    for credit in taken:
        credit.taken_back_at = now
        credit.save(update_fields=["taken_back_at"])
    if taken:
        _tell(actor, taken[0], Happening.CREDITS_TAKEN_BACK, now, credits=len(taken))
    return len(taken)


def _visit_before(purchase: Purchase, *, within_days: int) -> ReturnVisit | None:
    """Return the last visit that reached the customer before a purchase, if that was soon enough."""
    since = purchase.bought_at - timedelta(days=within_days)
    visits = ReturnVisit.objects.filter(
        store_id=purchase.store_id,
        customer_id__in=ids_of(purchase.customer_id),
        is_reached=True,
        made_at__gte=since,
        made_at__lt=purchase.bought_at,
    )
    return _first_credited(visits.order_by("-made_at", "-id"), purchase, within_days)


def _first_credited(visits: Iterable[ReturnVisit], purchase: Purchase, within_days: int) -> ReturnVisit | None:
    for visit in visits:
        made_at = visit.made_at
        if made_at is not None and is_credited(made_at=made_at, bought_at=purchase.bought_at, within_days=within_days):
            return visit
    return None


def _tell(actor: Actor, credit: VisitCredit, kind: Happening, now: datetime, *, credits: int) -> None:
    append(
        actor=actor,
        kind=kind,
        subject_type=CREDIT_TYPE,
        subject_id=credit.id,
        store_id=credit.store_id,
        customer_id=credit.purchase.customer_id,
        now=now,
        after={
            "visit_id": credit.visit_id,
            "caller_id": credit.caller_id,
            "purchase_id": credit.purchase_id,
            "amount_minor": credit.amount_minor,
            "currency": credit.currency,
            "credits": credits,
        },
    )
