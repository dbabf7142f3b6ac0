"""The story of an inquiry through HTTP, in English and Chinese: from the shop's chat to the closed question."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from api.base.ids import global_id
from chains.actor import system_actor
from chains.scope import scope
from inquiries.actions.norms import plant_default_norms
from tests.conftest import Chains
from tests.graphql_caller import GraphQLCaller

INQUIRY = """inquiry { id reference state isQueued round version ownerName openPromises availableActions
    isOverdue dueAt repeats { reference } offeredAnswers { question text }
    customer { name } messages(first: 20) { nodes { direction answer text isSentDespiteWarnings recordedByName } }
    handOvers(first: 9) { nodes { reason fromOwnerName toOwnerName } } turns(first: 9) { nodes { kind round } }
    promises(first: 9) { nodes { isKeptInTime } } advice(first: 9) { nodes { needs lines { product quantity } } } }"""


@dataclass(frozen=True)
class Words:
    """What is said in a story, in one language."""

    language: str
    customer: str
    subject: str
    question: str
    known_question: str
    known_answer: str
    banned: str
    phrase: str
    promise: str
    clumsy: str
    answer: str
    advice: str
    needs: str
    product: str
    more: str
    refused: str
    blocked: str


ENGLISH = Words(
    language="en",
    customer="Ada Customer",
    subject="The lamp",
    question="How long is the warranty of the lamp L-7?",
    known_question="How long is the warranty",
    known_answer="Two years.",
    banned="Hello, that is not our business.",
    phrase="not our business",
    promise="Hello, I will ask the workshop and write to you within the hour.",
    clumsy="I don't know the colour yet.",
    answer="Thank you for waiting: it is two years.",
    advice="For a hall two of them would do.",
    needs="Light for a hall",
    product="Lamp L-7",
    more="And do you have it in red?",
    refused="The customer still waits for an answer, so the inquiry can't be closed.",
    blocked="This can't be sent as it is. “not our business” is not said (When a customer asks about what others do).",
)
CHINESE = Words(
    language="zh-hans",
    customer="王小明",
    subject="台灯",
    question="请问台灯保修多久？",
    known_question="保修多久",
    known_answer="两年。",
    banned="您好，这个我们不管。",
    phrase="我们不管",
    promise="您好，我去问一下维修部，一小时内回复您。",
    clumsy="颜色我不清楚。",
    answer="谢谢您的等待：保修两年。",
    advice="大厅建议买两盏。",
    needs="大厅照明",
    product="台灯 L-7",
    more="有红色的吗？",
    refused="客户仍在等待答复，不能关闭该咨询。",
    blocked="此内容不能发送。“我们不管”不可使用（客户问到其他部门或商家的事）。",
)


class Desk:
    """The people of one chain at the desk, who speak one language."""

    def __init__(self, chains: Chains, graphql: GraphQLCaller, words: Words) -> None:
        self.chain, self.graphql, self.words = chains.a, graphql, words
        self.store = global_id("Store", chains.a.store)

    def send(self, deed: str, wanted: str, *, as_: str | None = None, token: str | None = None, **given: Any) -> Any:
        return self.graphql.attempt(self.chain, deed, wanted, given, as_=as_, token=token, language=self.words.language)

    def do(self, deed: str, *, as_: str | None = None, token: str | None = None, **given: Any) -> Any:
        payload = self.send(deed, INQUIRY, as_=as_, token=token, **given)
        assert payload["userErrors"] == [], (deed, payload)
        return payload["inquiry"]

    def refused(self, deed: str, *, as_: str, **given: Any) -> tuple[str, str]:
        (error,) = self.send(deed, "__typename", as_=as_, **given)["userErrors"]
        return error["code"], error["message"]

    def token_of_the_chat(self) -> str:
        """Let headquarters make the chat's key, for this store: it may send in and read inquiries and who asks."""
        made = self.send(
            "createAccessToken",
            "secret",
            as_="HQ_ADMINISTRATOR",
            kind="SERVICE",
            name="Chat",
            scopes=["INQUIRIES_READ", "INQUIRIES_WRITE", "CUSTOMERS_READ", "CUSTOMERS_WRITE"],
            storeIds=[self.store],
            expiresAt=(timezone.now() + timedelta(days=1)).isoformat(),
        )
        secret: str = made["secret"]
        return secret

    def send_in(self, token: str, external_id: str) -> Any:
        words = self.words
        return self.do(
            "openInquiry",
            token=token,
            storeId=self.store,
            customerName=words.customer,
            customerPhone="138 1234 5678",
            customerLanguage=words.language,
            subject=words.subject,
            text=words.question,
            channel="ONLINE",
            externalId=external_id,
        )


@pytest.mark.parametrize("words", [ENGLISH, CHINESE], ids=["English", "Chinese"])
def test_an_inquiry_from_the_chat_to_its_end(chains: Chains, graphql: GraphQLCaller, words: Words) -> None:
    desk, job = Desk(chains, graphql, words), system_actor()
    with scope(chains.a.chain, job):
        plant_default_norms(actor=job, now=timezone.now())
    kept = {"language": words.language, "question": words.known_question, "text": words.known_answer}
    assert desk.send("keepStandardAnswer", "standardAnswer { question }", as_="QUALITY_OFFICER", **kept)[
        "standardAnswer"
    ] == {"question": words.known_question}
    token = desk.token_of_the_chat()
    inquiry = it_comes_in(desk, token)
    it_is_answered(desk, inquiry["id"])
    it_ends_and_begins_again(desk, token, inquiry["id"])


