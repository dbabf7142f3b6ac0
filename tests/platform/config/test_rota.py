"""When the relay looks after which chain."""

from uuid import UUID

from config.rota import SEAL_EVERY, TURN_EVERY, Rota

ONE, TWO = UUID(int=1), UUID(int=2)


def test_a_woken_chain_is_due_at_once_and_only_once() -> None:
    rota = Rota()
    rota.wake(ONE, 10.0)
    rota.wake(ONE, 10.0)
    assert rota.take_due(10.0) == [ONE]
    assert rota.take_due(10.0) == []


def test_a_chain_that_was_busy_comes_again_each_turn_in_case_a_wake_up_was_lost() -> None:
    rota = Rota()
    rota.wake(ONE, 0.0)
    rota.take_due(0.0)
    rota.add_turn([], 2.0)
    assert rota.take_due(2.0) == [ONE]
    rota.add_turn([], 700.0)
    assert rota.take_due(700.0) == []


def test_a_turn_holds_a_bounded_number_of_busy_chains_and_reaches_all_of_them_in_time() -> None:
    rota = Rota()
    busy = [UUID(int=number) for number in range(50)]
    for chain_id in busy:
        rota.wake(chain_id, 0.0)
    rota.take_due(0.0)
    turns = []
    for turn in range(3):
        rota.add_turn([], 2.0 * (turn + 1))
        turns.append(rota.take_due(2.0 * (turn + 1)))
    assert [len(each) for each in turns] == [20, 20, 20]
    assert set(busy) == {chain_id for each in turns for chain_id in each}


def test_turns_come_every_two_seconds_and_the_relay_sleeps_in_between() -> None:
    rota = Rota()
    assert rota.is_turn(0.0)
    rota.add_turn([ONE], 0.0)
    assert not rota.is_turn(TURN_EVERY - 0.1)
    assert rota.is_turn(TURN_EVERY)
    assert rota.pause(0.5, at_most=9.0) == 0.0
    rota.take_due(0.5)
    assert rota.pause(0.5, at_most=9.0) == TURN_EVERY - 0.5
    assert rota.pause(0.5, at_most=0.25) == 0.25


def test_what_a_running_transaction_holds_back_is_looked_at_soon() -> None:
    rota = Rota()
    rota.tended(ONE, 5.0, at_once=False, soon=True)
    assert rota.take_due(5.0) == []
    assert rota.take_due(5.3) == [ONE]
    rota.tended(ONE, 6.0, at_once=True, soon=False)
    assert rota.take_due(6.0) == [ONE]
    rota.tended(ONE, 7.0, at_once=False, soon=False)
    assert rota.take_due(100.0) == []


def test_a_chain_in_trouble_is_left_alone_for_a_while_whoever_wakes_it() -> None:
    rota = Rota()
    rota.put_aside(ONE, 0.0, seconds=30.0)
    rota.wake(ONE, 1.0)
    rota.add_turn([ONE, TWO], 2.0)
    assert rota.take_due(2.0) == [TWO]
    assert rota.pause(2.0, at_most=60.0) == TURN_EVERY
    assert rota.take_due(31.0) == [ONE]
    rota.wake(ONE, 32.0)
    assert rota.take_due(32.0) == [ONE]


def test_seals_come_in_regular_steps() -> None:
    rota = Rota()
    rota.wake(ONE, 0.0)
    rota.wake(ONE, 30.0)
    assert not rota.is_seal_due(ONE, SEAL_EVERY - 1)
    assert rota.is_seal_due(ONE, SEAL_EVERY)
    rota.sealed(ONE)
    assert not rota.is_seal_due(ONE, SEAL_EVERY + 1)
    rota.add_turn([TWO], 0.0)
    assert rota.is_seal_due(TWO, 0.0)
