"""K4: every text that may be about a person is named in a holding, or here with the reason why it is not."""

from collections.abc import Collection

import pytest
from django.apps import apps
from django.db.models import CharField, JSONField, TextField

from customers.rules.holdings import Holding, holdings
from inquiries.models.messages import Message

# Whose rows are, or are about, customers' matters; and those in which people write about stores and their staff.
APPS = ("customers", "clocks", "inquiries", "orders", "complaints", "visits", "feedback", "loops")
APPS += ("files", "standards", "training", "inspections")

_CODES = "codes, currencies and kinds that the program chose"
_HQ = "HQ's own words for all customers"
_BOOKS = "what was bought: it stays in the books"
_NUMBERS = "a number that another system, a carrier or a store gave"
_PLACES = "a department of the chain, or a carrier's depot"
_STANDARD = "a standard, a course or a template: the chain's words for everybody, and what is measured by them"
_STORE = "about a store, what was seen and is put right there: no customer's matter leads to such a row"
_STAFF = "about one of the staff or who trains them, and told to those alone who may be told of it"
_ERASED_BY_HAND = "`erase_customer` empties it itself"

NOT_HELD: dict[str, str] = {
    **dict.fromkeys(
        [f"customers.Customer.{name}" for name in ("name", "phone", "email", "address", "birthday", "note")],
        _ERASED_BY_HAND,
    ),
    **dict.fromkeys(
        [f"customers.Customer.{name}" for name in ("name_key", "phone_key", "search_text")], _ERASED_BY_HAND
    ),
    "customers.Merge.filled": _ERASED_BY_HAND,
    "customers.Customer.hold_reason": "why the law wants the data kept: as long as it holds, nothing is erased",
    **dict.fromkeys(
        [
            "customers.Customer.language",
            "customers.CustomerClass.currency",
            "customers.Purchase.currency",
            "clocks.CalendarSnapshot.calendar",
            "clocks.CalendarSnapshot.fingerprint",
            "clocks.Clock.kind",
            "clocks.Clock.subject_type",
            "inquiries.Message.warned_of",
            "inquiries.PhraseNorm.language",
            "inquiries.StandardAnswer.language",
            "orders.DocumentCounter.letter",
            "orders.ImportedRow.refusal",
            "orders.ImportedRow.refused_field",
            "orders.Order.currency",
            "orders.Product.currency",
            "orders.Refund.currency",
            "complaints.Remedy.currency",
            "visits.VisitCredit.currency",
            "feedback.Survey.language",
            "feedback.SurveyLink.digest",
            "files.ChainFile.fingerprint",
            "files.ChainFile.stored_as",
            "files.StoredFile.fingerprint",
            "files.StoredFile.stored_as",
            "standards.DecisionLimit.currency",
            "standards.MeasuredPair.response_kind",
            "standards.MeasuredPair.trigger_kind",
            "standards.Replay.store_ids",
            "standards.ReplayedClause.hours",
            "standards.ReplayedClause.weekdays",
            "standards.Rollout.stop_rule",
            "standards.Rollout.targets",
            "standards.RolloutPause.figures",
            "standards.RolloutWave.store_ids",
            "standards.Span.facts",
            "standards.Span.numbers",
            "standards.Span.response_kind",
            "standards.Span.subject_type",
            "standards.Span.trigger_kind",
            "standards.Verdict.subject_type",
            "training.QuizAttempt.answers",
        ],
        _CODES,
    ),
    **dict.fromkeys(
        [
            "customers.CustomerClass.code",
            "customers.CustomerClass.name",
            "customers.CustomerClass.plan_of_care",
            "inquiries.PhraseNorm.harmless",
            "inquiries.PhraseNorm.phrase",
            "inquiries.PhraseNorm.situation",
            "inquiries.PhraseNorm.variants",
            "inquiries.StandardAnswer.labels",
            "inquiries.StandardAnswer.question",
            "inquiries.StandardAnswer.search_text",
            "inquiries.StandardAnswer.text",
            "orders.Product.code",
            "orders.Product.model",
            "orders.Product.names",
            "feedback.Survey.questions",
            "feedback.SurveyPolicy.questions",
            "feedback.SurveyPolicy.sent_when_closed",
        ],
        _HQ,
    ),
    **dict.fromkeys(
        [
            "customers.Purchase.model",
            "customers.Purchase.product",
            "inquiries.AdviceLine.model",
            "inquiries.AdviceLine.product",
            "orders.OrderLine.code",
            "orders.OrderLine.model",
            "orders.OrderLine.name",
        ],
        _BOOKS,
    ),
    **dict.fromkeys(
        [
            "inquiries.Message.external_id",
            "orders.CarrierEvent.external_id",
            "orders.ImportedRow.external_id",
            "orders.Order.external_id",
            "orders.Shipment.carrier",
            "orders.Shipment.tracking_number",
            "complaints.Complaint.order_number",
            "feedback.Survey.reference",
        ],
        _NUMBERS,
    ),
    **dict.fromkeys(
        [
            "complaints.Investigation.department",
            "complaints.Referral.department",
            "visits.PointDecision.departments",
        ],
        _PLACES,
    ),
    **dict.fromkeys(
        [
            "files.ChainFile.name",
            "inspections.InspectionTemplate.supplier_name",
            "inspections.InspectionTemplate.titles",
            "inspections.TemplateItem.texts",
            "standards.Clause.follows",
            "standards.Clause.number",
            "standards.Clause.questions",
            "standards.Clause.response_kind",
            "standards.Clause.rule",
            "standards.Clause.scope",
            "standards.Clause.source_language",
            "standards.Clause.texts",
            "standards.Clause.trigger_kind",
            "standards.JourneyStep.code",
            "standards.JourneyStep.names",
            "standards.LocalClause.texts",
            "standards.RolloutPause.reason",
            "standards.Version.titles",
            "standards.VersionReturn.reason",
            "standards.Withdrawal.reason",
            "training.CourseVersion.titles",
            "training.Lesson.questions",
            "training.Lesson.texts",
            "training.Lesson.titles",
            "training.Lesson.video_address",
        ],
        _STANDARD,
    ),
    **dict.fromkeys(
        [
            "files.StoredFile.name",
            "inspections.CorrectionEvidence.note",
            "inspections.CorrectionEvidence.remark",
            "inspections.CorrectionWithdrawal.reason",
            "inspections.CorrectiveAction.what",
            "inspections.Inspection.remark",
            "inspections.InspectionPlanEnd.reason",
            "inspections.InspectionFinding.note",
            "standards.Waiver.reason",
            "training.TrainingPlan.decision_note",
            "training.TrainingPlan.purpose",
            "training.TrainingPlan.title",
        ],
        _STORE,
    ),
    **dict.fromkeys(
        [
            "training.CertificateWithdrawal.reason",
            "training.Mentorship.note",
            "training.PracticalExam.note",
            "training.TrainingSession.cancel_reason",
            "training.TrainingSession.expert_name",
            "training.TrainingSession.meeting_place",
            "training.TrainingSession.title",
        ],
        _STAFF,
    ),
    **dict.fromkeys(
        ["loops.CaseStudy.title", "loops.CaseStudy.situation", "loops.LessonLearned.text"],
        "retold so that nobody can be recognised: what still names somebody is refused",
    ),
    "loops.Loop.matter_type": _CODES,
    "orders.ImportedRow.message": "the refusal's own sentence; who was on a refused row is not kept",
    "clocks.ClockPause.note": "names the matter's own pause, whose note is held",
}


