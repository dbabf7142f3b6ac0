"""Abuse of GraphQL, over HTTP and against the real schema (corpus G01 to G17)."""

from typing import Any

import orjson
import pytest
from django.conf import settings
from django.test import Client
from graphql import get_introspection_query

from tests.effort import calls_in

WHO = "HQ_ADMINISTRATOR"
CODE_OF: dict[str, tuple[str, int, str]] = {
    "G01 depth 11": ("{a" * 11 + "}" * 11, 400, "TOO_DEEP"),
    "G01 depth 200": ("{a" * 200 + "}" * 200, 400, "TOO_DEEP"),
    "G01 3,000 braces": ("{" * 3000, 400, "TOO_DEEP"),
    "G02 90 aliases": ("{" + " ".join(f"a{n}:chain{{id}}" for n in range(90)) + "}", 400, "TOO_MANY_ALIASES"),
    "G02 1,000 aliases": ("{" + " ".join(f"a{n}:chain{{id}}" for n in range(1000)) + "}", 400, "QUERY_TOO_LONG"),
    "G04 a cycle": ("{...a} fragment a on Query{...b} fragment b on Query{...a}", 400, "FRAGMENT_CYCLE"),
    "G04 itself": ("{...a} fragment a on Query{...a}", 400, "FRAGMENT_CYCLE"),
    "G04 inline": ("{...a} fragment a on Query{...on Query{...a}}", 400, "FRAGMENT_CYCLE"),
    "G06 skips": ("{" + "a @skip(if:true) " * 150 + "}", 400, "TOO_MANY_DIRECTIVES"),
    "G06 5,000 skips": ("{" + "a @skip(if:true) " * 5000 + "}", 400, "QUERY_TOO_LONG"),
    "G06 unknown directives": ("{__typename " + "@a " * 500 + "}", 400, "TOO_MANY_DIRECTIVES"),
    "G06 5,000 unknown directives": ("{__typename " + "@a " * 5000 + "}", 400, "QUERY_TOO_LONG"),
    "G08 no page": ("{stores{totalCount}}", 400, "PAGE_SIZE_REQUIRED"),
    "G08 a page of -1": ("{stores(first:-1){totalCount}}", 400, "PAGE_SIZE_OUT_OF_RANGE"),
    "G08 a page of a million": ("{stores(first:1000000){totalCount}}", 400, "PAGE_SIZE_OUT_OF_RANGE"),
    "G08 pages in pages": (
        "{areas(first:100){nodes{stores(first:100){nodes{area{stores(first:100){nodes{id}}}}}}}}",
        400,
        "TOO_COSTLY",
    ),
    "G10 circular": ("{__schema{types" + "{fields{type" * 8 + "{name}" + "}}" * 8 + "}}", 400, "TOO_DEEP"),
    "G11 a field": ("{chian{id}}", 400, "INVALID_DOCUMENT"),
    "G11 an argument": ("{stores(frist:1){totalCount}}", 400, "INVALID_DOCUMENT"),
    "G11 a type": ("{stores(first:1){nodes{...on Stroe{id}}}}", 400, "INVALID_DOCUMENT"),
    "G17 two operations": ("query A{chain{id}} query B{chain{id}}", 400, "NOT_ONE_OPERATION"),
    "a long document": ("{" + "#" * 10_001 + "}", 400, "QUERY_TOO_LONG"),
}
HEADERS = {"Accept": "application/graphql-response+json"}


class Web:
    """A browser with the session of a person, as far as cookies and headers go."""

    def __init__(self, graphql: Any, chain: Any) -> None:
        self.client: Client = graphql.signed_in(chain, WHO)
        self.host = chain.host

    def post(self, body: Any, *, content_type: str = "application/json", path: str = "/graphql/", **more: str) -> Any:
        token = self.client.cookies[settings.CSRF_COOKIE_NAME].value
        headers = {**HEADERS, "Host": self.host, "X-CSRFToken": token, "Origin": f"https://{self.host}", **more}
        data = body if isinstance(body, bytes) else orjson.dumps(body)
        return self.client.post(path, data=data, content_type=content_type, headers=headers, secure=True)


@pytest.fixture
def web(graphql: Any, chains: Any) -> Web:
    return Web(graphql, chains.a)


def code(response: Any) -> str:
    text: str = response.json()["errors"][0]["extensions"]["code"]
    return text


@pytest.mark.parametrize(("query", "status", "name"), CODE_OF.values(), ids=CODE_OF.keys())
def test_hostile_documents_are_refused(web: Web, query: str, status: int, name: str) -> None:
    response = web.post({"query": query})
    assert (response.status_code, code(response)) == (status, name)
    assert len(response.json()["errors"]) <= 5
    assert b"Did you mean" not in response.content


