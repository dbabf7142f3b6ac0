"""What a product is called."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from kit.refusals import Invalid, Refusal
from kit.texts import line_of
from standards.rules.lint import LANGUAGES


class ProductCodeTaken(Refusal):
    """Another product of the chain has this code."""

    message = _("Another product has the code %(code)s already.")


class ProductNotOnSale(Refusal):
    """There is no such product, or it is not sold any more."""

    message = _("There is no product on sale with the code %(code)s.")


def names_of(names: Mapping[str, str]) -> dict[str, str]:
    """Return a product's names by language, at least one; raises Invalid and TooLong."""
    known = ", ".join(LANGUAGES)
    if not names or not set(names) <= set(LANGUAGES):
        raise Invalid(field="names", why=_("a name in one or more of the languages %(known)s") % {"known": known})
    return {
        language: line_of(names[language], field=("names", language)) for language in LANGUAGES if language in names
    }
