"""How soon an answer is due where no clause in force says otherwise (rulebook S9)."""

from datetime import timedelta
from enum import StrEnum

from clocks.models import TargetUnit
from clocks.rules.targets import Target
from inquiries.models.inquiries import InquiryChannel


class ClockKind(StrEnum):
    """What the clocks of an inquiry measure; those of a clause are called after the event that it asks for."""

    FIRST_ANSWER = "FIRST_ANSWER"
    NEXT_ANSWER = "NEXT_ANSWER"
    PROMISED_REPLY = "PROMISED_REPLY"


ANSWERS = frozenset({ClockKind.FIRST_ANSWER, ClockKind.NEXT_ANSWER})
_IN_TIME = {InquiryChannel.PHONE: timedelta(seconds=10)}
_USUALLY = timedelta(minutes=3)


def target_for(channel: InquiryChannel) -> Target:
    """Return within which time a customer is answered: 10 seconds on the phone, else 3 minutes."""
    return Target(TargetUnit.WALL, int(_IN_TIME.get(channel, _USUALLY).total_seconds()))
