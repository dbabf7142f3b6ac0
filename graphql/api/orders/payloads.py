"""From what a deed on an order did to its payload."""

from typing import Any

from api.standards.applied import applied_by
from orders.actions.steps import Done

ORDER = "The order, as it is now."


def payload(done: Done, row: str | None = None) -> dict[str, Any]:
    """Return a payload: the order, the clauses whose clocks were moved, and the deed's row under the name given."""
    rows = {} if row is None else {row: done.row}
    return {"order": done.order, "standards_applied": applied_by(done.standards_applied), **rows}
