"""How often a photo would be gone through before it is whole: a few bytes can ask for it a hundred thousand times."""

import re
from typing import Final

# JPEG's marks: where the image begins and ends, where it is gone through once more, and those that have no length.
_BEGINS, _ENDS, _SCAN = 0xD8, 0xD9, 0xDA
_ALONE: Final = frozenset({0x01, _BEGINS, *range(0xD0, 0xD8)})
# What is no mark within the pixels: a value that looks like one, a restart, a filler.
_MARK = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


def scans_in(jpeg: bytes, *, most: int) -> int:
    """Return how many scans a JPEG has before its end, counted no further than one more than `most`."""
    found, place = 0, 0
    while found <= most and (mark := _MARK.search(jpeg, place)) is not None:
        kind, place = jpeg[mark.end() - 1], mark.end()
        if kind == _ENDS:
            break
        if kind not in _ALONE:
            place += int.from_bytes(jpeg[place : place + 2])
        found += kind == _SCAN
    return found
