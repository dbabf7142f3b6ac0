"""What each app holds on a person, told when the apps are loaded: it is exported and erased together (K4).

The apps above write about customers, and this one stands below them: so they say here what they hold.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Model, Q
from django.utils.translation import gettext_lazy as _

from kit.refusals import Refusal

# What stands in the place of a text that was erased, in every language.
ERASED = "███"


class MattersOpen(Refusal):
    """Somebody whose complaint is open has still to be answered: their particulars go when it has come to its end."""

    message = _("This customer has open matters (%(kinds)s). They have to come to their end first.")


@dataclass(frozen=True, slots=True)
class Holding:
    """One kind of thing held on a person.

    `customer` is the way from such a row to the customer's id, as a filter would write it (`complaint__customer_id`);
    where a row knows what it is about by a bare id, it is the condition that it is about one of some customers.
    `shown` are the columns that the person is given, `texts` those of them in whose place ERASED stands after an
    erasure: whatever people wrote. Amounts, moments and ids stay for the books. Rows that are `open_when` hinder it.
    """

    kind: str
    model: type[Model]
    customer: str | Callable[[Collection[UUID]], Q]
    shown: tuple[str, ...]
    texts: tuple[str, ...] = ()
    open_when: Q | None = None

    def about(self, customer_ids: Collection[UUID]) -> Q:
        """Return the condition that a row is about one of these customers."""
        if isinstance(self.customer, str):
            return Q(**{f"{self.customer}__in": customer_ids})
        return self.customer(customer_ids)


_HOLDINGS: dict[str, Holding] = {}


def register(holding: Holding) -> None:
    """Make a holding known, as an app's `ready` does."""
    _HOLDINGS[holding.kind] = holding


def holdings() -> tuple[Holding, ...]:
    """Return all holdings, by kind."""
    return tuple(_HOLDINGS[kind] for kind in sorted(_HOLDINGS))
