"""Points come back with time, and are counted once for all processes."""

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

from django.db import connections

from api.rates.models import Bucket
from api.rates.rates import Rate, Standing, forget_full, spend, standings

NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)
RATE = Rate(most=10, per_second=2)


def take(points: int, *, after: float = 0, key: str = "k") -> Standing:
    now = NOW + timedelta(seconds=after)
    return spend(key=key, points=points, rate=RATE, standing=standings({key: RATE}, now=now)[key], now=now)


def test_points_are_taken_and_come_back(chains: Any) -> None:
    assert take(4) == Standing(limit=10, remaining=6, reset=2)
    assert take(6) == Standing(limit=10, remaining=0, reset=5)
    assert take(1).is_refused
    assert not take(1, after=0.5).is_refused
    assert take(10, after=60).remaining == 0


def test_a_refusal_tells_how_long_to_wait_and_takes_nothing(chains: Any) -> None:
    take(10)
    assert take(4).wait == 2
    assert take(4, after=1).wait == 1
    assert not take(4, after=2).is_refused


def test_what_costs_more_than_there_is_costs_everything(chains: Any) -> None:
    assert take(500).remaining == 0
    assert take(500, after=2).is_refused
    assert not take(500, after=5).is_refused


def test_buckets_are_apart(chains: Any) -> None:
    take(10, key="a")
    assert not take(10, key="b").is_refused


def test_full_buckets_are_forgotten(chains: Any) -> None:
    take(1)
    assert forget_full(now=NOW) == 0
    assert forget_full(now=NOW + timedelta(hours=2)) == 1
    assert not Bucket.objects.filter(key="k").exists()


def test_g21_points_are_never_spent_twice_by_callers_at_the_same_moment(committed: None) -> None:
    together, standing = Barrier(8), []

    def call() -> None:
        together.wait()
        standing.append(take(3, key="together"))
        connections.close_all()

    threads = [Thread(target=call) for _each in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    Bucket.objects.filter(key="together").delete()
    assert [each.is_refused for each in standing].count(False) == 3
