"""Positions in a list, also where columns are empty or go down."""

from typing import Any

import pytest
from django.db.models import Q

from api.base.keyset import BadCursor, Order
from kit.ids import new_id
from stores.models import Store


def test_the_key_is_the_last_column_so_that_no_two_rows_stand_alike() -> None:
    order = Order.by(Store, ("-opened_at", "name"))
    assert [(key.column, key.is_descending) for key in order.keys] == [
        ("opened_at", True),
        ("name", False),
        ("id", False),
    ]


def test_a_cursor_leads_past_its_row() -> None:
    order = Order.by(Store, ("name",))
    store = Store(id=new_id(), name="b")
    past = order.past(order.cursor(store), backward=False, field="after")
    assert past == Q(pk__in=[]) | (Q(name__gt="b")) | (Q(name="b") & Q(id__gt=store.id))


def test_empty_values_come_last_in_both_directions() -> None:
    order = Order.by(Store, ("area",))
    (area, _key) = order.keys
    assert area.is_nullable
    assert area.beyond(None, backward=False) is None
    assert area.beyond(None, backward=True) == Q(area_id__isnull=False)
    forward, backward = (order.ordering(backward=way)[0] for way in (False, True))
    assert (forward.nulls_last, backward.nulls_first) == (True, True)


@pytest.mark.parametrize("cursor", ["", "a", "bnVsbA", "WzFd", "e30", "é", "W3t9LCB7fV0", "WyJhIiwgImIiXQ"])
def test_what_is_no_cursor_is_refused(cursor: Any) -> None:
    with pytest.raises(BadCursor):
        Order.by(Store, ("name",)).past(cursor, backward=False, field="after")
