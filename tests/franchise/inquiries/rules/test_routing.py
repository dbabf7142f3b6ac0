"""R3, L2: who gets what comes in."""

from datetime import UTC, date, datetime, time, timedelta

from inquiries.rules.routing import HANDLERS, answers_for_the_queue, least_loaded, shift_ends_at
from kit.ids import new_id
from members.rules.permissions import Role
from stores.rules.calendar import Calendar, Interval, Week

TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)
ANN, BEN, CLO = (new_id() for _person in range(3))


def test_who_has_the_fewest_gets_the_next_one_and_of_equals_who_came_first() -> None:
    on_desk = [(ANN, TEN), (BEN, TEN - timedelta(hours=1)), (CLO, TEN)]
    assert least_loaded(on_desk, {ANN: 2, BEN: 1, CLO: 1}) == BEN
    assert least_loaded(on_desk, {BEN: 1, CLO: 1}) == ANN
    assert least_loaded([], {}) is None


def test_the_service_supervisor_answers_for_the_queue_else_the_next_one_up() -> None:
    handlers = [(ANN, Role.STORE_MANAGER), (BEN, Role.SERVICE_SUPERVISOR), (CLO, Role.HQ_ADMINISTRATOR)]
    assert answers_for_the_queue(handlers) == BEN
    assert answers_for_the_queue([handlers[0], handlers[2]]) == ANN
    assert answers_for_the_queue([handlers[2]]) == CLO
    assert answers_for_the_queue([]) is None


def test_every_role_that_may_answer_can_answer_for_the_queue() -> None:
    assert all(answers_for_the_queue([(ANN, role)]) == ANN for role in HANDLERS)
    assert Role.HQ_TRAINER not in HANDLERS


def test_a_shift_ends_at_the_closing_and_after_sixteen_hours_at_the_latest() -> None:
    usual, night, never = ((Interval(time(9), time(21)),), (Interval(time(20), time(4)),), ())
    longest = TEN + timedelta(hours=16)
    for day, began_at, ends_at in (
        (usual, TEN, TEN + timedelta(hours=11)),
        # Before the opening and after the closing there is something to do as well.
        (usual, TEN - timedelta(hours=2), TEN + timedelta(hours=11)),
        (usual, TEN + timedelta(hours=11), TEN + timedelta(hours=27)),
        (night, TEN + timedelta(hours=11), TEN + timedelta(hours=18)),
        ((Interval(time(0), time(0)),), TEN, TEN + timedelta(hours=14)),
        (never, TEN, longest),
    ):
        week = Week(date(2026, 1, 1), (day,) * 7)
        assert shift_ends_at(Calendar("Asia/Shanghai", (week,)), began_at) == ends_at
    assert shift_ends_at(Calendar("Asia/Shanghai"), TEN) == longest
