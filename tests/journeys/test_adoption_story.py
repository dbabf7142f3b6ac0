"""The story of a standard through HTTP, in English and Chinese: from a draft to what is done every day (S1, S7, T6)."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from tests.conftest import Chains
from tests.graphql_caller import GraphQLCaller
from tests.journeys.days import Days

VERSION = "version { id number state revision findings { criterion isBlocking } availableActions }"
ROLLOUT = "rollout { id state waves(first: 5) { nodes { position startedAt } } }"
DUE = """query($s: ID!) { acknowledgementsDue(storeId: $s, first: 9) { nodes {
    change clause { number text version { number } } before { text rule { within } }
    questions { text options right } } } }"""
READ = "storeStandard { seenAt acknowledgedAt } wrongAnswers { clauseNumber question }"
LEARNING = "query { enrolments(first: 5, state: OPEN) { nodes { id reason lesson { id } } } }"
ADOPTION = """query($r: ID!) { adoption(rolloutId: $r) { meant steps { step stores people }
    days { day pushed seen acknowledged trained conforming sustained } } }"""
TAKEN_UP = """query($s: ID!) { storeStandards(storeId: $s, first: 1) { nodes { version { number }
    pushedAt seenAt acknowledgedAt trainedAt firstConformingAt sustainedAt } } }"""
RULE = {"kind": "FOLLOWED_BY", "trigger": "COMPLAINT_FILED", "response": "INVESTIGATION_RECORDED", "share": 90}
OFFICER, STAFF = "QUALITY_OFFICER", "SERVICE_STAFF"


@dataclass(frozen=True)
class Words:
    """What is said in a story, in one language."""

    language: str
    title: str
    vague: str
    in_a_day: str
    in_four_hours: str
    by_when: tuple[str, str, str]
    by_whom: tuple[str, str, str]
    cannot: str
    two_questions: str
    own_text: str


ENGLISH = Words(
    language="en",
    title="Complaints are looked into",
    vague="Every complaint is looked into as soon as possible.",
    in_a_day="Every complaint is looked into and verified on the day it is filed.",
    in_four_hours="Every complaint is looked into and verified within 4 hours of its being filed.",
    by_when=("By when?", "Within 4 hours", "On the same day"),
    by_whom=("Who looks into it?", "Whoever took it", "Nobody"),
    cannot="The standard can't be submitted yet. Clause 1:",
    two_questions="These clauses change in substance and need two questions each: 1.",
    own_text="Somebody other than the author must approve this version.",
)
CHINESE = Words(
    language="zh-hans",
    title="投诉得到调查",
    vague="每一宗投诉都要尽快调查核实。",
    in_a_day="每一宗投诉都在受理当天调查核实。",
    in_four_hours="每一宗投诉都在受理后 4 小时内调查核实。",
    by_when=("什么时候之前？", "4 小时内", "当天"),
    by_whom=("由谁调查？", "受理人", "没有人"),
    cannot="服务标准尚不能提交。条款 1：",
    two_questions="以下条款有实质变化，每条需附两个问题：1。",
    own_text="此版本须由作者以外的人批准。",
)


@pytest.mark.parametrize("words", [ENGLISH, CHINESE], ids=["English", "Chinese"])
def test_a_standard_from_its_draft_to_what_is_done_every_day(
    words: Words, chains: Chains, graphql: GraphQLCaller, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = Days(chains, graphql, words.language, monkeypatch)
    first = it_is_drafted_tested_and_approved(days, words)
    it_comes_to_all_at_once_and_is_read(days, first)
    lesson = it_is_taught(days, words, first)
    rollout = a_stricter_text_is_planned_in_waves(days, words, first)
    the_first_wave_comes(days, rollout)
    it_is_seen_and_acknowledged_with_its_questions(days, words)
    it_is_learnt(days, lesson)
    it_is_kept_for_the_first_time(days)
    the_second_wave_comes_and_is_not_taken_up_there(days, rollout)
    it_is_kept_for_good(days)
    what_was_signed_is_held_against_what_is_practised(days, rollout)


def clause(days: Days, text: str, **more: Any) -> list[dict[str, Any]]:
    return [{"number": "1", "texts": days.said(text), **more}]


def it_is_drafted_tested_and_approved(days: Days, words: Words) -> str:
    """Return the first version; a wish without figures can't be submitted, nobody approves a text of their own."""
    titles = days.said(words.title)
    drafted = days.do("draftStandard", VERSION, OFFICER, titles=titles, clauses=clause(days, words.vague))
    found = {each["criterion"] for each in drafted["findings"] if each["isBlocking"]}
    assert (drafted["state"], found) == ("DRAFT", {"SPECIFIC", "MEASURABLE"})
    key = {"versionId": drafted["id"]}
    code, sentence = days.refused("submitStandard", OFFICER, **key)
    assert code == "STANDARD_FAILS_TEST" and sentence.startswith(words.cannot)
    text = clause(days, words.in_a_day, rule=RULE | {"within": "SAME_DAY"})
    revised = days.do("reviseStandard", VERSION, OFFICER, titles=titles, clauses=text, **key)
    assert (revised["id"], [each for each in revised["findings"] if each["isBlocking"]]) == (drafted["id"], [])
    submitted = days.do("submitStandard", VERSION, OFFICER, expectedVersion=revised["revision"], **key)
    assert submitted["state"] == "SUBMITTED"
    assert days.refused("approveStandard", OFFICER, **key) == ("APPROVER_IS_AUTHOR", words.own_text)
    assert days.do("approveStandard", VERSION, "HQ_ADMINISTRATOR", **key)["state"] == "APPROVED"
    first: str = drafted["id"]
    return first


