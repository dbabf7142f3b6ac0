"""The journal's rules: what it keeps, and how a change shows."""

from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journal.rules import (
    GENESIS,
    Fault,
    Leaf,
    NotJournalled,
    canonical,
    first_difference,
    leaf,
    pack,
    plain,
    seal_hash,
    unpack,
)

DATA = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)
LEAVES = st.lists(st.builds(Leaf, st.uuids(), st.binary(min_size=32, max_size=32)), max_size=8)
NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class Colour(StrEnum):
    RED = "RED"


@settings(max_examples=40)
@given(st.dictionaries(st.text(max_size=8), DATA, max_size=4))
def test_equal_content_gives_equal_bytes_whatever_the_order_of_its_keys(content: dict[str, object]) -> None:
    assert canonical(content) == canonical(dict(reversed(list(content.items()))))


def test_a_moment_is_the_same_in_every_time_zone() -> None:
    in_shanghai = NOON.astimezone(timezone(timedelta(hours=8)))
    assert canonical({"at": in_shanghai}) == canonical({"at": NOON}) == b'{"at":"2026-03-01T12:00:00.000000+00:00"}'


def test_before_and_after_become_plain_data() -> None:
    number = UUID(int=7)
    given_values = {
        "id": number,
        "kind": Colour.RED,
        "within": timedelta(hours=1),
        "stores": {"b", "a"},
        "on": NOON.date(),
    }
    assert plain(given_values) == {
        "id": str(number),
        "kind": "RED",
        "within": 3600,
        "stores": ["a", "b"],
        "on": "2026-03-01",
    }
    assert plain(None) is None


@pytest.mark.parametrize("value", [1.5, float("nan"), b"bytes", object(), datetime(2026, 1, 1)])
def test_a_value_that_cannot_be_kept_exactly_is_refused(value: object) -> None:
    with pytest.raises(NotJournalled):
        plain({"value": value})


@given(LEAVES)
def test_leaves_come_back_as_they_were_packed(leaves: list[Leaf]) -> None:
    assert unpack(pack(leaves)) == leaves


@given(LEAVES.filter(len), st.data())
def test_a_seal_changes_with_every_leaf_and_with_their_order(leaves: list[Leaf], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(leaves) - 1))
    changed = [*leaves[:at], Leaf(leaves[at].entry_id, bytes(32 - 1) + b"!"), *leaves[at + 1 :]]

    def sealed(these: list[Leaf], previous: bytes = GENESIS, number: int = 1) -> bytes:
        return seal_hash(number=number, previous=previous, sealed_at=NOON, leaves=pack(these))

    others = [sealed(changed), sealed(leaves[:-1]), sealed(leaves, b"x" * 32), sealed(leaves, number=2)]
    assert sealed(leaves) not in others
    if leaves != leaves[::-1]:
        assert sealed(leaves) != sealed(leaves[::-1])


def test_the_first_difference_is_named_with_its_kind() -> None:
    ids = [uuid4() for _ in range(4)]
    one, two, three, stranger = (leaf({"id": each}) for each in ids)
    forged = Leaf(two.entry_id, bytes(32))
    sealed = [one, two, three]
    everything = frozenset(ids)

    def difference(
        *found: Leaf, there: frozenset[UUID] = everything, later: frozenset[UUID] = frozenset()
    ) -> tuple[Fault, UUID] | None:
        return first_difference(sealed=sealed, found=list(found), still_there=there, sealed_later=later)

    assert difference(one, two, three) is None
    assert difference(one, forged, three) == (Fault.CHANGED, two.entry_id)
    assert difference(one, three, stranger, there=everything - {two.entry_id}) == (Fault.REMOVED, two.entry_id)
    assert difference(one, two, there=everything - {three.entry_id}) == (Fault.REMOVED, three.entry_id)
    assert difference(one, stranger, two) == (Fault.INSERTED, stranger.entry_id)
    assert difference(one, two, stranger) == (Fault.INSERTED, stranger.entry_id)
    assert difference(one, two, stranger, later=frozenset({stranger.entry_id})) == (Fault.CHANGED, three.entry_id)
    assert difference(two, one, three) == (Fault.CHANGED, one.entry_id)
