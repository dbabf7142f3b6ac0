"""Deeds on return visits."""

from datetime import datetime
from typing import Any
from uuid import UUID

import graphene

from api.base.deeds import Deed
from api.base.enums import enum_of
from api.base.inputs import IdOf, Line, Text, named
from api.base.scalars import DateTime
from api.inquiries.wording import ACCEPT_WARNINGS
from api.standards.applied import applied_by
from api.visits.parts import VisitRulesType
from api.visits.types import ReturnVisitType
from chains.actor import Actor
from visits.actions.calling import Attempt, Talk, record_return_visit, record_visit_attempt
from visits.actions.owning import hand_over_return_visit
from visits.actions.planning import plan_return_visit
from visits.actions.ruling import set_visit_rules
from visits.actions.settling import answer_visit_point, decide_visit_point, promise_visit_answer, sign_return_visit
from visits.actions.steps import Done
from visits.models.schemes import ConsentNeed
from visits.models.visits import AttemptOutcome, OccasionKind, VisitChannel
from visits.queries import rules_in_force
from visits.rules.planning import RuleSpec
from visits.rules.points import Said

_THE_VISIT = "The visit, as it is now."
_VISIT, _POINT = "The visit.", "The point."


def _payload(done: Done) -> dict[str, Any]:
    return {"visit": done.visit, "standards_applied": applied_by(done.standards_applied)}


class VisitRuleInput(graphene.InputObjectType):
    """The rule of one kind of occasion."""

    kind = graphene.InputField(enum_of(OccasionKind), required=True, description="Why customers are called.")
    is_on = graphene.InputField(
        graphene.Boolean, required=True, description="Whether it leads to a visit by itself; after complaints always."
    )
    within_days = graphene.Int(required=True, description="Within how many days, 1 to 365.")
    consent = graphene.InputField(enum_of(ConsentNeed), required=True, description="Whose consent it needs.")


class SetVisitRules(Deed):
    """Set who is called again, how soon and with what consent; it holds for what happens from now on."""

    class Input:
        rules = graphene.InputField(
            graphene.List(graphene.NonNull(VisitRuleInput)),
            required=True,
            description="The rules that change, each kind at most once; the others stay.",
        )
        credit_within_days = graphene.Int(
            description="Within how many days after a visit a purchase is the caller's merit, 1 to 365."
        )
        least_attempts = graphene.Int(description="After how many attempts a customer may be given up, 1 to 20.")
        expected_version = graphene.Int(description="The number of the rules that you saw.")

    rules = graphene.Field(VisitRulesType, description="The rules, as they are now.")

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, rules: list[dict[str, Any]], **given: Any) -> dict[str, Any]:
        """Set the rules."""
        set_visit_rules(actor=actor, rules=[RuleSpec(**rule) for rule in rules], now=now, **named(given))
        return {"rules": rules_in_force()}


class PlanReturnVisit(Deed):
    """Plan that a customer is called again; what is due for them already is done in the same call."""

    class Meta:
        applies_standards = True

    class Input:
        store_id = IdOf("Store", required=True, description="The store that calls.")
        customer_id = IdOf("Customer", required=True, description="Who is called, from the store's register.")
        kind = graphene.InputField(enum_of(OccasionKind), required=True, description="Why.")
        happened_at = graphene.InputField(DateTime, description="When it happened, if that was before now.")
        note = Text(description="What the caller has to know.")
        owner_id = IdOf("Member", description="Who is to call; whoever has the fewest if nobody is named.")

    visit = graphene.Field(ReturnVisitType, description=_THE_VISIT)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """Plan a visit."""
        return _payload(plan_return_visit(actor=actor, now=now, **named(given)))


class HandOverReturnVisit(Deed):
    """Hand a visit over to somebody else who may make it."""

    class Meta:
        versioned = True
        applies_standards = True

    class Input:
        visit_id = IdOf("ReturnVisit", required=True, description=_VISIT)
        owner_id = IdOf("Member", required=True, description="Who is to own it from now on.")
        note = Text(description="What the next owner has to know.")

    visit = graphene.Field(ReturnVisitType, description=_THE_VISIT)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """Hand over a visit."""
        return _payload(hand_over_return_visit(actor=actor, now=now, **named(given)))


class RecordVisitAttempt(Deed):
    """Record an attempt that did not reach the customer; after enough of them the customer may be given up."""

    class Meta:
        versioned = True
        applies_standards = True

    class Input:
        visit_id = IdOf("ReturnVisit", required=True, description=_VISIT)
        outcome = graphene.InputField(enum_of(AttemptOutcome), required=True, description="What came of it.")
        channel = graphene.InputField(enum_of(VisitChannel), description="How it was tried; by phone if not given.")
        note = Text(description="What is to be noted.")
        call_back_at = graphene.InputField(DateTime, description="When the customer asked to be called.")
        give_up = graphene.InputField(graphene.Boolean, description="Whether this was the last attempt.")

    visit = graphene.Field(ReturnVisitType, description=_THE_VISIT)

    @classmethod
    def perform(
        cls, actor: Actor, now: datetime, *, visit_id: UUID, expected_version: int | None = None, **given: Any
    ) -> dict[str, Any]:
        """Record an attempt."""
        return _payload(
            record_visit_attempt(
                actor=actor,
                visit_id=visit_id,
                attempt=Attempt(**named(given)),
                now=now,
                expected_version=expected_version,
            )
        )


