"""What the journal calls the things that happen to clocks by themselves."""

from enum import StrEnum


class Happening(StrEnum):
    """Kinds of journal entries, as facts in the past; their subject is what the clock measures."""

    CLOCK_REMINDED = "CLOCK_REMINDED"
    CLOCK_OVERDUE = "CLOCK_OVERDUE"
