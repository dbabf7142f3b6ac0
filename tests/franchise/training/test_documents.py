"""Lessons that are documents: a file of headquarters, which everybody who learns may open."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

import pytest

from api.base.ids import global_id
from chains.actor import Actor
from chains.scope import scope
from files.actions.storing import store_file
from files.models import ChainFile, Purpose
from files.rules.contents import content_of
from files.rules.keeping import FileAttached
from kit.refusals import Invalid, NotFound
from tests.conftest import Chains
from tests.factories.files import PDF
from tests.factories.training import TEXT, TITLES, enrolled, lesson_ids, published
from tests.graphql_caller import GraphQLCaller
from training.actions.taking import complete_lesson
from training.actions.writing import draft_course, revise_course
from training.models.courses import CourseSubject, Lesson, LessonKind
from training.rules.courses import LessonDraft

AsRole = Callable[..., Actor]
NOW = datetime(2026, 5, 4, 2, tzinfo=UTC)
READ = "query Read($id: ID!) { node(id: $id) { ... on Lesson { kind videoAddress file { name mediaType url } } } }"


def sent_in(chains: Chains, as_role: AsRole, who: str = "HQ_TRAINER") -> UUID:
    """Send in the document of a lesson."""
    actor = as_role(chains.a, who)
    with scope(chains.a.chain, actor):
        content = content_of(PDF)
        return store_file(actor=actor, purpose=Purpose.LESSON, content=content, name="Manual.pdf", now=NOW).id


def document(file_id: UUID | None, kind: LessonKind = LessonKind.DOCUMENT) -> LessonDraft:
    return LessonDraft(kind=kind, titles={"en": "The manual"}, texts={"en": "Read it."}, file_id=file_id)


def test_whoever_learns_opens_a_document_by_a_signed_path_and_goes_through_it_as_through_a_text(
    chains: Chains, as_role: AsRole, graphql: GraphQLCaller
) -> None:
    version = published(chains.a, NOW, document(sent_in(chains, as_role)))
    (lesson_id,) = lesson_ids(chains.a, version)
    answer = graphql(chains.a, READ, {"id": global_id("Lesson", lesson_id)}, as_="SERVICE_STAFF")["data"]["node"]
    assert (answer["kind"], answer["file"]["name"]) == ("DOCUMENT", "Manual.pdf")
    assert answer["file"]["mediaType"] == "PDF" and answer["file"]["url"].startswith("/files/")
    staff, enrolment = as_role(chains.a, "SERVICE_STAFF"), enrolled(chains.a, version, NOW)
    with scope(chains.a.chain, staff):
        done = complete_lesson(actor=staff, enrolment_id=enrolment.id, lesson_id=lesson_id, now=NOW)
        assert done.state == "PASSED"


def test_a_course_keeps_its_file_through_its_versions_and_no_other_course_takes_it(
    chains: Chains, as_role: AsRole
) -> None:
    file_id = sent_in(chains, as_role)
    first, trainer = published(chains.a, NOW, document(file_id)), as_role(chains.a, "HQ_TRAINER")
    subject = CourseSubject.PROCESS
    with scope(chains.a.chain, trainer):
        written = {"titles": TITLES, "subject": subject, "lessons": [TEXT, document(file_id)], "now": NOW}
        second = revise_course(actor=trainer, version_id=first.id, **written)
        third = revise_course(actor=trainer, version_id=second.id, **written)
        lessons = Lesson.objects.filter(course_version=third).order_by("position")
        assert [each.file_id for each in lessons] == [None, file_id]
        with pytest.raises(FileAttached) as refused:
            draft_course(actor=trainer, **written)
        assert refused.value.field == ("lessons", "1", "file_id")


def test_a_document_has_a_file_that_its_author_has_sent_in_and_nothing_else_has_one(
    chains: Chains, as_role: AsRole
) -> None:
    theirs, officer = sent_in(chains, as_role), as_role(chains.a, "QUALITY_OFFICER")
    written = {"titles": TITLES, "subject": CourseSubject.PROCESS, "now": NOW}
    with scope(chains.a.chain, officer):
        for lesson in (document(None), document(theirs, LessonKind.TEXT)):
            with pytest.raises(Invalid) as refused:
                draft_course(actor=officer, lessons=[TEXT, lesson], **written)
            assert refused.value.field == ("lessons", "1", "file_id")
        with pytest.raises(NotFound):
            draft_course(actor=officer, lessons=[document(theirs)], **written)
        assert ChainFile.objects.get(id=theirs).attached_at is None