def it_comes_to_all_at_once_and_is_read(days: Days, version: str) -> None:
    assert days.do("pushStandard", VERSION, OFFICER, versionId=version)["state"] == "EFFECTIVE"
    days.background()
    (due,) = days.ask(DUE, STAFF, s=days.store)["nodes"]
    assert (due["change"], due["before"], due["questions"]) == ("NEW", None, [])
    days.do("acknowledgeStandard", READ, STAFF, versionId=version, storeId=days.store)
    assert days.ask(DUE, STAFF, s=days.store)["nodes"] == []


def it_is_taught(days: Days, words: Words, version: str) -> str:
    """Return the lesson that teaches the requirement, whatever its text."""
    asked = "query($v: ID!) { node(id: $v) { ... on Version { clauses(first: 1) { nodes { id } } } } }"
    (taught,) = days.ask(asked, OFFICER, v=version)["clauses"]["nodes"]
    title = days.said(words.title)
    drafted = days.do(
        "draftCourse",
        "version { id lessons(first: 1) { nodes { id } } }",
        "HQ_TRAINER",
        titles=title,
        subject="PROCESS",
        lessons=[{"kind": "TEXT", "titles": title, "texts": title, "clauseIds": [taught["id"]]}],
    )
    days.do("publishCourse", "version { state }", "HQ_TRAINER", versionId=drafted["id"])
    (lesson,) = drafted["lessons"]["nodes"]
    assert days.ask(LEARNING, STAFF)["nodes"] == []
    key: str = lesson["id"]
    return key


def a_stricter_text_is_planned_in_waves(days: Days, words: Words, first: str) -> dict[str, Any]:
    """Return the rollout: to the first store tomorrow, to all others on the day after."""
    days.later(days=1)
    text, rule = words.in_four_hours, RULE | {"within": "PT4H"}
    given = {"versionId": first, "titles": days.said(words.title)}
    drafted = days.do("reviseStandard", VERSION, OFFICER, clauses=clause(days, text, rule=rule), **given)
    assert (drafted["number"], drafted["state"]) == (2, "DRAFT")
    key = {"versionId": drafted["id"]}
    assert days.refused("submitStandard", OFFICER, **key) == ("QUESTIONS_MISSING", words.two_questions)
    asked = [days.asked(*words.by_when), days.asked(*words.by_whom)]
    whole = clause(days, text, rule=rule, questions=asked)
    days.do("reviseStandard", VERSION, OFFICER, clauses=whole, **(given | key))
    days.approved(drafted["id"])
    tomorrow, after = ((days.now + timedelta(days=number)).isoformat() for number in (1, 2))
    waves = [{"storeIds": [days.store]}, {"startsAt": after}]
    rule = {"leastShareMet": 50, "fewestCases": 5}
    plan = {"effectiveAt": tomorrow, "waves": waves, "stopRule": rule}
    rollout: dict[str, Any] = days.do("pushStandard", f"{ROLLOUT} {VERSION}", OFFICER, **key, **plan)
    assert (rollout["state"], [wave["startedAt"] for wave in rollout["waves"]["nodes"]]) == ("WAITING", [None, None])
    days.later(hours=12)
    assert days.ask(DUE, STAFF, s=days.store)["nodes"] == []
    return rollout


def the_first_wave_comes(days: Days, rollout: dict[str, Any]) -> None:
    days.later(hours=12)
    assert taken_up(days, "STORE_MANAGER", days.store)[0] == 2
    assert taken_up(days, "STORE_MANAGER_2", days.other_store)[0] == 1
    assert days.ask(ADOPTION, OFFICER, r=rollout["id"])["days"][-1]["pushed"] == 1


def taken_up(days: Days, who: str, store: str) -> tuple[int, dict[str, bool]]:
    """Return the number of the latest version at a store, and to which steps it has come there."""
    (here,) = days.ask(TAKEN_UP, who, s=store)["nodes"]
    number: int = here.pop("version")["number"]
    return number, {step: moment is not None for step, moment in here.items()}


