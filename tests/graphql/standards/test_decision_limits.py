"""Decision limits through the API."""

from typing import Any

from tests.conftest import Chains
from tests.graphql_caller import GraphQLCaller

SET = """mutation Set($input: SetDecisionLimitsInput!) { setDecisionLimits(input: $input) {
  decisionLimits { role kind amount { amountMinor currency } isDefault } userErrors { code message field } } }"""
LIMITS = """query Limits($currency: String) { decisionLimits(currency: $currency) {
  role kind amount { amountMinor currency } isDefault } }"""


def one(amount_minor: int, currency: str = "CNY") -> dict[str, Any]:
    amount = {"amountMinor": amount_minor, "currency": currency}
    return {"input": {"limits": [{"role": "STORE_MANAGER", "kind": "COMPENSATION", "amount": amount}]}}


def errors(answer: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = answer["data"]["setDecisionLimits"]["userErrors"]
    return found


def test_hq_sets_how_far_a_manager_may_decide_and_the_store_reads_it(chains: Chains, graphql: GraphQLCaller) -> None:
    payload = graphql(chains.a, SET, one(1_234_56), as_="HQ_ADMINISTRATOR")["data"]["setDecisionLimits"]
    assert payload["userErrors"] == []
    read = graphql(chains.a, LIMITS, as_="SERVICE_STAFF")["data"]["decisionLimits"]
    assert read == payload["decisionLimits"]
    (theirs,) = (each for each in read if (each["role"], each["kind"]) == ("STORE_MANAGER", "COMPENSATION"))
    assert (theirs["amount"], theirs["isDefault"]) == ({"amountMinor": 123456, "currency": "CNY"}, False)
    euros = graphql(chains.a, LIMITS, {"currency": "EUR"}, as_="SERVICE_STAFF")["data"]["decisionLimits"]
    assert {each["amount"]["amountMinor"] for each in euros} == {0}


def test_a_store_sets_no_limits_and_a_limit_below_zero_is_refused_in_the_callers_language(
    chains: Chains, graphql: GraphQLCaller
) -> None:
    (error,) = errors(graphql(chains.a, SET, one(1), as_="STORE_MANAGER"))
    assert error["code"] == "NOT_PERMITTED"
    (error,) = errors(graphql(chains.a, SET, one(-1), as_="HQ_ADMINISTRATOR", language="zh-hans"))
    assert error == {
        "code": "INVALID",
        "message": "无法接受此值：不小于 0 的金额",
        "field": ["limits", "0", "amount"],
    }
