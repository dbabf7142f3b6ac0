"""The story of a threshold through HTTP, in English and Chinese: tried on the past, changed, and lived (S3, S7)."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from tests.conftest import Chains
from tests.graphql_caller import GraphQLCaller
from tests.journeys.days import Days

VERSION = "version { id number state clauses(first: 1) { nodes { id } } findings { criterion message isBlocking } }"
REPLAY = """replay { state version { id } against { id } clauses(first: 9) { nodes {
    conformance { clause { version { id } rule { within } } tallies { state count } shareMet isKept } alarmsADay
    hours { number met missed } stores(first: 9) { nodes { store { id } needsWaiver } } } } }"""
CONFORMANCE = """query($s: ID!, $f: DateTime!, $u: DateTime!) { conformance(storeId: $s, since: $f, until: $u) {
    clause { version { id } } tallies { state count } shareMet isKept } }"""
BY_MONTH = """query($s: ID, $f: Date!, $u: Date!) { conformanceByMonth(storeId: $s, since: $f, until: $u) {
    clause { version { id } } tallies { state count } } }"""
VERDICTS = "query($c: ID!) { verdicts(clauseId: $c, first: 50) { nodes { state store { code } } } }"
FOLLOWED = {"kind": "FOLLOWED_BY", "trigger": "COMPLAINT_FILED", "response": "INVESTIGATION_RECORDED", "share": 90}
OFFICER, STAFF, OTHER_STAFF = "QUALITY_OFFICER", "SERVICE_STAFF", "SERVICE_STAFF_2"


@dataclass(frozen=True)
class Words:
    """What is said in a story, in one language."""

    language: str
    title: str
    text: str
    not_yet: str


ENGLISH = Words(
    language="en",
    title="Complaints are looked into",
    text="Every complaint is looked into and verified within {hours} hours of its being filed.",
    not_yet="The past of what clause 1 speaks of is measured up to - so far. Try again later.",
)
CHINESE = Words(
    language="zh-hans",
    title="投诉得到调查",
    text="每一宗投诉都在受理后 {hours} 小时内调查核实。",
    not_yet="条款 1 所涉及的过往记录目前只测算到 -。请稍后再试。",
)


@pytest.mark.parametrize("words", [ENGLISH, CHINESE], ids=["English", "Chinese"])
def test_a_threshold_is_tried_on_the_past_and_what_comes_of_it_is_what_is_lived(
    words: Words, chains: Chains, graphql: GraphQLCaller, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = Days(chains, graphql, words.language, monkeypatch)
    some_days_go_by(days)
    strict = drafted(days, words, hours=2)
    it_is_too_hard(days, words, strict)
    strict = revised(days, words, strict, hours=3)
    mild = drafted(days, words, hours=6)
    the_two_stand_side_by_side(days, strict, mild)
    the_strict_one_is_given_up(days, strict)
    days.approved(mild["id"])
    days.do("pushStandard", "version { state }", OFFICER, versionId=mild["id"])
    before, since = tallied(days, mild), days.now
    days.later(days=1)
    some_days_go_by(days)
    one_comes_too_late_and_one_is_still_open(days)
    what_is_lived_is_what_the_replay_says(days, mild, before, since)


def some_days_go_by(days: Days) -> None:
    """On each of three days both stores look into one complaint after an hour and one after five."""
    for _day in range(3):
        told = [(who, days.filed(who)) for who in (STAFF, OTHER_STAFF) for _each in range(2)]
        days.later(hours=1)
        for who, complaint in told[::2]:
            days.looked_into(complaint, who)
        days.later(hours=4)
        for who, complaint in told[1::2]:
            days.looked_into(complaint, who)
        days.later(hours=19)


def one_comes_too_late_and_one_is_still_open(days: Days) -> None:
    late = days.filed()
    days.later(hours=7)
    days.looked_into(late)
    days.filed()
    days.background()


def text_of(days: Days, words: Words, hours: int) -> dict[str, Any]:
    rule = FOLLOWED | {"within": f"PT{hours}H"}
    clause = {"number": "1", "texts": days.said(words.text.format(hours=hours)), "rule": rule}
    return {"titles": days.said(words.title), "clauses": [clause]}


def drafted(days: Days, words: Words, *, hours: int) -> Any:
    return days.do("draftStandard", VERSION, OFFICER, **text_of(days, words, hours))


def revised(days: Days, words: Words, version: Any, *, hours: int) -> Any:
    key = {"versionId": version["id"]}
    written_anew = days.do("reviseStandard", VERSION, OFFICER, **key, **text_of(days, words, hours))
    assert written_anew["id"] == version["id"]
    days.background()
    return written_anew


def tried(days: Days, version: Any, **more: Any) -> dict[str, Any]:
    """Return by version what came of trying one on all days so far, and perhaps another beside it."""
    given = {"versionId": version["id"], "firstOn": days.first_day.isoformat(), "lastOn": days.now.date().isoformat()}
    replay = days.do("replayStandard", REPLAY, OFFICER, **given | more)
    assert replay["state"] == "DONE"
    told = [{**each, **each["conformance"]} for each in replay["clauses"]["nodes"]]
    return {each["clause"]["version"]["id"]: each for each in told}


def counts(found: Any) -> dict[str, int]:
    return {tally["state"]: tally["count"] for tally in found["tallies"] if tally["count"]}


def it_is_too_hard(days: Days, words: Words, strict: Any) -> None:
    """Half of an answer is refused; measured, the draft would have been missed in every second case at each store."""
    period = {"firstOn": days.first_day.isoformat(), "lastOn": days.now.date().isoformat()}
    refused = days.refused("replayStandard", OFFICER, versionId=strict["id"], **period)
    assert refused == ("NOT_MEASURED_YET", words.not_yet)
    days.background()
    found = tried(days, strict)[strict["id"]]
    assert (counts(found), found["shareMet"], found["isKept"]) == ({"MET": 6, "MISSED": 6}, 50, False)
    assert found["alarmsADay"] == 6 / 4
    assert found["hours"][10] == {"number": 10, "met": 6, "missed": 6}
    needing = {each["store"]["id"]: each["needsWaiver"] for each in found["stores"]["nodes"]}
    assert needing == {days.store: True, days.other_store: True}


def the_two_stand_side_by_side(days: Days, strict: Any, mild: Any) -> None:
    days.background()
    found = tried(days, strict, againstId=mild["id"])
    hard, fair = found[strict["id"]], found[mild["id"]]
    assert [each["clause"]["rule"]["within"] for each in (hard, fair)] == ["PT3H", "PT6H"]
    assert [(each["shareMet"], each["isKept"]) for each in (hard, fair)] == [(50, False), (100, True)]
    assert [each["alarmsADay"] for each in (hard, fair)] == [1.5, 0]
    assert not any(each["needsWaiver"] for each in fair["stores"]["nodes"])
    listed = days.ask("query { replays(first: 5) { nodes { version { id } against { id } } } }", "HQ_ADMINISTRATOR")
    assert listed["nodes"][0] == {"version": {"id": strict["id"]}, "against": {"id": mild["id"]}}


def the_strict_one_is_given_up(days: Days, strict: Any) -> None:
    given_up = days.do("withdrawStandard", "version { state }", OFFICER, versionId=strict["id"], reason="Too hard 太严")
    assert given_up == {"state": "WITHDRAWN"}


def tallied(days: Days, version: Any) -> dict[str, int]:
    return counts(tried(days, version)[version["id"]])


def what_is_lived_is_what_the_replay_says(days: Days, mild: Any, before: dict[str, int], since: Any) -> None:
    """Trying the version in force on the days since then gives the verdicts of these days, store by store."""
    assert before == {"MET": 12}
    lived = (since + timedelta(days=1)).date().isoformat()
    found = tried(days, mild, firstOn=lived)[mild["id"]]
    assert counts(found) == {"MET": 12, "MISSED": 1, "OPEN": 1}
    (clause,) = mild["clauses"]["nodes"]
    verdicts = days.ask(VERDICTS, OFFICER, c=clause["id"])["nodes"]
    assert Counter(each["state"] for each in verdicts) == counts(found)
    for store, who, code in ((days.store, "STORE_MANAGER", "S1"), (days.other_store, "STORE_MANAGER_2", "S2")):
        period = {"f": since.isoformat(), "u": days.now.isoformat()}
        (here,) = days.ask(CONFORMANCE, who, s=store, **period)
        assert counts(here) == Counter(each["state"] for each in verdicts if each["store"]["code"] == code)
        at_store = tried(days, mild, firstOn=lived, storeIds=[store])[mild["id"]]
        assert [at_store[told] for told in ("shareMet", "isKept")] == [here[told] for told in ("shareMet", "isKept")]
        assert counts(at_store) == counts(here)
    assert sum_by_month(days, mild) == counts(found)


def sum_by_month(days: Days, mild: Any) -> dict[str, int]:
    """Return how many cases stand how in the chain, added up over the months of the story."""
    period = {"f": days.first_day.isoformat(), "u": days.now.date().isoformat()}
    months = days.ask(BY_MONTH, OFFICER, **period)
    assert {month["clause"]["version"]["id"] for month in months} == {mild["id"]}
    total: dict[str, int] = {}
    for month in months:
        for state, count in counts(month).items():
            total[state] = total.get(state, 0) + count
    return total
