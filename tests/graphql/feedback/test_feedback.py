"""Feedback through the API: links without sign-in, what is refused and where, what is shown once, what a list costs."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connections
from django.test.utils import CaptureQueriesContext, override_settings
from django.utils import timezone

from api.base.ids import global_id
from chains.actor import Actor
from chains.scope import scope
from customers.models import Customer
from feedback.actions.praising import record_praise
from feedback.models.praise import PraiseChannel
from feedback.models.surveys import Survey
from tests.conftest import Chains
from tests.factories.feedback import ready, secret_in, sent
from tests.factories.inquiries import closed
from tests.graphql_caller import GraphQLCaller

AsRole = Callable[..., Actor]
SEND = """mutation Send($input: SendSurveyInput!) { sendSurvey(input: $input) {
  link survey { reference state standing matterId isMailed } userErrors { code message field } } }"""
FORM = """query Survey($token: String!) { survey(token: $token) {
  chainName storeName language matterKind standing expiresAt questions { question words } } }"""
ANSWER = """mutation Answer($input: AnswerSurveyInput!) { answerSurvey(input: $input) {
  survey { standing } userErrors { code message field } } }"""
LIST = """query List($first: Int!) { surveys(first: $first) { totalCount nodes {
  reference state standing sentByName comment meanHundredths customer { name } store { code }
  ratings(first: 5) { nodes { question score } } shares(first: 5) { nodes { memberName basisPoints ownedSeconds } } } }
  praises(first: $first) { nodes { text recordedByName people(first: 5) { nodes { memberName } } } } }"""
GOOD = [{"question": "OVERALL", "score": 5}]


def link_in(chains: Chains, actor: Actor) -> str:
    with scope(chains.a.chain, actor):
        return sent(actor, chains.a.store, timezone.now()).link


def answer(graphql: GraphQLCaller, chains: Chains, token: str, *, as_: str | None = None, **other: Any) -> Any:
    given = {"token": token, "ratings": GOOD, **other}
    return graphql(chains.a, ANSWER, {"input": given}, as_=as_)["data"]["answerSurvey"]


def test_a_survey_is_sent_with_a_link_that_is_shown_once(
    chains: Chains, as_role: AsRole, graphql: GraphQLCaller
) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        inquiry = ready(staff, chains.a.store, timezone.now())
    given = {"input": {"inquiryId": global_id("Inquiry", inquiry.id), "idempotencyKey": "once"}}
    first = graphql(chains.a, SEND, given, as_="SERVICE_STAFF")["data"]["sendSurvey"]
    assert first["userErrors"] == []
    assert first["survey"]["matterId"] == global_id("Inquiry", inquiry.id)
    assert "/survey/" in first["link"]
    again = graphql(chains.a, SEND, given, as_="SERVICE_STAFF")["data"]["sendSurvey"]
    assert (again["link"], again["survey"]) == (None, first["survey"])
    with scope(chains.a.chain, staff):
        assert Survey.objects.count() == 1


def test_a_survey_is_about_one_matter(chains: Chains, as_role: AsRole, graphql: GraphQLCaller) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        inquiry = ready(staff, chains.a.store, timezone.now())
    here = global_id("Inquiry", inquiry.id)
    for given in ({}, {"inquiryId": here, "orderId": global_id("Order", inquiry.id)}):
        (error,) = graphql(chains.a, SEND, {"input": given}, as_="SERVICE_STAFF")["data"]["sendSurvey"]["userErrors"]
        assert error["code"] == "ONE_MATTER_NEEDED"


def test_the_cool_down_tells_the_day_in_the_callers_language(
    chains: Chains, as_role: AsRole, graphql: GraphQLCaller
) -> None:
    staff, now = as_role(chains.a, "SERVICE_STAFF"), timezone.now()
    with scope(chains.a.chain, staff):
        sent(staff, chains.a.store, now)
        other = closed(staff, chains.a.store, now)
    given = {"input": {"inquiryId": global_id("Inquiry", other.id)}}
    (error,) = graphql(chains.a, SEND, given, as_="SERVICE_STAFF")["data"]["sendSurvey"]["userErrors"]
    assert error["code"] == "SURVEY_TOO_SOON"
    where_the_store_is = now.astimezone(ZoneInfo("Asia/Shanghai")).date()
    assert (where_the_store_is + timedelta(days=14)).isoformat() in error["message"]


def test_whoever_has_the_link_reads_and_answers_it_signed_in_or_not(
    chains: Chains, as_role: AsRole, graphql: GraphQLCaller
) -> None:
    token = secret_in(link_in(chains, as_role(chains.a, "SERVICE_STAFF")))
    for who in (None, "STORE_MANAGER_2", "HQ_ADMINISTRATOR"):
        form = graphql(chains.a, FORM, {"token": token}, as_=who)["data"]["survey"]
        assert (form["storeName"], form["standing"], form["language"]) == ("Store 1", "OPEN", "zh-hans")
        assert form["questions"][0] == {"question": "OVERALL", "words": "总体而言，您满意吗？"}
    done = answer(graphql, chains, token, as_="STORE_MANAGER_2", comment="谢谢")
    assert (done["userErrors"], done["survey"]) == ([], {"standing": "ANSWERED"})
    assert graphql(chains.a, FORM, {"token": token})["data"]["survey"]["standing"] == "ANSWERED"
    assert [error["code"] for error in answer(graphql, chains, token)["userErrors"]] == ["SURVEY_ANSWERED"]


def test_beside_other_questions_a_link_opens_nothing_and_breaks_nothing(
    chains: Chains, as_role: AsRole, graphql: GraphQLCaller
) -> None:
    token = secret_in(link_in(chains, as_role(chains.a, "SERVICE_STAFF")))
    both = "query Both($token: String!) { chain { name } survey(token: $token) { standing } }"
    assert graphql(chains.a, both, {"token": token}, as_="SERVICE_STAFF")["data"]["survey"] is None
    assert graphql(chains.a, both, {"token": token})["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


def test_wrong_links_all_answer_alike_in_every_chain(chains: Chains, as_role: AsRole, graphql: GraphQLCaller) -> None:
    right = secret_in(link_in(chains, as_role(chains.a, "SERVICE_STAFF")))
    wrong = ["", "obs_", "x" * 150, right[:-1], right.lower(), f"{right} ", "\u0000"]
    shown = {str(graphql(chains.a, FORM, {"token": each})) for each in wrong}
    assert shown == {str({"data": {"survey": None}})}
    assert graphql(chains.b, FORM, {"token": right})["data"]["survey"] is None
    refused = {str(answer(graphql, chains, each)) for each in ("obs_", "y" * 100, right[:-1])}
    assert len(refused) == 1
    assert "SURVEY_NOT_VALID" in refused.pop()


def test_refusals_name_the_input_fields(chains: Chains, as_role: AsRole, graphql: GraphQLCaller) -> None:
    token = secret_in(link_in(chains, as_role(chains.a, "SERVICE_STAFF")))
    cases: list[tuple[dict[str, Any], str, list[str]]] = [
        ({"ratings": []}, "INVALID", ["ratings"]),
        ({"ratings": [{"question": "OVERALL", "score": 9}]}, "INVALID", ["ratings", "0", "score"]),
        ({"ratings": GOOD * 2}, "INVALID", ["ratings", "1", "question"]),
        ({"comment": "x" * 2_001}, "TOO_LONG", ["comment"]),
        ({"comment": "a\u0000b"}, "INVALID", ["comment"]),
    ]
    for wrong, code, field in cases:
        (error,) = answer(graphql, chains, token, **wrong)["userErrors"]
        assert (error["code"], error["field"]) == (code, field)


def test_guessing_links_empties_the_callers_bucket(chains: Chains, graphql: GraphQLCaller) -> None:
    with override_settings(GATE_CALLER_RATE=(5, 0.001)):
        told = [graphql.post(chains.a, {"query": FORM, "variables": {"token": f"obs_{n}"}}) for n in range(8)]
    assert 429 in {each.status_code for each in told}


def test_staff_see_that_customers_were_asked_and_not_what_they_said_of_whom(
    chains: Chains, as_role: AsRole, graphql: GraphQLCaller
) -> None:
    token = secret_in(link_in(chains, as_role(chains.a, "SERVICE_STAFF")))
    answer(graphql, chains, token, comment="Slow")
    found = graphql(chains.a, LIST, {"first": 1}, as_="SERVICE_STAFF")
    (survey,) = found["data"]["surveys"]["nodes"]
    assert (survey["state"], survey["sentByName"]) == ("ANSWERED", "Service staff")
    assert (survey["comment"], survey["meanHundredths"], survey["ratings"], survey["shares"]) == (None,) * 4
    assert {error["extensions"]["code"] for error in found["errors"]} == {"NOT_PERMITTED"}
    (whole,) = graphql(chains.a, LIST, {"first": 1}, as_="SERVICE_SUPERVISOR")["data"]["surveys"]["nodes"]
    assert (whole["comment"], whole["meanHundredths"]) == ("Slow", 500)
    assert whole["shares"]["nodes"] == [{"memberName": "Service staff", "basisPoints": 10_000, "ownedSeconds": 0.0}]


def test_a_list_costs_the_same_for_one_and_for_many(chains: Chains, as_role: AsRole, graphql: GraphQLCaller) -> None:
    manager = as_role(chains.a, "STORE_MANAGER")
    costs = []
    for number in range(3):
        with scope(chains.a.chain, manager):
            Survey.objects.update(sent_at="2020-01-01T00:00:00Z", matter_version=number + 1)
        with scope(chains.a.chain, manager):
            if number == 0:
                sent(manager, chains.a.store, timezone.now())
            record_praise(
                actor=manager,
                store_id=chains.a.store,
                channel=PraiseChannel.PHONE,
                text="Thanks",
                member_ids=[chains.a.people["MENTOR"]],
                now=timezone.now(),
            )
        with CaptureQueriesContext(connections["default"]) as asked:
            found = graphql(chains.a, LIST, {"first": 9}, as_="STORE_MANAGER")
        assert "errors" not in found, found
        costs.append(len(asked))
    assert costs[1] == costs[2]


def test_the_link_of_a_survey_that_is_mailed_is_its_customers_alone(
    chains: Chains, as_role: AsRole, graphql: GraphQLCaller
) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        inquiry = ready(staff, chains.a.store, timezone.now())
        Customer.objects.filter(id=inquiry.customer_id).update(email="li@customer.example")
    given = {"input": {"inquiryId": global_id("Inquiry", inquiry.id)}}
    done = graphql(chains.a, SEND, given, as_="SERVICE_STAFF")["data"]["sendSurvey"]
    assert (done["survey"]["isMailed"], done["link"], done["userErrors"]) == (True, None, [])
