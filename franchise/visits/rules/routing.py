"""Who gets a visit: whoever at the store has the fewest, else whoever answers for the store (rulebook R3)."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from members.rules.holders import PERMISSIONS_OF
from members.rules.permissions import Permission, Role

# Who can make return visits, by role.
CALLERS = frozenset(role for role in Role if Permission.RECORD_RETURN_VISIT in PERMISSIONS_OF[role])
# Those who serve customers call; the heads sign what they did not do themselves, so they come after them.
_FIRST_ASKED = (
    Role.SERVICE_STAFF,
    Role.MENTOR,
    Role.SERVICE_SUPERVISOR,
    Role.STORE_MANAGER,
    Role.AREA_SUPERVISOR,
    Role.QUALITY_OFFICER,
    Role.HQ_ADMINISTRATOR,
)


def chosen_caller(callers: Iterable[tuple[UUID, Role]], load: Mapping[UUID, int]) -> UUID | None:
    """Return who is to make a visit: of those first asked, the one with the fewest open visits."""
    ranked = sorted(
        (_FIRST_ASKED.index(role), load.get(member_id, 0), member_id)
        for member_id, role in callers
        if role in _FIRST_ASKED
    )
    return ranked[0][2] if ranked else None
