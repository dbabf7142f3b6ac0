"""What a store was when a case began: what has changed since is taken back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from kit.ids import new_id
from standards.rules.past import Move, Past, Period
from standards.rules.standing import Place, binds

TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)
DAY = timedelta(days=1)
NORTH, SOUTH = new_id(), new_id()
NOW = Place(store_id=new_id(), area_id=SOUTH, kind="FRANCHISED", equipment=frozenset())
MOVED = Past(NOW, [Move(TEN, None, "COMPANY_OWNED"), Move(TEN + DAY, NORTH, "COMPANY_OWNED")], [])


def test_a_store_was_where_and_what_it_was_before_it_moved() -> None:
    owned = replace(NOW, kind="COMPANY_OWNED")
    assert MOVED.at(TEN - DAY) == replace(owned, area_id=None)
    assert MOVED.at(TEN) == MOVED.at(TEN + DAY / 2) == replace(owned, area_id=NORTH)
    assert MOVED.at(TEN + DAY) == NOW


def test_equipment_is_there_from_its_first_moment_to_before_its_last() -> None:
    past = Past(NOW, [], [("GRILL", Period(TEN, TEN + DAY)), ("GRILL", Period(TEN + 2 * DAY, None))])
    days = [TEN - DAY, TEN, TEN + DAY, TEN + 9 * DAY]
    there = [bool(past.at(moment).equipment) for moment in days]
    assert there == [False, True, False, True]
    assert [binds({"equipment": ["OVEN", "GRILL"]}, past.at(moment)) for moment in days] == there
    assert not binds({"equipment": ["OVEN"]}, past.at(TEN))


def test_time_is_divided_where_a_store_moved() -> None:
    first, last = TEN - DAY, TEN + DAY / 2
    assert list(MOVED.stays(first, last)) == [Period(first, TEN), Period(TEN, last)]
    assert list(Past(NOW, [], []).stays(first, last)) == [Period(first, last)]
