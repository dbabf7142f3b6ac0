"""The story of a manual through HTTP, in English and Chinese: a changed figure asks whom it touches, nobody else."""

from dataclasses import dataclass
from typing import Any

import pytest

from tests.conftest import Chains
from tests.graphql_caller import GraphQLCaller
from tests.journeys.days import Days

CLAUSES = 40
# Which clauses are for some alone: roles, a store, or whoever works where there is a grill.
SCOPES: dict[int, dict[str, Any]] = {
    7: {"roles": ["STORE_MANAGER"]},
    12: {"roles": ["SERVICE_STAFF"]},
    17: {"roles": ["SERVICE_STAFF", "MENTOR"], "equipment": ["GRILL"]},
    28: {"storeIds": ["the other store"]},
}
PEOPLE = {
    "the store": ("MENTOR", "SERVICE_STAFF", "SERVICE_SUPERVISOR", "STORE_MANAGER"),
    "the other store": ("SERVICE_STAFF_2", "STORE_MANAGER_2"),
}
CHANGED = "query($s: ID!) { acknowledgementsDue(storeId: $s, first: 100) { nodes { clause { number } } } }"
DUE = """query($s: ID!) { acknowledgementsDue(storeId: $s, first: 9) { nodes {
    change clause { number text } before { number text } questions { text options right } } } }"""
OUTSTANDING = """query($s: ID!, $c: String) { acknowledgementsOutstanding(storeId: $s, first: 100, after: $c) {
    totalCount nodes { memberName clause { number } } pageInfo { hasNextPage endCursor } } }"""
COMPARED = """query($b: ID!, $a: ID!) { compareVersions(beforeId: $b, afterId: $a) {
    change differences before { number } after { number } } }"""
READ = "storeStandard { acknowledgedAt } wrongAnswers { clauseNumber question }"
OFFICER = "QUALITY_OFFICER"


@dataclass(frozen=True)
class Words:
    """What is said in a story, in one language."""

    language: str
    title: str
    text: str
    in_other_words: str
    question: tuple[str, str, str]
    more_than_wording: str


ENGLISH = Words(
    language="en",
    title="The manual",
    text="At step {number} of the round whoever is on duty looks at it every {minutes} minutes.",
    in_other_words="At step {number} of the round it is looked at by whoever is on duty every {minutes} minutes.",
    question=("How often?", "Every 15 minutes", "When there is time"),
    more_than_wording="Clause 17 changes more than “The same is required in other words” says: "
    "the figures in its text.",
)
CHINESE = Words(
    language="zh-hans",
    title="服务手册",
    text="巡查第 {number} 步，当班人员每 {minutes} 分钟查看一次。",
    in_other_words="巡查第 {number} 步，由当班人员查看，每 {minutes} 分钟一次。",
    question=("多久一次？", "每 15 分钟", "有空的时候"),
    more_than_wording="条款 17 的变化不止“仅文字变化，要求不变”：文字中的数字。",
)


