"""Working-time arithmetic: pure functions of a store's calendar, exact across nights, holidays and clock changes.

Every moment taken must carry its time zone; every moment returned is in UTC.
"""

from datetime import datetime, time, timedelta

from stores.rules.calendar import DAY, Calendar, HoursNotRecorded, in_utc

_MIDNIGHT = time(0)


def add_working_time(calendar: Calendar, start: datetime, duration: timedelta) -> datetime:
    """Return the earliest moment by which `duration` of opening hours has passed since `start`.

    A duration that is used up exactly at closing time ends there, not at the next opening. Raises HoursNotRecorded,
    NeverOpens, and ValueError for a negative duration.
    """
    if duration < timedelta(0):
        raise ValueError(f"Working time does not run backwards: {duration!r}")
    moment, left = in_utc(start), duration
    openings = calendar.openings_from(moment)
    while left > timedelta(0):
        opens, closes = next(openings)
        moment = opens + min(left, closes - opens)
        left -= moment - opens
    return moment


def working_time_between(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """Return how long the store is open from `start` to `end`; negative when `end` is the earlier one.

    Raises HoursNotRecorded when the hours of a day in between are not known.
    """
    start, end = in_utc(start), in_utc(end)
    if end < start:
        return -working_time_between(calendar, end, start)
    if end == start:
        return timedelta(0)
    parts = (closes - opens for opens, closes in calendar.openings_between(start, end))
    return sum(parts, timedelta(0))


def end_of_calendar_day(calendar: Calendar, at: datetime) -> datetime:
    """Return the midnight, on the store's own wall clock, that ends the date which it shows at a moment."""
    at = in_utc(at)
    tomorrow = calendar.day_of(at) + DAY
    midnight = calendar.moment(tomorrow, _MIDNIGHT)
    if midnight > at:
        return midnight
    # Clocks went back over this midnight and `at` lies in the hour that is lived twice: the second midnight ends it.
    return in_utc(datetime.combine(tomorrow, _MIDNIGHT, tzinfo=calendar.zone).replace(fold=1))


def end_of_working_day(calendar: Calendar, at: datetime) -> datetime:
    """Return when the working day of a moment ends: the last closing of the day on which the store opened.

    After midnight in a night opening it is still the day before. A moment after the last closing, or on a day off,
    belongs to the next working day. Raises HoursNotRecorded and NeverOpens.
    """
    at = in_utc(at)
    last_closings = (max(closes for _, closes in openings) for _, openings in calendar.working_days_from(at))
    return next(closing for closing in last_closings if closing > at)


def end_of_day(calendar: Calendar, at: datetime) -> datetime:
    """Return until when a deed is still done 'on the same day' as a moment (rulebook C3).

    That is the end of the calendar day or of the working day, whichever comes later: nobody fails for midnight in a
    night opening, nor for a complaint that arrives after closing. Where hours are not recorded, the calendar decides.
    """
    midnight = end_of_calendar_day(calendar, at)
    try:
        return max(midnight, end_of_working_day(calendar, at))
    except HoursNotRecorded:
        return midnight
