"""Deeds by which the chain learns from a real case, without anybody's name (T6)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from complaints.models.complaints import Complaint
from inquiries.rules.states import OnlyForPeople
from journal.actions import append
from kit.refusals import NotFound
from kit.texts import line_of, text_of
from loops.models.cases import CaseStudy, LessonLearned
from loops.queries.cases import complaint_for_case, hidden_in_case, hidden_of
from loops.rules.anonymous import CaseStudyOpen, ConfirmationNeeded, must_be_anonymous
from loops.rules.happenings import Happening
from members.rules.permissions import Permission
from members.rules.persons import must_be_a_person
from standards.queries.texts import clauses_for
from stores.actions.locks import refusing_duplicates


@transaction.atomic(using=CHAINS_ALIAS)
def open_case_study(
    *,
    actor: Actor,
    complaint_id: UUID,
    title: str,
    situation: str,
    is_anonymous: bool,
    now: datetime,
    clause_id: UUID | None = None,
) -> CaseStudy:
    """Retell a complaint for the whole chain, once a person has read that nobody can be recognised.

    Refusals: NotFound, NotPermitted, OnlyForPeople, ConfirmationNeeded, CustomerErased, NotAnonymous, CaseStudyOpen,
    Invalid, TooLong.
    """
    complaint = complaint_for_case(actor, complaint_id)
    reader_id = _confirmed_by(actor, is_anonymous=is_anonymous)
    if clause_id is not None and not clauses_for(actor).filter(id=clause_id).exists():
        raise NotFound(field="clause_id")
    title, situation = line_of(title, field="title"), text_of(situation, field="situation")
    must_be_anonymous((("title", title), ("situation", situation)), hidden_in_case(complaint))
    case = CaseStudy(
        complaint_id=complaint.id,
        title=title,
        situation=situation,
        clause_id=clause_id,
        opened_by_id=reader_id,
        opened_at=now,
    )
    with refusing_duplicates(CaseStudyOpen(field="complaint_id")):
        case.save(force_insert=True)
    more = {"complaint_id": case.complaint_id, "clause_id": case.clause_id}
    _tell(actor, Happening.CASE_STUDY_OPENED, case, now, **more)
    return case


@transaction.atomic(using=CHAINS_ALIAS)
def withdraw_case_study(*, actor: Actor, case_study_id: UUID, now: datetime) -> int:
    """Take a case study back with all that was learnt from it, as when somebody can be recognised after all (K4).

    Nothing of its texts is left; its complaint can be retold. Return how many lessons went with it. Refusals: NotFound,
    NotPermitted.
    """
    actor.must(Permission.OPEN_CASE_STUDY)
    case = CaseStudy.objects.select_for_update().filter(id=case_study_id).first()
    if case is None:
        raise NotFound(field="case_study_id")
    lessons, _of_each = LessonLearned.objects.filter(case_study=case).delete()
    more = {"complaint_id": case.complaint_id, "clause_id": case.clause_id}
    _tell(actor, Happening.CASE_STUDY_WITHDRAWN, case, now, **more)
    case.delete()
    return lessons


@transaction.atomic(using=CHAINS_ALIAS)
def keep_lesson_learned(*, actor: Actor, case_study_id: UUID, text: str, now: datetime) -> LessonLearned:
    """Keep what came of discussing a case, without anybody's name either.

    Refusals: NotFound, NotPermitted, NotAnonymous, Invalid, TooLong.
    """
    actor.must(Permission.KEEP_LESSON_LEARNED)
    case = CaseStudy.objects.select_for_update(no_key=True).filter(id=case_study_id).first()
    if case is None:
        raise NotFound(field="case_study_id")
    text = text_of(text, field="text")
    complaint = Complaint.objects.select_related("customer").filter(id=case.complaint_id).first()
    if complaint is not None:
        must_be_anonymous([("text", text)], hidden_of(complaint))
    lesson = LessonLearned.objects.create(case_study=case, text=text, kept_by_id=actor.user_id, kept_at=now)
    _tell(actor, Happening.LESSON_LEARNED_KEPT, lesson, now, case_study_id=case.id)
    return lesson


def _confirmed_by(actor: Actor, *, is_anonymous: bool) -> UUID:
    """Return who has read it and confirms; raises OnlyForPeople and ConfirmationNeeded."""
    reader_id = must_be_a_person(actor, OnlyForPeople)
    if not is_anonymous:
        raise ConfirmationNeeded(field="is_anonymous")
    return reader_id


def _tell(actor: Actor, kind: Happening, about: CaseStudy | LessonLearned, now: datetime, **told: UUID | None) -> None:
    # What was written stays in the table: the journal is kept for ever.
    append(
        actor=actor,
        kind=kind,
        subject_type=type(about).__name__,
        subject_id=about.id,
        store_id=None,
        now=now,
        after=dict(told),
    )
