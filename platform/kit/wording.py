"""How things are told in the language that is active now."""

from collections.abc import Iterable

from django.utils.translation import pgettext


def enumerated(things: Iterable[object]) -> str:
    """Return things in a row, as this language writes them."""
    return pgettext("between the things of an enumeration", ", ").join(str(thing) for thing in things)
