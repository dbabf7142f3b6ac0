"""What a customer asks for and is given is written down, and held against what somebody may decide (C6)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from chains.actor import Actor
from complaints.actions.steps import sign_step
from complaints.models.complaints import Complaint
from complaints.models.remedies import Remedy, RemedyKind, RemedyStanding
from complaints.rules.remedies import RemedyDraft, check_remedies, check_worth, worth
from standards.models.deciding import DecisionKind
from standards.queries.deciding import limit_of


def decided(
    actor: Actor, complaint: Complaint, remedies: Sequence[RemedyDraft], *, field: str, granted: int = 0
) -> list[RemedyDraft]:
    """Return remedies that somebody may give, with what the customer got in earlier rounds; else RemedyAboveLimit.

    `granted` is what somebody has planned before who might: to carry that out is nobody's decision any more. Amounts
    are in smallest units of the store's currency. Refusals: Invalid, TooLong, CurrencyDiffers, RemedyAboveLimit.
    """
    currency = complaint.store.currency
    checked = check_remedies(remedies, field=field, currency=currency, is_decided=True)
    amount = worth(each.amount_minor for each in checked)
    if amount > granted:
        given = remedies_of(complaint, RemedyStanding.GIVEN).values_list("amount_minor", flat=True)
        limit = limit_of(actor, DecisionKind.COMPENSATION, store_id=complaint.store_id, currency=currency)
        check_worth(amount + worth(given), limit_minor=limit, currency=currency)
    return checked


def planned_in(complaint: Complaint, plan_id: UUID) -> list[RemedyDraft]:
    """Return the remedies of a plan."""
    planned = remedies_of(complaint, RemedyStanding.PLANNED).filter(step_id=plan_id).order_by("id")
    return [RemedyDraft(RemedyKind(each.kind), each.amount_minor, each.currency, each.note) for each in planned]


def keep_remedies(
    actor: Actor,
    complaint: Complaint,
    remedies: Sequence[RemedyDraft],
    standing: RemedyStanding,
    step_id: UUID | None,
    now: datetime,
) -> None:
    """Write remedies down as a part of a step, all at once."""
    kept = [
        Remedy(
            standing=standing,
            kind=each.kind,
            amount_minor=each.amount_minor,
            currency=each.currency,
            note=each.note,
            step_id=step_id,
        )
        for each in remedies
    ]
    for remedy in kept:
        sign_step(actor, complaint, remedy, now)
    Remedy.objects.bulk_create(kept)


def remedies_of(complaint: Complaint, standing: RemedyStanding) -> QuerySet[Remedy]:
    """Return the remedies of a complaint that stand so."""
    return Remedy.objects.filter(store_id=complaint.store_id, complaint=complaint, standing=standing)
