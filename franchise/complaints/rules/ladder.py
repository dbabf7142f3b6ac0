"""The ladder of five levels: who stands on each, how long a complaint may stay there, what makes it rise (C3, C5)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from complaints.models.complaints import Level, Severity
from complaints.rules.clocks import LEVEL_CLOCKS, MEASURES_VERIFICATION
from complaints.rules.refusals import NoHigherLevel
from kit.refusals import Invalid
from members.rules.holders import PERMISSIONS_OF
from members.rules.permissions import REACH_OF, Permission, Reach, Role

LADDER: tuple[Level, ...] = tuple(Level)
# Who answers at a level; the first named are asked first.
ROLES_AT: dict[Level, tuple[Role, ...]] = {
    Level.STORE_STAFF: (Role.SERVICE_STAFF, Role.MENTOR),
    Level.SERVICE_SUPERVISOR: (Role.SERVICE_SUPERVISOR,),
    Level.STORE_MANAGER: (Role.STORE_MANAGER,),
    Level.AREA_SUPERVISOR: (Role.AREA_SUPERVISOR,),
    Level.HEADQUARTERS: (Role.QUALITY_OFFICER, Role.HQ_ADMINISTRATOR),
}
# Who can work on complaints at all.
HANDLERS = frozenset(role for role in Role if Permission.RECORD_INVESTIGATION in PERMISSIONS_OF[role])

SHORTEST_TIME, LONGEST_TIME = timedelta(minutes=1), timedelta(days=90)
_USUAL_TIME: dict[Level, timedelta] = {
    Level.STORE_STAFF: timedelta(hours=24),
    Level.SERVICE_SUPERVISOR: timedelta(hours=24),
    Level.STORE_MANAGER: timedelta(hours=24),
    Level.AREA_SUPERVISOR: timedelta(hours=48),
    Level.HEADQUARTERS: timedelta(hours=72),
}
# What does harm is brought forward (S4).
_SHARE_OF_IT: dict[Severity, float] = {Severity.MINOR: 2, Severity.SERIOUS: 1, Severity.GRAVE: 0.25}

Times = Mapping[tuple[Level, Severity], int]


def time_at(level: Level, severity: Severity, kept: Times) -> int:
    """Return for how many seconds a complaint may stay at a level: as HQ has set it, else the default."""
    usual = _USUAL_TIME[level].total_seconds() * _SHARE_OF_IT[severity]
    return kept.get((level, severity), int(usual))


def level_of(roles: Iterable[str]) -> Level:
    """Return the highest level on which somebody with these roles stands; the lowest for whoever has none of them."""
    held = set(roles)
    return next((level for level in reversed(LADDER) if held & set(ROLES_AT[level])), Level.STORE_STAFF)


def higher(one: Level, other: Level) -> Level:
    """Return the higher of two levels."""
    return max(one, other, key=LADDER.index)


def levels_from(level: Level) -> Sequence[Level]:
    """Return a level and all above it."""
    return LADDER[LADDER.index(level) :]


def level_above(level: Level, asked: Level | None = None) -> Level:
    """Return the level to which a complaint rises: the one asked for, else the next; raises NoHigherLevel."""
    above = levels_from(level)[1:]
    if not above or (asked is not None and asked not in above):
        raise NoHigherLevel(field="to_level")
    return asked or above[0]


def is_seen_from_a_store(level: Level) -> bool:
    """Tell whether people of a store can look up who stands on a level: those above are not theirs to see."""
    return all(REACH_OF[role] is Reach.STORE for role in ROLES_AT[level])


def rises_by(clock_kind: str, level: Level) -> bool:
    """Tell whether a complaint at a level rises when a clock of a kind is overdue.

    That is the level's own clock, and at the lowest level the verification on the same day too (C3).
    """
    is_verification = clock_kind in MEASURES_VERIFICATION and level is Level.STORE_STAFF
    return clock_kind == LEVEL_CLOCKS[level] or is_verification


def chosen(
    people: Iterable[tuple[UUID, Role]], level: Level, *, load: Mapping[UUID, int], on_desk: Collection[UUID] = ()
) -> UUID | None:
    """Return who of a level gets a complaint: who is asked first by role, is on the desk, has the fewest open ones."""
    ranked = sorted(
        (ROLES_AT[level].index(role) if level is Level.HEADQUARTERS else 0, who not in on_desk, load.get(who, 0), who)
        for who, role in people
        if role in ROLES_AT[level]
    )
    return ranked[0][3] if ranked else None


def check_times(times: Collection[tuple[Level, Severity, int]]) -> None:
    """Refuse no times at all, two for the same, and one shorter than a minute or longer than 90 days."""
    if not times:
        raise Invalid(field="times", why=_("at least one time"))
    seen: set[tuple[Level, Severity]] = set()
    for place, (level, severity, seconds) in enumerate(times):
        if (level, severity) in seen:
            raise Invalid(field=("times", str(place)), why=_("one time for a level and a severity"))
        if not SHORTEST_TIME.total_seconds() <= seconds <= LONGEST_TIME.total_seconds():
            raise Invalid(field=("times", str(place), "time"), why=_("a time from a minute to 90 days"))
        seen.add((level, severity))
