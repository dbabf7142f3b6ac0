"""What the journal calls the things that happen in feedback, and which entries of others close a matter or open it."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from complaints.rules.happenings import Happening as OfComplaints
from feedback.models.surveys import MatterKind
from inquiries.rules.happenings import Happening as OfInquiries
from orders.rules.happenings import Happening as OfOrders


class Happening(StrEnum):
    """Kinds of journal entries, as facts in the past."""

    SURVEY_POLICY_SET = "SURVEY_POLICY_SET"
    SURVEY_SENT = "SURVEY_SENT"
    SURVEY_ANSWERED = "SURVEY_ANSWERED"
    SURVEY_WITHDRAWN = "SURVEY_WITHDRAWN"
    PRAISE_RECORDED = "PRAISE_RECORDED"


CLOSING: dict[str, MatterKind] = {
    OfComplaints.COMPLAINT_CLOSED: MatterKind.COMPLAINT,
    OfInquiries.INQUIRY_CLOSED: MatterKind.INQUIRY,
    OfOrders.DELIVERY_CONFIRMED: MatterKind.ORDER,
}
# A message of the customer opens a closed inquiry again, and says so; an open one it only goes on with.
REOPENING: dict[str, MatterKind] = {
    OfComplaints.COMPLAINT_REWORKED: MatterKind.COMPLAINT,
    OfInquiries.INQUIRY_REOPENED: MatterKind.INQUIRY,
    OfInquiries.CUSTOMER_WROTE: MatterKind.INQUIRY,
    OfOrders.DELIVERY_DAMAGED: MatterKind.ORDER,
}


def reopened_version(kind: str, after: Mapping[str, Any] | None) -> int | None:
    """Return the version of a matter with which it was taken up again, None for an entry that says no such thing."""
    told = after or {}
    if kind not in REOPENING or (kind == OfInquiries.CUSTOMER_WROTE and not told.get("is_reopened")):
        return None
    return int(told["version"])
