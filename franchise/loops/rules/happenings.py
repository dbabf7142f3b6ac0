"""What the journal calls the things that happen to loops and case studies."""

from enum import StrEnum

from complaints.rules.happenings import Happening as OfComplaints
from feedback.rules.happenings import Happening as OfFeedback
from inspections.rules.happenings import Happening as OfInspections


class Happening(StrEnum):
    """Kinds of journal entries, as facts in the past."""

    LOOP_OPENED = "LOOP_OPENED"
    LOOP_CLOSED = "LOOP_CLOSED"
    LOOP_RULE_SET = "LOOP_RULE_SET"
    CASE_STUDY_OPENED = "CASE_STUDY_OPENED"
    CASE_STUDY_WITHDRAWN = "CASE_STUDY_WITHDRAWN"
    LESSON_LEARNED_KEPT = "LESSON_LEARNED_KEPT"


# What may bring a clause up.
OPENING = frozenset({OfComplaints.COMPLAINT_FILED, OfFeedback.SURVEY_ANSWERED, OfInspections.CLAUSE_INSPECTED})
