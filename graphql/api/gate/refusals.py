"""What the gate refuses: the client is broken or not let in. Each has a code, a status and one constant sentence.

What a person can mend is a `kit.refusals.Refusal` and becomes a `userErrors` row instead.
"""

import re
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_WORD_STARTS = re.compile(r"(?<!^)(?=[A-Z])")


class GateRefusal(Exception):
    """A request that is not carried out."""

    status: ClassVar[int] = 400
    message: ClassVar[str | Promise] = ""

    def __init__(self, detail: str = "") -> None:
        self.detail = detail
        super().__init__(self.code)

    @property
    def code(self) -> str:
        """The machine's name of this refusal: the class's name in upper snake case."""
        return _WORD_STARTS.sub("_", type(self).__name__).upper()

    def text(self) -> str:
        """The sentence for the developer of the client, with the detail when there is one."""
        return f"{self.message} {self.detail}".strip()


class BadRequest(GateRefusal):
    """The body is not a GraphQL request."""

    message = _("This is not a GraphQL request as JSON.")


class MethodNotAllowed(GateRefusal):
    """Something else than POST."""

    status = 405
    message = _("Only POST is answered here.")


class UnsupportedMediaType(GateRefusal):
    """A body that is not application/json in UTF-8."""

    status = 415
    message = _("Send application/json in UTF-8.")


class NotAcceptable(GateRefusal):
    """A client that takes neither of the two media types there are."""

    status = 406
    message = _("Answers are application/graphql-response+json or application/json.")


class BodyTooLarge(GateRefusal):
    """A body over the limit."""

    status = 413
    message = _("The body may have at most 100 KB.")


class CrossSite(GateRefusal):
    """A call with a cookie that another site's page has sent."""

    status = 403
    message = _("This call does not come from this site's own pages.")


class Unauthenticated(GateRefusal):
    """Nobody is signed in, or the token is not good here."""

    status = 401
    message = _("Sign in, or send a valid token.")


class UnknownDocument(GateRefusal):
    """A trusted document's hash that nobody knows."""

    message = _("No trusted document has this id.")


class QueryTooLong(GateRefusal):
    """More characters or tokens than a document may have."""

    message = _("The document is too long.")


class SyntaxRefused(GateRefusal):
    """A document that does not parse."""

    message = _("The document does not parse.")


class NotOneOperation(GateRefusal):
    """None or several operations in one document, or another one named."""

    message = _("Send exactly one operation.")


class FragmentCycle(GateRefusal):
    """A fragment that contains itself."""

    message = _("A fragment contains itself.")


class TooDeep(GateRefusal):
    """Fields nested deeper than the limit."""

    message = _("The fields are nested too deeply.")


class TooManyFields(GateRefusal):
    """More fields than the limit, fragments expanded."""

    message = _("The document asks for too many fields.")


class TooManyAliases(GateRefusal):
    """More aliases than the limit, fragments expanded."""

    message = _("The document has too many aliases.")


class TooManyDirectives(GateRefusal):
    """More directives than the limit."""

    message = _("The document has too many directives.")


class PageSizeRequired(GateRefusal):
    """A list without `first` or `last`."""

    message = _("Every list needs `first` or `last`.")


class PageSizeOutOfRange(GateRefusal):
    """A page size under 0 or over 100, or both `first` and `last`."""

    message = _("A page has 0 to 100 rows, told by either `first` or `last`.")


class TooCostly(GateRefusal):
    """More things than one answer may hold, by the page sizes asked for."""

    message = _("The answer could hold too many things. Ask for smaller pages.")


class InvalidDocument(GateRefusal):
    """A document that does not fit the schema."""

    message = _("The document does not fit the schema.")


class InvalidVariables(GateRefusal):
    """Variables that do not fit what the operation declares."""

    message = _("The variables do not fit the operation.")


class IntrospectionOff(GateRefusal):
    """A look at the schema by somebody who may not; its text is published."""

    message = _("Introspection is not for this caller. The schema's text is published.")


class RateLimited(GateRefusal):
    """The caller or the chain has used up its points for now."""

    status = 429
    message = _("Too many calls for now.")


class TooManyAtOnce(GateRefusal):
    """More calls under way at the same time than one host may have."""

    status = 429
    message = _("Too many calls at the same time. Try again in a moment.")


class TimedOut(GateRefusal):
    """The database took longer than a request may take, or waited too long for somebody else."""

    status = 504
    message = _("This took too long and was stopped. Nothing was changed.")


class Busy(GateRefusal):
    """Others were changing the same things, again and again."""

    status = 503
    message = _("Others are changing the same things. Nothing was changed; try again.")
