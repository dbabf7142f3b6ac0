"""The deed by which HQ says how far each role may decide by itself."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS, current_chain
from journal.actions import append
from kit.refusals import Invalid
from members.rules.permissions import Permission
from standards.models.deciding import DecisionLimit
from standards.queries.deciding import limits_kept
from standards.rules.deciding import Key, Limit, check_limits, default_of
from standards.rules.happenings import Happening
from stores.rules.business import currency_of


@transaction.atomic(using=CHAINS_ALIAS)
def set_decision_limits(*, actor: Actor, limits: Sequence[Limit], now: datetime) -> None:
    """Set how far roles may decide by themselves from now on; what is not named stays as it is (S5, C6).

    Refusals: NotPermitted, Invalid.
    """
    actor.must(Permission.SET_DECISION_LIMITS)
    limits = [_with_currency(limit, place) for place, limit in enumerate(limits)]
    check_limits(limits)
    kept = {currency: limits_kept(currency) for currency in {limit.currency for limit in limits}}
    before = [_as_before(limit, kept[limit.currency]) for limit in limits]
    DecisionLimit.objects.bulk_create(
        [
            DecisionLimit(
                role=limit.role,
                kind=limit.kind,
                currency=limit.currency,
                amount_minor=limit.amount_minor,
                set_by_id=actor.user_id,
                set_at=now,
            )
            for limit in limits
        ],
        update_conflicts=True,
        unique_fields=["role", "kind", "currency"],
        update_fields=["amount_minor", "set_by_id", "set_at"],
    )
    append(
        actor=actor,
        kind=Happening.DECISION_LIMITS_SET,
        subject_type="Chain",
        subject_id=current_chain().id,
        store_id=None,
        now=now,
        before={"limits": _listed(before)},
        after={"limits": _listed(limits)},
    )


def _with_currency(limit: Limit, place: int) -> Limit:
    try:
        return replace(limit, currency=currency_of(limit.currency))
    except Invalid as refusal:
        raise Invalid(field=("limits", str(place), "amount", "currency"), **refusal.details) from None


def _as_before(limit: Limit, kept: Mapping[Key, int]) -> Limit:
    default = default_of(limit.role, limit.kind, currency=limit.currency, chain_currency=current_chain().currency)
    return replace(limit, amount_minor=kept.get((limit.role, limit.kind), default))


def _listed(limits: Iterable[Limit]) -> list[dict[str, Any]]:
    return [
        {"role": limit.role, "kind": limit.kind, "currency": limit.currency, "amount_minor": limit.amount_minor}
        for limit in limits
    ]
