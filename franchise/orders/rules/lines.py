"""What somebody wants to buy: the lines of an order as they are told."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from kit.refusals import Invalid

MOST_LINES = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """A product by its code, and how many; a till says what it really cost, in smallest units."""

    code: str
    quantity: int
    unit_price_minor: int | None = None


def check_lines(lines: Sequence[Wanted]) -> Sequence[Wanted]:
    """Return the lines of an order: one to fifty; raises Invalid."""
    if not 1 <= len(lines) <= MOST_LINES:
        raise Invalid(field="lines", why=_("one to fifty lines"))
    return lines


def one_customer() -> Invalid:
    """Return the refusal of an order that names no customer."""
    return Invalid(field="customer_id", why=_("a customer, or a new customer's name and contact"))
