"""What a printed form says: short facts, what was done step by step, and lines to sign; `kit.printing` draws it."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Said:
    """A text under its name."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts, one under the other, each in few words."""

    title: str
    facts: Sequence[Said]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was done: a line of who and when, and what was said of it, however long."""

    line: str
    said: Sequence[Said] = ()


@dataclass(frozen=True, slots=True)
class Story:
    """What was done, one thing after the other."""

    title: str
    steps: Sequence[Step]


@dataclass(frozen=True, slots=True)
class Paper:
    """A form to print. `number` stands on every page; `signatures` are the names of the lines to sign."""

    language: str
    title: str
    issuer: str
    number: str
    parts: Sequence[Facts | Story]
    signatures: Sequence[str]
    printed: str
