"""What commands take as numbers; anything else is refused by argparse in one line."""

from argparse import ArgumentTypeError


def port_number(text: str) -> int:
    """Return a TCP port; 0 asks for a free one."""
    return _within(text, 0, 65_535)


def at_least_one(text: str) -> int:
    """Return a number of things of which there has to be one."""
    return _within(text, 1, 10_000)


def _within(text: str, lowest: int, highest: int) -> int:
    if not (text.isascii() and text.isdigit()) or not lowest <= int(text) <= highest:
        raise ArgumentTypeError(f"{text!r} is not a number from {lowest} to {highest}")
    return int(text)
