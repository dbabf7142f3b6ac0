"""Which months are counted again on a day: all of them in turn, the latest ones always."""

from datetime import date

from stores.rules.calendar import DAY


def months_in_turn(today: date, first: date) -> list[date]:
    """Return this month, the one before, and in turn one of those before it, from the month of a first day on."""
    this = today.replace(day=1)
    last = _before(this)
    earlier, month = list[date](), last
    while month > first:
        month = _before(month)
        earlier.append(month)
    return [this, last, *earlier[today.toordinal() % (len(earlier) or 1) :][:1]]


def _before(month: date) -> date:
    return (month - DAY).replace(day=1)
