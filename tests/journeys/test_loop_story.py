"""The story of a loop through HTTP, in English and Chinese: one complaint, two employees, two outcomes (C4, M3, T6)."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from api.base.ids import global_id
from chains.actor import system_actor
from chains.scope import scope
from standards.models.texts import Clause
from tests.conftest import Chains
from tests.factories.standards import in_force
from tests.graphql_caller import GraphQLCaller
from tests.journeys.days import Days

LOOPS = """query($s: ID!) { loops(storeId: $s, first: 5) { nodes { id matterKind matterId state conforming
    clause { number } people(first: 9) { nodes { memberName outcome missing lessonIds } } } } }"""
CASES = "query { caseStudies(first: 5) { nodes { title situation lessonsLearned(first: 5) { nodes { text } } } } }"
PROPOSAL = "query($c: ID!) { caseStudyProposal(complaintId: $c) { title situation } }"
LEARNING = "query { enrolments(first: 5, state: OPEN) { nodes { id memberName reason lesson { id } } } }"
DUE = "query($s: ID!) { acknowledgementsDue(storeId: $s, first: 9) { nodes { clause { number } } } }"
FOURFOLD = """query($s: ID!, $f: Date!, $u: Date!) { standardOrStore(storeId: $s, since: $f, until: $u) {
    met missed complaints case clause { number } } }"""
SPREAD = """query($f: Date!, $u: Date!) { fourCases(since: $f, until: $u) {
    well mendStandard mendStore askWhatFor notKnown clause { id } } }"""
IN_CASE = """query($c: ID!, $f: Date!, $u: Date!) {
    storesInCase(clauseId: $c, case: MEND_STANDARD, since: $f, until: $u, first: 5) { totalCount nodes { id } } }"""


@dataclass(frozen=True)
class Words:
    """What is said in a story, in one language."""

    language: str
    customer: str
    subject: str
    said: str
    customer_word: str
    lesson: str
    learnt: str
    tells_who: str
    by_itself: str


ENGLISH = Words(
    language="en",
    customer="Mary Brown",
    subject="The soup was cold",
    said="Mary Brown, 138 1234 5678, waited an hour.",
    customer_word="[customer]",
    lesson="Listen first",
    learnt="Taste it before it leaves.",
    tells_who="This text still tells who somebody is: the customer's name, a telephone number. Take it out.",
    by_itself="This loop closes by itself: 2 cases in a row have to conform, 0 have so far.",
)
CHINESE = Words(
    language="zh-hans",
    customer="王小明",
    subject="汤是凉的",
    said="王小明，138 1234 5678，等了一个小时。",
    customer_word="〔顾客〕",
    lesson="先倾听",
    learnt="出餐前先尝一尝。",
    tells_who="文本仍会透露身份：顾客姓名、电话号码。请删去。",
    by_itself="该闭环会自动关闭：须连续 2 件达标，目前为 0 件。",
)


class Banner(Days):
    """The people of a chain in whose store a customer is not well served, who all speak one language."""

    def __init__(self, chains: Chains, graphql: GraphQLCaller, words: Words, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__(chains, graphql, words.language, monkeypatch)
        self.words = words

    def loop(self, as_: str) -> Any:
        (loop,) = self.ask(LOOPS, as_, s=self.store)["nodes"]
        return loop

    def filed(self, as_: str = "SERVICE_STAFF", **more: Any) -> str:
        said = {"subject": self.words.subject, "description": self.words.said}
        return super().filed(as_, customerName=self.words.customer, **said, **more)


@pytest.fixture(params=[ENGLISH, CHINESE], ids=["English", "Chinese"])
def banner(
    request: pytest.FixtureRequest, chains: Chains, graphql: GraphQLCaller, monkeypatch: pytest.MonkeyPatch
) -> Banner:
    return Banner(chains, graphql, request.param, monkeypatch)


def test_one_complaint_two_employees_two_outcomes(banner: Banner) -> None:
    clause = a_clause_is_in_force_and_one_of_two_has_read_it(banner)
    lesson = a_lesson_teaches_it(banner, clause)
    complaint = banner.filed(clauseId=clause)
    banner.background()
    it_had_reached_one_of_them(banner, complaint, lesson)
    neither_a_lesson_nor_anybody_elses_work_closes_it(banner, lesson)
    it_closes_by_what_is_measured(banner)
    the_chain_learns_from_it(banner, complaint)


def a_clause_is_in_force_and_one_of_two_has_read_it(banner: Banner) -> str:
    version = in_force(banner.chain, timezone.now() - timedelta(minutes=1))
    banner.background()
    with scope(banner.chain.chain, system_actor()):
        clause = Clause.objects.get(version=version)
    read = {"versionId": global_id("Version", version.id), "storeId": banner.store}
    banner.do("acknowledgeStandard", "storeStandard { acknowledgedAt }", "SERVICE_STAFF", **read)
    rule = banner.do(
        "setLoopRule", "loopRule { number verdictsNeeded }", "QUALITY_OFFICER", verdictsNeeded=2, lowScore=2
    )
    assert rule == {"number": 1, "verdictsNeeded": 2}
    return global_id("Clause", clause.id)


def a_lesson_teaches_it(banner: Banner, clause: str) -> str:
    """Return the lesson; whoever serves has gone through it, the mentor has not."""
    words = banner.words
    text = {"kind": "TEXT", "titles": banner.said(words.lesson), "texts": banner.said(words.lesson)}
    drafted = banner.do(
        "draftCourse",
        "version { id course { id } lessons(first: 1) { nodes { id } } }",
        "HQ_TRAINER",
        titles=banner.said(words.lesson),
        subject="COMMUNICATION",
        lessons=[{**text, "clauseIds": [clause]}],
    )
    banner.do("publishCourse", "version { state }", "HQ_TRAINER", versionId=drafted["id"])
    (lesson,) = drafted["lessons"]["nodes"]
    member = global_id("Member", banner.chain.people["SERVICE_STAFF"])
    assigned = {"storeId": banner.store, "courseId": drafted["course"]["id"], "memberIds": [member]}
    banner.do("assignCourse", "enrolledCount", "STORE_MANAGER", **assigned)
    it_is_learnt(banner, lesson["id"])
    key: str = lesson["id"]
    return key


def it_is_learnt(banner: Banner, lesson: str) -> None:
    (taken,) = banner.ask(LEARNING, "SERVICE_STAFF")["nodes"]
    done = {"enrolmentId": taken["id"], "lessonId": lesson}
    banner.do("completeLesson", "enrolment { state }", "SERVICE_STAFF", **done)


def it_had_reached_one_of_them(banner: Banner, complaint: str, lesson: str) -> None:
    loop = banner.loop("STORE_MANAGER")
    assert (loop["matterKind"], loop["matterId"], loop["state"]) == ("COMPLAINT", complaint, "OPEN")
    people = {each["memberName"]: each for each in loop["people"]["nodes"]}
    names = {who: name_of(banner, who) for who in ("SERVICE_STAFF", "MENTOR")}
    reached, spared = people[names["SERVICE_STAFF"]], people[names["MENTOR"]]
    assert (reached["outcome"], reached["missing"], reached["lessonIds"]) == ("REACHED", [], [lesson])
    assert (spared["outcome"], spared["lessonIds"]) == ("NOT_REACHED", [])
    assert spared["missing"] == ["NOT_ACKNOWLEDGED", "NOT_TRAINED"]
    for each in (reached, spared):
        who = "SERVICE_STAFF" if each is reached else "MENTOR"
        (own,) = banner.loop(who)["people"]["nodes"]
        assert (own["memberName"], own["outcome"]) == (each["memberName"], each["outcome"])
    (learning,) = banner.ask(LEARNING, "SERVICE_STAFF")["nodes"]
    assert (learning["reason"], learning["lesson"]) == ("LOOP", {"id": lesson})
    # Whom it had not reached has nothing to make up for: the mentor, who sees it all, is asked to read it, as before.
    assert [each["memberName"] for each in banner.ask(LEARNING, "MENTOR")["nodes"]] == [names["SERVICE_STAFF"]]
    asked = banner.ask(DUE, "MENTOR", s=banner.store)["nodes"]
    assert [each["clause"]["number"] for each in asked] == ["1"]
    about = {"loopId": loop["id"], "reason": "OK"}
    assert banner.refused("closeLoop", "AREA_SUPERVISOR", **about) == ("LOOP_IS_MEASURED", banner.words.by_itself)


def neither_a_lesson_nor_anybody_elses_work_closes_it(banner: Banner, lesson: str) -> None:
    it_is_learnt(banner, lesson)
    for _case in range(2):
        banner.looked_into(banner.filed("MENTOR"), "MENTOR")
    banner.background()
    assert how_far(banner) == ("OPEN", 0)


def it_closes_by_what_is_measured(banner: Banner) -> None:
    """Two cases in a row: what is missed between them begins the count anew."""
    banner.looked_into(banner.filed())
    banner.background()
    assert how_far(banner) == ("OPEN", 1)
    late = banner.filed()
    banner.later(days=1)
    assert how_far(banner) == ("OPEN", 0)
    banner.looked_into(late)
    for state, conforming in (("OPEN", 1), ("MEASURED", 2)):
        banner.looked_into(banner.filed())
        banner.background()
        assert how_far(banner) == (state, conforming)


def how_far(banner: Banner) -> tuple[str, int]:
    loop = banner.loop("STORE_MANAGER")
    return loop["state"], loop["conforming"]


def the_chain_learns_from_it(banner: Banner, complaint: str) -> None:
    words, officer = banner.words, "QUALITY_OFFICER"
    proposal = banner.ask(PROPOSAL, officer, c=complaint)
    assert words.customer_word in proposal["situation"] and words.customer not in proposal["situation"]
    about = {"complaintId": complaint, "title": words.subject, "isAnonymous": True}
    assert banner.refused("openCaseStudy", officer, situation=words.said, **about) == ("NOT_ANONYMOUS", words.tells_who)
    case = banner.do("openCaseStudy", "caseStudy { id }", officer, situation=proposal["situation"], **about)
    kept = {"caseStudyId": case["id"], "text": words.learnt}
    banner.do("keepLessonLearned", "lessonLearned { id }", "HQ_TRAINER", **kept)
    (read,) = banner.ask(CASES, "SERVICE_STAFF_2")["nodes"]
    assert read["title"] == words.subject
    assert read["lessonsLearned"]["nodes"] == [{"text": words.learnt}]


def name_of(banner: Banner, who: str) -> str:
    member = global_id("Member", banner.chain.people[who])
    name: str = banner.ask("query($m: ID!) { node(id: $m) { ... on Member { name } } }", "STORE_MANAGER", m=member)[
        "name"
    ]
    return name


def test_a_standard_that_is_met_and_complained_of_all_the_same_is_to_be_looked_at(banner: Banner) -> None:
    clause = a_clause_is_in_force_and_one_of_two_has_read_it(banner)
    banner.looked_into(banner.filed(clauseId=clause))
    banner.background()
    today = timezone.now().date()
    period = {"f": (today - timedelta(days=1)).isoformat(), "u": (today + timedelta(days=1)).isoformat()}
    (found,) = banner.ask(FOURFOLD, "STORE_MANAGER", s=banner.store, **period)
    assert found == {"met": 1, "missed": 0, "complaints": 1, "case": "MEND_STANDARD", "clause": {"number": "1"}}
    assert banner.ask(FOURFOLD, "STORE_MANAGER", s=banner.store, **(period | {"u": period["f"]})) == []
    (spread,) = banner.ask(SPREAD, "QUALITY_OFFICER", **period)
    counts = {"well": 0, "mendStandard": 1, "mendStore": 0, "askWhatFor": 0, "notKnown": 0}
    assert spread == {**counts, "clause": {"id": clause}}
    behind = banner.ask(IN_CASE, "QUALITY_OFFICER", c=clause, **period)
    assert behind == {"totalCount": 1, "nodes": [{"id": banner.store}]}
