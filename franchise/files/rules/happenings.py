"""What the journal calls the things that happen to files."""

from enum import StrEnum


class Happening(StrEnum):
    """Kinds of journal entries, as facts in the past."""

    FILE_STORED = "FILE_STORED"
    FILE_FORGOTTEN = "FILE_FORGOTTEN"
