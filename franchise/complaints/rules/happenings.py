"""What the journal calls the things that happen to complaints."""

from enum import StrEnum


class Happening(StrEnum):
    """Kinds of journal entries, as facts in the past."""

    COMPLAINT_FILED = "COMPLAINT_FILED"
    COMPLAINT_ACCEPTED = "COMPLAINT_ACCEPTED"
    INVESTIGATION_RECORDED = "INVESTIGATION_RECORDED"
    RESOLUTION_PLANNED = "RESOLUTION_PLANNED"
    CUSTOMER_TOLD = "CUSTOMER_TOLD"
    CUSTOMER_SATISFIED = "CUSTOMER_SATISFIED"
    COMPLAINT_REWORKED = "COMPLAINT_REWORKED"
    COMPLAINT_CLOSED = "COMPLAINT_CLOSED"
