"""Money of an order: whole numbers of a currency's smallest units, never negative, never more back than came in."""

from django.utils.translation import gettext_lazy as _

from kit.refusals import Invalid
from kit.wording import money
from orders.models.orders import PaymentState

# Sums of amounts up to this one are read exactly by every client.
MOST_MINOR = 10**12
MOST_PIECES = 100_000


def amount_of(amount_minor: int, *, field: str | tuple[str, ...], currency: str, most: int = MOST_MINOR) -> int:
    """Return an amount of more than nothing and at most `most`, in smallest units; raises Invalid (corpus I04)."""
    if not 0 < amount_minor <= most:
        raise Invalid(field=field, why=_("an amount above 0 and at most %(most)s") % {"most": money(most, currency)})
    return amount_minor


def price_of(price_minor: int, *, field: str | tuple[str, ...], currency: str) -> int:
    """Return a price in smallest units, which may be nothing; raises Invalid."""
    if not 0 <= price_minor <= MOST_MINOR:
        most = money(MOST_MINOR, currency)
        raise Invalid(field=field, why=_("a price of nothing or more, and at most %(most)s") % {"most": most})
    return price_minor


def quantity_of(quantity: int, *, field: str | tuple[str, ...], most: int = MOST_PIECES) -> int:
    """Return how many pieces, at least one; raises Invalid."""
    if not 1 <= quantity <= most:
        raise Invalid(field=field, why=_("a number from 1 to %(most)s") % {"most": most})
    return quantity


def total_of(amounts: list[int], *, currency: str) -> int:
    """Return what all lines cost together, in smallest units; raises Invalid."""
    total = sum(amounts)
    if total > MOST_MINOR:
        most = money(MOST_MINOR, currency)
        raise Invalid(field="lines", why=_("lines that cost at most %(most)s in all") % {"most": most})
    return total


def payment_state_of(*, total_minor: int, paid_minor: int, refunded_minor: int) -> PaymentState:
    """Return how far an order is paid, or paid back, from its amounts alone."""
    if refunded_minor:
        return PaymentState.REFUNDED if refunded_minor == paid_minor else PaymentState.PARTLY_REFUNDED
    if paid_minor >= total_minor:
        return PaymentState.PAID
    return PaymentState.PARTLY_PAID if paid_minor else PaymentState.UNPAID
