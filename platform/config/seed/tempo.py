"""When things happen in a store of the demo: its busy hours and days, and what is a believable moment."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from config.seed.scripts import ChainScript

_DAY = timedelta(days=1)
# A chain that has just come to us takes down some of what happens, and more and more of it.
_AT_FIRST = 0.3


class Tempo:
    """The pace of a chain; what is drawn depends on nothing but the random numbers it was given."""

    def __init__(self, script: ChainScript, random: Random) -> None:
        self._script, self._random = script, random
        self._mean = sum(script.busy_days) / len(script.busy_days)

    def moments(self, zone: ZoneInfo, first: date, last: date, *, a_day: float) -> Iterator[datetime]:
        """Yield moments of these days, `a_day` of them in the end, the more the busier the day and the hour.

        As many as that comes to, never many more by luck.
        """
        day, coming = first, self._random.random()
        while day <= last:
            grown = (day - first) / (last - first) if last > first else 1
            expected = a_day * (_AT_FIRST + (1 - _AT_FIRST) * grown)
            coming += expected * self._script.busy_days[day.weekday()] / self._mean
            number = int(coming)
            coming -= number
            for hour in sorted(self._random.choices(range(24), self._script.busy_hours, k=number)):
                yield self._at(zone, day, hour)
            day += _DAY

    def opened(self, zone: ZoneInfo, moment: datetime) -> datetime:
        """Return a moment if the stores are open then, else one in the first hour of the next opening."""
        here = moment.astimezone(zone)
        if self._script.opens <= here.time() < self._script.closes:
            return moment
        day = here.date() if here.time() < self._script.opens else here.date() + _DAY
        return self._opening(zone, day) + timedelta(minutes=self._random.randrange(5, 55))

    def latest(self, zone: ZoneInfo, moment: datetime) -> datetime:
        """Return a moment if the stores are open then, else one in the last hours of the opening before."""
        here = moment.astimezone(zone)
        if self._script.opens <= here.time() < self._script.closes:
            return moment
        day = here.date() - _DAY if here.time() < self._script.opens else here.date()
        closing = datetime.combine(day, self._script.closes, zone)
        return closing - timedelta(minutes=self._random.randrange(20, 120))

    def closing(self, zone: ZoneInfo, day: date) -> datetime:
        """Return when the stores close on a day."""
        return datetime.combine(day, self._script.closes, zone)

    def at(self, zone: ZoneInfo, day: date, hour: int, minute: int = 0) -> datetime:
        """Return a time of a day on a store's clock."""
        return datetime.combine(day, time(hour, minute), zone)

    def _at(self, zone: ZoneInfo, day: date, hour: int) -> datetime:
        minute, second = self._random.randrange(60), self._random.randrange(60)
        return datetime.combine(day, time(hour, minute, second), zone)

    def _opening(self, zone: ZoneInfo, day: date) -> datetime:
        return datetime.combine(day, self._script.opens, zone)
