"""Scalars: moments, days, spans, keys and money, each with one written form; what does not fit is refused."""

import re
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import graphene
from django.utils.dateparse import parse_datetime, parse_duration
from django.utils.duration import duration_iso_string
from graphql import GraphQLError, IntValueNode, StringValueNode, ValueNode

from api.base.inputs import Line

_WIDEST = 2**53 - 1
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})")
_SPAN = re.compile(r"P(?=.)(\d{1,6}D)?(T(?=.)(\d{1,6}H)?(\d{1,6}M)?(\d{1,6}(\.\d{1,6})?S)?)?")


class _Written(graphene.Scalar):
    """A scalar that is written as a string."""

    class Meta:
        abstract = True

    @classmethod
    def read(cls, text: str) -> Any:
        """Return the value of a written form; raises ValueError."""
        raise NotImplementedError

    @classmethod
    def parse_value(cls, value: Any) -> Any:
        """Return the value of a variable."""
        if not isinstance(value, str):
            raise GraphQLError(f"{cls.__name__} is written as a text.")
        try:
            return cls.read(value)
        except ValueError:
            raise GraphQLError(f"This is not a {cls.__name__}.") from None

    @classmethod
    def parse_literal(cls, node: ValueNode, _variables: Any = None) -> Any:
        """Return the value of a literal in the document."""
        if not isinstance(node, StringValueNode):
            raise GraphQLError(f"{cls.__name__} is written as a text.", node)
        return cls.parse_value(node.value)


class DateTime(_Written):
    """A moment, ISO 8601 with its offset; answers are in UTC, e.g. `2026-03-01T09:30:00Z`."""

    @classmethod
    def read(cls, text: str) -> datetime:
        """Return the moment, in UTC."""
        moment = parse_datetime(text) if _MOMENT.fullmatch(text) else None
        if moment is None:
            raise ValueError(text)
        try:
            return moment.astimezone(UTC)
        except OverflowError:
            raise ValueError(text) from None

    @staticmethod
    def serialize(value: datetime) -> str:
        """Write a moment in UTC."""
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


class Date(_Written):
    """A day of the calendar, ISO 8601, e.g. `2026-03-01`."""

    @classmethod
    def read(cls, text: str) -> date:
        """Return the day."""
        if not _DAY.fullmatch(text):
            raise ValueError(text)
        return date.fromisoformat(text)

    @staticmethod
    def serialize(value: date) -> str:
        """Write a day."""
        return value.isoformat()


class Duration(_Written):
    """A span of time, ISO 8601 in days, hours, minutes and seconds, e.g. `PT1H30M`."""

    @classmethod
    def read(cls, text: str) -> timedelta:
        """Return the span."""
        span = parse_duration(text) if _SPAN.fullmatch(text) else None
        if span is None:
            raise ValueError(text)
        return span

    @staticmethod
    def serialize(value: timedelta) -> str:
        """Write a span."""
        return duration_iso_string(value)


class UUID(_Written):
    """A key in its canonical form of 36 characters."""

    @classmethod
    def read(cls, text: str) -> uuid.UUID:
        """Return the key."""
        key = uuid.UUID(text)
        if str(key) != text:
            raise ValueError(text)
        return key

    @staticmethod
    def serialize(value: uuid.UUID) -> str:
        """Write a key."""
        return str(value)


class MinorUnits(graphene.Scalar):
    """A whole number of a currency's smallest units (cents, fen), at most 2^53 - 1 either way."""

    @staticmethod
    def serialize(value: int) -> int:
        """Write an amount."""
        return value

    @staticmethod
    def parse_value(value: Any) -> int:
        """Return the amount in a variable; only whole numbers will do."""
        if not isinstance(value, int) or isinstance(value, bool) or abs(value) > _WIDEST:
            raise GraphQLError("MinorUnits is a whole number of at most 2^53 - 1.")
        return value

    @staticmethod
    def parse_literal(node: ValueNode, _variables: Any = None) -> int:
        """Return the amount in a literal."""
        if not isinstance(node, IntValueNode) or len(node.value) > len(str(_WIDEST)) + 1:
            raise GraphQLError("MinorUnits is a whole number of at most 2^53 - 1.", node)
        return MinorUnits.parse_value(int(node.value))


class Money(graphene.ObjectType):
    """An amount of money."""

    amount_minor = MinorUnits(required=True, description="The amount, in the currency's smallest units.")
    currency = graphene.String(required=True, description="The currency, as the three letters of ISO 4217.")


class MoneyInput(graphene.InputObjectType):
    """An amount of money."""

    amount_minor = MinorUnits(required=True, description="The amount, in the currency's smallest units.")
    currency = Line(required=True, limit=3, description="The currency, as the three letters of ISO 4217.")
