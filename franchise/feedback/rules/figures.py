"""What many answers say together: means, shares, themes and where they are going (rulebook V5)."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from kit.refusals import Invalid

LONGEST_PERIOD = timedelta(days=731)
_CALENDAR = (date(2000, 1, 1), date(2999, 12, 31))
# A score that says that something was wrong.
POOR_SCORE = 2
MOST_CLAUSES = 20
_WHOLE = 10_000


class ThemeKind(TextChoices):
    """What a theme of poor ratings is about."""

    QUESTION = "QUESTION", _("A question of the survey")
    MATTER = "MATTER", _("A sort of matter")
    CLAUSE = "CLAUSE", _("A clause that was missed")


class Trend(TextChoices):
    """How a figure went from the period before to this one."""

    RISING = "RISING", _("Rising")
    STEADY = "STEADY", _("Steady")
    FALLING = "FALLING", _("Falling")


@dataclass(frozen=True, slots=True)
class Period:
    """Days from the first to the last, both of them included, in UTC."""

    first_on: date
    last_on: date

    @property
    def before(self) -> "Period":
        """The period of the same length that ends where this one begins."""
        length = self.last_on - self.first_on
        last_on = self.first_on - timedelta(days=1)
        return Period(last_on - length, last_on)


@dataclass(frozen=True, slots=True)
class Month:
    """What was asked, said and praised in one month at one store; `month` is 202611."""

    month: int
    sent: int = 0
    answered: int = 0
    ratings: int = 0
    score_sum: int = 0
    praises: int = 0

    @property
    def answered_basis_points(self) -> int | None:
        """How many of a month's surveys were answered, in hundredths of a per cent; None where none was sent."""
        return self.answered * _WHOLE // self.sent if self.sent else None

    @property
    def mean_hundredths(self) -> int | None:
        """The mean score in hundredths, None without ratings."""
        return mean_hundredths(self.score_sum, self.ratings)


@dataclass(frozen=True, slots=True)
class Theme:
    """What poor ratings have in common: how many surveys it shows in, now and in the period before."""

    kind: ThemeKind
    code: str
    count: int
    count_before: int
    ratings: int | None = None
    mean_hundredths: int | None = None
    clause_id: UUID | None = None

    @property
    def trend(self) -> Trend:
        """Where it is going."""
        if self.count == self.count_before:
            return Trend.STEADY
        return Trend.RISING if self.count > self.count_before else Trend.FALLING


@dataclass(frozen=True, slots=True)
class MemberFeedback:
    """What was said of one person's work: their share of every rating, and praise that was meant for them."""

    member_id: UUID
    surveys: int = 0
    mean_hundredths: int | None = None
    praises: int = 0


def checked_period(first_on: date, last_on: date) -> Period:
    """Return a period; raises Invalid for one that ends before it begins, is longer than two years or far from ours."""
    # There is a day before and after every period, whatever the time zone: a calendar ends at both ends.
    if not _CALENDAR[0] <= first_on <= _CALENDAR[1]:
        raise Invalid(field="first_on", why=_("a day of the years 2000 to 2999"))
    if not timedelta(0) <= last_on - first_on <= LONGEST_PERIOD:
        raise Invalid(field="last_on", why=_("a day not before the first, within two years"))
    return Period(first_on, last_on)


def months_in(period: Period) -> list[int]:
    """Return the months that a period touches, as 202611, the first first."""
    first = period.first_on.year * 12 + period.first_on.month - 1
    last = period.last_on.year * 12 + period.last_on.month - 1
    return [each // 12 * 100 + each % 12 + 1 for each in range(first, last + 1)]


def mean_hundredths(total: int, count: int) -> int | None:
    """Return a mean in hundredths, rounded half up; None for none."""
    return (total * 200 + count) // (count * 2) if count else None
