"""The steps by which a store takes up a version, and the curves that come of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

# A version is practised for good after so many cases met one after the other, or so long without a miss.
SUSTAINED_CASES = 20
SUSTAINED_FOR = timedelta(days=30)
# Whoever has not come so far by then is looked at by what came later.
LOOKED_BACK = timedelta(days=92)


class AdoptionStep(TextChoices):
    """How far a store has taken up a version."""

    PUSHED = "PUSHED", _("It came to the store")
    SEEN = "SEEN", _("Somebody has seen it")
    ACKNOWLEDGED = "ACKNOWLEDGED", _("Somebody has acknowledged all of it")
    TRAINED = "TRAINED", _("Somebody was trained in it")
    CONFORMING = "CONFORMING", _("It was kept for the first time")
    SUSTAINED = "SUSTAINED", _("It is kept for good")


# Where a store keeps when it came to a step.
STEP_COLUMNS: dict[AdoptionStep, str] = {
    AdoptionStep.PUSHED: "pushed_at",
    AdoptionStep.SEEN: "seen_at",
    AdoptionStep.ACKNOWLEDGED: "acknowledged_at",
    AdoptionStep.TRAINED: "trained_at",
    AdoptionStep.CONFORMING: "first_conforming_at",
    AdoptionStep.SUSTAINED: "sustained_at",
}


@dataclass(frozen=True, slots=True)
class AdoptionDay:
    """How many stores had come to each step by the end of a day."""

    day: date
    stores: Mapping[AdoptionStep, int]


def curve_of(steps: Iterable[tuple[AdoptionStep, date, int]]) -> list[AdoptionDay]:
    """Return how many stores had come to each step, day by day, from how many came to it on each day.

    Days on which no store came further are left out.
    """
    by_day: dict[date, dict[AdoptionStep, int]] = {}
    for step, day, number in steps:
        by_day.setdefault(day, {})[step] = number
    reached = dict.fromkeys(AdoptionStep, 0)
    curve = []
    for day in sorted(by_day):
        reached = {step: number + by_day[day].get(step, 0) for step, number in reached.items()}
        curve.append(AdoptionDay(day, reached))
    return curve
