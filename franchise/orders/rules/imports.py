"""What comes in one import."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from kit.refusals import Invalid
from orders.models.orders import OrderSource

MOST_ROWS = 100
_FROM_OUTSIDE = frozenset({OrderSource.TILL, OrderSource.WEB_SHOP})


def check_rows(rows: Sequence[object]) -> None:
    """Refuse with Invalid an import of nothing, or of more rows than one call takes."""
    if not 1 <= len(rows) <= MOST_ROWS:
        raise Invalid(field="rows", why=_("one to a hundred rows"))


def check_source(source: OrderSource) -> None:
    """Refuse with Invalid an import from where orders are taken down by people."""
    if source not in _FROM_OUTSIDE:
        raise Invalid(field="source", why=_("a till or a web shop"))
