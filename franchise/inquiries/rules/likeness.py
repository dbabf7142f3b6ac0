"""How much two texts are alike, in any language, without a dictionary (rulebook Q3, Q4)."""

import unicodedata
from collections.abc import Iterable
from datetime import timedelta
from typing import TypeVar

# From here on two questions are taken for the same one.
SAME_QUESTION = 0.5
# From here on a standard answer is worth a look.
WORTH_A_LOOK = 0.2
REPEATED_WITHIN = timedelta(days=30)
_MOST_CHARACTERS = 1_000

Key = TypeVar("Key")


def bare(text: str) -> str:
    """Return a text as it is compared and searched: one width, one case, single blanks."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def pairs_in(text: str) -> frozenset[str]:
    """Return the pairs of neighbouring letters and digits in a text; a sign that stands alone is its own pair."""
    found = set[str]()
    for word in "".join(each if each.isalnum() else " " for each in bare(text[:_MOST_CHARACTERS])).split():
        found.update(word[at : at + 2] for at in range(max(1, len(word) - 1)))
    return frozenset(found)


def likeness(one: str, other: str) -> float:
    """Return how much two texts are alike: 0 for nothing in common, 1 for the same pairs of signs."""
    first, second = pairs_in(one), pairs_in(other)
    return 2 * len(first & second) / (len(first) + len(second)) if first or second else 0.0


def how_well_asked(question: str, asked: str) -> float:
    """Return which share of a kept question's pairs a customer's text holds, 0 to 1: the text may say more."""
    kept = pairs_in(question)
    return len(kept & pairs_in(asked)) / len(kept) if kept else 0.0


def best_of(scored: Iterable[tuple[Key, float]], *, at_least: float, at_most: int) -> list[Key]:
    """Return the keys with the highest scores, the best first; equals stay in their order."""
    good = [(key, score) for key, score in scored if score >= at_least]
    return [key for key, _score in sorted(good, key=lambda each: -each[1])[:at_most]]
