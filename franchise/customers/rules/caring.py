"""Who is in which class and how they are cared for, and when they are greeted (K3, K5)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from customers.models import LONGEST_CODE, LONGEST_NAME, Customer, GreetingOccasion
from kit.refusals import Invalid, Refusal
from kit.texts import line_of, text_of
from kit.wording import money

MOST_CLASSES = 20
MOST_DAYS_AHEAD = 60
LONGEST_WINDOW = 3_660
MOST_AMOUNT = 2**53 - 1
_CURRENCY = re.compile(r"[A-Z]{3}")
_CODE = re.compile(r"[A-Z0-9]+(_[A-Z0-9]+)*")
_LEAP_DAY, _DAY_BEFORE = "02-29", "02-28"


class AlreadyGreeted(Refusal):
    """Twice the same wishes are none."""

    message = _("This customer was greeted for that day already.")


class ConsentWithdrawn(Refusal):
    """Whoever asked not to be greeted is left alone (K4)."""

    message = _("This customer has asked not to be greeted.")


class ClassesChanged(Refusal):
    """Somebody else set the classes first."""

    message = _("Somebody set the classes in the meantime. They are now at version %(version)s: look again.")


class CodeTaken(Refusal):
    """Two classes of one scheme have two codes."""

    message = _("Two classes have the code %(code)s.")


@dataclass(frozen=True, slots=True)
class ClassSpec:
    """One class as HQ writes it down: its thresholds within the last `within_days`, and its plan of care."""

    code: str
    name: str
    min_purchases: int
    min_amount_minor: int
    currency: str
    within_days: int
    plan_of_care: str
    contact_every_days: int | None = None

    def checked(self, place: int) -> "ClassSpec":
        """Return it as it is written down; refusals name their fields beneath `classes`. Raises Invalid, TooLong."""

        def at(field: str) -> tuple[str, ...]:
            return ("classes", str(place), field)

        code = line_of(self.code, field=at("code"), limit=LONGEST_CODE).upper()
        if not _CODE.fullmatch(code):
            raise Invalid(field=at("code"), why=_("letters A to Z, digits, and single underscores in between"))
        must_be_currency(self.currency, field=(*at("min_amount"), "currency"))
        between(self.min_purchases, 0, 10_000, at("min_purchases"))
        amount_of(self.min_amount_minor, currency=self.currency, field=at("min_amount"))
        between(self.within_days, 1, LONGEST_WINDOW, at("within_days"))
        if self.contact_every_days is not None:
            between(self.contact_every_days, 1, LONGEST_WINDOW, at("contact_every_days"))
        return ClassSpec(
            code,
            line_of(self.name, field=at("name"), limit=LONGEST_NAME),
            self.min_purchases,
            self.min_amount_minor,
            self.currency,
            self.within_days,
            text_of(self.plan_of_care, field=at("plan_of_care")),
            self.contact_every_days,
        )


@dataclass(frozen=True, slots=True)
class Figures:
    """How often somebody bought within a class's window, and for how much in its currency."""

    purchases: int
    amount_minor: int

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(self.purchases + other.purchases, self.amount_minor + other.amount_minor)

    def reach(self, *, min_purchases: int, min_amount_minor: int) -> bool:
        """Tell whether both thresholds are reached."""
        return self.purchases >= min_purchases and self.amount_minor >= min_amount_minor


@dataclass(frozen=True, slots=True)
class DueGreeting:
    """Whom to greet, why, and on which day of the store; with the class's plan of care where that is the reason."""

    customer: Customer
    occasion: GreetingOccasion
    due_on: date
    plan_of_care: str


def checked_classes(classes: Sequence[ClassSpec]) -> list[ClassSpec]:
    """Return a scheme's classes, the highest first; raises Invalid, TooLong and CodeTaken."""
    if len(classes) > MOST_CLASSES:
        raise Invalid(field="classes", why=_("at most 20 classes"))
    specs = [spec.checked(place) for place, spec in enumerate(classes)]
    codes = [spec.code for spec in specs]
    for place, code in enumerate(codes):
        if code in codes[:place]:
            raise CodeTaken(field=("classes", str(place), "code"), code=code)
    return specs


def birthday_in(year: int, birthday: str) -> date:
    """Return the day of a year on which a birthday is kept: the 29th of February on the 28th where there is none."""
    try:
        return date.fromisoformat(f"{year:04d}-{birthday}")
    except ValueError:
        return date.fromisoformat(f"{year:04d}-{_DAY_BEFORE}")


def next_birthday(birthday: str, *, on: date) -> date:
    """Return the first day, from that one on, on which a birthday is kept."""
    this_year = birthday_in(on.year, birthday)
    return this_year if this_year >= on else birthday_in(on.year + 1, birthday)


def birthdays_between(first: date, last: date) -> set[str]:
    """Return the birthdays that are kept on these days, both included."""
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    found = {f"{day:%m-%d}" for day in days}
    if any(birthday_in(day.year, _LEAP_DAY) == day for day in days):
        found.add(_LEAP_DAY)
    return found


def must_be_days_ahead(days: int) -> int:
    """Return for how many days ahead is asked; raises Invalid."""
    return between(days, 0, MOST_DAYS_AHEAD, "days")


def must_be_birthday(birthday: str, due_on: date, *, today: date) -> None:
    """Refuse with Invalid a day on which no birthday of theirs is kept, or one that is far from today."""
    near = abs((due_on - today).days) <= MOST_DAYS_AHEAD
    if not birthday or not near or birthday_in(due_on.year, birthday) != due_on:
        raise Invalid(field="due_on", why=_("a birthday of this customer, at most 60 days away"))


def must_be_near(due_on: date, *, today: date) -> None:
    """Refuse with Invalid a day that is far from today."""
    if abs((due_on - today).days) > LONGEST_WINDOW:
        raise Invalid(field="due_on", why=_("a day of the last or the coming ten years"))


def must_be_currency(code: str, *, field: str | tuple[str, ...]) -> str:
    """Return a currency's code of three capital letters (ISO 4217); raises Invalid."""
    if not _CURRENCY.fullmatch(code):
        raise Invalid(field=field, why=_("three letters such as CNY"))
    return code


def amount_of(amount_minor: int, *, currency: str, field: str | tuple[str, ...]) -> int:
    """Return an amount in a currency's smallest units, which may be nothing; raises Invalid."""
    if not 0 <= amount_minor <= MOST_AMOUNT:
        most = money(MOST_AMOUNT, currency)
        raise Invalid(field=field, why=_("an amount of nothing or more, and at most %(most)s") % {"most": most})
    return amount_minor


def between(value: int, least: int, most: int, field: str | tuple[str, ...]) -> int:
    """Return a whole number that lies between two others, both included; raises Invalid."""
    if not least <= value <= most:
        raise Invalid(field=field, why=_("a whole number from %(least)s to %(most)s") % {"least": least, "most": most})
    return value
