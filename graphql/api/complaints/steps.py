"""The types of a complaint's steps: in which round, by whom, when, and what."""

from api.base.things import Thing
from api.members.names import name_in
from complaints.models.complaints import Channel
from complaints.models.ending import Closure, Outcome
from complaints.models.steps import Acceptance, CustomerNotice, Investigation, Resolution

_STEP = ("store", "round", "done_at")
_DESCRIPTIONS = {
    "store": "The store of the complaint.",
    "round": "In which round of work it was done, from 1.",
    "done_at": "When it was done.",
}
_DONE_BY = "Who did it; null for a machine."


class AcceptanceType(Thing):
    """Somebody took the complaint on."""

    class Meta:
        name = "Acceptance"
        model = Acceptance
        fields = _STEP
        descriptions = _DESCRIPTIONS

    done_by_name = name_in("done_by_id", description=_DONE_BY)
    owner_name = name_in("owner_id", description="Who owned it from then on.")


class InvestigationType(Thing):
    """What was looked into and verified."""

    class Meta:
        name = "Investigation"
        model = Investigation
        fields = (*_STEP, "department", "findings", "cause")
        descriptions = _DESCRIPTIONS | {
            "department": "The department concerned; may be empty.",
            "findings": "What was found.",
            "cause": "What caused it, where that is known; may be empty.",
        }

    done_by_name = name_in("done_by_id", description=_DONE_BY)


class ResolutionType(Thing):
    """A solution that was planned."""

    class Meta:
        name = "Resolution"
        model = Resolution
        fields = (*_STEP, "remedy", "expected_at")
        descriptions = _DESCRIPTIONS | {
            "remedy": "What is to be done for the customer.",
            "expected_at": "Until when the customer can expect it.",
        }

    done_by_name = name_in("done_by_id", description=_DONE_BY)


class CustomerNoticeType(Thing):
    """What the customer was told."""

    class Meta:
        name = "CustomerNotice"
        model = CustomerNotice
        fields = (*_STEP, "message")
        enums = {"channel": Channel}
        descriptions = _DESCRIPTIONS | {
            "message": "What the customer was told.",
            "channel": "How the customer was reached.",
        }

    done_by_name = name_in("done_by_id", description=_DONE_BY)


class OutcomeType(Thing):
    """What came of a round of work."""

    class Meta:
        name = "Outcome"
        model = Outcome
        fields = (*_STEP, "carried_out", "is_satisfied", "reason")
        descriptions = _DESCRIPTIONS | {
            "carried_out": "What was carried out.",
            "is_satisfied": "Whether the customer says that all is well.",
            "reason": "Why the customer is not satisfied; empty otherwise.",
        }

    done_by_name = name_in("done_by_id", description=_DONE_BY)


class ClosureType(Thing):
    """The closing form, for the file and for the return visit."""

    class Meta:
        name = "Closure"
        model = Closure
        fields = (*_STEP, "cause", "result")
        descriptions = _DESCRIPTIONS | {
            "cause": "What had caused the complaint.",
            "result": "What came of it.",
        }

    done_by_name = name_in("done_by_id", description=_DONE_BY)