def it_is_seen_and_acknowledged_with_its_questions(days: Days, words: Words) -> None:
    """Who has read the earlier text sees both, answers wrongly, which signs nothing, and then rightly."""
    (due,) = days.ask(DUE, STAFF, s=days.store)["nodes"]
    assert (due["change"], due["before"]["rule"]) == ("SUBSTANCE", {"within": "SAME_DAY"})
    assert (due["before"]["text"], due["clause"]["text"]) == (words.in_a_day, words.in_four_hours)
    asked = (words.by_when, words.by_whom)
    told = [{"text": text, "options": [right, wrong], "right": None} for text, right, wrong in asked]
    assert due["questions"] == told
    (here,) = days.ask(
        "query($s: ID!) { storeStandards(storeId: $s, first: 1) { nodes { version { id } } } }", STAFF, s=days.store
    )["nodes"]
    place = {"versionId": here["version"]["id"], "storeId": days.store}
    seen = days.do("seeStandard", "storeStandard { seenAt acknowledgedAt }", STAFF, **place)
    assert seen["seenAt"] is not None and seen["acknowledgedAt"] is None
    for chosen, is_signed in (([1, 0], False), ([0, 0], True)):
        answers = [{"clauseNumber": "1", "chosen": chosen}]
        read = days.do("acknowledgeStandard", READ, STAFF, answers=answers, **place)
        assert (read["acknowledgedAt"] is not None) is is_signed
    assert days.ask(DUE, STAFF, s=days.store)["nodes"] == []


def it_is_learnt(days: Days, lesson: str) -> None:
    (learning,) = days.ask(LEARNING, STAFF)["nodes"]
    assert (learning["reason"], learning["lesson"]) == ("CHANGE", {"id": lesson})
    done = {"enrolmentId": learning["id"], "lessonId": lesson}
    assert days.do("completeLesson", "enrolment { state }", STAFF, **done) == {"state": "PASSED"}
    days.background()
    _number, steps = taken_up(days, "STORE_MANAGER", days.store)
    assert [step for step, has_come in steps.items() if not has_come] == ["firstConformingAt", "sustainedAt"]


def it_is_kept_for_the_first_time(days: Days) -> None:
    complaint = days.filed()
    days.later(hours=2)
    days.looked_into(complaint)
    days.background()
    _number, steps = taken_up(days, "STORE_MANAGER", days.store)
    assert [step for step, has_come in steps.items() if not has_come] == ["sustainedAt"]


def the_second_wave_comes_and_is_not_taken_up_there(days: Days, rollout: dict[str, Any]) -> None:
    """The other store gets the text, reads nothing and keeps nobody's complaint in time."""
    days.later(days=1)
    assert taken_up(days, "STORE_MANAGER_2", days.other_store)[0] == 2
    complaint = days.filed("SERVICE_STAFF_2")
    days.later(hours=5)
    days.looked_into(complaint, "SERVICE_STAFF_2")
    days.background()
    _number, steps = taken_up(days, "STORE_MANAGER_2", days.other_store)
    assert [step for step, has_come in steps.items() if has_come] == ["pushedAt"]
    state = "query($r: ID!) { node(id: $r) { ... on Rollout { state } } }"
    assert days.ask(state, OFFICER, r=rollout["id"]) == {"state": "DONE"}


def it_is_kept_for_good(days: Days) -> None:
    days.later(days=29)
    assert taken_up(days, "STORE_MANAGER", days.store)[1]["sustainedAt"]


def what_was_signed_is_held_against_what_is_practised(days: Days, rollout: dict[str, Any]) -> None:
    found = days.ask(ADOPTION, OFFICER, r=rollout["id"])
    stores = {each["step"]: each["stores"] for each in found["steps"]}
    assert (found["meant"], stores.pop("PUSHED"), set(stores.values())) == (2, 2, {1})
    people = {each["step"]: each["people"] for each in found["steps"]}
    assert (people["ACKNOWLEDGED"], people["TRAINED"]) == (1, 1)
    curve = [
        ((days.first_day + timedelta(days=number)).isoformat(), steps)
        for number, steps in ((2, (1, 1, 1, 1, 1, 0)), (3, (2, 1, 1, 1, 1, 0)), (32, (2, 1, 1, 1, 1, 1)))
    ]
    names = ("pushed", "seen", "acknowledged", "trained", "conforming", "sustained")
    assert [(each["day"], tuple(each[name] for name in names)) for each in found["days"]] == curve
    own = days.ask(ADOPTION, "STORE_MANAGER_2", r=rollout["id"])
    assert (own["meant"], own["days"][-1]["pushed"], own["days"][-1]["acknowledged"]) == (1, 1, 0)