class Manual:
    """Forty clauses, of which some are told in other words, and some with other figures."""

    def __init__(self, days: Days, words: Words) -> None:
        self.days, self.words = days, words
        self.stores = {"the store": days.store, "the other store": days.other_store}
        self.minutes = dict.fromkeys(range(1, CLAUSES + 1), 30)
        self.worded_anew: set[int] = set()

    def clauses(
        self, asking: frozenset[int] = frozenset(), claims: dict[int, str] | None = None
    ) -> list[dict[str, Any]]:
        """Return all clauses as they are typed; two questions go with those in `asking`, claims say what changes."""
        typed = []
        for number, minutes in self.minutes.items():
            wording = self.words.in_other_words if number in self.worded_anew else self.words.text
            clause: dict[str, Any] = {
                "number": str(number),
                "texts": self.days.said(wording.format(number=number, minutes=minutes)),
                "rule": {"kind": "BY_INSPECTION"},
            }
            if scope := SCOPES.get(number):
                clause["scope"] = {**scope, **({"storeIds": [self.days.other_store]} if "storeIds" in scope else {})}
            if number in asking:
                clause["questions"] = [self.days.asked(*self.words.question)] * 2
            if change := (claims or {}).get(number):
                clause["change"] = change
            typed.append(clause)
        return typed

    def given(self, **how: Any) -> dict[str, Any]:
        """Return the manual as a draft of it is sent."""
        return {"titles": self.days.said(self.words.title), "clauses": self.clauses(**how)}

    def revised(self, version: str, **how: Any) -> str:
        """Write it anew, have it approved, bring it to everybody, and return the version."""
        days, given = self.days, self.given(**how)
        key: str = days.do("reviseStandard", "version { id }", OFFICER, versionId=version, **given)["id"]
        days.approved(key)
        days.do("pushStandard", "version { state }", OFFICER, versionId=key)
        days.background()
        return key

    def due(self) -> dict[str, list[int]]:
        """Return who has to acknowledge which clauses, as they see it themselves; who has none is left out."""
        found = {}
        for place, people in PEOPLE.items():
            for who in people:
                asked = self.days.ask(CHANGED, who, s=self.stores[place])["nodes"]
                if numbers := [int(each["clause"]["number"]) for each in asked]:
                    found[who] = numbers
        return found

    def outstanding(self) -> set[tuple[str, int]]:
        """Return who has not acknowledged what, as those who lead the stores see it, page by page."""
        found = set()
        for place, leader in (("the store", "STORE_MANAGER"), ("the other store", "STORE_MANAGER_2")):
            here: set[tuple[str, int]] = set()
            page: dict[str, Any] = {"pageInfo": {"hasNextPage": True, "endCursor": None}}
            while page["pageInfo"]["hasNextPage"]:
                after = page["pageInfo"]["endCursor"]
                page = self.days.ask(OUTSTANDING, leader, s=self.stores[place], c=after)
                here |= {(each["memberName"], int(each["clause"]["number"])) for each in page["nodes"]}
            assert len(here) == page["totalCount"]
            found |= here
        return found

    def acknowledge(self, version: str, who: str, **more: Any) -> Any:
        place = "the other store" if who.endswith("_2") else "the store"
        read = {"versionId": version, "storeId": self.stores[place]}
        return self.days.do("acknowledgeStandard", READ, who, **read, **more)


@pytest.mark.parametrize("words", [ENGLISH, CHINESE], ids=["English", "Chinese"])
def test_a_changed_figure_among_forty_clauses_asks_exactly_those_whom_it_touches(
    words: Words, chains: Chains, graphql: GraphQLCaller, monkeypatch: pytest.MonkeyPatch
) -> None:
    manual = Manual(Days(chains, graphql, words.language, monkeypatch), words)
    first = everybody_reads_the_manual(manual)
    second = other_words_ask_nobody(manual, first)
    third = a_figure_for_those_with_a_grill_asks_two_people(manual, second)
    they_see_both_texts_and_answer(manual, third)
    whoever_passed_a_version_over_is_asked_once_about_all_of_it(manual, third)


def everybody_reads_the_manual(manual: Manual) -> str:
    days = manual.days
    days.do("recordEquipment", "equipment { code }", "HQ_ADMINISTRATOR", storeId=days.store, code="GRILL")
    first: str = days.do("draftStandard", "version { id }", OFFICER, **manual.given())["id"]
    days.approved(first)
    days.do("pushStandard", "version { state }", OFFICER, versionId=first)
    days.later(hours=1)
    everything, found = set(range(1, CLAUSES + 1)), manual.due()
    left_out = {
        "MENTOR": {7, 12, 28},
        "SERVICE_STAFF": {7, 28},
        "SERVICE_SUPERVISOR": {7, 12, 17, 28},
        "STORE_MANAGER": {12, 17, 28},
        "SERVICE_STAFF_2": {7, 17},
        "STORE_MANAGER_2": {12, 17},
    }
    assert {who: everything - set(numbers) for who, numbers in found.items()} == left_out
    for who in left_out:
        manual.acknowledge(first, who)
    assert (manual.due(), manual.outstanding()) == ({}, set())
    return first


