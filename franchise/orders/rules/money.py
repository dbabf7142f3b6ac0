"""Money of an order: whole numbers of a currency's smallest units, never negative, never more back than came in."""

from django.utils.translation import gettext_lazy as _

from kit.refusals import Invalid, Refusal
from orders.models.orders import PaymentState

# Sums of amounts up to this one are read exactly by every client.
MOST_MINOR = 10**12
MOST_PIECES = 100_000


class CurrencyDiffers(Refusal):
    """A store sells in its own currency."""

    message = _("This store sells in %(currency)s.")


def amount_of(amount_minor: int, *, field: str | tuple[str, ...], most: int = MOST_MINOR) -> int:
    """Return an amount of more than nothing and at most `most`, in smallest units; raises Invalid (corpus I04)."""
    if not 0 < amount_minor <= most:
        raise Invalid(field=field, why=_("an amount above 0 and at most %(most)s smallest units") % {"most": most})
    return amount_minor


def price_of(price_minor: int, *, field: str | tuple[str, ...]) -> int:
    """Return a price, which may be nothing; raises Invalid."""
    if not 0 <= price_minor <= MOST_MINOR:
        raise Invalid(field=field, why=_("an amount from 0 to %(most)s smallest units") % {"most": MOST_MINOR})
    return price_minor


def quantity_of(quantity: int, *, field: str | tuple[str, ...], most: int = MOST_PIECES) -> int:
    """Return how many pieces, at least one; raises Invalid."""
    if not 1 <= quantity <= most:
        raise Invalid(field=field, why=_("a number from 1 to %(most)s") % {"most": most})
    return quantity


def total_of(amounts: list[int]) -> int:
    """Return what all lines cost together; raises Invalid."""
    total = sum(amounts)
    if total > MOST_MINOR:
        raise Invalid(field="lines", why=_("lines that cost at most %(most)s smallest units") % {"most": MOST_MINOR})
    return total


def payment_state_of(*, total_minor: int, paid_minor: int, refunded_minor: int) -> PaymentState:
    """Return how far an order is paid, or paid back, from its amounts alone."""
    if refunded_minor:
        return PaymentState.REFUNDED if refunded_minor == paid_minor else PaymentState.PARTLY_REFUNDED
    if paid_minor == total_minor:
        return PaymentState.PAID
    return PaymentState.PARTLY_PAID if paid_minor else PaymentState.UNPAID
