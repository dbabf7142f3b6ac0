"""How much work something is, counted: times depend on what else the machine does, calls do not."""

import sys
from collections.abc import Callable
from types import FrameType


def calls_in(deed: Callable[[], object]) -> int:
    """Return how many functions a deed calls, Python's and C's; what it does only once is done before counting."""
    deed()
    count = 0

    def counted(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        deed()
    finally:
        sys.setprofile(before)
    return count