def test_the_same_documents_are_refused_with_little_work(web: Web) -> None:
    # A call of the smallest document there is, as the measure of what is little.
    small = calls_in(lambda: web.post({"query": "{chain{id}}"}))
    for case, (query, _status, _name) in CODE_OF.items():
        assert calls_in(lambda query=query: web.post({"query": query})) < 10 * small, case


def test_g02_nobody_sends_a_hundred_attempts_in_one_call(graphql: Any, chains: Any) -> None:
    attempt = 'acceptInvitation(input:{token:"x",name:"y",password:"z"}){userErrors{code}}'
    for many in (2, 10, 100):
        answer = graphql(chains.a, "mutation{" + " ".join(f"a{n}:{attempt}" for n in range(many)) + "}")
        assert answer["errors"][0]["extensions"]["code"] in ("UNAUTHENTICATED", "QUERY_TOO_LONG")


@pytest.mark.parametrize("many", [2, 2000])
def test_g03_batches_are_refused(web: Web, many: int) -> None:
    response = web.post([{"query": "{chain{id}}"}] * many)
    assert (response.status_code, code(response)) == (400, "BAD_REQUEST")


def test_g09_hostile_variables_are_refused(web: Web) -> None:
    query = '{"query":"query($i:ID!){node(id:$i){id}}","variables":{"i":'
    for value, status in (
        (b'"' + b"x" * 10_000_000 + b'"', 413),
        (orjson.dumps(list(range(100_000))), 413),
        (b"1" * 5000, 400),
        (b"[" * 45_000 + b"]" * 45_000, 400),
        (b"NaN", 400),
    ):
        assert web.post(query.encode() + value + b"}}").status_code == status


@pytest.mark.parametrize(
    ("who", "name"),
    [
        (None, "UNAUTHENTICATED"),
        ("SERVICE_STAFF", "INTROSPECTION_OFF"),
        ("STORE_MANAGER", "INTROSPECTION_OFF"),
        ("AREA_SUPERVISOR", "INTROSPECTION_OFF"),
    ],
)
def test_g10_introspection_is_off_for_most(graphql: Any, chains: Any, who: str | None, name: str) -> None:
    assert code(graphql.post(chains.a, {"query": get_introspection_query()}, as_=who)) == name


def test_g10_introspection_is_on_for_the_administrator(graphql: Any, chains: Any) -> None:
    answer = graphql(chains.a, get_introspection_query(), as_=WHO)
    assert answer["data"]["__schema"]["queryType"]["name"] == "Query"


def test_g12_nothing_but_post(web: Web) -> None:
    for query in ("{chain{id}}", "mutation A{x} query A{chain{id}}"):
        response = web.client.get("/graphql/", {"query": query}, headers={"Host": web.host}, secure=True)
        assert response.status_code == 405


@pytest.mark.parametrize(
    "content_type",
    ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", "application/graphql", ""],
)
def test_g13_other_media_types(web: Web, content_type: str) -> None:
    assert web.post(b'{"query":"{chain{id}}"}', content_type=content_type).status_code == 415


def test_g14_a_query_in_the_address(web: Web) -> None:
    assert web.post({"query": "{chain{id}}"}, path="/graphql/?query={chain{id}}").status_code == 400


def test_g15_another_sites_page_gets_nothing_done(web: Web) -> None:
    body = {"query": "{chain{id}}"}
    assert web.post(body).status_code == 200
    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": f"http://{web.host}"},
        {"Origin": f"https://{web.host}.evil.example"},
        {"X-CSRFToken": ""},
        {"X-CSRFToken": "x" * 32},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ):
        response = web.post(body, **headers)
        assert (response.status_code, code(response)) == (403, "CROSS_SITE"), headers
        assert not [name for name in response.headers if name.startswith("Access-Control")]


def test_g15_a_preflight_is_not_answered(web: Web) -> None:
    response = web.client.options(
        "/graphql/",
        headers={"Host": web.host, "Origin": "https://evil.example", "Access-Control-Request-Method": "POST"},
        secure=True,
    )
    assert response.status_code == 403
    assert not [name for name in response.headers if name.startswith("Access-Control")]


@pytest.mark.parametrize(
    "body",
    [
        {"query": 1},
        {"query": []},
        {"query": None},
        {"query": "{chain{id}}", "variables": []},
        {"query": "{chain{id}}", "variables": "x"},
        {"query": "{chain{id}}", "operationName": {}},
        {"query": "{chain{id}}", "operationName": "Other"},
    ],
)
def test_g17_other_shapes(web: Web, body: Any) -> None:
    assert web.post(body).status_code == 400


def test_sign_in_comes_before_the_schema_is_told_from_a_guess(graphql: Any, chains: Any) -> None:
    right, wrong = ({"query": f"{{{field}(first:1){{totalCount}}}}"} for field in ("stores", "sotres"))
    answers = [graphql.post(chains.a, body) for body in (right, wrong)]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert answers[0].content == answers[1].content
