"""Where a role holds: the chain, an area or a store, and what fits which role."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

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
