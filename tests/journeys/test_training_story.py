"""The story of a training plan through HTTP, in English and Chinese: proposed, approved, carried out, passed (T)."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from api.base.ids import global_id
from tests.conftest import Chains
from tests.graphql_caller import GraphQLCaller

MINE = """query { enrolments(first: 5, state: OPEN) { nodes { id reason isOverdue availableActions courseVersion { title
    lessons(first: 5) { nodes { id kind title text questions { text options right } } } } } } }"""
PROOF = """query { certificates(first: 5) { nodes { memberName isValid expiresAt course { versions(first: 1) {
    nodes { title } } } } } }"""


@dataclass(frozen=True)
class Words:
    """What is said in a story, in one language."""

    language: str
    title: str
    question: str
    right: str
    wrong: str
    own_plan: str
    used_up: str
    not_ready: str


ENGLISH = Words(
    language="en",
    title="Handling complaints",
    question="What is said first?",
    right="Sorry",
    wrong="No",
    own_plan="Somebody else has to decide: you proposed this plan yourself, or no person decides.",
    used_up="All 1 attempts are used up. Ask whoever assigned the course.",
    not_ready="Service staff has not passed every assigned course yet.",
)
CHINESE = Words(
    language="zh-hans",
    title="投诉处理",
    question="首先说什么？",
    right="对不起",
    wrong="不行",
    own_plan="须由他人决定：该计划由您提出，或并非由本人操作。",
    used_up="1 次机会已用完，请联系指派课程的人。",
    not_ready="Service staff尚未通过全部指派的课程。",
)


class School:
    """The people of a chain who plan, teach, learn and examine, who all speak one language."""

    def __init__(self, chains: Chains, graphql: GraphQLCaller, words: Words) -> None:
        self.chain, self.graphql, self.words = chains.a, graphql, words
        self.store = global_id("Store", chains.a.store)

    def member(self, who: str) -> str:
        return global_id("Member", self.chain.people[who])

    def texts(self, text: str) -> list[dict[str, str]]:
        return [{"language": self.words.language, "text": text}]

    def ask(self, document: str, *, as_: str) -> Any:
        answer = self.graphql(self.chain, document, {}, as_=as_, language=self.words.language)
        assert "errors" not in answer, answer
        return answer["data"]

    def send(self, deed: str, wanted: str, *, as_: str, **given: Any) -> Any:
        return self.graphql.attempt(self.chain, deed, wanted, given, as_=as_, language=self.words.language)

    def do(self, deed: str, wanted: str, *, as_: str, **given: Any) -> Any:
        payload = self.send(deed, wanted, as_=as_, **given)
        assert payload["userErrors"] == [], (deed, payload)
        return payload

    def refused(self, deed: str, *, as_: str, **given: Any) -> str:
        (error,) = self.send(deed, "__typename", as_=as_, **given)["userErrors"]
        message: str = error["message"]
        return message

    def write_course(self) -> str:
        options = [{"texts": self.texts(self.words.right)}, {"texts": self.texts(self.words.wrong)}]
        question = {"texts": self.texts(self.words.question), "options": options, "right": [0]}
        title = self.texts(self.words.title)
        quiz = {"kind": "QUIZ", "titles": title, "questions": [question], "passPercent": 100, "mostAttempts": 1}
        text = {"kind": "TEXT", "titles": title, "texts": title}
        version = self.do(
            "draftCourse",
            "version { id course { id } availableActions }",
            as_="HQ_TRAINER",
            titles=title,
            subject="COMMUNICATION",
            lessons=[text, quiz],
            hasPracticalExam=True,
            certificateMonths=12,
        )["version"]
        assert version["availableActions"] == ["REVISE_COURSE", "PUBLISH_COURSE"]
        self.do("publishCourse", "version { state }", as_="HQ_TRAINER", versionId=version["id"])
        course: str = version["course"]["id"]
        return course

    def carry_out_plan(self, course: str) -> None:
        due_at = (timezone.now() + timedelta(days=14)).isoformat()
        plan = self.do(
            "proposeTrainingPlan",
            "plan { id state availableActions }",
            as_="STORE_MANAGER",
            storeId=self.store,
            title=self.words.title,
            courses=[{"courseId": course, "dueAt": due_at}],
        )["plan"]
        assert plan["availableActions"] == []
        given = {"planId": plan["id"]}
        assert self.refused("carryOutTrainingPlan", as_="STORE_MANAGER", **given)
        self.do("approveTrainingPlan", "plan { state }", as_="AREA_SUPERVISOR", **given)
        done = self.do("carryOutTrainingPlan", "plan { state }", as_="STORE_MANAGER", **given)
        assert done["plan"] == {"state": "CARRIED_OUT"}

    def own_plan_is_refused(self, course: str) -> str:
        due_at = (timezone.now() + timedelta(days=14)).isoformat()
        wanted = {"storeId": self.store, "title": "Own", "courses": [{"courseId": course, "dueAt": due_at}]}
        plan = self.do("proposeTrainingPlan", "plan { id }", as_="AREA_SUPERVISOR", **wanted)["plan"]
        return self.refused("approveTrainingPlan", as_="AREA_SUPERVISOR", planId=plan["id"])


@pytest.mark.parametrize("words", [ENGLISH, CHINESE], ids=["English", "Chinese"])
def test_a_plan_is_approved_by_another_and_its_course_passed_in_theory_and_practice(
    words: Words, chains: Chains, graphql: GraphQLCaller
) -> None:
    school = School(chains, graphql, words)
    course = school.write_course()
    assert school.own_plan_is_refused(course) == words.own_plan
    school.carry_out_plan(course)
    pair = school.do(
        "pairMentor",
        "mentorship { id }",
        as_="STORE_MANAGER",
        storeId=school.store,
        mentorId=school.member("MENTOR"),
        apprenticeId=school.member("SERVICE_STAFF"),
    )["mentorship"]
    assert school.refused("signOffApprentice", as_="MENTOR", mentorshipId=pair["id"]) == words.not_ready

    (mine,) = school.ask(MINE, as_="SERVICE_STAFF")["enrolments"]["nodes"]
    assert (mine["reason"], mine["isOverdue"], mine["courseVersion"]["title"]) == ("PLAN", False, words.title)
    text, quiz = mine["courseVersion"]["lessons"]["nodes"]
    assert quiz["questions"] == [{"text": words.question, "options": [words.right, words.wrong], "right": None}]
    given = {"as_": "SERVICE_STAFF", "enrolmentId": mine["id"]}
    school.do("completeLesson", "enrolment { state }", lessonId=text["id"], **given)
    answer = {"lessonId": quiz["id"], "answers": [{"options": [0]}]}
    passed = school.do("submitQuiz", "attempt { isPassed scorePercent enrolment { state } }", **answer, **given)
    assert passed["attempt"] == {"isPassed": True, "scorePercent": 100, "enrolment": {"state": "OPEN"}}
    exam = {"enrolmentId": mine["id"], "isPassed": True}
    school.do("recordPracticalExam", "exam { examinerName }", as_="MENTOR", **exam)

    (proof,) = school.ask(PROOF, as_="SERVICE_STAFF")["certificates"]["nodes"]
    assert proof["isValid"] and proof["expiresAt"]
    assert proof["course"] == {"versions": {"nodes": [{"title": words.title}]}}
    signed = school.do("signOffApprentice", "mentorship { state }", as_="MENTOR", mentorshipId=pair["id"])
    assert signed["mentorship"] == {"state": "SIGNED_OFF"}


@pytest.mark.parametrize("words", [ENGLISH, CHINESE], ids=["English", "Chinese"])
def test_a_quiz_that_was_failed_too_often_is_told_in_the_learners_language(
    words: Words, chains: Chains, graphql: GraphQLCaller
) -> None:
    school = School(chains, graphql, words)
    course = school.write_course()
    given = {"storeId": school.store, "courseId": course, "memberIds": [school.member("SERVICE_STAFF")]}
    school.do("assignCourse", "enrolledCount", as_="STORE_MANAGER", **given)
    (mine,) = school.ask(MINE, as_="SERVICE_STAFF")["enrolments"]["nodes"]
    quiz = mine["courseVersion"]["lessons"]["nodes"][1]["id"]
    wrong = {"enrolmentId": mine["id"], "lessonId": quiz, "answers": [{"options": [1]}]}
    assert not school.do("submitQuiz", "attempt { isPassed }", as_="SERVICE_STAFF", **wrong)["attempt"]["isPassed"]
    assert school.refused("submitQuiz", as_="SERVICE_STAFF", **wrong) == words.used_up


def test_a_session_is_held_with_a_record_of_who_was_there(chains: Chains, graphql: GraphQLCaller) -> None:
    school, now = School(chains, graphql, ENGLISH), timezone.now()
    times = {"startsAt": (now - timedelta(hours=1)).isoformat(), "endsAt": (now + timedelta(hours=1)).isoformat()}
    usual = {"as_": "SERVICE_SUPERVISOR", "storeId": school.store, "title": "Monday round", **times}
    assert "Name who gives" in school.refused("scheduleSession", **usual)
    wanted = "session { id state availableActions expertName }"
    session = school.do("scheduleSession", wanted, expertName="Dr Wang", **usual)["session"]
    assert session["availableActions"] == ["CANCEL_SESSION", "RECORD_ATTENDANCE"]
    there = {"presentIds": [school.member("SERVICE_STAFF")], "absentIds": [school.member("MENTOR")]}
    held = school.do(
        "recordAttendance",
        "session { state attendances(first: 5) { nodes { memberName wasPresent } } }",
        as_="SERVICE_SUPERVISOR",
        sessionId=session["id"],
        **there,
    )["session"]
    rows = {each["memberName"]: each["wasPresent"] for each in held["attendances"]["nodes"]}
    assert (held["state"], rows) == ("HELD", {"Service staff": True, "Mentor": False})
    again = {"sessionId": session["id"], "reason": "Rain"}
    assert "held or cancelled" in school.refused("cancelSession", as_="SERVICE_SUPERVISOR", **again)
