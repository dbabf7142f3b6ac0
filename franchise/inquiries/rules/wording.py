"""Holding a text against the norms of wording before it is sent (rulebook S10)."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from inquiries.models.norms import LONGEST_PHRASE, NormKind, Occasion, Strictness
from kit.refusals import Invalid, Refusal
from kit.texts import line_of

MOST_VARIANTS = 20
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
# Apostrophes as people type them.
_APOSTROPHES = str.maketrans({"\u2019": "'", "\u2018": "'", "\u02bc": "'", "`": "'", "\u00b4": "'"})
# Signs that steer others or are put over them, and are not read: somebody who puts one into a phrase still says it.
_UNREAD = frozenset({"Cf", "Mn", "Me"})


class BannedPhrase(Refusal):
    """The text holds a phrase that headquarters does not let pass (S10)."""

    message = _("This can't be sent as it is. %(findings)s")


class WordingWarned(Refusal):
    """The text breaks a norm that only warns; whoever insists may send it (S10)."""

    message = _("Look at the wording again, or send it with `acceptWarnings`. %(findings)s")


@dataclass(frozen=True, slots=True)
class Norm:
    """A norm as a text is held against it; `clause` is the clause's own words, in the reader's language."""

    id: UUID
    kind: NormKind
    language: str
    phrases: tuple[str, ...]
    harmless: tuple[str, ...]
    situation: str
    occasion: Occasion
    strictness: Strictness
    clause: str = ""


@dataclass(frozen=True, slots=True)
class WordingFinding:
    """A norm that a text breaks; `phrase` is what was said, or for courtesy what could be."""

    norm: Norm
    phrase: str

    @property
    def is_blocking(self) -> bool:
        """Tell whether the text can't be sent at all."""
        return self.norm.strictness is Strictness.BLOCK

    def in_words(self) -> str:
        """Tell what is wrong, in which situation it is, and by which clause."""
        if self.norm.kind is NormKind.BANNED:
            told = _("“%(phrase)s” is not said (%(situation)s).")
        else:
            told = _("A word of courtesy such as “%(phrase)s” is missing (%(situation)s).")
        sentence = told % {"phrase": self.phrase, "situation": self.norm.situation}
        return f"{sentence} {_('Clause: %(clause)s') % {'clause': self.norm.clause}}" if self.norm.clause else sentence


def findings_in(text: str, norms: Iterable[Norm], *, is_first_answer: bool) -> list[WordingFinding]:
    """Return the norms that a text breaks, those that block first."""
    plain, is_chinese = _plain(text), bool(_HAN.search(text))
    found = []
    for norm in norms:
        if norm.occasion is Occasion.FIRST_ANSWER and not is_first_answer:
            continue
        if norm.kind is NormKind.BANNED:
            said = next((phrase for phrase in norm.phrases if _says(plain, phrase, norm.harmless)), None)
            if said is not None:
                found.append(WordingFinding(norm, said))
        elif norm.language.startswith("zh") == is_chinese and not _is_courteous(plain, norm):
            found.append(WordingFinding(norm, norm.phrases[0]))
    return sorted(found, key=lambda finding: not finding.is_blocking)


def must_be_well_worded(
    findings: Sequence[WordingFinding], *, accept_warnings: bool, field: str | tuple[str, ...]
) -> None:
    """Refuse a text that breaks norms: BannedPhrase where one blocks, else WordingWarned unless that is accepted."""
    blocking = [finding for finding in findings if finding.is_blocking]
    if blocking:
        raise BannedPhrase(field=field, findings=_told(blocking))
    if findings and not accept_warnings:
        raise WordingWarned(field=field, findings=_told(findings))


def phrases_of(texts: Sequence[str], *, field: str) -> list[str]:
    """Return other ways to say a phrase as they are kept; raises Invalid or TooLong."""
    if len(texts) > MOST_VARIANTS:
        raise Invalid(field=field, why=_("at most %(most)s phrases") % {"most": MOST_VARIANTS})
    return [line_of(text, field=field, limit=LONGEST_PHRASE) for text in texts]


def phrase_of(text: str, *, field: str) -> str:
    """Return a phrase as it is kept; raises Invalid for one without a letter, and TooLong."""
    phrase = line_of(text, field=field, limit=LONGEST_PHRASE)
    if not _plain(phrase):
        raise Invalid(field=field, why=_("a phrase with letters"))
    return phrase


def _told(findings: Iterable[WordingFinding]) -> str:
    return " ".join(finding.in_words() for finding in findings)


def _is_courteous(plain: str, norm: Norm) -> bool:
    return any(_says(plain, phrase, norm.harmless) for phrase in norm.phrases)


def _says(plain: str, phrase: str, harmless: Iterable[str]) -> bool:
    """Tell whether a text says a phrase anywhere but inside something harmless."""
    wanted = _plain(phrase)
    innocent = [span for each in harmless for span in _places(plain, _plain(each))]
    return any(
        not any(start <= place[0] and place[1] <= end for start, end in innocent) for place in _places(plain, wanted)
    )


def _places(plain: str, phrase: str) -> list[tuple[int, int]]:
    if not phrase:
        return []
    if _HAN.search(phrase):
        # Chinese has no blanks between words, and one that was typed changes nothing.
        pattern = r"\s*".join(re.escape(sign) for sign in phrase if not sign.isspace())
    else:
        pattern = r"(?<!\w)" + r"\s+".join(re.escape(word) for word in phrase.split()) + r"(?!\w)"
    return [found.span() for found in re.finditer(pattern, plain)]


def _plain(text: str) -> str:
    """Return a text in one width and one case, with signs between words as blanks."""
    read = (each for each in unicodedata.normalize("NFKC", text) if unicodedata.category(each) not in _UNREAD)
    plain = "".join(read).casefold().translate(_APOSTROPHES)
    return " ".join("".join(each if each.isalnum() or each == "'" else " " for each in plain).split())
