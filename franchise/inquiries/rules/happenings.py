"""What the journal calls the things that happen to inquiries, to the norms of wording and to standard answers."""

from enum import StrEnum

# What the journal calls the answer that a call has when it is picked up, and a visitor when they are greeted (Q2).
CONTACT = "CONTACT"


class Happening(StrEnum):
    """Kinds of journal entries, as facts in the past."""

    INQUIRY_OPENED = "INQUIRY_OPENED"
    CUSTOMER_WROTE = "CUSTOMER_WROTE"
    INQUIRY_ANSWERED = "INQUIRY_ANSWERED"
    INQUIRY_TAKEN = "INQUIRY_TAKEN"
    INQUIRY_HANDED_OVER = "INQUIRY_HANDED_OVER"
    INQUIRY_CLOSED = "INQUIRY_CLOSED"
    INQUIRY_REOPENED = "INQUIRY_REOPENED"
    CALL_REVIEWED = "CALL_REVIEWED"
    SHIFT_BEGUN = "SHIFT_BEGUN"
    SHIFT_ENDED = "SHIFT_ENDED"
    PHRASE_NORM_SET = "PHRASE_NORM_SET"
    PHRASE_NORM_RETIRED = "PHRASE_NORM_RETIRED"
    PHRASE_NORMS_PLANTED = "PHRASE_NORMS_PLANTED"
    STANDARD_ANSWER_KEPT = "STANDARD_ANSWER_KEPT"
    STANDARD_ANSWER_RETIRED = "STANDARD_ANSWER_RETIRED"
