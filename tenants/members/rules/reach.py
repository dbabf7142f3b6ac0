"""Where a role holds: the chain, an area or a store, and what fits which role."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from chains.actor import Actor
from kit.refusals import Refusal
from members.rules.permissions import REACH_OF, Reach, Role


class ReachDoesNotFit(Refusal):
    """A role of the chain was given for a store, a role of a store for nothing in particular, or the like."""

    message = _("This role is given for: %(reach)s.")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a role holds: neither id means the whole chain."""

    area_id: UUID | None = None
    store_id: UUID | None = None

    @property
    def reach(self) -> Reach | None:
        """How far this place reaches; None for an area and a store at once, which is no place."""
        if self.area_id and self.store_id:
            return None
        if self.store_id:
            return Reach.STORE
        return Reach.AREA if self.area_id else Reach.CHAIN


def refuse_unfit_reach(role: Role, place: Place) -> None:
    """Raise ReachDoesNotFit unless the role may be given for such a place."""
    if place.reach is not REACH_OF[role]:
        raise ReachDoesNotFit(field="role", reach=REACH_OF[role].label)


def stores_worked_at(actor: Actor) -> frozenset[UUID]:
    """Return the stores of whose own staff an actor is.

    Whoever has a role for the chain or an area is no store's staff, nor are machines, nor HQ in a member's place.
    """
    held = [(REACH_OF[Role(grant.role)], grant.store_ids) for grant in actor.grants if grant.role in Role.values]
    if actor.user_id is None or actor.behalf_of_id is not None or any(reach is not Reach.STORE for reach, _ in held):
        return frozenset()
    return frozenset[UUID]().union(*(store_ids for _, store_ids in held if store_ids is not None))
