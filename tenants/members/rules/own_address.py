"""Changing one's own e-mail address: how long its key works, and why it may be refused."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from kit.refusals import Refusal

CONFIRM_WITHIN = timedelta(hours=1)
# The mailbox before is told of the change by a job, which may be late; afterwards the former address is forgotten.
KEPT = timedelta(days=30)


class SameEmail(Refusal):
    """The address is the one that is used already."""

    message = _("This is your address already.")


class EmailChangeNotValid(Refusal):
    """A key that was used, is too old, was overtaken by another change, or never was one."""

    message = _("This link has been used or is too old. Ask for a new one.")
