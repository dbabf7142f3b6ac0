"""Points that come back with time: what a call costs is taken from a bucket, all or none.

A bucket is one moment: when it will be full again. Taking points moves it later; a moment too far ahead is a refusal.
So one conditional UPDATE both asks and takes, whichever process it comes from.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from django.db import connections

from api.rates.models import Bucket
from chains.router import PUBLIC_ALIAS

# Every call of the API sends these: to write them anew out of the model's fields takes longer than to carry them out.
_LOOK = f"""
    SELECT key, full_at FROM "{Bucket._meta.db_table}" WHERE key = ANY(%s)
"""  # noqa: S608  # names no input
_TAKE = f"""
    UPDATE "{Bucket._meta.db_table}" SET full_at = greatest(full_at, %s) + %s WHERE key = %s AND full_at <= %s
"""  # noqa: S608  # names no input


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `most` points at once, `per_second` of which come back each second."""

    most: int
    per_second: float

    def time_for(self, points: int) -> timedelta:
        """Return how long it takes until so many points are back."""
        return timedelta(seconds=points / self.per_second)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a bucket holds; `reset` are the seconds until it is full, `wait` those until a refused call would pass."""

    limit: int
    remaining: int
    reset: int
    wait: int = 0

    @property
    def is_refused(self) -> bool:
        """Tell whether the points were not there."""
        return self.wait > 0


def standings(rates: Mapping[str, Rate], *, now: datetime) -> dict[str, Standing]:
    """Return how several buckets stand, in one statement."""
    with connections[PUBLIC_ALIAS].cursor() as cursor:
        cursor.execute(_LOOK, [list(rates)])
        full_at: dict[str, datetime] = dict(cursor.fetchall())
    return {key: _standing(rate, full_at.get(key, now), now) for key, rate in rates.items()}


def spend(*, key: str, points: int, rate: Rate, standing: Standing, now: datetime) -> Standing:
    """Take points from a bucket that stood like this a moment ago, and return how it stands then.

    A call dearer than the whole bucket is charged the whole bucket, or it could never pass.
    """
    points = min(points, rate.most)
    latest = now + rate.time_for(rate.most) - rate.time_for(points)
    while not _take(key=key, time=rate.time_for(points), latest=latest, now=now):
        bucket, is_new = Bucket.objects.get_or_create(key=key, defaults={"full_at": now + rate.time_for(points)})
        if is_new:
            break
        # Another process may have made the bucket a moment ago; then there is something to take from after all.
        if bucket.full_at > latest:
            return _refused(standing, bucket.full_at - latest)
    return Standing(
        limit=standing.limit,
        remaining=max(standing.remaining - points, 0),
        reset=standing.reset + ceil(points / rate.per_second),
    )


def forget_full(*, now: datetime) -> int:
    """Delete the buckets that have long been full again: they say nothing. Returns how many there were."""
    deleted, _rows = Bucket.objects.filter(full_at__lt=now - timedelta(hours=1)).delete()
    return deleted


def _take(*, key: str, time: timedelta, latest: datetime, now: datetime) -> bool:
    given: list[Any] = [now, time, key, latest]
    with connections[PUBLIC_ALIAS].cursor() as cursor:
        cursor.execute(_TAKE, given)
        return bool(cursor.rowcount)


def _standing(rate: Rate, full_at: datetime, now: datetime) -> Standing:
    owed = max((full_at - now).total_seconds(), 0.0)
    return Standing(limit=rate.most, remaining=max(int(rate.most - owed * rate.per_second), 0), reset=ceil(owed))


def _refused(standing: Standing, missing: timedelta) -> Standing:
    return Standing(standing.limit, standing.remaining, standing.reset, max(ceil(missing.total_seconds()), 1))
