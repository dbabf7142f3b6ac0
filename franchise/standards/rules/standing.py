"""Whether a clause binds a store and a case at all, by the scope that its author gave it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from standards.models.verdicts import ReasonCode, VerdictState

Scope = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Place:
    """What a scope may ask of a store; its equipment by its codes."""

    store_id: UUID
    area_id: UUID | None
    kind: str
    equipment: frozenset[str]


def is_for_some_stores(scope: Scope) -> bool:
    """Tell whether a scope narrows which stores are meant."""
    return any(scope.get(name) for name in ("store_ids", "area_ids", "store_kinds", "equipment"))


def binds(scope: Scope, place: Place) -> bool:
    """Tell whether a scope takes a store in; a list that is not there narrows nothing.

    Of the equipment that a scope names one piece is enough.
    """
    asked = {
        "store_ids": {str(place.store_id)},
        "area_ids": {str(place.area_id)},
        "store_kinds": {place.kind},
        "equipment": place.equipment,
    }
    return all(not having.isdisjoint(scope[name]) for name, having in asked.items() if scope.get(name))


def outside_reach(
    scope: Scope, place: Place, facts: Mapping[str, str], *, is_waived: bool
) -> tuple[VerdictState, ReasonCode] | None:
    """Return how a case stands that a clause does not bind, or of which that is not known; None when it does.

    `is_waived` tells whether the clause was waived for the store when the case began.
    """
    if is_waived:
        return VerdictState.NOT_APPLICABLE, ReasonCode.WAIVED
    if not binds(scope, place):
        return VerdictState.NOT_APPLICABLE, ReasonCode.OUT_OF_SCOPE
    if scope.get("channels"):
        if "channel" not in facts:
            return VerdictState.NOT_KNOWN, ReasonCode.FACT_NOT_RECORDED
        if facts["channel"] not in scope["channels"]:
            return VerdictState.NOT_APPLICABLE, ReasonCode.OUT_OF_SCOPE
    return None
