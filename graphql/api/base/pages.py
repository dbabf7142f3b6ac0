"""A page of a list: fetched when something of it is asked for, and for all the parents of one level at once."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Model, QuerySet, Subquery, Value, Window
from django.db.models.functions import RowNumber

# Not the standard library's, which in Python 3.11 holds a lock for all lists of all threads while one is fetched.
from django.utils.functional import cached_property

from api.base.keyset import Cursors, Order
from api.base.peers import gather, peers_of

_PLACE = "_place_among_its_parents_rows"
_COUNT = "_count_of_its_parents_rows"


@dataclass(frozen=True, slots=True)
class Asked:
    """Which page is asked for; the gate has seen to it that it is either the first or the last so many rows."""

    first: int | None = None
    after: str | None = None
    last: int | None = None
    before: str | None = None

    @property
    def size(self) -> int:
        """How many rows at most."""
        return (self.first if self.first is not None else self.last) or 0

    @property
    def is_backward(self) -> bool:
        """Tell whether the page is counted from the end."""
        return self.first is None

    @property
    def is_from_an_end(self) -> bool:
        """Tell whether the page begins at one end of the list and has rows, beside which all can be counted."""
        return self.size > 0 and self.after is None and self.before is None

    def narrow(self, rows: "QuerySet[Any]", order: Order) -> "QuerySet[Any]":
        """Return the rows between the cursors, sorted; raises BadCursor."""
        if self.after is not None:
            rows = rows.filter(order.past(self.after, backward=False, field="after"))
        if self.before is not None:
            rows = rows.filter(order.past(self.before, backward=True, field="before"))
        return rows.order_by(*order.ordering(backward=self.is_backward))


@dataclass(frozen=True)
class Edge:
    """One row of a page and the cursor that leads past it."""

    node: Any
    order: Cursors

    @property
    def cursor(self) -> str:
        """The position of the row."""
        return self.order.cursor(self.node)


@dataclass
class Page:
    """A page of a list. `fetch` gives up to `size + 1` rows in the asked direction, `count` the rows in all."""

    asked: Asked
    order: Cursors
    fetch: Callable[[], Sequence[Any]]
    count: Callable[[], int]

    @cached_property
    def fetched(self) -> Sequence[Any]:
        """Up to one row more than the page has, in the asked direction."""
        return self.fetch()

    @cached_property
    def nodes(self) -> list[Any]:
        """The rows, in the list's own order."""
        rows = list(self.fetched[: self.asked.size])
        return rows[::-1] if self.asked.is_backward else rows

    @property
    def edges(self) -> list[Edge]:
        """The rows with their cursors."""
        return [Edge(row, self.order) for row in self.nodes]

    @property
    def total_count(self) -> int:
        """How many rows the list has in all, whatever the page."""
        return self.count()

    @property
    def page_info(self) -> "Page":
        """What leads to the pages beside this one."""
        return self

    @property
    def has_next_page(self) -> bool:
        """Tell whether rows follow."""
        return self._has_more if not self.asked.is_backward else self.asked.before is not None

    @property
    def has_previous_page(self) -> bool:
        """Tell whether rows come before."""
        return self._has_more if self.asked.is_backward else self.asked.after is not None

    @property
    def start_cursor(self) -> str | None:
        """The cursor of the first row."""
        return self.order.cursor(self.nodes[0]) if self.nodes else None

    @property
    def end_cursor(self) -> str | None:
        """The cursor of the last row."""
        return self.order.cursor(self.nodes[-1]) if self.nodes else None

    @property
    def _has_more(self) -> bool:
        return len(self.fetched) > self.asked.size


@dataclass(frozen=True)
class Beneath:
    """The rows of which lists beneath things are made: they point to their thing by `column`.

    `name` tells apart the lists that one thing has; `is_counted`, whether the number of all rows is asked for too.
    """

    rows: "QuerySet[Any]"
    column: str
    name: Hashable
    is_counted: bool

    def rows_key(self, asked: Asked) -> Hashable:
        """Return where peers keep the pages that were asked for."""
        return (self.name, asked, self.is_together(asked), "rows")

    @property
    def count_key(self) -> Hashable:
        """Return where peers keep the numbers of all rows."""
        return (self.name, "count")

    def is_together(self, asked: Asked) -> bool:
        """Tell whether one statement can tell the rows and their number."""
        return self.is_counted and asked.is_from_an_end


