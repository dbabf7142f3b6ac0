"""What an advice to buy consists of (rulebook Q2)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from inquiries.models.advice import MOST_PIECES
from kit.refusals import Invalid
from kit.texts import line_of, text_of

MOST_LINES = 50


@dataclass(frozen=True, slots=True)
class AdvisedProduct:
    """One product of an advice, as somebody typed it."""

    product: str
    quantity: int = 1
    model: str = ""
    why: str = ""


def checked_lines(lines: Sequence[AdvisedProduct]) -> list[AdvisedProduct]:
    """Return the lines of an advice as they are kept; raises Invalid for none or too many, and TooLong."""
    if not 1 <= len(lines) <= MOST_LINES:
        raise Invalid(field="lines", why=_("between 1 and %(most)s products") % {"most": MOST_LINES})
    return [_checked(line, ("lines", str(place))) for place, line in enumerate(lines)]


def _checked(line: AdvisedProduct, path: tuple[str, ...]) -> AdvisedProduct:
    if not 1 <= line.quantity <= MOST_PIECES:
        raise Invalid(field=(*path, "quantity"), why=_("a whole number from 1 to %(most)s") % {"most": MOST_PIECES})
    return AdvisedProduct(
        product=line_of(line.product, field=(*path, "product")),
        quantity=line.quantity,
        model=line_of(line.model, field=(*path, "model"), required=False),
        why=text_of(line.why, field=(*path, "why"), required=False),
    )
