"""The story of what is undone, through HTTP in three languages: sent back, called off, withdrawn, taken up again; and
what an area is told of it all (S1, S7).
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from api.base.ids import global_id
from tests.conftest import Chains
from tests.graphql_caller import GraphQLCaller
from tests.journeys.days import Days

VERSION = """version { id number state availableActions returns(first: 2) { nodes { reason doneByName } }
  clauses(first: 1) { nodes { id lineageId change } } }"""
ROLLOUT = """rollout { id state availableActions version { state } pauses(first: 2) { nodes { reason resumedAt } }
  waves(first: 2) { nodes { cancelledAt } } }"""
WAITING = "query($s: [VersionState!]) { versions(states: $s, first: 5) { nodes { id } } }"
ACTIONS = "query($v: ID!) { node(id: $v) { ... on Version { state availableActions } } }"
LACKING = """query($v: ID!, $a: ID) { storeStandards(versionId: $v, areaId: $a, lacking: ACKNOWLEDGED, first: 5) {
  nodes { store { code } remindersSent rollout { allowsLocalClauses } } } }"""
MONTHS = """query($a: ID, $s: Date!, $u: Date!) { conformanceByMonth(areaId: $a, since: $s, until: $u) {
  month shareMet distance trend isKept clause { number } } }"""
DAYS = """query($c: ID!, $a: ID, $f: Date!, $l: Date!) { conformanceByDay(clauseId: $c, areaId: $a, firstOn: $f,
  lastOn: $l) { day shareMet } }"""
STORES = """query($c: ID!, $m: Date!) { conformanceByStore(clauseId: $c, month: $m, first: 5) {
  totalCount nodes { store { code } conformance { shareMet distance } } } }"""
MISSED = """query($a: ID, $f: Date, $l: Date) { verdicts(areaId: $a, firstOn: $f, lastOn: $l, state: MISSED, first: 5) {
  nodes { store { code } } } }"""
OFFICER, HQ, STAFF, SUPERVISOR = "QUALITY_OFFICER", "HQ_ADMINISTRATOR", "SERVICE_STAFF", "AREA_SUPERVISOR"


@dataclass(frozen=True)
class Words:
    """What is said in a story, in one language."""

    language: str
    title: str
    text: str
    over: str
    had_it: str


ENGLISH = Words(
    language="en",
    title="Complaints are looked into",
    text="Every complaint is looked into and verified within 3 hours of its being filed.",
    over="No wave of this rollout is still to come.",
    had_it="These stores all have or had this version. To bring an earlier text back, revise the standard.",
)
SIMPLIFIED = Words(
    language="zh-hans",
    title="投诉得到调查",
    text="每一宗投诉都在受理后 3 小时内调查核实。",
    over="该下发已没有待下发的批次。",
    had_it="这些门店都已有或曾有该版本。如需恢复较早的文本，请修订该标准。",
)
TRADITIONAL = Words(
    language="zh-hant",
    title="投訴得到調查",
    text="每一宗投訴都在受理後 3 小時內調查核實。",
    over="該下發已沒有待下發的批次。",
    had_it="這些門店都已有或曾有該版本。如需恢復較早的文本，請修訂該標準。",
)


def text_of(days: Days, words: Words, share: int) -> dict[str, Any]:
    rule = {
        "kind": "FOLLOWED_BY",
        "trigger": "COMPLAINT_FILED",
        "response": "INVESTIGATION_RECORDED",
        "within": "PT3H",
        "share": share,
    }
    questions = [days.asked("?", "1", "2"), days.asked("??", "1", "2")]
    clause = {"number": "1", "texts": days.said(words.text), "rule": rule, "questions": questions}
    return {"titles": days.said(words.title), "clauses": [clause]}


@pytest.mark.parametrize("words", [ENGLISH, SIMPLIFIED, TRADITIONAL], ids=["en", "zh-hans", "zh-hant"])
def test_what_went_wrong_is_undone_and_the_area_sees_how_it_goes(
    words: Words, chains: Chains, graphql: GraphQLCaller, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = Days(chains, graphql, words.language, monkeypatch)
    first = it_is_sent_back_and_approved(days, words)
    it_is_called_off_and_comes_after_all(days, words, first)
    clause = first["clauses"]["nodes"][0]["id"]
    it_is_lived(days)
    the_area_is_told(days, clause)
    a_later_one_is_withdrawn_and_the_text_comes_back(days, words, first)


def it_is_sent_back_and_approved(days: Days, words: Words) -> Any:
    version = days.do("draftStandard", VERSION, OFFICER, **text_of(days, words, share=90))
    key = {"versionId": version["id"]}
    days.do("submitStandard", VERSION, OFFICER, **key)
    assert [each["id"] for each in days.ask(WAITING, HQ, s=["SUBMITTED"])["nodes"]] == [version["id"]]
    sent_back = days.do("returnStandard", VERSION, HQ, **key, reason="24/7?")
    assert (sent_back["state"], sent_back["returns"]["nodes"][0]["reason"]) == ("DRAFT", "24/7?")
    assert days.ask(WAITING, HQ, s=["SUBMITTED"])["nodes"] == []
    days.approved(version["id"])
    return version


def it_is_called_off_and_comes_after_all(days: Days, words: Words, version: Any) -> None:
    key = {"versionId": version["id"]}
    in_a_month = (days.now + timedelta(days=30)).isoformat()
    wrong = days.do("pushStandard", ROLLOUT, OFFICER, **key, effectiveAt=in_a_month)
    assert (wrong["state"], wrong["availableActions"]) == ("WAITING", ["PAUSE_ROLLOUT", "CANCEL_ROLLOUT"])
    off = days.do("cancelRollout", ROLLOUT, OFFICER, rolloutId=wrong["id"], reason="5月 / May")
    assert (off["state"], off["availableActions"], off["version"]["state"]) == ("CANCELLED", [], "APPROVED")
    assert off["pauses"]["nodes"] == [{"reason": "5月 / May", "resumedAt": None}]
    again = days.refused("cancelRollout", OFFICER, rolloutId=wrong["id"], reason="5月 / May")
    assert again == ("ROLLOUT_OVER", words.over)
    right = days.do("pushStandard", ROLLOUT, OFFICER, **key)
    assert (right["state"], right["version"]["state"]) == ("DONE", "EFFECTIVE")
    assert days.refused("pushStandard", OFFICER, **key) == ("IN_FORCE_ALREADY", words.had_it)


def it_is_lived(days: Days) -> None:
    """The first store looks into one complaint in time and one too late, the other one into one in time."""
    told = [(who, days.filed(who)) for who in (STAFF, "SERVICE_STAFF_2", STAFF)]
    days.later(hours=1)
    for who, complaint in told[:2]:
        days.looked_into(complaint, who)
    days.later(hours=4)
    days.looked_into(told[2][1], STAFF)
    days.later(hours=1)


def the_area_is_told(days: Days, clause: str) -> None:
    area, other = (global_id("Area", each) for each in (days.chain.area, days.chain.other_area))
    month = days.first_day.replace(day=1).isoformat()
    asked: dict[str, Any] = {"a": area, "s": month, "u": month}
    (found,) = days.ask(MONTHS, SUPERVISOR, **asked)
    assert found == {
        "month": month,
        "shareMet": 50.0,
        "distance": -40.0,
        "trend": None,
        "isKept": False,
        "clause": {"number": "1"},
    }
    assert days.ask(MONTHS, OFFICER, **asked | {"a": other})[0]["shareMet"] == 100.0
    day = days.first_day.isoformat()
    assert days.ask(DAYS, SUPERVISOR, c=clause, a=area, f=day, l=day) == [{"day": day, "shareMet": 50.0}]
    stores = days.ask(STORES, OFFICER, c=clause, m=day)
    beside = [(each["store"]["code"], each["conformance"]["distance"]) for each in stores["nodes"]]
    assert (stores["totalCount"], beside) == (2, [("S1", -40.0), ("S2", 10.0)])
    assert days.ask(STORES, SUPERVISOR, c=clause, m=day)["totalCount"] == 1
    (case,) = days.ask(MISSED, SUPERVISOR, a=area, f=day, l=day)["nodes"]
    assert case["store"]["code"] == "S1"


def a_later_one_is_withdrawn_and_the_text_comes_back(days: Days, words: Words, first: Any) -> None:
    key = {"versionId": first["id"]}
    second = days.do("reviseStandard", VERSION, OFFICER, **key, **text_of(days, words, share=80))
    days.approved(second["id"])
    days.do("pushStandard", ROLLOUT, OFFICER, versionId=second["id"])
    area = global_id("Area", days.chain.area)
    (lacking,) = days.ask(LACKING, SUPERVISOR, v=second["id"], a=area)["nodes"]
    assert lacking == {"store": {"code": "S1"}, "remindersSent": 0, "rollout": {"allowsLocalClauses": False}}
    assert days.ask(ACTIONS, OFFICER, v=first["id"]) == {"state": "SUPERSEDED", "availableActions": []}
    days.do("withdrawStandard", VERSION, OFFICER, versionId=second["id"], reason="80?")
    assert days.ask(ACTIONS, OFFICER, v=first["id"])["availableActions"] == ["REVISE_STANDARD"]
    third = days.do("reviseStandard", VERSION, OFFICER, **key, **text_of(days, words, share=90))
    same = first["clauses"]["nodes"][0]["lineageId"]
    assert (third["number"], third["clauses"]["nodes"][0]["lineageId"]) == (3, same)
    days.approved(third["id"])
    assert days.do("pushStandard", ROLLOUT, OFFICER, versionId=third["id"])["state"] == "DONE"
