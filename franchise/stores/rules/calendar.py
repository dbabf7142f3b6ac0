"""A store's calendar as a value: when it is open, read from weekly hours, special days and its time zone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import TypeAlias
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from kit.refusals import Refusal

DAY = timedelta(days=1)
# Longer than any run of weeks in which clock changes could swallow a store's only opening.
_SEVERAL_WEEKS = timedelta(days=35)


class HoursNotRecorded(Refusal):
    """Nobody has recorded when the store is open on that day, so its working time is not known."""

    message = _("The opening hours of this store are not recorded for %(on)s. Set them first.")


class NeverOpens(Refusal):
    """The store does not open again, so no working time can pass there."""

    message = _("By its opening hours this store does not open after %(on)s any more.")


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """From `opens` until just before `closes` on the wall clock; a closing time not after `opens` is the next day's."""

    opens: time
    closes: time

    @property
    def runs_past_midnight(self) -> bool:
        """Tell whether it ends on the day after the one on which it began; 00:00 to 00:00 is a whole day."""
        return self.closes <= self.opens


Day: TypeAlias = tuple[Interval, ...]
Opening: TypeAlias = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Week:
    """The usual hours from `valid_from` on: seven days, Monday first; a day without intervals is a day off."""

    valid_from: date
    days: tuple[Day, Day, Day, Day, Day, Day, Day]


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A date that has hours of its own; without intervals the store is closed. It wins over the week."""

    on: date
    intervals: Day = ()


@dataclass(frozen=True)
class Calendar:
    """Everything that decides when a store is open. A night interval belongs to the day on which it begins."""

    time_zone: str
    weeks: tuple[Week, ...] = ()
    special_days: tuple[SpecialDay, ...] = ()

    @cached_property
    def zone(self) -> ZoneInfo:
        """The store's time zone."""
        return ZoneInfo(self.time_zone)

    @cached_property
    def _special(self) -> dict[date, Day]:
        return {day.on: day.intervals for day in self.special_days}

    @cached_property
    def _weeks_newest_first(self) -> tuple[Week, ...]:
        return tuple(sorted(self.weeks, key=lambda week: week.valid_from, reverse=True))

    @cached_property
    def _settled_on(self) -> date:
        """The date from which every week is like the one before."""
        return max((*(week.valid_from for week in self.weeks), *self._special), default=date.min)

    def day_of(self, at: datetime) -> date:
        """Return the date that the store's own calendar shows at a moment."""
        return in_utc(at).astimezone(self.zone).date()

    def intervals_on(self, on: date) -> Day | None:
        """Return the intervals that begin on a date, earliest first; None when nobody has recorded them."""
        special = self._special.get(on)
        if special is not None:
            return tuple(sorted(special))
        for week in self._weeks_newest_first:
            if week.valid_from <= on:
                return tuple(sorted(week.days[on.weekday()]))
        return None

    def moment(self, on: date, at: time) -> datetime:
        """Return the first moment at which the store's wall clock shows that date and time, or has skipped it.

        A time that occurs twice, when clocks go back, means its first occurrence; a time that clocks skip means the
        moment of the skip.
        """
        first = datetime.combine(on, at, tzinfo=self.zone)
        second = first.replace(fold=1)
        offset, later_offset = first.utcoffset(), second.utcoffset()
        if offset is not None and later_offset is not None and later_offset > offset:
            return _skip_between(second.astimezone(UTC), first.astimezone(UTC), self.zone)
        return first.astimezone(UTC)

    def first_day_from(self, at: datetime) -> date:
        """Return the first date that begins at a moment or after it."""
        on = self.day_of(at) - DAY
        while self.moment(on, time(0)) < at:
            on += DAY
        return on

    def openings_on(self, on: date) -> Iterator[Opening]:
        """Yield the openings that begin on a date, as moments in UTC; raises HoursNotRecorded."""
        intervals = self.intervals_on(on)
        if intervals is None:
            raise HoursNotRecorded(on=on)
        for interval in intervals:
            closes_on = on + DAY if interval.runs_past_midnight else on
            opens, closes = self.moment(on, interval.opens), self.moment(closes_on, interval.closes)
            if opens < closes:
                yield opens, closes

    def openings_from(self, start: datetime) -> Iterator[Opening]:
        """Yield what is left of the openings from a moment on, in order and apart from each other, without end.

        Raises HoursNotRecorded on reaching an unrecorded day and NeverOpens when nothing more will come.
        """
        open_until = in_utc(start)
        for _on, openings in self.working_days_from(start):
            for opens, closes in openings:
                if closes > open_until:
                    yield max(opens, open_until), closes
                    open_until = closes

    def openings_between(self, start: datetime, end: datetime) -> Iterator[Opening]:
        """Yield the parts of openings that lie between two moments, in order and apart from each other.

        Raises HoursNotRecorded when the hours of a day in between are not known.
        """
        end = in_utc(end)
        try:
            for opens, closes in self.openings_from(start):
                if opens >= end:
                    return
                yield opens, min(closes, end)
        except NeverOpens:
            return

    def working_days_from(self, at: datetime) -> Iterator[tuple[date, list[Opening]]]:
        """Yield, without end, the days on which the store opens, from the one before a moment's day on.

        Raises HoursNotRecorded on reaching an unrecorded day and NeverOpens when nothing more will come.
        """
        on = last_opening_on = self.day_of(at)
        if self.intervals_on(on - DAY) is not None:
            on -= DAY
        while on - max(last_opening_on, self._settled_on) <= _SEVERAL_WEEKS:
            openings = list(self.openings_on(on))
            if openings:
                yield on, openings
                last_opening_on = on
            on += DAY
        raise NeverOpens(on=last_opening_on)

    @cached_property
    def _recorded_from(self) -> date | None:
        """The date from which every day's hours are recorded; None without any week."""
        on = min((week.valid_from for week in self.weeks), default=None)
        while on is not None and on - DAY in self._special:
            on -= DAY
        return on

    @cached_property
    def recorded_since(self) -> datetime | None:
        """The moment from which on all hours are recorded; None without any week."""
        return None if self._recorded_from is None else self.moment(self._recorded_from, time(0))

    def is_recorded_from(self, at: datetime) -> bool:
        """Tell whether the hours of a moment's day and of every later one are recorded."""
        return self._recorded_from is not None and self._recorded_from <= self.day_of(at)

    def is_open(self, at: datetime) -> bool:
        """Tell whether the store is open at a moment; raises HoursNotRecorded."""
        at = in_utc(at)
        on = self.day_of(at)
        # The neighbours: a night opening of the day before, and a midnight that clocks went back over.
        recorded = [day for day in (on - DAY, on + DAY) if self.intervals_on(day) is not None]
        return any(opens <= at < closes for day in (on, *recorded) for opens, closes in self.openings_on(day))


def in_utc(at: datetime) -> datetime:
    """Return the same moment in UTC; a naive time is a mistake of the caller and raises ValueError.

    Subtracting two moments of one time zone would compare wall clocks and lose the hour of a clock change.
    """
    if at.tzinfo is None:
        raise ValueError(f"A moment needs its time zone: {at!r}")
    return at.astimezone(UTC)


def _skip_between(earlier: datetime, later: datetime, zone: ZoneInfo) -> datetime:
    before = earlier.astimezone(zone).utcoffset()
    while later - earlier > timedelta(seconds=1):
        middle = (earlier + (later - earlier) / 2).replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == before:
            earlier = middle
        else:
            later = middle
    return later
