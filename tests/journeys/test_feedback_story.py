"""The story of a survey through HTTP, in English and Chinese: asked, answered by a link, withdrawn; and of praise."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from api.base.ids import global_id
from chains.actor import system_actor
from chains.scope import scope
from feedback import tasks
from journal.models import Entry
from tests.conftest import Chains
from tests.factories.feedback import secret_in
from tests.graphql_caller import GraphQLCaller

FORM = """query Survey($token: String!) { survey(token: $token) {
    chainName storeName language standing questions { question words } } }"""
SURVEYS = """query Surveys { surveys(first: 5) { nodes { reference state comment meanHundredths
    ratings(first: 5) { nodes { question score } } shares(first: 5) { nodes { memberName basisPoints } } } } }"""
THEMES = """query Themes($store: ID!, $first: Date!, $last: Date!) {
    feedbackThemes(storeId: $store, firstOn: $first, lastOn: $last) { kind code words count trend } }"""
MONTHS = """query Months($store: ID!, $first: Date!, $last: Date!) {
    feedbackMonths(storeId: $store, firstOn: $first, lastOn: $last) { sent answered ratings praises } }"""
PRAISES = """query Mine($who: ID!) { praises(first: 5, memberId: $who) {
    nodes { text people(first: 5) { nodes { memberId } } } } }"""
OWN = """query Own($store: ID!, $who: ID!, $first: Date!, $last: Date!) {
    memberFeedback(storeId: $store, memberId: $who, firstOn: $first, lastOn: $last) { memberName praises } }"""


@dataclass(frozen=True)
class Words:
    """What is said in a story, in one language."""

    language: str
    customer: str
    question: str
    reply: str
    asked: str
    comment: str
    praise: str
    no_consent: str
    too_soon: str
    answered: str


ENGLISH = Words(
    language="en",
    customer="Ada Customer",
    question="How long does the lamp last?",
    reply="Hello, two years.",
    asked="How satisfied are you, all in all?",
    comment="Friendly, but slow.",
    praise="Many thanks to the young man at the counter!",
    no_consent="This customer has not agreed to calls and letters about service.",
    too_soon="This customer was asked a short time ago. It is possible again from ",
    answered="This survey was answered already. Thank you.",
)
CHINESE = Words(
    language="zh-hans",
    customer="王小明",
    question="请问台灯保修多久？",
    reply="您好，保修两年。",
    asked="总体而言，您满意吗？",
    comment="态度很好，就是慢了点。",
    praise="谢谢柜台的小伙子！",
    no_consent="该客户未同意接受服务方面的来电和信件。",
    too_soon="不久前刚征求过该客户的意见，",
    answered="此问卷已填写，谢谢您。",
)


class Counter:
    """The people of one store, and a customer who has nothing but a link, who all speak one language."""

    def __init__(self, chains: Chains, graphql: GraphQLCaller, words: Words) -> None:
        self.chain, self.graphql, self.words = chains.a, graphql, words
        self.store = global_id("Store", chains.a.store)

    def send(self, deed: str, wanted: str, *, as_: str | None = None, **given: Any) -> Any:
        return self.graphql.attempt(self.chain, deed, wanted, given, as_=as_, language=self.words.language)

    def do(self, deed: str, wanted: str, *, as_: str | None = None, **given: Any) -> Any:
        payload = self.send(deed, wanted, as_=as_, **given)
        assert payload["userErrors"] == [], (deed, payload)
        return payload

    def refused(self, deed: str, *, as_: str | None = None, **given: Any) -> tuple[str, str]:
        (error,) = self.send(deed, "__typename", as_=as_, **given)["userErrors"]
        return error["code"], error["message"]

    def ask(self, document: str, *, as_: str | None = None, **variables: Any) -> Any:
        answer = self.graphql(self.chain, document, variables, as_=as_, language=self.words.language)
        assert "errors" not in answer, answer
        return answer["data"]

    def closed_inquiry(self) -> tuple[str, str]:
        """Bring a question to its end: staff takes it down, the manager answers and closes it."""
        words = self.words
        opened = self.do(
            "openInquiry",
            "inquiry { id customer { id } }",
            as_="SERVICE_STAFF",
            storeId=self.store,
            customerName=words.customer,
            customerPhone="138 1234 5678",
            customerLanguage=words.language,
            subject=words.question,
            channel="ONLINE",
        )["inquiry"]
        self.do("replyToInquiry", "__typename", as_="STORE_MANAGER", inquiryId=opened["id"], text=words.reply)
        self.do("closeInquiry", "__typename", as_="STORE_MANAGER", inquiryId=opened["id"])
        return opened["id"], opened["customer"]["id"]

    def these_days(self) -> dict[str, str]:
        """Return the store and the days around today."""
        today, two = timezone.now().date(), timedelta(days=2)
        return {"store": self.store, "first": (today - two).isoformat(), "last": (today + two).isoformat()}

    def consume(self, task: Any, kind: str) -> None:
        """Do what the worker does with the newest entry of a kind."""
        with scope(self.chain.chain, system_actor()):
            entry = Entry.objects.filter(kind=kind).latest("id")
        envelope = {"chain": str(self.chain.chain.id), "arguments": {"entry_id": str(entry.id)}}
        task.run(envelope, now=timezone.now())


@pytest.mark.parametrize("words", [ENGLISH, CHINESE], ids=["english", "chinese"])
def test_a_customer_is_asked_answers_and_is_heard(chains: Chains, graphql: GraphQLCaller, words: Words) -> None:
    counter = Counter(chains, graphql, words)
    inquiry, customer = counter.closed_inquiry()
    assert counter.refused("sendSurvey", as_="SERVICE_STAFF", inquiryId=inquiry)[1] == words.no_consent
    agreed = {"customerId": customer, "purpose": "SERVICE_CALLS", "proof": "Said so"}
    counter.do("recordConsent", "__typename", as_="SERVICE_STAFF", **agreed)
    link = counter.do("sendSurvey", "link", as_="SERVICE_STAFF", inquiryId=inquiry)["link"]

    # The customer opens it without signing in.
    token = secret_in(link)
    form = counter.ask(FORM, token=token)["survey"]
    assert (form["language"], form["standing"], form["questions"][0]["words"]) == (words.language, "OPEN", words.asked)
    assert words.customer not in str(form)
    ratings = [{"question": "OVERALL", "score": 4}, {"question": "SPEED", "score": 2}]
    counter.do("answerSurvey", "survey { standing }", token=token, ratings=ratings, comment=words.comment)
    assert counter.refused("answerSurvey", token=token, ratings=ratings) == ("SURVEY_ANSWERED", words.answered)

    # Another matter of the same customer has to wait.
    other, _customer = counter.closed_inquiry()
    code, message = counter.refused("sendSurvey", as_="SERVICE_STAFF", inquiryId=other)
    assert (code, words.too_soon in message) == ("SURVEY_TOO_SOON", True)

    # Those concerned see what was said; each has a share of it.
    (survey,) = counter.ask(SURVEYS, as_="STORE_MANAGER")["surveys"]["nodes"]
    assert (survey["comment"], survey["meanHundredths"]) == (words.comment, 300)
    assert sum(share["basisPoints"] for share in survey["shares"]["nodes"]) == 10_000
    assert {share["memberName"] for share in survey["shares"]["nodes"]} == {"Service staff", "Store manager"}

    themes = counter.ask(THEMES, as_="STORE_MANAGER", **counter.these_days())["feedbackThemes"]
    (speed,) = (theme for theme in themes if theme["code"] == "SPEED")
    assert (speed["count"], speed["trend"]) == (1, "RISING")

    # The matter is taken up again: the answer is kept and counts no more.
    counter.do("reopenInquiry", "__typename", as_="STORE_MANAGER", inquiryId=inquiry, reason="Again")
    counter.consume(tasks.withdraw_surveys, "INQUIRY_REOPENED")
    assert counter.ask(FORM, token=token)["survey"]["standing"] == "WITHDRAWN"
    months = counter.ask(MONTHS, as_="STORE_MANAGER", **counter.these_days())["feedbackMonths"]
    assert sum(month["answered"] + month["ratings"] for month in months) == 0


@pytest.mark.parametrize("words", [ENGLISH, CHINESE], ids=["english", "chinese"])
def test_praise_reaches_those_for_whom_it_is(chains: Chains, graphql: GraphQLCaller, words: Words) -> None:
    counter = Counter(chains, graphql, words)
    staff = global_id("Member", chains.a.people["SERVICE_STAFF"])
    counter.do(
        "recordPraise",
        "praise { id }",
        as_="STORE_MANAGER",
        storeId=counter.store,
        channel="LETTER",
        text=words.praise,
        memberIds=[staff],
    )
    (praise,) = counter.ask(PRAISES, as_="SERVICE_STAFF", who=staff)["praises"]["nodes"]
    assert (praise["text"], praise["people"]["nodes"]) == (words.praise, [{"memberId": staff}])
    own = counter.ask(OWN, as_="SERVICE_STAFF", who=staff, **counter.these_days())["memberFeedback"]
    assert own == [{"memberName": "Service staff", "praises": 1}]
