"""How far each role may decide by itself."""

from uuid import UUID

from chains.actor import Actor
from chains.scope import current_chain
from members.rules.permissions import Permission, Role
from standards.models.deciding import DecisionKind, DecisionLimit
from standards.rules.deciding import Key, Limit, limit_among, limits_in


def limit_of(actor: Actor, kind: DecisionKind, *, store_id: UUID, currency: str) -> int:
    """Return the most that somebody may decide by themselves at a store, in the smallest units of a currency (C6).

    The highest limit of their roles there counts; 0 for a machine, and for whoever has no role there.
    """
    roles = actor.roles_at(store_id) if actor.user_id else frozenset()
    if not roles:
        return 0
    return limit_among(_limits(currency), roles=roles, kind=kind)


def decision_limits(actor: Actor, *, currency: str | None = None) -> list[Limit]:
    """Return how far each role may decide by itself, in the chain's currency or another one; raises NotPermitted."""
    actor.must_somewhere(Permission.READ_STANDARDS)
    return _limits(currency or current_chain().currency)


def limits_kept(currency: str) -> dict[Key, int]:
    """Return the limits that HQ has set in a currency, by role and kind."""
    kept = DecisionLimit.objects.filter(currency=currency).order_by()
    return {(Role(limit.role), DecisionKind(limit.kind)): limit.amount_minor for limit in kept}


def _limits(currency: str) -> list[Limit]:
    return limits_in(currency, chain_currency=current_chain().currency, kept=limits_kept(currency))
