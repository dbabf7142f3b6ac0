"""Deeds that record what a customer agrees to, and that they do so no more (K4)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from customers.actions.registering import lock_customer, tell_journal
from customers.models import Consent, ConsentPurpose
from customers.queries.register import ids_of
from customers.rules.consenting import ConsentGiven, ConsentNotGiven
from customers.rules.happenings import Happening
from customers.rules.merging import must_be_kept
from kit.moments import LAST_TEN_YEARS, passed
from kit.texts import line_of
from members.rules.permissions import Permission


@transaction.atomic(using=CHAINS_ALIAS)
def record_consent(
    *,
    actor: Actor,
    customer_id: UUID,
    purpose: ConsentPurpose,
    proof: str,
    now: datetime,
    given_at: datetime | None = None,
) -> Consent:
    """Record that a customer agreed to one purpose, with what proves it (K4).

    Refusals: NotFound, NotPermitted, CustomerMerged, CustomerErased, ConsentGiven, Invalid, TooLong.
    """
    customer = lock_customer(actor, customer_id, Permission.RECORD_CONSENT)
    must_be_kept(customer)
    standing = Consent.objects.filter(customer_id__in=ids_of(customer.id), purpose=purpose, withdrawn_at__isnull=True)
    if standing.exists():
        raise ConsentGiven(field="purpose")
    consent = Consent.objects.create(
        store_id=customer.store_id,
        customer=customer,
        purpose=purpose,
        proof=line_of(proof, field="proof"),
        given_at=passed(given_at, field="given_at", now=now, within=LAST_TEN_YEARS),
        recorded_by_id=actor.user_id,
    )
    after = {"purpose": purpose, "consent_id": consent.id, "given_at": consent.given_at}
    tell_journal(actor, customer, Happening.CONSENT_RECORDED, now, after=after)
    return consent


@transaction.atomic(using=CHAINS_ALIAS)
def withdraw_consent(*, actor: Actor, customer_id: UUID, purpose: ConsentPurpose, proof: str, now: datetime) -> Consent:
    """Record that a customer withdrew their consent to one purpose, under whichever record it was given (K4).

    Refusals: NotFound, NotPermitted, CustomerMerged, CustomerErased, ConsentNotGiven, Invalid, TooLong.
    """
    customer = lock_customer(actor, customer_id, Permission.RECORD_CONSENT)
    must_be_kept(customer)
    mine = Consent.objects.filter(customer_id__in=ids_of(customer.id), purpose=purpose, withdrawn_at__isnull=True)
    standing = list(mine.order_by("-given_at", "-id"))
    if not standing:
        raise ConsentNotGiven(field="purpose")
    told = line_of(proof, field="proof")
    for consent in standing:
        consent.withdrawn_at, consent.withdrawn_by_id, consent.withdrawal_proof = now, actor.user_id, told
        consent.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawal_proof"])
    tell_journal(
        actor,
        customer,
        Happening.CONSENT_WITHDRAWN,
        now,
        before={"purpose": purpose, "consent_ids": [consent.id for consent in standing]},
        after={"purpose": purpose},
    )
    return standing[0]