def forgotten(found: Collection[Holding], reasons: Collection[str]) -> list[str]:
    """Return the texts that no holding names and nothing is said of, and the reasons for what is held or gone."""
    held = {f"{each.model._meta.label}.{text}" for each in found for text in each.texts}
    there = {
        f"{model._meta.label}.{field.name}"
        for app in APPS
        for model in apps.get_app_config(app).get_models()
        if not model._meta.proxy and model._meta.managed
        for field in model._meta.concrete_fields
        if isinstance(field, CharField | TextField | JSONField) and not field.choices
    }
    return sorted([*(there - held - set(reasons)), *(set(reasons) - there), *(set(reasons) & held)])


def test_every_text_is_held_or_there_is_a_reason() -> None:
    assert forgotten(holdings(), NOT_HELD) == []


@pytest.mark.parametrize("named", ["inquiries.Message.text", "customers.Merge.filled"])
def test_a_text_that_nobody_names_is_found(named: str) -> None:
    without = [each for each in holdings() if not (each.model is Message and named == "inquiries.Message.text")]
    assert forgotten(without, set(NOT_HELD) - {named}) == [named]


def test_a_reason_for_what_is_held_or_gone_is_found() -> None:
    assert forgotten(holdings(), [*NOT_HELD, "inquiries.Message.text", "orders.Order.gone"]) == [
        "inquiries.Message.text",
        "orders.Order.gone",
    ]
