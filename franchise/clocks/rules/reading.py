"""Whose clocks one may read: those of a thing are for whoever may read the thing."""

from collections.abc import Iterable

from members.rules.permissions import Permission

_READ_WITH: dict[Permission, frozenset[str]] = {}


def read_with(permission: Permission, *subject_types: str) -> None:
    """Let the clocks of some kinds of things be read only with this permission, beside that for clocks.

    The apps above tell it when they start.
    """
    _READ_WITH[permission] = frozenset(subject_types)


def needed() -> Iterable[tuple[Permission, frozenset[str]]]:
    """Return which permission the clocks of which kinds of things need."""
    return tuple(_READ_WITH.items())
