"""What headquarters may ask of words and give as answers: refusals and checks (rulebook S10, Q4)."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from customers.rules.particulars import LANGUAGES
from inquiries.models.norms import PhraseNorm
from inquiries.rules.likeness import bare
from kit.refusals import Invalid, Refusal, Stale
from kit.texts import LONGEST_LINE, line_of

MOST_LABELS = 10


class PhraseTaken(Refusal):
    """Another norm in force is about this phrase in this language and on this occasion."""

    message = _("There is a norm for this phrase already: change that one.")


class NormRetired(Refusal):
    """The norm holds no longer."""

    message = _("This norm holds no longer.")


class QuestionTaken(Refusal):
    """Another standard answer is given to this question in this language."""

    message = _("There is a standard answer to this question already: replace that one.")


class AnswerRetired(Refusal):
    """The standard answer is given no longer."""

    message = _("This standard answer is no longer in use.")


def language_of(text: str) -> str:
    """Return the code of a language that customers are written to in; raises Invalid."""
    if text not in LANGUAGES:
        raise Invalid(field="language", why=", ".join(LANGUAGES))
    return text


def check_norm_version(row: PhraseNorm, expected: int | None) -> None:
    """Refuse with Stale when the caller looked at an older version of a norm (C04)."""
    if expected is not None and expected != row.version:
        raise Stale(field="expected_version", version=row.version, state=row.phrase, current=row)


def labels_of(texts: Sequence[str]) -> list[str]:
    """Return other ways to ask a question as they are kept; raises Invalid or TooLong."""
    if len(texts) > MOST_LABELS:
        raise Invalid(field="labels", why=_("at most %(most)s phrases") % {"most": MOST_LABELS})
    return [line_of(text, field=("labels", str(place)), limit=LONGEST_LINE) for place, text in enumerate(texts)]


def search_text_of(*parts: str) -> str:
    """Return the text in which a standard answer is searched: one width, one case, single blanks."""
    return bare(" ".join(parts))
