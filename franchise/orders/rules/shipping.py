"""What leaves, where a shipment is by what carriers tell, and how an exception is settled (O4)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from kit.refusals import Invalid, Refusal
from orders.models.shipping import ShipmentState
from orders.rules.lines import MOST_LINES

# The kind of the clock that says by when a shipment has to be there.
ARRIVAL = "SHIPMENT_ARRIVED"
# Of two events at the same moment the later stage holds.
_ALONG = {state: place for place, state in enumerate(ShipmentState)}


class ExceptionSettled(Refusal):
    """The exception has come to its end."""

    message = _("This was settled already.")


class OwnerElsewhere(Refusal):
    """The owner named does not work at this store."""

    message = _("The owner must be an active member of staff of this store.")


class NobodyAnswers(Refusal):
    """An open matter has exactly one owner (R3), and nobody here can be it."""

    message = _("Name the member of staff who will take this up.")


def check_parcel(line_ids: Sequence[UUID]) -> None:
    """Refuse with Invalid a shipment of nothing, of too many lines, or of one line twice."""
    if not 1 <= len(line_ids) <= MOST_LINES or len(set(line_ids)) < len(line_ids):
        raise Invalid(field="parcels", why=_("one to fifty lines, each of them once"))


def check_left(quantity: int, *, most: int, field: tuple[str, ...]) -> int:
    """Return how many leave: at least one, and at most what has not left yet; raises Invalid."""
    if most < 1:
        raise Invalid(field=field, why=_("a line of which something has not left yet"))
    if not 1 <= quantity <= most:
        raise Invalid(field=field, why=_("a number from 1 to the %(most)s that have not left yet") % {"most": most})
    return quantity


def latest_state(told: Iterable[tuple[datetime, str]]) -> tuple[datetime, ShipmentState]:
    """Return since when a shipment is where, from all that carriers told, in whatever order it came."""
    moment, state = max(((at, ShipmentState(state)) for at, state in told), key=lambda each: (each[0], _ALONG[each[1]]))
    return moment, state
