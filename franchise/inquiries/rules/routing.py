"""Who gets an inquiry that nobody took down in person (rulebook R3, L2)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from clocks.rules.working_time import end_of_working_day
from members.rules.holders import PERMISSIONS_OF
from members.rules.permissions import Permission, Role
from stores.rules.calendar import Calendar, HoursNotRecorded, NeverOpens

# Whoever is there longer than that has forgotten to leave.
LONGEST_SHIFT = timedelta(hours=16)
# Who can answer for inquiries, by role.
HANDLERS = frozenset(role for role in Role if Permission.REPLY_TO_INQUIRY in PERMISSIONS_OF[role])
# Whose place is at a store, the chain, or an area: the nearest answers for what is in the queue.
_FIRST_ASKED = (
    Role.SERVICE_SUPERVISOR,
    Role.STORE_MANAGER,
    Role.SERVICE_STAFF,
    Role.MENTOR,
    Role.AREA_SUPERVISOR,
    Role.QUALITY_OFFICER,
    Role.HQ_ADMINISTRATOR,
)


@dataclass(frozen=True, slots=True)
class Routed:
    """Who owns an inquiry, and whether it waits in the queue for somebody to take it."""

    owner_id: UUID
    is_queued: bool


def least_loaded(on_desk: Iterable[tuple[UUID, datetime]], load: Mapping[UUID, int]) -> UUID | None:
    """Return who on the desk has the fewest open inquiries; of equals, who has been there the longest."""
    waiting = sorted((load.get(member_id, 0), since, member_id) for member_id, since in on_desk)
    return waiting[0][2] if waiting else None


def answers_for_the_queue(handlers: Iterable[tuple[UUID, Role]]) -> UUID | None:
    """Return who answers for what nobody has taken yet: the service supervisor, else the manager, and so on up."""
    ranked = sorted((_FIRST_ASKED.index(role), member_id) for member_id, role in handlers if role in _FIRST_ASKED)
    return ranked[0][1] if ranked else None


def shift_ends_at(calendar: Calendar, began_at: datetime) -> datetime:
    """Return when a shift ends by itself: at the closing that ends the working day, and after 16 hours at the latest.

    So too where the store's hours are not recorded.
    """
    longest = began_at + LONGEST_SHIFT
    try:
        return min(longest, end_of_working_day(calendar, began_at))
    except (HoursNotRecorded, NeverOpens):
        return longest
