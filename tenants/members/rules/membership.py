"""What stands in the way of changing somebody's membership."""

from django.utils.translation import gettext_lazy as _

from kit.refusals import Refusal


class MemberDeactivated(Refusal):
    """The person may not sign in at the moment."""

    message = _("This member is deactivated. An HQ administrator can reactivate them.")


class MemberActive(Refusal):
    """The person may sign in already."""

    message = _("This member is active already.")


class AlreadyAssigned(Refusal):
    """The person has this role at this place."""

    message = _("This member has this role there already.")


class NotInHqsPlace(Refusal):
    """HQ acts for people of stores and areas, never for one another."""

    message = _("Nobody acts in the place of somebody at HQ.")
