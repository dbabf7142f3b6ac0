"""What a lesson needs, what answers are worth, when a certificate expires, whom a change asks; no database."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kit.ids import new_id
from kit.refusals import Invalid
from members.rules.permissions import Permission, Role
from tests.factories.training import QUESTION, QUIZ, TEXT
from training.models.courses import LessonKind
from training.models.planning import MentorshipState, PlanState
from training.models.taking import EnrolmentState
from training.rules.changes import binds_anybody_of, binds_store
from training.rules.courses import LessonDraft, QuestionDraft, lessons_of, months_of
from training.rules.possible import TrainingAction, actions_on_enrolment, actions_on_mentorship, actions_on_plan
from training.rules.taking import expiry_of, is_passed, score_of

VIDEO = {"kind": LessonKind.VIDEO, "titles": {"en": "See"}, "texts": {}}


@pytest.mark.parametrize(
    ("lesson", "field"),
    [
        (LessonDraft(kind=LessonKind.TEXT, titles={"en": "A"}, texts={}), "texts"),
        (LessonDraft(kind=LessonKind.TEXT, titles={}, texts={"en": "A"}), "titles"),
        (LessonDraft(kind=LessonKind.TEXT, titles={"fr": "A"}, texts={"en": "A"}), "fr"),
        (LessonDraft(**VIDEO), "videoAddress"),
        (LessonDraft(**VIDEO, video_address="javascript:alert(1)"), "videoAddress"),
        (LessonDraft(**VIDEO, video_address="https://"), "videoAddress"),
        (LessonDraft(**VIDEO, video_address="https://a@b.example/x"), "videoAddress"),
        (LessonDraft(**VIDEO, video_address="https://v.example/x", pass_percent=5), "questions"),
        (LessonDraft(kind=LessonKind.QUIZ, titles={"en": "A"}, texts={}), "questions"),
    ],
)
def test_a_lesson_that_lacks_something_is_refused_at_its_field(lesson: LessonDraft, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        lessons_of([lesson])
    assert field in refusal.value.field


@pytest.mark.parametrize(
    "changed", [{"options": QUESTION.options[:1]}, {"right": []}, {"right": [3]}, {"right": [0, 0]}]
)
def test_a_question_has_options_and_right_ones_among_them(changed: dict[str, Any]) -> None:
    usual = {"texts": QUESTION.texts, "options": QUESTION.options, "right": QUESTION.right}
    quiz = LessonDraft(
        kind=LessonKind.QUIZ,
        titles={"en": "A"},
        texts={},
        questions=[QuestionDraft(**(usual | changed))],
        pass_percent=80,
        most_attempts=1,
    )
    with pytest.raises(Invalid):
        lessons_of([quiz])


def test_lessons_in_order_are_taken_as_they_are_typed() -> None:
    text, quiz = lessons_of([TEXT, QUIZ])
    assert (text.columns["kind"], text.columns["video_address"]) == (LessonKind.TEXT, "")
    assert quiz.columns["questions"][0]["right"] == [0, 2]
    assert [months_of(each) for each in (None, 1, 120)] == [None, 1, 120]
    for months in (0, 121):
        with pytest.raises(Invalid):
            months_of(months)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sets(st.integers(0, 3)), min_size=1, max_size=8), st.data())
def test_the_score_is_the_share_of_questions_that_are_right_as_a_whole(
    right: list[set[int]], data: st.DataObject
) -> None:
    questions = [{"options": [{}] * 4, "right": sorted(each)} for each in right]
    answers = data.draw(st.lists(st.sets(st.integers(0, 3)), min_size=len(right), max_size=len(right)))
    hits = sum(one == other for one, other in zip(right, answers, strict=True))
    assert score_of(questions, answers) == 100 * hits // len(right)
    assert score_of(questions, right) == 100


@pytest.mark.parametrize("answers", [[], [[0], [0]], [[2]], [[-1]]])
def test_answers_that_do_not_fit_the_questions_are_refused(answers: list[list[int]]) -> None:
    with pytest.raises(Invalid):
        score_of([{"options": [{}, {}], "right": [0]}], answers)


@pytest.mark.parametrize(
    ("given_on", "months", "expires_on"),
    [((2026, 1, 31), 1, (2026, 2, 28)), ((2026, 12, 5), 1, (2027, 1, 5)), ((2028, 2, 29), 12, (2029, 2, 28))],
)
def test_a_certificate_expires_on_the_same_day_or_the_last_of_a_shorter_month(
    given_on: tuple[int, int, int], months: int, expires_on: tuple[int, int, int]
) -> None:
    assert expiry_of(datetime(*given_on, 9, tzinfo=UTC), months) == datetime(*expires_on, 9, tzinfo=UTC)
    assert expiry_of(datetime(*given_on, 9, tzinfo=UTC), None) is None


def test_theory_and_practice_are_both_needed_where_both_are_examined() -> None:
    lessons = [new_id(), new_id()]
    for completed, needs, practised, passed in (
        (lessons, False, False, True),
        (lessons[:1], False, False, False),
        (lessons, True, False, False),
        (lessons, True, True, True),
        (lessons[:1], True, True, False),
    ):
        assert is_passed(lessons, completed, needs_practice=needs, has_practised=practised) is passed


def test_a_clause_asks_the_stores_and_roles_in_its_scope_and_everybody_without_one() -> None:
    store, area = UUID(int=1), UUID(int=2)
    here = {"store_id": store, "area_id": area, "kind": "FRANCHISED"}
    for scope, binds in (
        ({}, True),
        ({"store_ids": [str(store)]}, True),
        ({"store_ids": [str(area)]}, False),
        ({"area_ids": [str(area)], "store_kinds": ["FRANCHISED"]}, True),
        ({"area_ids": [str(area)], "store_kinds": ["COMPANY_OWNED"]}, False),
    ):
        assert binds_store(scope, **here) is binds
    staff = frozenset({Role.SERVICE_STAFF})
    assert binds_anybody_of([{"roles": ["SERVICE_STAFF"]}], staff)
    assert not binds_anybody_of([{"roles": ["STORE_MANAGER"]}], staff)
    assert binds_anybody_of([{"roles": ["STORE_MANAGER"]}, {}], staff)
    assert not binds_anybody_of([], staff)


def test_nobody_is_offered_to_examine_themselves_or_to_decide_on_their_own_plan() -> None:
    for is_own, needs_practice, offered in ((True, True, False), (False, True, True), (False, False, False)):
        actions = actions_on_enrolment(
            EnrolmentState.OPEN, lambda _permission: True, is_own=is_own, needs_practice=needs_practice
        )
        assert (TrainingAction.RECORD_PRACTICAL_EXAM in actions) is offered
        assert (TrainingAction.COMPLETE_LESSON in actions) is is_own
        assert (TrainingAction.WITHDRAW_ENROLMENT in actions) is not is_own
    assert actions_on_plan(PlanState.PROPOSED, lambda _permission: True, is_own=True) == []
    assert len(actions_on_plan(PlanState.PROPOSED, lambda _permission: True, is_own=False)) == 2


@pytest.mark.parametrize(
    ("is_mentor", "is_apprentice", "pairs", "offered"),
    [(True, False, False, True), (False, False, True, True), (False, False, False, False), (False, True, True, False)],
)
def test_an_apprentice_is_signed_off_by_their_mentor_or_by_whoever_pairs_mentors_and_never_by_themselves(
    is_mentor: bool, is_apprentice: bool, pairs: bool, offered: bool
) -> None:
    actions = actions_on_mentorship(
        MentorshipState.RUNNING,
        lambda permission: pairs or permission is not Permission.PAIR_MENTOR,
        is_mentor=is_mentor,
        is_apprentice=is_apprentice,
    )
    assert (TrainingAction.SIGN_OFF_APPRENTICE in actions) is offered
    assert (TrainingAction.END_MENTORSHIP in actions) is pairs
