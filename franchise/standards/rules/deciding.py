"""How far each role may decide by itself: the defaults of a new chain, and which limit holds for somebody (S5, C6)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from django.utils.translation import gettext_lazy as _

from kit.refusals import Invalid
from members.rules.permissions import Role
from standards.models.deciding import DecisionKind

# The widest whole number that every client reads exactly.
MOST = 2**53 - 1

Key = tuple[Role, DecisionKind]

# In the chain's currency, in its smallest units; a role that is not named decides nothing by itself.
_DEFAULTS: dict[DecisionKind, dict[Role, int]] = {
    DecisionKind.REFUND: {
        Role.SERVICE_STAFF: 200_00,
        Role.MENTOR: 200_00,
        Role.SERVICE_SUPERVISOR: 1_000_00,
        Role.STORE_MANAGER: 5_000_00,
        Role.AREA_SUPERVISOR: 20_000_00,
        Role.QUALITY_OFFICER: 50_000_00,
        Role.HQ_ADMINISTRATOR: 1_000_000_00,
    },
    DecisionKind.COMPENSATION: {
        Role.SERVICE_STAFF: 50_00,
        Role.MENTOR: 50_00,
        Role.SERVICE_SUPERVISOR: 200_00,
        Role.STORE_MANAGER: 1_000_00,
        Role.AREA_SUPERVISOR: 5_000_00,
        Role.QUALITY_OFFICER: 20_000_00,
        Role.HQ_ADMINISTRATOR: 100_000_00,
    },
}


@dataclass(frozen=True, slots=True)
class Limit:
    """The most that a role may decide by itself, in the smallest units of a currency; 0 is nothing at all."""

    role: Role
    kind: DecisionKind
    currency: str
    amount_minor: int
    is_default: bool = False


def default_of(role: Role, kind: DecisionKind, *, currency: str, chain_currency: str) -> int:
    """Return what holds until HQ sets it; in a currency other than the chain's nobody decides until then."""
    return _DEFAULTS[kind].get(role, 0) if currency == chain_currency else 0


def limits_in(currency: str, *, chain_currency: str, kept: Mapping[Key, int]) -> list[Limit]:
    """Return the limit of every role and kind in a currency: as HQ has set it, else the default."""
    return [
        Limit(
            role=role,
            kind=kind,
            currency=currency,
            amount_minor=kept.get(
                (role, kind), default_of(role, kind, currency=currency, chain_currency=chain_currency)
            ),
            is_default=(role, kind) not in kept,
        )
        for kind, role in product(DecisionKind, Role)
    ]


def limit_among(limits: Iterable[Limit], *, roles: Collection[str], kind: DecisionKind) -> int:
    """Return the highest limit of somebody's roles; 0 for somebody without any, such as a machine."""
    return max((limit.amount_minor for limit in limits if limit.kind == kind and limit.role in roles), default=0)


def check_limits(limits: Sequence[Limit]) -> None:
    """Refuse no limits at all, two for the same, and an amount below zero or too large for a client to read."""
    if not limits:
        raise Invalid(field="limits", why=_("at least one limit"))
    seen: set[tuple[Role, DecisionKind, str]] = set()
    for place, limit in enumerate(limits):
        key = (limit.role, limit.kind, limit.currency)
        if key in seen:
            raise Invalid(field=("limits", str(place)), why=_("one limit for a role, a kind and a currency"))
        if not 0 <= limit.amount_minor <= MOST:
            raise Invalid(field=("limits", str(place), "amount"), why=_("an amount from 0"))
        seen.add(key)
