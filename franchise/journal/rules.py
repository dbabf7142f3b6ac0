"""What a journal entry may hold, and how entries are chained so that tampering shows (corpus R11)."""

import hashlib
import json
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum, StrEnum
from itertools import zip_longest
from typing import Any
from uuid import UUID

# As members' Permission has it; the journal stands below it.
READ_JOURNAL = "READ_JOURNAL"
SEAL_AT_MOST = 1_000
GENESIS = bytes(32)
_ID_BYTES = 16
_LEAF_BYTES = _ID_BYTES + hashlib.sha256().digest_size


class NotJournalled(TypeError):
    """A value that the journal can't keep exactly."""


class ForeignCluster(RuntimeError):
    """The chain was restored from another database server, whose transaction ids mean nothing here: rebase it first."""

    def __init__(self) -> None:
        super().__init__("This chain comes from another database server: run `onebanner journal rebase` first.")


class Fault(StrEnum):
    """What is wrong at a place of the journal."""

    CHANGED = "CHANGED"
    REMOVED = "REMOVED"
    INSERTED = "INSERTED"
    SEAL_CHANGED = "SEAL_CHANGED"
    SEAL_REMOVED = "SEAL_REMOVED"
    HEAD_DIFFERS = "HEAD_DIFFERS"


@dataclass(frozen=True, slots=True)
class Break:
    """The first place where the journal is not what was sealed; `entry_id` is None when the seal itself is meant."""

    fault: Fault
    seal_number: int
    entry_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Leaf:
    """An entry's id and the digest of its content, in the order of the journal."""

    entry_id: UUID
    digest: bytes


def plain(values: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return before/after values as JSON keeps them exactly.

    Refusals: NotJournalled for a float (its text differs between systems) and for anything that is not data.
    """
    return None if values is None else {str(name): _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return _plain(value.value)
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return round(value.total_seconds())
    if isinstance(value, Mapping):
        return plain(value)
    if isinstance(value, Sequence | frozenset | set) and not isinstance(value, bytes | bytearray):
        items = [_plain(item) for item in value]
        return items if isinstance(value, Sequence) else sorted(items, key=str)
    raise NotJournalled(f"The journal keeps no {type(value).__name__}; give it text, whole numbers, ids or moments.")


def moment(value: datetime) -> str:
    """Return a moment as UTC text with all six digits of its microseconds."""
    if value.tzinfo is None:
        raise NotJournalled("A moment in the journal has a time zone.")
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def canonical(content: Mapping[str, Any]) -> bytes:
    """Return the one JSON text of this content: keys sorted, no spaces, UTF-8; equal content gives equal bytes."""
    return json.dumps(
        plain(content), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def leaf(content: Mapping[str, Any]) -> Leaf:
    """Return the leaf of an entry from its content, which has at least an `id`."""
    return Leaf(entry_id=content["id"], digest=hashlib.sha256(canonical(content)).digest())


def pack(leaves: Iterable[Leaf]) -> bytes:
    """Return leaves as a seal stores them: id and digest, 48 bytes each."""
    return b"".join(each.entry_id.bytes + each.digest for each in leaves)


def unpack(packed: bytes) -> list[Leaf]:
    """Return the leaves that a seal stores; a cut-off rest is no leaf."""
    whole = len(packed) // _LEAF_BYTES * _LEAF_BYTES
    return [
        Leaf(UUID(bytes=packed[at : at + _ID_BYTES]), packed[at + _ID_BYTES : at + _LEAF_BYTES])
        for at in range(0, whole, _LEAF_BYTES)
    ]


def seal_hash(*, number: int, previous: bytes, sealed_at: datetime, leaves: bytes) -> bytes:
    """Return the hash of a seal: over the hash before it, its number, its moment and each entry in order."""
    link = previous
    for each in unpack(leaves):
        link = hashlib.sha256(link + each.entry_id.bytes + each.digest).digest()
    header = {"number": number, "previous": previous.hex(), "sealed_at": sealed_at, "entries": link.hex()}
    return hashlib.sha256(canonical(header) + hashlib.sha256(leaves).digest()).digest()


def first_difference(
    *, sealed: Sequence[Leaf], found: Sequence[Leaf], still_there: Container[UUID], sealed_later: Container[UUID]
) -> tuple[Fault, UUID] | None:
    """Compare a seal's leaves with as many entries that are found in their place; return the first difference.

    `still_there` are the sealed entries that exist anywhere in the journal, `sealed_later` those of later seals: where
    one of these stands in the place of another, that other one was moved away.
    """
    sealed_ids = {each.entry_id for each in sealed}
    for was, now in zip_longest(sealed, found):
        if was == now:
            continue
        if was.entry_id not in still_there:
            return Fault.REMOVED, was.entry_id
        if now is None or now.entry_id in sealed_ids or now.entry_id in sealed_later:
            return Fault.CHANGED, was.entry_id
        return Fault.INSERTED, now.entry_id
    return None
