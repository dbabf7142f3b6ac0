"""What stands in the way of an invitation."""

from django.utils.translation import gettext_lazy as _

from kit.refusals import Refusal


class AlreadyInvited(Refusal):
    """The same role at the same place has been offered to this address, and the offer stands."""

    message = _("This role has been offered to this address already. Withdraw that invitation first.")


class InvitationNotValid(Refusal):
    """A link that is unknown, used, withdrawn or too old: they all look the same."""

    message = _("This invitation is not valid (any more). Ask for a new one.")


class InvitationEnded(Refusal):
    """An invitation that was accepted, withdrawn or has expired is not withdrawn again."""

    message = _("This invitation is over: %(state)s.")
