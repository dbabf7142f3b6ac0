"""How long a person is known, and what keeps them from being forgotten (A8, K4, corpus R10)."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from customers.rules.happenings import Happening
from kit.refusals import Refusal

YEARS_KEPT = 2
# What we do about a record, and nobody's dealing with the person.
NO_DEALINGS = frozenset(
    {
        Happening.CUSTOMER_READ,
        Happening.CUSTOMER_CLASSIFIED,
        Happening.CUSTOMER_DATA_EXPORTED,
        Happening.LEGAL_HOLD_PLACED,
        Happening.LEGAL_HOLD_LIFTED,
    }
)


class UnderLegalHold(Refusal):
    """What a court or an authority may ask for is not erased."""

    message = _("A legal hold keeps what is held on this customer. It has to be lifted first.")


class NotHeld(Refusal):
    """There is no hold to lift."""

    message = _("There is no legal hold on this customer.")


def forgotten_before(now: datetime) -> datetime:
    """Return the moment before which the last dealing with somebody is over two years ago."""
    try:
        return now.replace(year=now.year - YEARS_KEPT)
    except ValueError:
        # The 29th of February has no anniversary: they are kept a day longer, not shorter.
        return now.replace(year=now.year - YEARS_KEPT, day=28)
