"""Refusals: what a person can mend; they roll back and become `userErrors`.

A refusal that belongs to one rule stands beside that rule. Only those that every app needs stand here.
"""

import re
from typing import ClassVar

from django.db.models import Choices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_WORD_STARTS = re.compile(r"(?<!^)(?=[A-Z])")


class Refusal(Exception):
    """A deed that the rules do not allow, told as a fact.

    `message` may hold `%(name)s` placeholders, filled from the details given when it is raised.
    """

    message: ClassVar[str | Promise] = ""

    def __init__(self, *, field: str | tuple[str, ...] = (), **details: object) -> None:
        self.field = (field,) if isinstance(field, str) else tuple(field)
        self.details = details
        super().__init__(self.code)

    @property
    def code(self) -> str:
        """The machine's name of this refusal: the class's name in upper snake case."""
        return _WORD_STARTS.sub("_", type(self).__name__).upper()

    def text(self) -> str:
        """The sentence for the person, in the language that is active now."""
        told = {name: value.label if isinstance(value, Choices) else value for name, value in self.details.items()}
        return str(self.message) % told if told else str(self.message)


class NotFound(Refusal):
    """There is no such thing, or it is not the caller's to see: the two look the same."""

    message = _("There is no such thing, or you may not see it.")


class NotPermitted(Refusal):
    """The caller sees the thing but lacks a permission."""

    message = _("You need the permission %(permission)s for this. An HQ administrator can give it to you.")


class Invalid(Refusal):
    """A value that can't be taken; `why` says what would be."""

    message = _("This value can't be taken: %(why)s")


class TooLong(Refusal):
    """A text longer than its field holds."""

    message = _("This text is too long: at most %(limit)s characters.")


class Stale(Refusal):
    """Somebody else changed the thing first; `state` and `version` tell how it is now."""

    message = _("Somebody changed this in the meantime. It is now at version %(version)s (%(state)s): look again.")


class Conflict(Refusal):
    """The same thing is being done, or was done, by somebody else."""

    message = _("This has been done already, or is being done by somebody else.")
