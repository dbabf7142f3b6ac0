"""How much two texts are alike, in any language, without a dictionary (rulebook Q3, Q4)."""

import unicodedata
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from typing import Generic, TypeVar

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


class Kept(Generic[Key]):
    """Questions that have an answer, ready to be compared with what customers ask.

    Each pair of signs leads to the questions that hold it, so that a customer's text meets only those.
    """

    def __init__(self, questions: Iterable[tuple[Key, str]]) -> None:
        self._questions = [(key, pairs_in(question)) for key, question in questions]
        self._holding: dict[str, list[int]] = {}
        for place, (_key, pairs) in enumerate(self._questions):
            for pair in pairs:
                self._holding.setdefault(pair, []).append(place)

    def fitting(self, asked: str, *, at_most: int) -> list[Key]:
        """Return whose question is in a customer's text, the best first; the text may say more than the question."""
        shared = Counter(place for pair in pairs_in(asked) for place in self._holding.get(pair, ()))
        best: dict[Key, float] = {}
        for place in sorted(shared):
            key, pairs = self._questions[place]
            best[key] = max(best.get(key, 0.0), shared[place] / len(pairs))
        good = [key for key, share in best.items() if share >= WORTH_A_LOOK]
        return sorted(good, key=lambda key: -best[key])[:at_most]
