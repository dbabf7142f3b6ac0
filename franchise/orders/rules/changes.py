"""When an order's destination may change (O2)."""

from django.utils.translation import gettext_lazy as _

from kit.refusals import Refusal


class IdentityNotProven(Refusal):
    """A change is made only for the customer themselves (O2)."""

    message = _("The change can be confirmed only when it was checked, and proven, that this is the customer.")


class SameDestination(Refusal):
    """The change asks for what is there already."""

    message = _("The order goes there already: nothing would change.")


def must_change_something(was: object, wanted: object) -> None:
    """Refuse with SameDestination a change that changes nothing."""
    if was == wanted:
        raise SameDestination
