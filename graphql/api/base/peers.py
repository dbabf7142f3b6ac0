"""Rows that were fetched together, so that what belongs to one of them is fetched once for all (corpus G20)."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any

from django.db.models import Model, QuerySet

_PLACE = "_fetched_with"
_NOT_THERE = object()


class Peers:
    """One fetch's rows, and what has been fetched for all of them since."""

    __slots__ = ("found", "rows")

    def __init__(self, rows: Sequence[Any]) -> None:
        self.rows = rows
        self.found: dict[Hashable, Any] = {}

    def once(self, what: Hashable, fetch: Callable[[Sequence[Any]], Any]) -> Any:
        """Return what `fetch` finds for all rows, fetching at most once."""
        if what not in self.found:
            self.found[what] = fetch(self.rows)
        return self.found[what]


def gather(rows: Iterable[Any]) -> list[Any]:
    """Make peers of rows that were fetched together, and return them."""
    rows = list(rows)
    peers = Peers(rows)
    for row in rows:
        row.__dict__[_PLACE] = peers
    return rows


def peers_of(row: Any) -> Peers:
    """Return the rows that were fetched with this one; a row that came alone is its only peer."""
    peers: Peers | None = row.__dict__.get(_PLACE)
    if peers is None:
        peers = Peers([row])
        row.__dict__[_PLACE] = peers
    return peers


def referred(
    row: Model,
    column: str,
    visible: Callable[[], "QuerySet[Any]"],
    level: Callable[[], None] = lambda: None,
) -> Model | None:
    """Return the row that the key in a column leads to, or None where it leads to nothing that the caller may see.

    `visible` gives the rows that may be seen at all; `level` fetches it for the row's peers together with what else is
    asked for beneath them, where it can.
    """
    key = getattr(row, column)
    if key is None:
        return None
    if referred_key(column) not in peers_of(row).found:
        level()
    found = peers_of(row).once(referred_key(column), lambda rows: _fetch_referred(rows, column, visible))
    return found.get(key)  # type: ignore[no-any-return]  # a dict of rows by key


def referred_key(column: str) -> Hashable:
    """Return where peers keep the rows that the keys in a column lead to."""
    return (column, "referred")


def _fetch_referred(rows: Sequence[Any], column: str, visible: Callable[[], "QuerySet[Any]"]) -> dict[Any, Model]:
    keys = {getattr(row, column) for row in rows} - {None}
    return {row.pk: row for row in gather(visible().filter(pk__in=keys))} if keys else {}
