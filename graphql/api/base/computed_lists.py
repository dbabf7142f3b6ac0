"""Lists of what no table holds, in pages: all rows are computed, and one page of them is told."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

import graphene
from graphql import GraphQLResolveInfo

from api.base.keyset import values_in, written
from api.base.lists import paging, split
from api.base.pages import Asked, Page


class Sorted(Protocol):
    """A row that tells where it stands in its list; no two rows of a list stand at the same place."""

    @property
    def sorted_by(self) -> tuple[Any, ...]:
        """The values that the list is sorted by, each from the smallest on."""
        ...


@dataclass(frozen=True, slots=True)
class ComputedOrder:
    """How a computed list is sorted: the kinds of its rows' `sorted_by`, in their order."""

    kinds: tuple[type, ...]

    def cursor(self, row: Sorted) -> str:
        """Return the cursor of a row."""
        return written(row.sorted_by)

    def place(self, cursor: str, *, field: str) -> tuple[Any, ...]:
        """Return the place that a cursor leads to, whether a row still stands there or not; raises BadCursor."""
        return tuple(values_in(cursor, [partial(_of_kind, kind) for kind in self.kinds], field=field))

    def between(self, rows: Sequence[Sorted], asked: Asked) -> list[Sorted]:
        """Return the rows between the cursors, in the asked direction; raises BadCursor."""
        found = sorted(rows, key=lambda row: row.sorted_by, reverse=asked.is_backward)
        if asked.after is not None:
            after = self.place(asked.after, field="after")
            found = [row for row in found if row.sorted_by > after]
        if asked.before is not None:
            before = self.place(asked.before, field="before")
            found = [row for row in found if row.sorted_by < before]
        return found


class ListedComputed(graphene.Field):
    """A list of what no table holds, in pages of a `ThingConnection`.

    The resolver `resolve_<name>(root, info, **filters)` returns all rows, each `Sorted`. `order` names what they are
    sorted by, with the kind of each value. `together` is told the rows of the page before anything beneath them is
    fetched: it makes peers of them (`peers.py`).
    """

    def __init__(
        self,
        connection: Any,
        *,
        order: Mapping[str, type],
        together: Callable[[Sequence[Any]], object],
        description: str,
        **filters: Any,
    ) -> None:
        # As with `Listed`, what tells two rows apart in the end is not named.
        self.order_by = tuple(order)[:-1]
        self.order = ComputedOrder(tuple(order.values()))
        self.together = together
        super().__init__(connection, required=True, description=description, **paging(), **filters)

    def wrap_resolve(self, parent_resolver: Any) -> Any:
        """Return a resolver that makes a page of the rows."""

        def resolve(root: Any, info: GraphQLResolveInfo, **arguments: Any) -> Page:
            asked, filters = split(arguments)
            rows = parent_resolver(root, info, **filters)
            return Page(asked=asked, order=self.order, fetch=lambda: self._fetched(rows, asked), count=rows.__len__)

        return resolve

    def _fetched(self, rows: Sequence[Sorted], asked: Asked) -> list[Sorted]:
        found = self.order.between(rows, asked)[: asked.size + 1]
        self.together(found)
        return found


def _of_kind(kind: type, value: Any) -> Any:
    # A truth value is a whole number to Python.
    if type(value) is not kind:
        raise ValueError("Not a value that this list is sorted by.")
    return value
