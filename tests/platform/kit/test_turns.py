"""Turns in a process of many threads: one computes at a time, and whoever has used least goes first (G21)."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from kit.turns import TooManyAtOnce, Turns, give_way, resting

PATIENCE = 20.0


class Guest(threading.Thread):
    """A thread that takes a turn under a key and does what it is told in it."""

    def __init__(self, turns: Turns, key: str, deed: Callable[[], object]) -> None:
        super().__init__(daemon=True)
        self._turns, self._key, self._deed = turns, key, deed
        self.has_turn, self.is_done = threading.Event(), threading.Event()
        self.start()

    def run(self) -> None:
        with self._turns.inside(self._key) as visit, self._turns.turn(visit):
            self.has_turn.set()
            self._deed()
        self.is_done.set()


@contextmanager
def busy_until(ends: threading.Event) -> Iterator[Callable[[], None]]:
    """Give a deed that computes, and lets others pass now and then, until it is told to end."""

    def compute() -> None:
        while not ends.is_set():
            sum(range(2_000))
            give_way()

    try:
        yield compute
    finally:
        ends.set()


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_no_more_of_one_key_are_inside_than_may_and_others_are() -> None:
    turns = Turns(most_inside=2, most_begun=1)
    with turns.inside("a"), turns.inside("a"):
        with pytest.raises(TooManyAtOnce), turns.inside("a"):
            pass
        with turns.inside("b"):
            pass
    with turns.inside("a"):
        pass


def test_a_place_is_free_again_however_the_visit_ended() -> None:
    turns = Turns(most_inside=1, most_begun=1)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), turns.inside("a") as visit, turns.turn(visit):
            _ = 1 // 0
    assert Guest(turns, "a", lambda: None).is_done.wait(PATIENCE)


def test_a_long_turn_lets_another_key_pass_in_its_midst() -> None:
    turns = Turns(most_inside=8, most_begun=1)
    with busy_until(threading.Event()) as compute:
        long = Guest(turns, "noisy", compute)
        assert long.has_turn.wait(PATIENCE)
        for _ in range(5):
            assert Guest(turns, "quiet", give_way).is_done.wait(PATIENCE)
        assert not long.is_done.is_set()
    assert long.is_done.wait(PATIENCE)


def test_the_same_key_waits_for_what_it_has_begun() -> None:
    turns = Turns(most_inside=8, most_begun=1)
    with busy_until(threading.Event()) as compute:
        long = Guest(turns, "noisy", compute)
        assert long.has_turn.wait(PATIENCE)
        second = Guest(turns, "noisy", lambda: None)
        assert Guest(turns, "quiet", lambda: None).is_done.wait(PATIENCE)
        assert not second.has_turn.is_set()
    assert second.is_done.wait(PATIENCE)


def test_who_rests_lets_others_compute_and_goes_on_afterwards() -> None:
    turns, ends = Turns(most_inside=8, most_begun=1), threading.Event()

    def rest() -> None:
        with resting():
            ends.wait(PATIENCE)

    resting_one = Guest(turns, "a", rest)
    assert resting_one.has_turn.wait(PATIENCE)
    assert Guest(turns, "b", lambda: None).is_done.wait(PATIENCE)
    assert not resting_one.is_done.is_set()
    ends.set()
    assert resting_one.is_done.wait(PATIENCE)


def test_two_at_work_never_compute_together() -> None:
    turns, inside, most = Turns(most_inside=8, most_begun=8), [0], [0]

    def compute() -> None:
        for _ in range(20):
            inside[0] += 1
            most[0] = max(most[0], inside[0])
            inside[0] -= 1
            with resting():
                time.sleep(0.001)

    guests = [Guest(turns, key, compute) for key in "aabbccdd"]
    assert all(guest.is_done.wait(PATIENCE) for guest in guests)
    assert most == [1]


def test_a_holder_that_waits_for_a_waiting_one_does_not_stop_everybody() -> None:
    turns, lock, ends = Turns(most_inside=8, most_begun=1), threading.Lock(), threading.Event()

    def hold_the_lock_and_give_way() -> None:
        with lock:
            while not ends.is_set():
                sum(range(2_000))
                give_way()

    def want_the_lock() -> None:
        ends.set()
        with lock:
            pass

    first = Guest(turns, "a", hold_the_lock_and_give_way)
    assert first.has_turn.wait(PATIENCE)
    second = Guest(turns, "b", want_the_lock)
    assert first.is_done.wait(PATIENCE) and second.is_done.wait(PATIENCE)


def test_of_many_keys_only_those_inside_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    turns = Turns(most_inside=8, most_begun=1)
    monkeypatch.setattr("kit.turns._KEYS_REMEMBERED", 10)
    for number in range(50):
        with turns.inside(str(number)) as visit, turns.turn(visit):
            pass
    assert len(turns._used) <= 11


def test_without_a_turn_nothing_waits() -> None:
    give_way()
    with resting():
        give_way()


def test_a_turn_that_was_taken_before_it_was_noticed_comes_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine a thread may be told of its turn, and not run before others find it silent."""
    turns = Turns(most_inside=8, most_begun=1)
    with turns.inside("a") as slow, turns.inside("b") as quick:
        with turns.inside("c") as first, turns.turn(first):
            assert turns._takes(slow) is not None
        # By now `slow` was given the turn; its thread does not know yet.
        monkeypatch.setattr("kit.turns._LONG_SILENCE", -1.0)
        assert turns._takes(quick) is None
        monkeypatch.setattr("kit.turns._LONG_SILENCE", PATIENCE)
        assert turns._takes(slow) is not None
        with turns._lock:
            turns._hand_on()
        assert turns._takes(slow) is None
