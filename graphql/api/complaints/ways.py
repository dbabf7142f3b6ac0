"""The types of what happens beside the way of a complaint: who answers for it, who is asked, how it ends."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import graphene
from graphql import GraphQLResolveInfo

from api.base.call import actor_of
from api.base.enums import enum_of
from api.base.peers import peers_of
from api.base.scalars import DateTime
from api.base.things import Thing, computed
from api.clocks.lists import clocks_about
from api.complaints.steps import DONE_BY, SAID_AT, STEP, STEP_DESCRIPTIONS
from api.members.names import name_in
from clocks.models import PauseReason
from complaints.models.complaints import Channel, Level, Stage
from complaints.models.ending import Closure, ComplaintWithdrawal, FinalDecision, Rework, RootCause
from complaints.models.ladder import Escalation, EscalationCause, OwnerChange, OwnerChangeReason
from complaints.models.referring import ComplaintPause, Referral, ReferralAnswer, ReferralKind
from complaints.queries import REFERRAL_TYPE, answers_to
from standards.queries.staffing import people_shown


class FinalDecisionType(Thing):
    """The last word on a complaint whose customer is not satisfied."""

    class Meta:
        name = "FinalDecision"
        model = FinalDecision
        fields = (*STEP, "decision", "reason")
        descriptions = STEP_DESCRIPTIONS | {"decision": "What was decided.", "reason": "Why."}

    done_by_name = name_in("done_by_id", description=DONE_BY)


class WithdrawalType(Thing):
    """The customer took the complaint back."""

    class Meta:
        name = "ComplaintWithdrawal"
        model = ComplaintWithdrawal
        fields = (*STEP, "reason", "said_at", "proof")
        enums = {"channel": Channel}
        descriptions = STEP_DESCRIPTIONS | {
            "reason": "Why.",
            "channel": "How the customer said so.",
            "said_at": SAID_AT,
            "proof": "What proves it, such as the number of a recording.",
        }

    done_by_name = name_in("done_by_id", description=DONE_BY)


class ReworkType(Thing):
    """A complaint that had come to an end is worked again."""

    class Meta:
        name = "Rework"
        model = Rework
        fields = (*STEP, "reason")
        enums = {"from_stage": Stage}
        descriptions = STEP_DESCRIPTIONS | {"reason": "Why.", "from_stage": "How it had ended."}

    done_by_name = name_in("done_by_id", description=DONE_BY)


class ClosureType(Thing):
    """The closing form of a round, for the file and for the return visit."""

    class Meta:
        name = "Closure"
        model = Closure
        fields = (*STEP, "cause", "result")
        enums = {"root_cause": RootCause}
        descriptions = STEP_DESCRIPTIONS | {
            "cause": "What had caused the complaint.",
            "result": "What came of it.",
            "root_cause": "Where it came from, for the analysis of all complaints.",
        }

    done_by_name = name_in("done_by_id", description=DONE_BY)


class EscalationType(Thing):
    """A complaint rose to a higher level."""

    class Meta:
        name = "Escalation"
        model = Escalation
        fields = (*STEP, "reason")
        enums = {"from_level": Level, "to_level": Level, "cause": EscalationCause}
        descriptions = STEP_DESCRIPTIONS | {
            "from_level": "Where it was.",
            "to_level": "Where it went.",
            "cause": "What brought it there.",
            "reason": "Why somebody brought it there; empty if it rose by itself.",
        }

    done_by_name = name_in("done_by_id", description=DONE_BY)


class OwnerChangeType(Thing):
    """A complaint went from one owner to another."""

    class Meta:
        name = "OwnerChange"
        model = OwnerChange
        fields = (*STEP, "note")
        enums = {"reason": OwnerChangeReason}
        descriptions = STEP_DESCRIPTIONS | {"reason": "Why.", "note": "More about it, in words; may be empty."}

    from_owner_name = name_in("from_owner_id", description="Who had it.")
    to_owner_name = name_in("to_owner_id", description="Who has it from then on.")
    done_by_name = name_in("done_by_id", description=DONE_BY)


def _answers(rows: Sequence[Referral]) -> dict[UUID, ReferralAnswer]:
    found: dict[UUID, ReferralAnswer] = peers_of(rows[0]).once("answers", answers_to)
    return found


def _of_answer(column: str) -> Any:
    def told(rows: Sequence[Referral], _info: GraphQLResolveInfo) -> dict[UUID, Any]:
        return {key: getattr(answer, column) for key, answer in _answers(rows).items()}

    return told


def _is_open(rows: Sequence[Referral], _info: GraphQLResolveInfo) -> dict[UUID, bool]:
    answered = _answers(rows)
    return {row.pk: row.pk not in answered for row in rows}


def _answered_by(rows: Sequence[Referral], info: GraphQLResolveInfo) -> dict[UUID, str]:
    by = {key: (answer.store_id, answer.done_by_id) for key, answer in _answers(rows).items() if answer.done_by_id}
    names = people_shown(actor_of(info), by.values())
    return {key: names[named] for key, named in by.items() if named in names}


class ReferralType(Thing):
    """A department, or whoever is at a higher level, was asked about a complaint."""

    class Meta:
        name = "Referral"
        model = Referral
        fields = (*STEP, "complaint", "department", "question", "answer_by", "pauses")
        enums = {"kind": ReferralKind}
        descriptions = STEP_DESCRIPTIONS | {
            "complaint": "The complaint that it is about.",
            "kind": "Who is asked.",
            "department": "The department that is asked; empty for a higher level.",
            "question": "What is asked.",
            "answer_by": "Until when it should be answered; null where nobody said so.",
            "pauses": "Whether the complaint's clocks stand still until it is answered.",
        }

    to_level = computed(
        enum_of(Level),
        lambda row, _info: row.to_level or None,
        needs=("to_level",),
        description="The level that is asked; null for a department.",
    )
    is_open = computed(
        graphene.Boolean, _is_open, for_all=True, required=True, description="Whether it waits for its answer."
    )
    answer = computed(
        graphene.String, _of_answer("answer"), for_all=True, description="What was answered; null while it is open."
    )
    answered_at = computed(DateTime, _of_answer("done_at"), for_all=True, description="When it was answered.")
    answered_by_name = computed(
        graphene.String, _answered_by, for_all=True, description="Who answered; null for a machine."
    )
    done_by_name = name_in("done_by_id", description=DONE_BY)
    clocks = clocks_about(REFERRAL_TYPE)


class ComplaintPauseType(Thing):
    """A time in which a complaint's clocks stand still, with its reason."""

    class Meta:
        name = "ComplaintPause"
        model = ComplaintPause
        fields = (*STEP, "note", "ended_at")
        enums = {"reason": PauseReason}
        descriptions = STEP_DESCRIPTIONS | {
            "reason": "What it waits for.",
            "note": "More about it, in words; may be empty.",
            "ended_at": "Until when; null while it lasts. A wait for the customer ends when the customer wrote.",
        }

    done_by_name = name_in("done_by_id", description=DONE_BY)
