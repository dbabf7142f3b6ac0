"""Which source text a translation follows, so that one that was left behind is seen."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

_LENGTH = 16


@dataclass(frozen=True, slots=True)
class Translated:
    """A clause's texts, the language they were written in, and by language the digest of the text they follow."""

    texts: Mapping[str, str]
    source: str
    follows: Mapping[str, str] = field(default_factory=dict)


def digest_of(text: str) -> str:
    """Return what tells one source text from another."""
    return hashlib.sha256(text.encode()).hexdigest()[:_LENGTH]


def follows_after(
    before: Translated | None, texts: Mapping[str, str], source: str, confirmed: Collection[str]
) -> dict[str, str]:
    """Return what each translation follows after a revision.

    A translation that was written anew, or whose author confirms that it still fits, follows the source as it is now;
    one that was left as it is goes on following what it followed.
    """
    now = digest_of(texts[source])
    return {
        language: before.follows[language] if before and _is_left(before, texts, source, language, confirmed) else now
        for language in texts
        if language != source
    }


def left_behind(translated: Translated) -> list[str]:
    """Return the languages whose text follows an earlier source text."""
    if translated.source not in translated.texts:
        return []
    now = digest_of(translated.texts[translated.source])
    others = [language for language in translated.texts if language != translated.source]
    return [language for language in others if translated.follows.get(language, now) != now]


def _is_left(
    before: Translated, texts: Mapping[str, str], source: str, language: str, confirmed: Collection[str]
) -> bool:
    return (
        language not in confirmed
        and source == before.source
        and language in before.follows
        and before.texts.get(language) == texts[language]
    )
