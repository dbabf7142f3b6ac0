"""How things are told in the language that is active now."""

from collections.abc import Iterable

from django.utils.translation import pgettext

# ISO 4217 lets most currencies have hundredths; these have none, or thousandths.
_WHOLE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THOUSANDTHS = "BHD IQD JOD KWD LYD OMR TND"
_DIGITS = dict.fromkeys(_WHOLE.split(), 0) | dict.fromkeys(_THOUSANDTHS.split(), 3)


def enumerated(things: Iterable[object]) -> str:
    """Return things in a row, as this language writes them."""
    return pgettext("between the things of an enumeration", ", ").join(str(thing) for thing in things)


def money(amount_minor: int, currency: str) -> str:
    """Return an amount given in a currency's smallest units as people read it, such as CNY 1,234.50.

    All our languages write it so; the currency's own sign would not tell one dollar from another.
    """
    digits = _DIGITS.get(currency, 2)
    whole, part = divmod(abs(amount_minor), 10**digits)
    sign = "-" if amount_minor < 0 else ""
    return f"{currency} {sign}{whole:,}" + (f".{part:0{digits}d}" if digits else "")
