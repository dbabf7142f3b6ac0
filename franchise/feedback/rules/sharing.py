"""Whose work a matter was: the share of each who had it or did something for it, never the last one's alone (V4)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from feedback.models.surveys import WHOLE


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of a matter's journal.

    `member_id` is who did it, None for a machine or the customer. `owner_id` is who has the matter from then on, None
    where the entry does not say. From one that `closes` until the next that tells an owner nobody has it.
    """

    at: datetime
    member_id: UUID | None = None
    owner_id: UUID | None = None
    closes: bool = False


@dataclass(slots=True)
class Handling:
    """What somebody did for a matter: for how many seconds it was theirs, and how many deeds they did."""

    owned_seconds: int = 0
    deeds: int = 0


def handling_of(events: Iterable[Event]) -> dict[UUID, Handling]:
    """Return what each did, from the events of a matter in the order in which they happened."""
    found: dict[UUID, Handling] = {}
    owner: UUID | None = None
    since: datetime | None = None
    for event in events:
        if owner is not None and since is not None:
            found.setdefault(owner, Handling()).owned_seconds += max(int((event.at - since).total_seconds()), 0)
        if event.member_id is not None:
            found.setdefault(event.member_id, Handling()).deeds += 1
        owner = None if event.closes else (event.owner_id or owner)
        since = event.at
        if event.owner_id is not None:
            found.setdefault(event.owner_id, Handling())
    return found


def shares_of(handling: Mapping[UUID, Handling]) -> dict[UUID, int]:
    """Return each one's share in hundredths of a per cent; together they make 10,000 exactly.

    Time and deeds weigh the same; where one of them is nothing the other alone counts. What rounding leaves goes to
    the largest remainders, and nobody who had a part is left without the smallest share. Empty for nobody.
    """
    time = sum(each.owned_seconds for each in handling.values())
    deeds = sum(each.deeds for each in handling.values())
    weights = {
        member_id: each.owned_seconds * (deeds or 1) + each.deeds * (time or 1)
        for member_id, each in handling.items()
        if each.owned_seconds or each.deeds
    }
    if not weights:
        # They had it for less than a second and did nothing: nobody more than another.
        weights = dict.fromkeys(handling, 1)
    return _parts(weights)


def _parts(weights: Mapping[UUID, int]) -> dict[UUID, int]:
    whole = sum(weights.values())
    parts = {member_id: weight * WHOLE // whole for member_id, weight in weights.items()}
    by_remainder = sorted(weights, key=lambda each: (-(weights[each] * WHOLE % whole), each))
    for member_id in by_remainder[: WHOLE - sum(parts.values())]:
        parts[member_id] += 1
    for member_id in [each for each, part in parts.items() if part == 0]:
        largest = max(parts, key=lambda each: (parts[each], each))
        parts[member_id], parts[largest] = 1, parts[largest] - 1
    return parts