class VisitPointInput(graphene.InputObjectType):
    """One thing that was said: with the answer, or with the time by which it is promised."""

    said = Text(required=True, description="What was said.")
    said_by = Line(description="Who said it; the customer if it is not given.")
    answer = Text(description="What was answered at once.")
    promised_until = graphene.InputField(DateTime, description="Until when the answer is promised, else.")


class RecordReturnVisit(Deed):
    """Record a visit point by point. A complaint whose customer is not satisfied is worked again by it."""

    class Meta:
        versioned = True
        applies_standards = True

    class Input:
        visit_id = IdOf("ReturnVisit", required=True, description=_VISIT)
        channel = graphene.InputField(enum_of(VisitChannel), required=True, description="How the customer was called.")
        is_satisfied = graphene.InputField(
            graphene.Boolean, required=True, description="Whether the customer is satisfied."
        )
        dissatisfied_because = Text(description="Why not; needed for a customer who is not.")
        points = graphene.InputField(
            graphene.List(graphene.NonNull(VisitPointInput)), description="What was said, in its order; at most 50."
        )
        remark = Text(description="What else is to be noted.")
        accept_warnings = graphene.InputField(graphene.Boolean, description=ACCEPT_WARNINGS)

    visit = graphene.Field(ReturnVisitType, description=_THE_VISIT)

    @classmethod
    def perform(
        cls, actor: Actor, now: datetime, *, visit_id: UUID, expected_version: int | None = None, **given: Any
    ) -> dict[str, Any]:
        """Record a visit."""
        told = named(given)
        points = [Said(**named(point)) for point in told.pop("points", ())]
        return _payload(
            record_return_visit(
                actor=actor,
                visit_id=visit_id,
                talk=Talk(points=points, **told),
                now=now,
                expected_version=expected_version,
            )
        )


class DecideVisitPoint(Deed):
    """Write down what was decided about a point, and with which departments."""

    class Meta:
        versioned = True
        applies_standards = True

    class Input:
        point_id = IdOf("VisitPoint", required=True, description=_POINT)
        departments = Line(required=True, description="With which departments it was discussed.")
        decision = Text(required=True, description="What was decided.")

    visit = graphene.Field(ReturnVisitType, description=_THE_VISIT)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """Decide a point."""
        return _payload(decide_visit_point(actor=actor, now=now, **named(given)))


class PromiseVisitAnswer(Deed):
    """Promise the answer to a point anew; the promise before was not kept."""

    class Meta:
        versioned = True
        applies_standards = True

    class Input:
        point_id = IdOf("VisitPoint", required=True, description=_POINT)
        promised_until = graphene.InputField(
            DateTime, required=True, description="Until when the customer will have the answer."
        )

    visit = graphene.Field(ReturnVisitType, description=_THE_VISIT)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """Promise an answer."""
        return _payload(promise_visit_answer(actor=actor, now=now, **named(given)))


class AnswerVisitPoint(Deed):
    """Tell the customer what was decided: the promise is kept, and with the last point the visit is settled."""

    class Meta:
        versioned = True
        applies_standards = True

    class Input:
        point_id = IdOf("VisitPoint", required=True, description=_POINT)
        answer = Text(required=True, description="What the customer was told. Norms of wording hold for it.")
        channel = graphene.InputField(enum_of(VisitChannel), required=True, description="How.")
        accept_warnings = graphene.InputField(graphene.Boolean, description=ACCEPT_WARNINGS)

    visit = graphene.Field(ReturnVisitType, description=_THE_VISIT)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """Answer a point."""
        return _payload(answer_visit_point(actor=actor, now=now, **named(given)))


class SignReturnVisit(Deed):
    """Sign a visit of which every point is settled, as the head concerned; never one's own."""

    class Meta:
        versioned = True
        applies_standards = True

    class Input:
        visit_id = IdOf("ReturnVisit", required=True, description=_VISIT)
        note = Text(description="What the head has to say.")

    visit = graphene.Field(ReturnVisitType, description=_THE_VISIT)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """Sign a visit."""
        return _payload(sign_return_visit(actor=actor, now=now, **named(given)))


class VisitsMutation(graphene.ObjectType):
    """Deeds on return visits."""

    set_visit_rules = SetVisitRules.mounted()
    plan_return_visit = PlanReturnVisit.mounted()
    hand_over_return_visit = HandOverReturnVisit.mounted()
    record_visit_attempt = RecordVisitAttempt.mounted()
    record_return_visit = RecordReturnVisit.mounted()
    decide_visit_point = DecideVisitPoint.mounted()
    promise_visit_answer = PromiseVisitAnswer.mounted()
    answer_visit_point = AnswerVisitPoint.mounted()
    sign_return_visit = SignReturnVisit.mounted()
