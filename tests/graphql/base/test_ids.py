"""Global ids, and what is none."""

from base64 import b64encode
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from api.base.ids import BadId, global_id, key_in, parse_global_id

KEY = UUID("01a20171-ce2c-75bf-8d98-063742c097c9")


def written(text: str) -> str:
    return b64encode(text.encode()).decode()


NO_IDS = {
    "nothing": "",
    "a number": "1",
    "a large number": str(2**63),
    "a larger number": str(10**20),
    "a word": "abc",
    "the bare key": str(KEY),
    "bad base64": "!!!!",
    "cut base64": written(f"Store:{KEY}")[:-3],
    "not ASCII": written("Störe:" + str(KEY)),
    "bytes": "/////w==",
    "no type": written(f":{KEY}"),
    "no key": written("Store:"),
    "only a type": written("Store"),
    "a number as key": written("Store:1"),
    "key in braces": written(f"Store:{{{KEY}}}"),
    "key without hyphens": written(f"Store:{KEY.hex}"),
    "upper case": written(f"Store:{str(KEY).upper()}"),
    "more behind": written(f"Store:{KEY}:1"),
    "blanks": written(f"Store: {KEY}"),
    "NUL": written(f"Store:{KEY}\x00"),
    "blank after": written(f"Store:{KEY}") + " ",
    "line break": written(f"Store:{KEY}")[:20] + "\n" + written(f"Store:{KEY}")[20:],
    "10 KB": written("Store:" + "x" * 10_000),
    "a statement": written("Store:' OR 1=1--"),
}


def test_an_id_leads_back_to_its_thing() -> None:
    assert parse_global_id(global_id("Store", KEY)) == ("Store", KEY)
    assert key_in(global_id("Store", KEY), "Store") == KEY


@pytest.mark.parametrize("text", NO_IDS.values(), ids=NO_IDS.keys())
def test_t06_i05_what_is_no_id_of_a_store_is_refused_with_its_field(text: str) -> None:
    with pytest.raises(BadId) as caught:
        key_in(text, "Store", field=("storeId",))
    assert caught.value.code == "BAD_ID"
    assert caught.value.field == ("storeId",)


def test_t06_the_id_of_another_sort_of_thing_is_refused() -> None:
    with pytest.raises(BadId):
        key_in(global_id("Complaint", KEY), "Store")


@given(some.text())
def test_no_text_breaks_the_reading_of_ids(text: str) -> None:
    with pytest.raises(BadId):
        key_in(text, "Store")


@given(some.uuids(), some.sampled_from(["Store", "Area"]))
def test_there_is_one_way_to_write_an_id(key: UUID, name: str) -> None:
    text = global_id(name, key)
    assert global_id(*parse_global_id(text)) == text
