"""What deeds are given: ids as keys, texts checked, with the path the caller wrote."""

from typing import Any
from uuid import UUID

import graphene
import pytest

from api.base.ids import BadId, global_id
from api.base.inputs import IdOf, Line, Secret, Text, clean
from kit.refusals import Invalid, Refusal, TooLong

KEY = UUID("01a20171-ce2c-75bf-8d98-063742c097c9")


class Shift(graphene.InputObjectType):
    """A shift."""

    note_of_day = Line(limit=5, description="A note.")


class Order(graphene.InputObjectType):
    """An order."""

    store_id = IdOf("Store", description="A store.")
    store_ids = IdOf("Store", many=True, description="Stores.")
    subject = Line(limit=10, description="A subject.")
    story = Text(limit=20, description="A story.")
    password = Secret(limit=20, description="A password.")
    shifts = graphene.List(graphene.NonNull(Shift), description="Shifts.")
    main_shift = Shift(description="A shift.")
    count = graphene.Int(description="A number.")


def test_what_is_given_comes_cleaned_and_nothing_else_comes() -> None:
    store = global_id("Store", KEY)
    given = {"store_id": store, "store_ids": [store], "subject": " a ", "story": "a\nb", "count": 3, "password": " x "}
    assert clean(Order, given) == {
        "store_id": KEY,
        "store_ids": [KEY],
        "subject": "a",
        "story": "a\nb",
        "count": 3,
        "password": " x ",
    }
    assert clean(Order, {"subject": None}) == {"subject": None}
    assert clean(Order, {}) == {}


@pytest.mark.parametrize(
    ("given", "refusal", "path"),
    [
        ({"store_id": "x"}, BadId, ("storeId",)),
        ({"store_ids": [global_id("Store", KEY), "x"]}, BadId, ("storeIds", "1")),
        ({"subject": "a\x00b"}, Invalid, ("subject",)),
        ({"subject": "a\nb"}, Invalid, ("subject",)),
        ({"subject": "x" * 11}, TooLong, ("subject",)),
        ({"story": "a\x00"}, Invalid, ("story",)),
        ({"story": "x" * 1_000_000}, TooLong, ("story",)),
        ({"password": "a\x00"}, Invalid, ("password",)),
        ({"password": "x" * 21}, TooLong, ("password",)),
        ({"shifts": [{}, {"note_of_day": "longer"}]}, TooLong, ("shifts", "1", "noteOfDay")),
        ({"main_shift": {"note_of_day": "\x1b"}}, Invalid, ("mainShift", "noteOfDay")),
    ],
)
def test_i01_i03_a_refusal_names_the_field(given: Any, refusal: type[Refusal], path: tuple[str, ...]) -> None:
    with pytest.raises(refusal) as caught:
        clean(Order, given)
    assert caught.value.field == path
