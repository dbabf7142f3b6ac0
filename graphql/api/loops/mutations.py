"""Deeds on loops and case studies."""

from datetime import datetime
from typing import Any

import graphene

from api.base.deeds import Deed
from api.base.inputs import IdOf, Line, Text, named
from api.loops.cases import CaseStudyType, LessonLearnedType
from api.loops.types import LoopRuleType, LoopType, rule_row
from chains.actor import Actor
from loops.actions.closing import close_loop, set_loop_rule
from loops.actions.learning import keep_lesson_learned, open_case_study, withdraw_case_study
from loops.rules.closing import Rule


class CloseLoop(Deed):
    """Close a loop by hand: only one that nothing can measure any more."""

    class Meta:
        versioned = True

    class Input:
        loop_id = IdOf("Loop", required=True, description="The loop.")
        reason = Text(required=True, description="Why it is closed.")

    loop = graphene.Field(LoopType, description="The loop, as it is now.")

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """Close a loop."""
        return {"loop": close_loop(actor=actor, now=now, **named(given))}


class SetLoopRule(Deed):
    """Set how many cases in a row have to conform before a loop closes, and which ratings are low."""

    class Meta:
        versioned = True

    class Input:
        verdicts_needed = graphene.InputField(
            graphene.Int, required=True, description="How many cases in a row have to conform, 1 to 100."
        )
        low_score = graphene.InputField(
            graphene.Int, required=True, description="A rating is low if its lowest score is this or less, 1 to 4."
        )

    loop_rule = graphene.Field(LoopRuleType, description="The rule, as it is now.")

    @classmethod
    def perform(
        cls, actor: Actor, now: datetime, *, verdicts_needed: int, low_score: int, **given: Any
    ) -> dict[str, Any]:
        """Set the rule for loops."""
        wanted = Rule(verdicts_needed=verdicts_needed, low_score=low_score)
        return {"loop_rule": rule_row(set_loop_rule(actor=actor, rule=wanted, now=now, **named(given)))}


class OpenCaseStudy(Deed):
    """Retell a complaint for the whole chain to learn from, once you have read that nobody can be recognised by it."""

    class Input:
        complaint_id = IdOf("Complaint", required=True, description="The complaint that it is made from.")
        title = Line(required=True, description="What it is about.")
        situation = Text(required=True, description="What happened, without anybody's name, number or address.")
        is_anonymous = graphene.InputField(
            graphene.Boolean, required=True, description="That you have read it, and nobody can be recognised by it."
        )
        clause_id = IdOf("Clause", description="The clause of a standard that it is about.")

    case_study = graphene.Field(CaseStudyType, description="The case study.")

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """Open a case study."""
        return {"case_study": open_case_study(actor=actor, now=now, **named(given))}


class WithdrawCaseStudy(Deed):
    """Take a case study back with all that was learnt from it, as when somebody can be recognised by it after all.

    Nothing of its texts is left; its complaint can be retold.
    """

    class Input:
        case_study_id = IdOf("CaseStudy", required=True, description="The case.")

    lessons_withdrawn = graphene.Int(description="How many lessons learned went with it.")

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """Withdraw a case study."""
        return {"lessons_withdrawn": withdraw_case_study(actor=actor, now=now, **given)}


class KeepLessonLearned(Deed):
    """Keep what came of discussing a case, without anybody's name either."""

    class Input:
        case_study_id = IdOf("CaseStudy", required=True, description="The case.")
        text = Text(required=True, description="What was learnt.")

    lesson_learned = graphene.Field(LessonLearnedType, description="What was learnt.")

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """Keep a lesson learned."""
        return {"lesson_learned": keep_lesson_learned(actor=actor, now=now, **given)}


class LoopsMutation(graphene.ObjectType):
    """Deeds on loops and case studies."""

    close_loop = CloseLoop.mounted()
    set_loop_rule = SetLoopRule.mounted()
    open_case_study = OpenCaseStudy.mounted()
    withdraw_case_study = WithdrawCaseStudy.mounted()
    keep_lesson_learned = KeepLessonLearned.mounted()