def it_comes_in(desk: Desk, token: str) -> Any:
    """The chat sends the question in, twice: it waits in the queue, and the supervisor answers for it."""
    inquiry = desk.send_in(token, "chat-1")
    assert desk.send_in(token, "chat-1")["id"] == inquiry["id"]
    assert (inquiry["reference"], inquiry["state"], inquiry["isQueued"]) == ("S1-Q00001", "WAITING", True)
    assert (inquiry["dueAt"] is not None, inquiry["isOverdue"]) == (True, False)
    assert inquiry["offeredAnswers"] == [{"question": desk.words.known_question, "text": desk.words.known_answer}]
    queue = "query($s: ID!) { inquiryQueue(storeId: $s, first: 9) { nodes { id } } }"
    asked = desk.graphql(desk.chain, queue, {"s": desk.store}, as_="SERVICE_STAFF")
    assert asked["data"]["inquiryQueue"]["nodes"] == [{"id": inquiry["id"]}]
    taken = desk.do("takeInquiry", as_="SERVICE_STAFF", inquiryId=inquiry["id"], expectedVersion=1)
    assert taken["ownerName"] == "Service staff" and not taken["isQueued"]
    assert desk.refused("takeInquiry", as_="MENTOR", inquiryId=inquiry["id"])[0] == "INQUIRY_TAKEN"
    return inquiry


def it_is_answered(desk: Desk, key: str) -> None:
    """What is badly worded is not sent; an answer is promised, advice is given, and the promise is kept."""
    words, staff = desk.words, {"as_": "SERVICE_STAFF", "inquiryId": key}
    check = "query($t: String!, $i: ID) { checkWording(text: $t, inquiryId: $i) { phrase strictness kind } }"
    found = desk.graphql(desk.chain, check, {"t": words.banned, "i": key}, as_="SERVICE_STAFF")["data"]["checkWording"]
    assert found == [{"phrase": words.phrase, "strictness": "BLOCK", "kind": "BANNED"}]
    assert desk.refused("replyToInquiry", text=words.banned, acceptWarnings=True, **staff) == (
        "BANNED_PHRASE",
        words.blocked,
    )
    assert desk.refused("closeInquiry", **staff) == ("CUSTOMER_WAITS", words.refused)
    until = (timezone.now() + timedelta(hours=1)).isoformat()
    promised = desk.do("promiseReply", text=words.promise, promisedUntil=until, **staff)
    assert (promised["state"], promised["openPromises"]) == ("ANSWERED", 1)
    assert "CLOSE_INQUIRY" not in promised["availableActions"]
    assert desk.refused("closeInquiry", **staff)[0] == "PROMISE_OPEN"
    clumsy = {"text": words.clumsy, "promiseIds": []}
    assert desk.refused("replyToInquiry", **clumsy, **staff)[0] == "WORDING_WARNED"
    insisted = desk.do("replyToInquiry", acceptWarnings=True, **clumsy, **staff)
    assert insisted["messages"]["nodes"][-1]["isSentDespiteWarnings"] and insisted["openPromises"] == 1
    lines = [{"product": words.product, "quantity": 2}]
    advised = desk.do("adviseCustomer", text=words.advice, needs=words.needs, lines=lines, promiseIds=[], **staff)
    assert advised["advice"]["nodes"] == [{"needs": words.needs, "lines": lines}]
    answered = desk.do("replyToInquiry", text=words.answer, **staff)
    assert (answered["openPromises"], answered["promises"]["nodes"]) == (0, [{"isKeptInTime": True}])


def it_ends_and_begins_again(desk: Desk, token: str, key: str) -> None:
    """It is closed, the customer writes once more, it changes hands, and it is closed for good."""
    words = desk.words
    assert desk.do("closeInquiry", as_="SERVICE_STAFF", inquiryId=key)["state"] == "CLOSED"
    more = {"token": token, "inquiryId": key, "text": words.more, "externalId": "chat-2"}
    for _time in range(2):
        again = desk.do("recordCustomerMessage", **more)
    assert (again["state"], again["round"]) == ("WAITING", 2)
    assert [message["text"] for message in again["messages"]["nodes"]].count(words.more) == 1
    manager = global_id("Member", desk.chain.people["STORE_MANAGER"])
    handed = desk.do("handOverInquiry", as_="SERVICE_STAFF", inquiryId=key, ownerId=manager)
    assert [each["reason"] for each in handed["handOvers"]["nodes"]] == ["TAKEN", "HANDED_OVER"]
    desk.do("replyToInquiry", as_="STORE_MANAGER", inquiryId=key, text=words.answer)
    closed = desk.do("closeInquiry", as_="STORE_MANAGER", inquiryId=key)
    turns = [(turn["kind"], turn["round"]) for turn in closed["turns"]["nodes"]]
    assert turns == [("CLOSED", 1), ("REOPENED", 2), ("CLOSED", 2)]
    assert closed["customer"] == {"name": words.customer}
    assert desk.send_in(token, "chat-3")["repeats"] == {"reference": "S1-Q00001"}
