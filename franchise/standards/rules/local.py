"""What a store may add to a standard for itself."""

from django.utils.translation import gettext_lazy as _

from kit.refusals import Refusal

# Whoever needs more needs another standard.
MOST_LOCAL_CLAUSES = 20


class LocalClausesNotAllowed(Refusal):
    """Headquarters has not allowed additions to this standard at the store."""

    message = _("Headquarters does not allow stores to add to this standard.")


class TooManyLocalClauses(Refusal):
    """The store has added as much as it may."""

    message = _("A store adds at most %(most)s clauses to a standard.")


class LocalClauseEnded(Refusal):
    """The addition does not hold any more."""

    message = _("This clause of the store's own has ended already.")
