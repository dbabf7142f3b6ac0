"""How much two texts are alike, in any language, without a dictionary (rulebook Q3, Q4)."""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from typing import Generic, TypeVar

from kit.chinese import folded

# From here on two questions are taken for the same one.
SAME_QUESTION = 0.5
# From here on a standard answer is worth a look: of a question in letters, and of one in Chinese, which says as much
# in a tenth of the signs.
WORTH_A_LOOK = 0.2
WORTH_A_LOOK_IN_CHINESE = 0.5
REPEATED_WITHIN = timedelta(days=30)
_MOST_CHARACTERS = 1_000
# What every question says, whatever it asks for; as it is compared, in Simplified characters.
_OF_EVERY_QUESTION = (
    "请问一下 您好 你好 请问 怎么样 怎么办 怎么 怎样 如何 为什么 什么时候 什么 能不能 可不可以 可以 是不是 是否 能否 "
    "可否 有没有 要不要 会不会 多少 多久 几点 哪里 哪儿 哪个 这个 那个 你们 我们 咱们 他们 一下 一般 大概 "
    "知道 需要 应该 您 你 我 想 要 能 会 有 是 的 了 吗 呢 吧 啊 呀 么"
)
_SAYS_NOTHING = re.compile("|".join(sorted(_OF_EVERY_QUESTION.split(), key=len, reverse=True)))
_CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")

Key = TypeVar("Key")


def bare(text: str) -> str:
    """Return a text as it is compared and searched: one width, one case, one Chinese script, single blanks."""
    return " ".join(folded(text).split())


def pairs_in(text: str) -> frozenset[str]:
    """Return the pairs of neighbouring letters and digits in a text; a sign that stands alone is its own pair.

    Words that are in every Chinese question count only where there are no others.
    """
    plain = "".join(each if each.isalnum() else " " for each in bare(text[:_MOST_CHARACTERS]))
    return _pairs(_SAYS_NOTHING.sub(" ", plain)) or _pairs(plain)


def _pairs(text: str) -> frozenset[str]:
    found = set[str]()
    for word in text.split():
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
        self._questions = [(key, pairs_in(question), _least_shared(question)) for key, question in questions]
        self._holding: dict[str, list[int]] = {}
        for place, (_key, pairs, _least) in enumerate(self._questions):
            for pair in pairs:
                self._holding.setdefault(pair, []).append(place)

    def fitting(self, asked: str, *, at_most: int) -> list[Key]:
        """Return whose question is in a customer's text, the best first; the text may say more than the question.

        Of a short Chinese one at least half of what it asks for has to be there, not only how it asks.
        """
        shared = Counter(place for pair in pairs_in(asked) for place in self._holding.get(pair, ()))
        best: dict[Key, float] = {}
        for place in sorted(shared):
            key, pairs, least = self._questions[place]
            share = shared[place] / len(pairs)
            if share >= least:
                best[key] = max(best.get(key, 0.0), share)
        return sorted(best, key=lambda key: -best[key])[:at_most]


def _least_shared(question: str) -> float:
    return WORTH_A_LOOK_IN_CHINESE if _CHINESE.search(question) else WORTH_A_LOOK
