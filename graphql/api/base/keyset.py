"""Pages by position: a cursor holds the sorting values of a row, so rows added meanwhile shift nothing."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import UTC, datetime
from functools import partial
from typing import Any, Protocol

import orjson
from django.core.exceptions import ValidationError
from django.db.models import F, Field, Model, OrderBy, Q
from django.utils.translation import gettext_lazy as _

from kit.refusals import Refusal

_LONGEST = 1_000


class BadCursor(Refusal):
    """A text that is no cursor of this list."""

    message = _("This is not a cursor of this list.")


class Cursors(Protocol):
    """What writes down the positions of a list's rows."""

    def cursor(self, row: Any) -> str:
        """Return the cursor of a row."""
        ...


@dataclass(frozen=True, slots=True)
class SortKey:
    """One column that a list is sorted by; empty values come last."""

    column: str
    is_descending: bool
    is_nullable: bool

    def ordering(self, *, backward: bool) -> OrderBy:
        """Return the sorting, turned round for a page from the end."""
        nulls_first = True if self.is_nullable and backward else None
        nulls_last = True if self.is_nullable and not backward else None
        return OrderBy(
            F(self.column), descending=self.is_descending != backward, nulls_first=nulls_first, nulls_last=nulls_last
        )

    def beyond(self, value: Any, *, backward: bool) -> Q | None:
        """Return the condition for rows past a value, or None when there can be none."""
        if value is None:
            return Q(**{f"{self.column}__isnull": False}) if backward else None
        word = "lt" if self.is_descending != backward else "gt"
        past = Q(**{f"{self.column}__{word}": value})
        return past | Q(**{f"{self.column}__isnull": True}) if self.is_nullable and not backward else past

    def at(self, value: Any) -> Q:
        """Return the condition for rows with the same value."""
        return Q(**{f"{self.column}__isnull": True}) if value is None else Q(**{self.column: value})


@dataclass(frozen=True, slots=True)
class Order:
    """How a list is sorted: by its columns and, last, by the key, so that no two rows stand at the same place."""

    model: type[Model]
    keys: tuple[SortKey, ...]
    annotated: Mapping[str, "Field[Any, Any]"] = dataclass_field(default_factory=dict, compare=False)

    @classmethod
    def by(
        cls, model: type[Model], columns: Sequence[str], annotated: Mapping[str, "Field[Any, Any]"] | None = None
    ) -> "Order":
        """Read an order as Django writes it: `-filed_at` is the newest first.

        `annotated` are the kinds of what the rows are annotated with, by name.
        """
        keys, more = [], annotated or {}
        for column in (*columns, "pk") if "pk" not in columns else columns:
            name = column.removeprefix("-")
            if name in more:
                keys.append(SortKey(name, column.startswith("-"), bool(more[name].null)))
                continue
            field = model._meta.pk if name == "pk" else model._meta.get_field(name)
            if not isinstance(field, Field):
                raise LookupError(f"{name} is no column of {model.__name__}.")
            keys.append(SortKey(field.attname, column.startswith("-"), bool(field.null)))
        return cls(model, tuple(keys), more)

    def ordering(self, *, backward: bool = False) -> list[OrderBy]:
        """Return the sorting for a query."""
        return [key.ordering(backward=backward) for key in self.keys]

    def cursor(self, row: Any) -> str:
        """Return the cursor of a row."""
        return written([getattr(row, key.column) for key in self.keys])

    def past(self, cursor: str, *, backward: bool, field: str) -> Q:
        """Return the condition for rows past a cursor; raises BadCursor."""
        columns = [self.annotated.get(key.column) or self.model._meta.get_field(key.column) for key in self.keys]
        values = values_in(cursor, [partial(_value, column) for column in columns], field=field)
        condition = Q(pk__in=[])
        same = Q()
        for key, value in zip(self.keys, values, strict=True):
            beyond = key.beyond(value, backward=backward)
            if beyond is not None:
                condition |= same & beyond
            same &= key.at(value)
        return condition


def written(values: Sequence[Any]) -> str:
    """Return the cursor that holds these values."""
    return urlsafe_b64encode(orjson.dumps(values)).decode().rstrip("=")


def values_in(cursor: str, readings: Sequence[Callable[[Any], Any]], *, field: str) -> list[Any]:
    """Return the values that a cursor holds, each as it is read at its place; raises BadCursor."""
    if len(cursor) > _LONGEST:
        raise BadCursor(field=field)
    try:
        values = orjson.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(values, list) or len(values) != len(readings):
            raise BadCursor(field=field)
        return [read(value) for read, value in zip(readings, values, strict=True)]
    except (Error, ValueError, TypeError, OverflowError, ValidationError):
        raise BadCursor(field=field) from None


def _value(column: Any, value: Any) -> Any:
    if isinstance(value, dict | list) or (isinstance(value, str) and "\x00" in value):
        raise ValueError("Not a value of a column.")
    read = column.to_python(value)
    if not isinstance(read, datetime):
        return read
    if read.tzinfo is None:
        raise ValueError("A moment without its offset is none of ours.")
    # The database reads offsets of less than sixteen hours only.
    return read.astimezone(UTC)
