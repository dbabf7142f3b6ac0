"""Why a deed on a complaint is refused, as facts."""

from django.utils.translation import gettext_lazy as _

from kit.refusals import Refusal


class NotAtThisStage(Refusal):
    """The complaint's stage does not allow the deed."""

    message = _("This can't be done while the complaint is at the stage “%(stage)s”. Possible now: %(possible)s.")


class CustomerNotSatisfied(Refusal):
    """A complaint is closed only when the customer is satisfied, or the last word was said (C2)."""

    message = _("The customer has not said that all is well, so the complaint can't be closed.")


class CustomerNotTold(Refusal):
    """The customer is told of every change before it is over (C2)."""

    message = _("The customer has not been told what was decided, so the complaint can't be closed.")


class ReferralOpen(Refusal):
    """Every letter has its answer (V3)."""

    message = _("Something was referred and has not been answered, so the complaint can't be closed.")


class ReferralsAnswered(Refusal):
    """There is nothing left to answer."""

    message = _("Everything that was referred has been answered.")


class ReferralNotYours(Refusal):
    """What was referred upward is answered up there (C5)."""

    message = _("This was referred to a higher level than yours.")


class NoHigherLevel(Refusal):
    """A complaint goes only upward."""

    message = _("The complaint is at this level or above it already.")


class AlreadyAtTheTop(Refusal):
    """Headquarters are the last level."""

    message = _("The complaint is with headquarters already: there is no higher level.")


class ComplaintWaits(Refusal):
    """Its clocks stand still already."""

    message = _("The complaint's clocks stand still already.")


class ComplaintWaitsNot(Refusal):
    """Its clocks run."""

    message = _("The complaint's clocks are running.")


class ReworkFirst(Refusal):
    """The last word comes only when the customer said no again after the complaint was worked again (C2)."""

    message = _(
        "A complaint is decided finally only when it was worked again and the customer still said no. "
        "Find the reason and work it again first."
    )


class ReasonNeeded(Refusal):
    """Who is not satisfied, or does not agree, has a reason (C2)."""

    message = _("Say why the customer is not satisfied.")


class OwnerNeeded(Refusal):
    """Every open complaint has exactly one owner (R3), and the caller can't be it."""

    message = _("Name the member of staff who will own this complaint.")


class OwnerNotAtStore(Refusal):
    """The owner named can't work on complaints of this store."""

    message = _("The owner must be an active member of staff who may work on complaints of this store.")


class ComplaintOwnerAlready(Refusal):
    """It is handed over to who has it."""

    message = _("This member owns the complaint already.")


class RemedyAboveLimit(Refusal):
    """The role may not decide that much (C6)."""

    message = _(
        "Together this is worth %(amount)s, and you may decide at most %(limit)s. "
        "Escalate the complaint or refer it upward, and somebody who may decide it plans the solution."
    )
