"""When a consent is one (K4)."""

from django.utils.translation import gettext_lazy as _

from kit.refusals import Refusal


class ConsentGiven(Refusal):
    """It stands already."""

    message = _("This customer has agreed to that already.")


class ConsentNotGiven(Refusal):
    """There is nothing to withdraw."""

    message = _("This customer has not agreed to that.")
