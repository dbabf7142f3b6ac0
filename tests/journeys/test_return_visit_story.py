"""The story of a return visit through HTTP, in English and Chinese: from the closed complaint to the signature."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from api.base.ids import global_id
from chains.actor import system_actor
from chains.scope import scope
from complaints.actions.ending import close_complaint
from journal.models import Entry
from tests.conftest import Chains
from tests.factories.complaints import settled
from tests.factories.people import actor_of_role
from tests.graphql_caller import GraphQLCaller
from visits import tasks

VISIT = """visit { id reference state version ownerName isOverdue isSatisfied availableActions madeByName signedByName
    customer { name } occasions(first: 5) { nodes { kind complaintId dueAt clocks(first: 2) { nodes { kind words } } } }
    attempts(first: 5) { nodes { outcome doneByName } }
    credits(first: 5) { nodes { callerName amount { amountMinor } } }
    points(first: 9) { nodes { id said saidBy state answer
      promises(first: 3) { nodes { isKeptInTime } } decisions(first: 3) { nodes { departments decision } } } } }"""
LIST = """query($s: ID!, $t: DateTime) { returnVisits(storeId: $s, states: [DUE], dueBefore: $t, first: 9) {
    nodes { id reference dueAt ownerName } } }"""


@dataclass(frozen=True)
class Words:
    """What is said in a story, in one language."""

    language: str
    clock: str
    bill: str
    wife: str
    answer: str
    departments: str
    decision: str
    told: str
    why_not: str
    points_open: str
    not_own: str
    note: str


ENGLISH = Words(
    language="en",
    clock="the customer is called again",
    bill="The bill was two yuan too high.",
    wife="His wife",
    answer="The soup is kept on the stove now.",
    departments="Accounts, till",
    decision="Two yuan come back.",
    told="You get two yuan back tomorrow.",
    why_not="The new bowl leaks.",
    points_open="Points of this visit are open: each has to be decided and told to the customer first.",
    not_own="Somebody else has to sign this: you made the visit yourself, or no person signs.",
    note="Well done.",
)
CHINESE = Words(
    language="zh-hans",
    clock="对客户进行回访",
    bill="账单多收了两元。",
    wife="王太太",
    answer="汤现在一直放在灶上保温。",
    departments="财务部、收银台",
    decision="退还两元。",
    told="明天退还您两元。",
    why_not="新碗漏水。",
    points_open="本次回访尚有意见未处理：每一条都须先作出决定并告知客户。",
    not_own="须由他人签字：此次回访由您本人进行，或签字者不是本人。",
    note="做得好。",
)


class Desk:
    """The people of one store who call customers again, in one language; and what happens by itself."""

    def __init__(self, chains: Chains, graphql: GraphQLCaller, words: Words) -> None:
        self.chain, self.graphql, self.words = chains.a, graphql, words
        self.store = global_id("Store", chains.a.store)

    def send(self, deed: str, wanted: str, as_: str, **given: Any) -> Any:
        return self.graphql.attempt(self.chain, deed, wanted, given, as_=as_, language=self.words.language)

    def do(self, deed: str, as_: str, **given: Any) -> Any:
        payload = self.send(deed, VISIT, as_, **given)
        assert payload["userErrors"] == [], payload
        return payload["visit"]

    def refused(self, deed: str, as_: str, **given: Any) -> tuple[str, str]:
        (error,) = self.send(deed, "__typename", as_, **given)["userErrors"]
        return error["code"], error["message"]

    def due(self) -> Any:
        variables = {"s": self.store, "t": (timezone.now() + timedelta(days=4)).isoformat()}
        asked = self.graphql(self.chain, LIST, variables, as_="SERVICE_STAFF", language=self.words.language)
        return asked["data"]["returnVisits"]["nodes"]

    def closed_complaint(self) -> str:
        manager, now = actor_of_role(self.chain, "STORE_MANAGER"), timezone.now()
        with scope(self.chain.chain, manager):
            complaint = settled(manager, self.chain.store, now)
            close_complaint(actor=manager, complaint_id=complaint.id, cause="A lamp.", result="A bowl.", now=now)
        self.consume(tasks.plan_after_complaint, "COMPLAINT_CLOSED")
        return global_id("Complaint", complaint.id)

    def consume(self, task: Any, kind: str) -> None:
        job = system_actor()
        with scope(self.chain.chain, job):
            entry = Entry.objects.filter(kind=kind).order_by("-at", "-id").first()
            assert entry is not None
            task.function(actor=job, now=timezone.now(), entry_id=entry.id)


@pytest.fixture(params=[ENGLISH, CHINESE], ids=["English", "Chinese"])
def desk(request: pytest.FixtureRequest, chains: Chains, graphql: GraphQLCaller) -> Desk:
    return Desk(chains, graphql, request.param)


def test_a_return_visit_from_the_closed_complaint_to_the_signature(desk: Desk) -> None:
    complaint = desk.closed_complaint()
    (due,) = desk.due()
    assert (due["reference"], due["ownerName"]) == ("S1-V00001", "Service staff")
    key = due["id"]
    tried = desk.do("recordVisitAttempt", "SERVICE_STAFF", visitId=key, outcome="NO_ANSWER")
    (occasion,) = tried["occasions"]["nodes"]
    assert (occasion["kind"], occasion["complaintId"]) == ("COMPLAINT", complaint)
    assert occasion["clocks"]["nodes"] == [{"kind": "RETURN_VISIT", "words": desk.words.clock}]
    visit = it_is_made(desk, key)
    point = visit["points"]["nodes"][1]["id"]
    settled_visit = it_is_settled(desk, key, point)
    assert settled_visit["points"]["nodes"][1]["promises"]["nodes"] == [{"isKeptInTime": True}]
    assert desk.refused("signReturnVisit", "SERVICE_SUPERVISOR", visitId=key) == (
        "SIGNER_IS_CALLER",
        desk.words.not_own,
    )
    signed = desk.do("signReturnVisit", "STORE_MANAGER", visitId=key, note=desk.words.note)
    assert (signed["state"], signed["signedByName"], signed["availableActions"]) == ("SIGNED", "Store manager", [])
    assert desk.due() == []


def it_is_made(desk: Desk, key: str) -> Any:
    """The supervisor calls: one point is answered at once, the other one is promised."""
    words = desk.words
    promised = (timezone.now() + timedelta(days=1)).isoformat()
    points = [
        {"said": words.wife, "saidBy": words.wife, "answer": words.answer},
        {"said": words.bill, "promisedUntil": promised},
    ]
    spoken = {"visitId": key, "channel": "PHONE", "isSatisfied": True}
    half = {"points": [{"said": words.bill}]}
    assert desk.refused("recordReturnVisit", "SERVICE_SUPERVISOR", **spoken, **half)[0] == "ANSWER_OR_PROMISE_NEEDED"
    visit = desk.do("recordReturnVisit", "SERVICE_SUPERVISOR", **spoken, points=points, expectedVersion=2)
    assert (visit["state"], visit["isSatisfied"], visit["version"]) == ("TALKED", True, 3)
    assert [point["state"] for point in visit["points"]["nodes"]] == ["ANSWERED", "OPEN"]
    assert desk.refused("signReturnVisit", "STORE_MANAGER", visitId=key) == ("POINTS_OPEN", words.points_open)
    return visit


def it_is_settled(desk: Desk, key: str, point: str) -> Any:
    """What was promised is decided with the departments and told to the customer."""
    words = desk.words
    answer = {"pointId": point, "answer": words.told, "channel": "PHONE"}
    assert desk.refused("answerVisitPoint", "SERVICE_STAFF", **answer)[0] == "DECISION_NEEDED"
    decided = {"departments": words.departments, "decision": words.decision}
    visit = desk.do("decideVisitPoint", "SERVICE_STAFF", pointId=point, **decided)
    assert visit["points"]["nodes"][1]["decisions"]["nodes"] == [decided]
    visit = desk.do("answerVisitPoint", "SERVICE_STAFF", **answer)
    assert (visit["state"], visit["points"]["nodes"][1]["answer"]) == ("SETTLED", words.told)
    return visit


def test_a_customer_who_is_not_satisfied_is_heard_again(desk: Desk) -> None:
    complaint = desk.closed_complaint()
    (due,) = desk.due()
    spoken = {"visitId": due["id"], "channel": "PHONE", "isSatisfied": False}
    assert desk.refused("recordReturnVisit", "SERVICE_STAFF", **spoken)[0] == "REASON_FOR_DISSATISFACTION_NEEDED"
    desk.do("recordReturnVisit", "SERVICE_STAFF", **spoken, dissatisfiedBecause=desk.words.why_not)
    desk.consume(tasks.rework_complaints, "RETURN_VISIT_RECORDED")
    asked = desk.graphql(
        desk.chain,
        "query($i: ID!) { node(id: $i) { ... on Complaint { stage round } } }",
        {"i": complaint},
        as_="STORE_MANAGER",
    )
    assert asked["data"]["node"] == {"stage": "REWORK", "round": 2}
