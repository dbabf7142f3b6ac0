"""Hours as callers write them: times of day, intervals, weeks and special days."""

import re
from collections.abc import Mapping, Sequence
from datetime import time
from typing import Any

import graphene
from django.utils.translation import gettext_lazy as _
from graphql import GraphQLError, StringValueNode, ValueNode

from api.base.enums import enum_of
from api.base.inputs import Line
from api.base.scalars import Date
from kit.refusals import Invalid
from stores.models import Weekday
from stores.rules.calendar import Day, Interval
from stores.rules.hours import LONGEST_NAME, DayOff

_WRITTEN = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


class TimeOfDay(graphene.Scalar):
    """A time on the wall clock of the store, in 24 hours and whole minutes, e.g. `09:30`."""

    @staticmethod
    def serialize(value: time) -> str:
        """Write a time of day."""
        return value.strftime("%H:%M")

    @staticmethod
    def parse_value(value: Any) -> time:
        """Return the time in a variable."""
        if not isinstance(value, str) or not _WRITTEN.fullmatch(value):
            raise GraphQLError("This is not a TimeOfDay.")
        return time.fromisoformat(value)

    @staticmethod
    def parse_literal(node: ValueNode, _variables: Any = None) -> time:
        """Return the time in a literal."""
        if not isinstance(node, StringValueNode):
            raise GraphQLError("TimeOfDay is written as a text.", node)
        return TimeOfDay.parse_value(node.value)


class IntervalInput(graphene.InputObjectType):
    """From when until when the store is open."""

    opens = TimeOfDay(required=True, description="When it opens.")
    closes = TimeOfDay(required=True, description="When it closes; a time that is not after `opens` is the next day's.")


class WeekdayHoursInput(graphene.InputObjectType):
    """The hours of one day of the week."""

    weekday = graphene.InputField(enum_of(Weekday), required=True, description="The day of the week.")
    intervals = graphene.InputField(
        graphene.List(graphene.NonNull(IntervalInput)),
        required=True,
        description="When the store is open, at most six times; none for a day off.",
    )


class HolidayInput(graphene.InputObjectType):
    """A day with hours of its own."""

    observed_on = Date(required=True, description="The day.")
    name = Line(required=True, limit=LONGEST_NAME, description="What the day is called.")
    intervals = graphene.InputField(
        graphene.List(graphene.NonNull(IntervalInput)),
        required=True,
        description="When the store is open on it, at most six times; none if it is closed.",
    )


def week_of(days: Sequence[Mapping[str, Any]]) -> list[Day]:
    """Return seven days, Monday first; those that are not named are days off. Raises Invalid for a day named twice."""
    named = {Weekday(day["weekday"]): _day_of(day["intervals"]) for day in days}
    if len(named) != len(days):
        raise Invalid(field="days", why=_("each day of the week once"))
    return [named.get(weekday, ()) for weekday in Weekday]


def days_off(days: Sequence[Mapping[str, Any]]) -> list[DayOff]:
    """Return the holidays of an input."""
    return [DayOff(day["observed_on"], day["name"], _day_of(day["intervals"])) for day in days]


def _day_of(intervals: Sequence[Mapping[str, time]]) -> Day:
    return tuple(Interval(interval["opens"], interval["closes"]) for interval in intervals)