def other_words_ask_nobody(manual: Manual, first: str) -> str:
    """Five clauses say the same in other words: who knows them is asked nothing."""
    days, reworded = manual.days, {3, 12, 17, 28, 40}
    days.later(days=7)
    manual.worded_anew |= reworded
    claims = dict.fromkeys(reworded, "WORDING")
    second = manual.revised(first, claims=claims)
    assert (manual.due(), manual.outstanding()) == ({}, set())
    compared = days.ask(COMPARED, OFFICER, b=first, a=second)
    assert len(compared) == CLAUSES
    changed = {int(each["after"]["number"]): each["differences"] for each in compared if each["change"] != "SAME"}
    assert changed == dict.fromkeys(reworded, ["TEXTS"])
    return second


def a_figure_for_those_with_a_grill_asks_two_people(manual: Manual, second: str) -> str:
    """Nobody may call it wording; it touches who serves or guides where there is a grill: two people of one store."""
    days = manual.days
    days.later(days=7)
    manual.minutes[17] = 15
    wording = manual.given(claims={17: "WORDING"}, asking=frozenset({17}))
    refused = days.refused("reviseStandard", OFFICER, versionId=second, **wording)
    assert refused == ("CHANGES_MORE_THAN_CLAIMED", manual.words.more_than_wording)
    unasked = days.do("reviseStandard", "version { id }", OFFICER, versionId=second, **manual.given())["id"]
    assert days.refused("submitStandard", OFFICER, versionId=unasked)[0] == "QUESTIONS_MISSING"
    third = manual.revised(unasked, asking=frozenset({17}))
    assert third == unasked
    assert manual.due() == {"MENTOR": [17], "SERVICE_STAFF": [17]}
    assert manual.outstanding() == {("Mentor", 17), ("Service staff", 17)}
    return third


def they_see_both_texts_and_answer(manual: Manual, third: str) -> None:
    days, words = manual.days, manual.words
    (due,) = days.ask(DUE, "SERVICE_STAFF", s=days.store)["nodes"]
    assert (due["change"], due["clause"]["number"]) == ("SUBSTANCE", "17")
    # The text that they had acknowledged, not the other words that came between.
    assert due["before"]["text"] == words.text.format(number=17, minutes=30)
    assert due["clause"]["text"] == words.in_other_words.format(number=17, minutes=15)
    text, right, wrong = words.question
    assert due["questions"] == [{"text": text, "options": [right, wrong], "right": None}] * 2
    unanswered = days.refused("acknowledgeStandard", "SERVICE_STAFF", versionId=third, storeId=days.store)
    assert unanswered[0] == "ANSWERS_MISSING"
    answers = [{"clauseNumber": "17", "chosen": [0, 1]}]
    assert manual.acknowledge(third, "SERVICE_STAFF", answers=answers) is not None
    assert manual.due() == {"MENTOR": [17], "SERVICE_STAFF": [17]}
    manual.acknowledge(third, "SERVICE_STAFF", answers=[{"clauseNumber": "17", "chosen": [0, 0]}])
    assert manual.due() == {"MENTOR": [17]}


def whoever_passed_a_version_over_is_asked_once_about_all_of_it(manual: Manual, third: str) -> None:
    """A figure for service staff everywhere, another one for the other store, and a further one for everybody."""
    manual.days.later(days=7)
    manual.minutes |= {12: 15, 28: 15, 40: 15}
    fourth = manual.revised(third, asking=frozenset({12, 17, 28, 40}))
    assert manual.due() == {
        "MENTOR": [17, 40],
        "SERVICE_STAFF": [12, 40],
        "SERVICE_SUPERVISOR": [40],
        "STORE_MANAGER": [40],
        "SERVICE_STAFF_2": [12, 28, 40],
        "STORE_MANAGER_2": [28, 40],
    }
    for who, numbers in manual.due().items():
        answers = [{"clauseNumber": str(number), "chosen": [0, 0]} for number in numbers]
        manual.acknowledge(fourth, who, answers=answers)
    assert (manual.due(), manual.outstanding()) == ({}, set())
