"""From an entry in the journal to the effects of its consumers, with real processes and through a crash."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connections, transaction
from django.utils import timezone

from chains.actor import system_actor
from chains.models import Chain
from chains.scope import scope
from chains.waking import Wake
from journal.actions import Progress, Subscription, forget_receipts, hand_over
from journal.models import Entry, Position, Receipt
from journal.tasks import relay
from tests.faults import tasks
from tests.patience import PATIENCE_SECONDS
from tests.workers import drain, empty_queue, eventually, hand_over_all, noted, process, queue, traces

NOW = timezone.now


@pytest.fixture
def chain(fresh_chain) -> Chain:
    """A chain whose past has been handed over, and an empty queue."""
    hand_over_all(fresh_chain.chain, tasks.SUBSCRIPTIONS)
    empty_queue()
    return fresh_chain.chain


def ask(chain: Chain) -> None:
    with scope(chain, system_actor()):
        tasks.record(system_actor(), "ASKED", NOW())


def test_an_entry_becomes_a_job_of_each_consumer_that_wants_its_kind(chain) -> None:
    with scope(chain, system_actor()):
        tasks.record(system_actor(), "ASKED", NOW())
        tasks.record(system_actor(), "SOMETHING_ELSE", NOW())
    assert hand_over_all(chain, tasks.SUBSCRIPTIONS) == 2
    assert sorted(task for task, _status, _attempts in queue().values()) == ["tests.answer", "tests.post"]
    assert hand_over_all(chain, tasks.SUBSCRIPTIONS) == 0


def test_no_second_effect_comes_from_a_crash_between_the_queue_and_the_position(chain, tmp_path: Path) -> None:
    ask(chain)
    _settled(chain)
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt), scope(chain, system_actor()):
            hand_over(subscriptions=tasks.SUBSCRIPTIONS, now=NOW())
            raise KeyboardInterrupt
        drain(tmp_path)
    hand_over_all(chain, tasks.SUBSCRIPTIONS)
    drain(tmp_path)
    assert len(noted(chain, "ANSWERED")) == 1
    with scope(chain, system_actor()):
        asked = Entry.objects.get(kind="ASKED")
    assert traces(tmp_path, f"post-{asked.id}") == 1
    assert queue() == {}


def test_a_deed_that_is_rolled_back_has_no_consequences(chain) -> None:
    with pytest.raises(ZeroDivisionError), scope(chain, system_actor()):
        tasks.record(system_actor(), "ASKED", NOW())
        raise ZeroDivisionError
    assert hand_over_all(chain, tasks.SUBSCRIPTIONS) == 0


def test_an_entry_committed_late_is_not_skipped(chain) -> None:
    """The earlier transaction is committed after the later one was: by a serial number it would be lost."""
    with transaction.atomic(using="owner"):
        owner = connections["owner"]
        owner.set_schema(chain.schema_name)
        columns = "id, kind, subject_type, subject_id, actor_kind, at, request_id"
        owner.cursor().execute(
            f"INSERT INTO journal_entry ({columns}) VALUES (gen_random_uuid(), 'ASKED', 'Test', gen_random_uuid(), "
            "'SYSTEM', now(), gen_random_uuid())"
        )
        ask(chain)
        held = relay(chain, tasks.SUBSCRIPTIONS, now=NOW())
        assert (held.jobs, held.is_held_back) == (0, True)
    owner.set_schema_to_public()
    assert hand_over_all(chain, tasks.SUBSCRIPTIONS) == 4


def test_a_consumer_added_later_is_spared_the_past_it_does_not_want(chain) -> None:
    ask(chain)
    hand_over_all(chain, tasks.SUBSCRIPTIONS)
    empty_queue()
    newcomer = Subscription(task=tasks.note, kinds=frozenset({"ASKED"}), not_before=NOW() + timedelta(hours=1))
    assert hand_over_all(chain, [newcomer]) == 0
    with scope(chain, system_actor()):
        last = Entry.objects.in_order().last()
        assert Position.objects.get(consumer="tests.note").entry_id == last.id


def test_two_relays_do_not_stand_in_each_others_way(chain) -> None:
    ask(chain)
    _settled(chain)
    others_place = [subscription for subscription in tasks.SUBSCRIPTIONS if subscription.task is tasks.answer]

    def other_relay() -> None:
        progress.append(relay(chain, tasks.SUBSCRIPTIONS, now=NOW()))
        connections.close_all()

    progress: list[Progress] = []
    with scope(chain, system_actor()):
        hand_over(subscriptions=others_place, now=NOW())
        thread = threading.Thread(target=other_relay)
        thread.start()
        thread.join(PATIENCE_SECONDS)
        assert not thread.is_alive()
    assert [each.jobs for each in progress] == [1]
    assert sorted(task for task, _status, _attempts in queue().values()) == ["tests.answer", "tests.post"]
    assert hand_over_all(chain, tasks.SUBSCRIPTIONS) == 0


def test_old_receipts_are_forgotten(chain) -> None:
    with scope(chain, system_actor()):
        Receipt.objects.create(consumer="x", entry_id=chain.id, taken_at=NOW() - timedelta(days=31))
        Receipt.objects.create(consumer="y", entry_id=chain.id, taken_at=NOW())
        assert forget_receipts(before=NOW() - timedelta(days=30)) == 1
        assert list(Receipt.objects.values_list("consumer", flat=True)) == ["y"]


def test_a_chain_is_woken_once_per_deed_and_only_after_its_commit(chain) -> None:
    with scope(chain, system_actor()):
        tasks.record(system_actor(), "ASKED", NOW())
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            tasks.record(system_actor(), "ASKED", NOW())
            raise ZeroDivisionError
        tasks.record(system_actor(), "ASKED", NOW())
        hooks = [hook[1] for hook in connections["default"].run_on_commit]
    assert hooks == [Wake(chain.id)]


def test_a_relay_is_woken_by_each_deed_when_no_turn_comes(chain, tmp_path: Path) -> None:
    with process(tmp_path, "supervise", turn_every=3_600):
        # One turn comes with the start, and may find the first question.
        for count in range(1, 5):
            ask(chain)
            eventually(lambda count=count: len(noted(chain, "ANSWERED")) == count)


def test_a_lost_wake_up_costs_a_turn(chain, tmp_path: Path) -> None:
    with process(tmp_path, "supervise"):
        ask(chain)
        eventually(lambda: len(noted(chain, "ANSWERED")) == 1)
        with scope(chain, system_actor()):
            tasks.record(system_actor(), "ASKED", NOW())
            connections["default"].run_on_commit.clear()
        eventually(lambda: len(noted(chain, "ANSWERED")) == 2)


def test_a_chain_from_another_server_is_left_alone_and_told_in_the_log(chain, tmp_path: Path) -> None:
    with scope(chain, system_actor()):
        cluster = Position.objects.get(consumer="tests.answer").cluster
        Position.objects.update(cluster=42)
    with process(tmp_path, "supervise"):
        ask(chain)
        eventually(lambda: "onebanner journal rebase" in (tmp_path / "supervise.log").read_text())
        assert noted(chain, "ANSWERED") == []
    with scope(chain, system_actor()):
        Position.objects.update(cluster=cluster)
    hand_over_all(chain, tasks.SUBSCRIPTIONS)
    drain(tmp_path)
    assert len(noted(chain, "ANSWERED")) == 1


def _settled(chain: Chain) -> None:
    def settled() -> bool:
        with scope(chain, system_actor()):
            return Entry.objects.settled().count() == Entry.objects.count()

    eventually(settled)
