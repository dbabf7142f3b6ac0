"""On which days a plan brings inspections, how long they are open, and who carries them out (rulebook M1)."""

from calendar import monthrange
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count, takewhile
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from inspections.models.plans import InspectionPlan, RhythmUnit
from inspections.rules.corrections import HEADS
from inspections.rules.states import LONGEST_AHEAD
from kit.refusals import Invalid, Refusal
from members.rules.permissions import Role
from stores.rules.calendar import DAY

# How long before its day an inspection is planned: its inspector has a week to find the time.
AHEAD = timedelta(days=7)
# No place on earth has an earlier date than this behind UTC.
_LATEST_PLACE = timedelta(hours=12)
MOST_STORES = 500
MOST_UNITS = 366
# A month has at least so many days.
_SHORTEST = {RhythmUnit.DAY: 1, RhythmUnit.WEEK: 7, RhythmUnit.MONTH: 28}
_NAMED_AT_MOST = 10


class InspectionPlanState(TextChoices):
    """Whether a plan goes on."""

    GOING_ON = "GOING_ON", _("Going on")
    ENDED = "ENDED", _("Ended")


class InspectionPlanAction(TextChoices):
    """What can be done with an inspection plan, named as the mutation that does it."""

    END_INSPECTION_PLAN = "END_INSPECTION_PLAN", _("End it")


class InspectionPlanEnded(Refusal):
    """It brings nothing any more."""

    message = _("This plan was ended already.")


class InspectorNotFitEverywhere(Refusal):
    """The person named can't carry it out at some of the stores."""

    message = _(
        "The inspector holds none of the template's roles for these stores: %(stores)s. Name nobody, and for each "
        "store somebody who holds such a role there is chosen."
    )


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The days of a plan: the first, and each `every` units after it; without a unit there is no other."""

    starts_on: date
    every: int | None = None
    unit: RhythmUnit | None = None

    def day(self, number: int) -> date:
        """Return the day of a number, from 0; in a month that is too short it is the last one."""
        if self.every is None or self.unit is None:
            raise ValueError("What comes once has no other day.")
        steps = number * self.every
        if self.unit is not RhythmUnit.MONTH:
            return self.starts_on + steps * _SHORTEST[self.unit] * DAY
        years, month = divmod(self.starts_on.month - 1 + steps, 12)
        year = self.starts_on.year + years
        return date(year, month + 1, min(self.starts_on.day, monthrange(year, month + 1)[1]))

    def next_from(self, on: date) -> date | None:
        """Return the first day of the plan that is not before another; None where none is to come."""
        if on <= self.starts_on:
            return self.starts_on
        if self.every is None or self.unit is None:
            return None
        # As many steps as fit if each were as long as it can be: from there on one looks.
        longest = 31 if self.unit is RhythmUnit.MONTH else _SHORTEST[self.unit]
        first = (on - self.starts_on).days // (longest * self.every)
        return next(day for day in map(self.day, count(first)) if day >= on)

    def due_on(self, today: date) -> list[date]:
        """Return the days that are planned for by now, where it is `today`; none that is over.

        They are those of the coming week; what comes once is planned at once.
        """
        first = self.next_from(today)
        if first is None or self.every is None:
            return [] if first is None else [first]
        return list(takewhile(lambda day: day <= today + AHEAD, self._days_from(first)))

    def closes_on(self, on: date, open_days: int | None) -> date:
        """Return the day before which what is planned for a day has to be started."""
        after = self.next_from(on + DAY) if open_days is None else on + open_days * DAY
        if after is None:
            raise ValueError("What comes once says how long it is open.")
        return after

    def _days_from(self, day: date | None) -> Iterator[date]:
        while day is not None:
            yield day
            day = self.next_from(day + DAY)


def rhythm_of(plan: InspectionPlan) -> Rhythm:
    """Return the days of a plan."""
    return Rhythm(plan.starts_on, plan.every, None if plan.unit is None else RhythmUnit(plan.unit))


def check_rhythm(rhythm: Rhythm, *, open_days: int | None, now: datetime) -> None:
    """Refuse with Invalid days that are over or far away, a rhythm that is none, and what is open into its next day."""
    if not (now - _LATEST_PLACE).date() <= rhythm.starts_on <= (now + LONGEST_AHEAD).date():
        raise Invalid(field="starts_on", why=_("today or a day still to come, within two years"))
    if (rhythm.every is None) != (rhythm.unit is None):
        field = "every" if rhythm.every is None else "unit"
        raise Invalid(field=field, why=_("how many, and of what: or neither, for inspections that come once"))
    if rhythm.every is not None and not 1 <= rhythm.every <= MOST_UNITS:
        raise Invalid(field="every", why=_("a number from 1 to %(most)s") % {"most": MOST_UNITS})
    if rhythm.every is None or rhythm.unit is None:
        most = MOST_UNITS
    else:
        most = min(MOST_UNITS, rhythm.every * _SHORTEST[rhythm.unit])
    is_said = open_days is not None or rhythm.every is not None
    if not is_said or (open_days is not None and not 1 <= open_days <= most):
        raise Invalid(field="open_days", why=_("a number of days from 1 to %(most)s") % {"most": most})


def check_target(area_id: UUID | None, store_ids: Collection[UUID] | None) -> None:
    """Refuse with Invalid a plan that means both an area and stores, or stores of which there are none or too many."""
    if area_id is not None and store_ids is not None:
        raise Invalid(field="area_id", why=_("an area or stores, not both"))
    if store_ids is not None and not 1 <= len(set(store_ids)) <= MOST_STORES:
        raise Invalid(field="store_ids", why=_("1 to %(most)s stores") % {"most": MOST_STORES})


def must_fit_everywhere(misfits: Collection[str]) -> None:
    """Refuse with InspectorNotFitEverywhere, naming the first of the stores at which the inspector does not fit."""
    if misfits:
        named = ", ".join(sorted(misfits)[:_NAMED_AT_MOST])
        raise InspectorNotFitEverywhere(field="inspector_id", stores=named)


def inspector_among(holders: Mapping[Role, Sequence[UUID]], *, named: UUID | None) -> UUID | None:
    """Return who inspects a store, of those who hold the template's roles there; None where nobody does.

    Whoever the plan names, as long as they do; else the nearest to the store, of several the first.
    """
    if any(named in members for members in holders.values()):
        return named
    return next((member for role in HEADS for member in holders.get(role, ())), None)


def available_plan_actions(state: InspectionPlanState, *, may: bool) -> list[InspectionPlanAction]:
    """List what somebody can do with a plan that stands so; `may` is whether they may plan all that it plans."""
    return [InspectionPlanAction.END_INSPECTION_PLAN] if may and state is InspectionPlanState.GOING_ON else []
