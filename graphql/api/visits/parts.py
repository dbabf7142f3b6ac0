"""The types of what belongs to a return visit: occasions, attempts, hand-overs, points; and credits and rules."""

import graphene

from api.base.enums import enum_of
from api.base.ids import global_id
from api.base.lists import Listed
from api.base.scalars import Money
from api.base.things import Thing, computed
from api.clocks.lists import clocks_about
from api.members.names import name_in
from visits.models.credits import VisitCredit
from visits.models.points import PointDecision, PointPromise, PointState, VisitPoint
from visits.models.schemes import ConsentNeed
from visits.models.visits import (
    AttemptOutcome,
    NotApplicable,
    OccasionKind,
    VisitAttempt,
    VisitChannel,
    VisitHandOver,
    VisitHandOverReason,
    VisitOccasion,
)
from visits.queries import OCCASION_TYPE, PROMISE_TYPE

_STORE = "The store of the visit."
_VISIT = "The visit that it belongs to."


class VisitOccasionType(Thing):
    """One reason why a visit is due, and until when."""

    class Meta:
        name = "VisitOccasion"
        model = VisitOccasion
        fields = ("store", "visit", "note", "happened_at", "due_at", "planned_at", "dropped_at")
        enums = {"kind": OccasionKind}
        descriptions = {
            "store": _STORE,
            "visit": _VISIT,
            "note": "What was noted when it was planned by hand; may be empty.",
            "happened_at": "When it happened.",
            "due_at": "Until when the customer is to be called.",
            "planned_at": "When it was put on the list.",
            "dropped_at": "Since when it counts no more; null for one that counts.",
            "kind": "Why the customer is called.",
        }

    complaint_id = computed(
        graphene.ID,
        lambda row, _info: (
            global_id("Complaint", row.source_id) if row.kind == OccasionKind.COMPLAINT and row.source_id else None
        ),
        needs=("kind", "source_id"),
        description="The complaint; null for other reasons, and for one that was not filed here.",
    )
    dropped_because = computed(
        enum_of(NotApplicable),
        lambda row, _info: row.dropped_because or None,
        needs=("dropped_because",),
        description="Why it counts no more; null for one that counts.",
    )
    planned_by_name = name_in("planned_by_id", description="Who planned it; null where it came by rule.")
    clocks = clocks_about(OCCASION_TYPE)


class VisitAttemptType(Thing):
    """An attempt that did not reach the customer."""

    class Meta:
        name = "VisitAttempt"
        model = VisitAttempt
        fields = ("store", "visit", "note", "attempted_at", "call_back_at")
        enums = {"outcome": AttemptOutcome, "channel": VisitChannel}
        descriptions = {
            "store": _STORE,
            "visit": _VISIT,
            "note": "What was noted; may be empty.",
            "attempted_at": "When it was.",
            "call_back_at": "When the customer asked to be called; null if not.",
            "outcome": "What came of it.",
            "channel": "How it was tried.",
        }

    done_by_name = name_in("done_by_id", description="Who tried; null for a machine.")


class VisitHandOverType(Thing):
    """A visit went from one owner to another."""

    class Meta:
        name = "VisitHandOver"
        model = VisitHandOver
        fields = ("store", "visit", "note", "done_at")
        enums = {"reason": VisitHandOverReason}
        descriptions = {
            "store": _STORE,
            "visit": _VISIT,
            "note": "What the next owner was told; may be empty.",
            "done_at": "When it was handed over.",
            "reason": "Why.",
        }

    from_owner_name = name_in("from_owner_id", description="Who had it.")
    to_owner_name = name_in("to_owner_id", description="Who has had it since.")
    done_by_name = name_in("done_by_id", description="Who handed it over; null where it went by itself.")


class PointDecisionType(Thing):
    """What was decided about a point, with which departments."""

    class Meta:
        name = "PointDecision"
        model = PointDecision
        fields = ("store", "point", "departments", "decision", "decided_at")
        descriptions = {
            "store": _STORE,
            "point": "The point.",
            "departments": "With which departments it was discussed.",
            "decision": "What was decided.",
            "decided_at": "When.",
        }

    decided_by_name = name_in("decided_by_id", description="Who wrote it down; null for a machine.")


