"""How things are told in the language that is active now."""

from collections.abc import Iterable

from django.utils.translation import pgettext

# ISO 4217 lets most currencies have hundredths; these have none.
_WITHOUT_CENTS = frozenset({"JPY", "KRW", "VND"})


def enumerated(things: Iterable[object]) -> str:
    """Return things in a row, as this language writes them."""
    return pgettext("between the things of an enumeration", ", ").join(str(thing) for thing in things)


def money(amount_minor: int, currency: str) -> str:
    """Return an amount given in a currency's smallest units as people read it, such as CNY 1,234.50."""
    if currency in _WITHOUT_CENTS:
        return f"{currency} {amount_minor:,}"
    whole, cents = divmod(amount_minor, 100)
    return f"{currency} {whole:,}.{cents:02d}"
