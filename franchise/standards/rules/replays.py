"""What comes out when a clause is tried on the past: how cases would stand, where, when, and who could not keep it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from kit.refusals import Invalid, Refusal
from standards.models.verdicts import STATE_OF, ReasonCode, VerdictState

LONGEST = timedelta(days=2 * 366)
_CALENDAR = (date(2000, 1, 1), date(2999, 12, 31))
_DAY = timedelta(days=1)
_DAYS, _HOURS = 7, 24
_SETTLED = (VerdictState.MET, VerdictState.MISSED)

Counts = Mapping[VerdictState, int]


class NotMeasuredYet(Refusal):
    """What happened before the clause spoke of it is still being measured: half an answer would be a wrong one."""

    message = _("The past of what clause %(number)s speaks of is measured up to %(until)s so far. Try again later.")


@dataclass(frozen=True, slots=True)
class Counted:
    """So many cases stand in one way: at a store, or in an hour of the week; the other one is None."""

    store_id: UUID | None
    hour_of_week: int | None
    reason: ReasonCode
    number: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the cases of a clause would have stood: in all, by store, weekday (from Monday) and hour of the day.

    Weekdays and hours tell how many met the clause and how many missed it.
    """

    clause_id: UUID
    counts: Counts
    stores: Mapping[UUID, Counts]
    weekdays: tuple[tuple[int, int], ...]
    hours: tuple[tuple[int, int], ...]


def reaches(counts: Counts, share_asked: Decimal) -> bool:
    """Tell whether the settled cases reach a percentage; none do."""
    met, missed = (counts.get(state, 0) for state in _SETTLED)
    return 100 * met >= share_asked * (met + missed)


def alarms_a_day(missed: int, first_on: date, last_on: date) -> float:
    """Return how many of the missed cases of a period fall on an average day of it."""
    return missed / ((last_on - first_on) // _DAY + 1)


def check_period(first_on: date, last_on: date) -> None:
    """Refuse a period that ends before it begins, is longer than two years or far from ours, with Invalid."""
    # There are days before and after every period: a calendar ends at both ends.
    if not _CALENDAR[0] <= first_on <= _CALENDAR[1]:
        raise Invalid(field="first_on", why=_("a day of the years 2000 to 2999"))
    if not first_on <= last_on <= first_on + LONGEST:
        raise Invalid(field="last_on", why=_("a day from the first one on, at most two years later"))


def outcome_of(clause_id: UUID, counted: Iterable[Counted]) -> Outcome:
    """Add up what was counted of a clause."""
    total, stores = Counter[VerdictState](), dict[UUID, Counter[VerdictState]]()
    weekdays, hours = Counter[tuple[int, VerdictState]](), Counter[tuple[int, VerdictState]]()
    for each in counted:
        state = STATE_OF[each.reason]
        if each.store_id is not None:
            total[state] += each.number
            stores.setdefault(each.store_id, Counter())[state] += each.number
        elif each.hour_of_week is not None:
            weekday, hour = divmod(each.hour_of_week, _HOURS)
            weekdays[weekday, state] += each.number
            hours[hour, state] += each.number
    return Outcome(clause_id, total, dict(sorted(stores.items())), _settled(weekdays, _DAYS), _settled(hours, _HOURS))


def _settled(counts: Mapping[tuple[int, VerdictState], int], number: int) -> tuple[tuple[int, int], ...]:
    met, missed = _SETTLED
    return tuple((counts.get((place, met), 0), counts.get((place, missed), 0)) for place in range(number))
