"""When a consent is one (K4)."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from kit.refusals import Invalid, Refusal

_CLOCKS_APART = timedelta(minutes=5)


class ConsentGiven(Refusal):
    """It stands already."""

    message = _("This customer has agreed to that already.")


class ConsentNotGiven(Refusal):
    """There is nothing to withdraw."""

    message = _("This customer has not agreed to that.")


def check_given(given_at: datetime, *, now: datetime) -> datetime:
    """Return when a consent was given; raises Invalid for a moment that is still to come."""
    if given_at > now + _CLOCKS_APART:
        raise Invalid(field="given_at", why=_("a moment that has passed"))
    return min(given_at, now)