def page_of(rows: "QuerySet[Any]", asked: Asked, order: Order, *, is_counted: bool = False) -> Page:
    """Return a page of a list that stands for itself; where the number of all rows is asked for, with the same
    statement, if it can.
    """
    together = is_counted and asked.is_from_an_end and _is_countable_beside(rows)

    def fetched() -> Sequence[Any]:
        found = asked.narrow(rows, order)
        if together:
            counted = rows.order_by().annotate(_all=Value(1)).values("_all").annotate(_number=Count("pk"))
            found = found.annotate(**{_COUNT: Subquery(counted.values("_number"))})
        return gather(found[: asked.size + 1])

    page = Page(asked=asked, order=order, fetch=fetched, count=rows.order_by().count)
    if together:
        page.count = lambda: next((getattr(row, _COUNT) for row in page.fetched), 0)
    return page


def _is_countable_beside(rows: "QuerySet[Any]") -> bool:
    query = rows.query
    are_plain = not any(each.contains_aggregate or each.contains_over_clause for each in query.annotations.values())
    return are_plain and not (query.distinct or query.is_sliced or query.combinator)


def page_beneath(
    parent: Model, beneath: Beneath, *, asked: Asked, order: Order, level: Callable[[], None] = lambda: None
) -> Page:
    """Return a page of the rows that point to a parent; its peers' pages are fetched with it.

    `level` fetches them together with what else is asked for beneath the parents, where it can. Else the number of all
    rows, too, comes with the same statement, where it can.
    """
    peers, rows, column = peers_of(parent), beneath.rows, beneath.column
    key, together = beneath.rows_key(asked), beneath.is_together(asked)

    def fetched() -> Sequence[Any]:
        if key not in peers.found:
            level()
        found: dict[Any, list[Any]] = peers.once(
            key, lambda parents: _rows_beneath(parents, rows, column, asked, order, together)
        )
        return found.get(parent.pk, ())

    def counted() -> int:
        if beneath.count_key not in peers.found:
            level()
        if together and beneath.count_key not in peers.found:
            return next((getattr(row, _COUNT) for row in fetched()), 0)
        counts: dict[Any, int] = peers.once(beneath.count_key, lambda parents: _counts_beneath(parents, rows, column))
        return counts.get(parent.pk, 0)

    return Page(asked=asked, order=order, fetch=fetched, count=counted)


def _rows_beneath(
    parents: Sequence[Any], rows: "QuerySet[Any]", column: str, asked: Asked, order: Order, is_counted: bool
) -> dict[Any, list[Any]]:
    beneath: dict[Any, list[Any]] = defaultdict(list)
    wanted = rows.filter(**{f"{column}__in": {parent.pk for parent in parents}})
    narrowed = asked.narrow(wanted, order)
    if is_counted:
        narrowed = narrowed.annotate(**{_COUNT: Window(Count("pk"), partition_by=[F(column)])})
    if len(parents) == 1:
        found = narrowed[: asked.size + 1]
    else:
        # One statement for all parents: the rows of each are numbered and the first so many are taken.
        place = Window(RowNumber(), partition_by=[F(column)], order_by=order.ordering(backward=asked.is_backward))
        found = narrowed.annotate(**{_PLACE: place}).filter(**{f"{_PLACE}__lte": asked.size + 1})
    for row in gather(found):
        beneath[getattr(row, column)].append(row)
    return beneath


def _counts_beneath(parents: Sequence[Any], rows: "QuerySet[Any]", column: str) -> dict[Any, int]:
    wanted = rows.filter(**{f"{column}__in": {parent.pk for parent in parents}})
    return dict(wanted.order_by().values_list(column).annotate(Count("pk")))
