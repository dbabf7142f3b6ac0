"""Letting a store off a requirement: from now on and for a while, never for what has begun before."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from kit.refusals import Invalid, Refusal

# A store that needs longer needs another standard.
LONGEST_WAIVER = timedelta(days=366)


class WaivedAlready(Refusal):
    """The store is let off this requirement already."""

    message = _("This clause is waived for the store already.")


class WaiverOver(Refusal):
    """The waiver does not hold any more."""

    message = _("This waiver has ended already.")


def check_until(until: datetime, *, now: datetime) -> None:
    """Refuse with Invalid when a waiver would not end after now and within a year."""
    if not now < until <= now + LONGEST_WAIVER:
        raise Invalid(field="until", why=_("a moment to come, within a year"))
