"""The story of a grave complaint through HTTP, in both languages: refused, worked again, decided and taken back."""

from dataclasses import dataclass
from typing import Any

import pytest

from api.base.ids import global_id
from tests.conftest import Chains
from tests.graphql_caller import GraphQLCaller

COMPLAINT = """complaint { id stage level round ownerName openReferrals
    referrals(first: 3) { nodes { id isOpen answer } } agreements(first: 3) { totalCount }
    outcomes(first: 9) { nodes { round isSatisfied reason } }
    escalations(first: 3) { nodes { fromLevel toLevel reason } }
    finalDecisions(first: 3) { nodes { round decision doneByName } } closures(first: 3) { totalCount }
    reworks(first: 3) { totalCount } withdrawals(first: 3) { totalCount } }"""


@dataclass(frozen=True)
class Words:
    """What is said in a story, in one language."""

    language: str
    customer: str
    subject: str
    kitchen: str
    findings: str
    voucher: str
    meal: str
    told: str
    no: str
    last_word: str
    rework_first: str
    referral_open: str
    not_told: str


ENGLISH = Words(
    language="en",
    customer="Mary Jones",
    subject="There was glass in the soup.",
    kitchen="Kitchen",
    findings="A lamp broke above the stove.",
    voucher="A voucher of fifty yuan.",
    meal="A meal for two, and the doctor's bill.",
    told="This is what we offer you. Thank you for your patience.",
    no="That is too little.",
    last_word="The doctor's bill is paid, nothing more.",
    rework_first="A complaint is decided finally only when it was worked again and the customer still said no. "
    "Find the reason and work it again first.",
    referral_open="Something was referred and has not been answered, so the complaint can't be closed.",
    not_told="The customer has not been told what was decided, so the complaint can't be closed.",
)
CHINESE = Words(
    language="zh-hans",
    customer="王小明",
    subject="汤里有玻璃碎片。",
    kitchen="厨房",
    findings="炉灶上方的灯破了。",
    voucher="赠送五十元代金券。",
    meal="赠送双人餐，并承担医药费。",
    told="这是我们的方案，谢谢您的耐心等待。",
    no="补偿太少了。",
    last_word="承担医药费，不再另作补偿。",
    rework_first="只有重新处理之后客户仍不满意，才能作出最终决定。请先查明原因，重新处理。",
    referral_open="有转交事项尚未答复，投诉不能结案。",
    not_told="尚未将决定告知客户，投诉不能结案。",
)


class Desk:
    """The people of one store, who work at one complaint in one language."""

    def __init__(self, chains: Chains, graphql: GraphQLCaller, words: Words) -> None:
        self.chain, self.graphql, self.words = chains.a, graphql, words
        filed = {"customerName": words.customer, "customerPhone": "+86 138 1234 5678", "subject": words.subject}
        store = global_id("Store", chains.a.store)
        how = {"storeId": store, "channel": "VISIT", "severity": "SERIOUS"}
        self.key = self._sent("fileComplaint", "SERVICE_STAFF", **filed, **how)["complaint"]["id"]

    def do(self, deed: str, as_: str, **given: Any) -> Any:
        payload = self._sent(deed, as_, complaintId=self.key, **given)
        assert payload["userErrors"] == [], payload
        return payload["complaint"]

    def refused(self, deed: str, as_: str, **given: Any) -> tuple[str, str]:
        (error,) = self._sent(deed, as_, complaintId=self.key, **given)["userErrors"]
        return error["code"], error["message"]

    def answer(self, referral: str) -> None:
        answered = self._sent("answerReferral", "SERVICE_STAFF", referralId=referral, answer=self.words.findings)
        assert answered["userErrors"] == [], answered

    def offer(self, remedy: str) -> Any:
        """Look into it, plan a remedy and tell the customer."""
        self.do("recordInvestigation", "SERVICE_STAFF", findings=self.words.findings)
        self.do("planResolution", "SERVICE_SUPERVISOR", remedy=remedy)
        return self.do("tellCustomer", "SERVICE_STAFF", channel="PHONE", message=self.words.told)

    def _sent(self, deed: str, as_: str, **given: Any) -> Any:
        return self.graphql.attempt(self.chain, deed, COMPLAINT, given, as_=as_, language=self.words.language)


