"""The types of a complaint's steps from acceptance to the customer's yes: in which round, by whom, when, and what."""

from api.base.things import Thing
from api.complaints.remedies import RemediesOfStep
from api.members.names import name_in
from complaints.models.complaints import Channel
from complaints.models.ending import Outcome
from complaints.models.steps import (
    Acceptance,
    Agreement,
    CustomerNotice,
    CustomerWord,
    Investigation,
    Resolution,
)

STEP = ("store", "round", "done_at")
STEP_DESCRIPTIONS = {
    "store": "The store of the complaint.",
    "round": "In which round of work it was done, from 1.",
    "done_at": "When it was done.",
}
DONE_BY = "Who did it; null for a machine."
SAID_AT = "When the customer said so."


class AcceptanceType(Thing):
    """Somebody took the complaint on."""

    class Meta:
        name = "Acceptance"
        model = Acceptance
        fields = STEP
        descriptions = STEP_DESCRIPTIONS

    done_by_name = name_in("done_by_id", description=DONE_BY)
    owner_name = name_in("owner_id", description="Who owned it from then on.")


class InvestigationType(Thing):
    """What was looked into and verified."""

    class Meta:
        name = "Investigation"
        model = Investigation
        fields = (*STEP, "department", "findings", "cause")
        descriptions = STEP_DESCRIPTIONS | {
            "department": "The department concerned; may be empty.",
            "findings": "What was found.",
            "cause": "What caused it, where that is known; may be empty.",
        }

    done_by_name = name_in("done_by_id", description=DONE_BY)


class ResolutionType(Thing):
    """A solution that was planned."""

    class Meta:
        name = "Resolution"
        model = Resolution
        fields = (*STEP, "remedy", "expected_at")
        descriptions = STEP_DESCRIPTIONS | {
            "remedy": "What is to be done for the customer.",
            "expected_at": "Until when the customer can expect it.",
        }

    remedies = RemediesOfStep("What the customer is to get by it.")
    done_by_name = name_in("done_by_id", description=DONE_BY)


class CustomerNoticeType(Thing):
    """What the customer was told."""

    class Meta:
        name = "CustomerNotice"
        model = CustomerNotice
        fields = (*STEP, "message")
        enums = {"channel": Channel}
        descriptions = STEP_DESCRIPTIONS | {
            "message": "What the customer was told.",
            "channel": "How the customer was reached.",
        }

    done_by_name = name_in("done_by_id", description=DONE_BY)


class AgreementType(Thing):
    """What the customer said to the solution."""

    class Meta:
        name = "Agreement"
        model = Agreement
        fields = (*STEP, "is_agreed", "said_at", "reason")
        enums = {"channel": Channel}
        descriptions = STEP_DESCRIPTIONS | {
            "is_agreed": "Whether the customer agreed.",
            "channel": "How the customer said so.",
            "said_at": SAID_AT,
            "reason": "Why the customer did not agree; empty otherwise.",
        }

    done_by_name = name_in("done_by_id", description=DONE_BY)


class CustomerWordType(Thing):
    """What the customer wrote or said while the complaint was worked on."""

    class Meta:
        name = "CustomerWord"
        model = CustomerWord
        fields = (*STEP, "text", "said_at")
        enums = {"channel": Channel}
        descriptions = STEP_DESCRIPTIONS | {
            "text": "What the customer wrote or said.",
            "channel": "How it reached us.",
            "said_at": SAID_AT,
        }

    done_by_name = name_in("done_by_id", description=DONE_BY)


class OutcomeType(Thing):
    """What came of a round of work."""

    class Meta:
        name = "Outcome"
        model = Outcome
        fields = (*STEP, "carried_out", "is_satisfied", "reason")
        descriptions = STEP_DESCRIPTIONS | {
            "carried_out": "What was carried out.",
            "is_satisfied": "Whether the customer says that all is well.",
            "reason": "Why the customer is not satisfied; empty otherwise.",
        }

    remedies = RemediesOfStep("What the customer got by it.")
    done_by_name = name_in("done_by_id", description=DONE_BY)
