"""What a position is, and who may hold it (R3)."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from kit.refusals import Invalid, Refusal
from kit.texts import text_of

LONGEST_NAME = 100
LONGEST_DUTY = 500
MOST_DUTIES = 50


class PositionWithoutDuties(Refusal):
    """A position says what its holder has to do; without duties it says nothing (R3)."""

    message = _("A position needs at least one duty: what is everybody's is nobody's.")


class PositionNameTaken(Refusal):
    """Another position of the chain has this name."""

    message = _("Another position is called %(name)s already.")


class PositionHeld(Refusal):
    """The member holds this position in this store already."""

    message = _("%(member)s holds this position already.")


class PositionWithdrawn(Refusal):
    """The member does not hold the position any more."""

    message = _("This position was withdrawn at %(withdrawn_at)s.")


class NotAtWorkHere(Refusal):
    """Only who works in a store can hold a position there."""

    message = _("%(member)s does not work in this store. Give them a role there first.")


def duties_of(texts: Sequence[str]) -> list[str]:
    """Return the duties, trimmed and in order; raises PositionWithoutDuties, Invalid and TooLong."""
    if not texts:
        raise PositionWithoutDuties(field="duties")
    if len(texts) > MOST_DUTIES:
        raise Invalid(field="duties", why=_("at most fifty duties"))
    return [text_of(text, field=("duties", str(number)), limit=LONGEST_DUTY) for number, text in enumerate(texts)]
