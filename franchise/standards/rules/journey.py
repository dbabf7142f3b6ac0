"""The steps that customers go through with the chain, as headquarters writes them down (S6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from kit.refusals import Invalid
from kit.texts import line_of
from standards.rules.lint import LANGUAGES, Texts
from standards.rules.reach import is_code

MOST_STEPS = 50


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the customer's journey: its code, its name by language, and whether it matters to the customer."""

    code: str
    names: Mapping[str, str]
    matters: bool = True


def steps_of(steps: Sequence[Step]) -> list[Step]:
    """Return the steps in their order, checked; raises Invalid or TooLong with the path."""
    if not 1 <= len(steps) <= MOST_STEPS:
        raise Invalid(field="steps", why=_("from 1 to %(most)s steps") % {"most": MOST_STEPS})
    codes = [step.code for step in steps]
    for place, code in enumerate(codes):
        if not is_code(code) or code in codes[:place]:
            why = _("capital letters, digits and underscores that no other step has")
            raise Invalid(field=("steps", str(place), "code"), why=why)
    return [
        Step(step.code, _names(step.names, ("steps", str(place), "names")), step.matters)
        for place, step in enumerate(steps)
    ]


def _names(names: Mapping[str, str], path: tuple[str, ...]) -> Texts:
    if not names or not names.keys() <= set(LANGUAGES):
        raise Invalid(field=path, why=_("a text in one of the languages %(known)s") % {"known": ", ".join(LANGUAGES)})
    return {language: line_of(names[language], field=(*path, language)) for language in LANGUAGES if language in names}