class PointPromiseType(Thing):
    """An answer to a point, promised by a time."""

    class Meta:
        name = "PointPromise"
        model = PointPromise
        fields = ("store", "point", "promised_until", "made_at", "ended_at", "is_kept")
        descriptions = {
            "store": _STORE,
            "point": "The point.",
            "promised_until": "Until when the customer was promised the answer.",
            "made_at": "When it was promised.",
            "ended_at": "When it was answered or promised anew; null for an open one.",
            "is_kept": "Whether the answer came, in time or not, before a new promise; null for an open one.",
        }

    is_kept_in_time = computed(
        graphene.Boolean,
        lambda row, _info: None if row.ended_at is None else bool(row.is_kept and row.ended_at <= row.promised_until),
        needs=("ended_at", "promised_until", "is_kept"),
        description="Whether the answer came in time; null for an open one.",
    )
    clocks = clocks_about(PROMISE_TYPE)
    promised_by_name = name_in("promised_by_id", description="Who promised it; null for a machine.")


class VisitPointType(Thing):
    """One thing that was said on a visit."""

    class Meta:
        name = "VisitPoint"
        model = VisitPoint
        fields = ("store", "visit", "position", "said", "said_by", "answer", "answered_at")
        enums = {"state": PointState}
        descriptions = {
            "store": _STORE,
            "visit": _VISIT,
            "position": "Its place among the points, from 1.",
            "said": "What was said.",
            "said_by": "Who said it; empty for the customer.",
            "answer": "What the customer was answered; empty until then.",
            "answered_at": "When the customer was answered; null until then.",
            "state": "How it stands.",
        }

    answer_channel = computed(
        enum_of(VisitChannel),
        lambda row, _info: row.answer_channel or None,
        needs=("answer_channel",),
        description="How the customer was answered; null until then.",
    )
    answered_by_name = name_in("answered_by_id", description="Who answered; null until then, and for a machine.")
    decisions = Listed(
        lambda: PointDecisionType, by="point", order=("decided_at",), description="What was decided about it."
    )
    promises = Listed(
        lambda: PointPromiseType, by="point", order=("made_at",), description="Until when the answer was promised."
    )


class VisitCreditType(Thing):
    """A customer bought again soon after a visit: the caller's merit."""

    class Meta:
        name = "VisitCredit"
        model = VisitCredit
        fields = ("store", "visit", "bought_at", "credited_at", "taken_back_at")
        descriptions = {
            "store": _STORE,
            "visit": "The visit after which the customer bought.",
            "bought_at": "When the customer bought.",
            "credited_at": "When it was credited.",
            "taken_back_at": "Since when it counts no more, the order being cancelled; null for one that counts.",
        }

    caller_name = name_in("caller_id", description="Who called the customer.")
    amount = computed(
        Money,
        lambda row, _info: Money(amount_minor=row.amount_minor, currency=row.currency),
        needs=("amount_minor", "currency"),
        required=True,
        description="For how much the customer bought.",
    )


class VisitRuleType(graphene.ObjectType):
    """Whether a kind of occasion leads to a visit, within how many days, and what consent it needs."""

    class Meta:
        name = "VisitRule"

    kind = graphene.Field(enum_of(OccasionKind), required=True, description="Why the customer is called.")
    is_on = graphene.Boolean(required=True, description="Whether it leads to a visit by itself.")
    within_days = graphene.Int(required=True, description="Within how many days; for a purchase the store's days.")
    consent = graphene.Field(enum_of(ConsentNeed), required=True, description="Whose consent it needs.")


class VisitRulesType(graphene.ObjectType):
    """The rules of return visits that are in force."""

    class Meta:
        name = "VisitRules"

    number = graphene.Int(required=True, description="How often HQ has set them; 0 for the defaults.")
    rules = graphene.List(graphene.NonNull(VisitRuleType), required=True, description="One for each kind of occasion.")
    credit_within_days = graphene.Int(
        required=True, description="Within how many days after a visit a purchase is the caller's merit."
    )
    least_attempts = graphene.Int(
        required=True, description="After how many attempts a customer may be given up at the earliest."
    )