@pytest.fixture(params=[ENGLISH, CHINESE], ids=["English", "Chinese"])
def desk(request: pytest.FixtureRequest, chains: Chains, graphql: GraphQLCaller) -> Desk:
    return Desk(chains, graphql, request.param)


def test_a_complaint_is_refused_worked_again_decided_finally_worked_once_more_and_taken_back(desk: Desk) -> None:
    words, form = desk.words, {"cause": desk.words.findings, "result": desk.words.last_word}
    desk.do("acceptComplaint", "SERVICE_STAFF")
    referral = the_customer_says_no_twice(desk)
    decided = desk.do("decideFinally", "STORE_MANAGER", decision=words.last_word, reason=words.findings)
    last_word = {"round": 3, "decision": words.last_word, "doneByName": "Store manager"}
    assert (decided["stage"], decided["finalDecisions"]["nodes"]) == ("FINALLY_DECIDED", [last_word])
    assert desk.refused("closeComplaint", "STORE_MANAGER", **form) == ("REFERRAL_OPEN", words.referral_open)
    desk.answer(referral)
    assert desk.refused("closeComplaint", "STORE_MANAGER", **form) == ("CUSTOMER_NOT_TOLD", words.not_told)
    desk.do("tellCustomer", "SERVICE_STAFF", channel="PHONE", message=words.told)
    closed = desk.do("closeComplaint", "STORE_MANAGER", **form)
    assert (closed["stage"], closed["openReferrals"]) == ("CLOSED", 0)
    it_is_worked_once_more_and_taken_back(desk, closed, form)


def the_customer_says_no_twice(desk: Desk) -> str:
    """To the first offer, and to what came of the second one and of the third; return what was referred meanwhile."""
    words = desk.words
    referred = desk.do("referComplaint", "SERVICE_STAFF", department=words.kitchen, question=words.subject)
    (referral,) = referred["referrals"]["nodes"]
    assert desk.offer(words.voucher)["stage"] == "CUSTOMER_TOLD"
    refused = desk.do("agreeResolution", "SERVICE_STAFF", channel="PHONE", isAgreed=False, reason=words.no)
    assert (refused["stage"], refused["round"]) == ("INVESTIGATED", 1)
    desk.offer(words.meal)
    assert desk.do("agreeResolution", "SERVICE_STAFF", channel="PHONE", isAgreed=True)["stage"] == "AGREED"
    no = {"carriedOut": words.meal, "isSatisfied": False, "reason": words.no}
    again = desk.do("recordOutcome", "SERVICE_STAFF", **no)
    assert (again["stage"], again["round"]) == ("REWORK", 2)
    last = {"decision": words.last_word, "reason": words.findings}
    assert desk.refused("decideFinally", "STORE_MANAGER", **last) == ("REWORK_FIRST", words.rework_first)
    risen = desk.do("escalateComplaint", "SERVICE_STAFF", reason=words.no, toLevel="STORE_MANAGER")
    assert (risen["level"], risen["ownerName"]) == ("STORE_MANAGER", "Store manager")
    assert risen["escalations"]["nodes"] == [
        {"fromLevel": "STORE_STAFF", "toLevel": "STORE_MANAGER", "reason": words.no}
    ]
    desk.offer(words.meal)
    again = desk.do("recordOutcome", "SERVICE_STAFF", **no)
    assert (again["stage"], again["round"], again["agreements"]["totalCount"]) == ("REWORK", 3, 2)
    return str(referral["id"])


def it_is_worked_once_more_and_taken_back(desk: Desk, closed: Any, form: dict[str, str]) -> None:
    """What was measured before stays as it was."""
    words = desk.words
    reopened = desk.do("reworkComplaint", "SERVICE_STAFF", reason=words.no)
    assert (reopened["stage"], reopened["outcomes"]) == ("REWORK", closed["outcomes"])
    assert reopened["finalDecisions"] == closed["finalDecisions"]
    taken_back = desk.do(
        "withdrawComplaint", "SERVICE_SUPERVISOR", channel="PHONE", reason=words.told, proof="2026-0042"
    )
    assert (taken_back["stage"], taken_back["withdrawals"]["totalCount"]) == ("WITHDRAWN", 1)
    ended = desk.do("closeComplaint", "STORE_MANAGER", **form)
    assert (ended["stage"], ended["closures"]["totalCount"]) == ("CLOSED", 2)
