"""The steps of a request, from the first byte to the answer."""

import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest
import sentry_sdk
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory

from api.gate.documents import KeptDocuments, hash_of, read_document, trusted_documents
from chains.models import ChainState
from tests.graphql.conftest import Toy


def code(response: Any) -> str:
    text: str = orjson.loads(response.content)["errors"][0]["extensions"]["code"]
    return text


def test_a_query_is_answered_with_its_media_type(toy: Toy) -> None:
    response = toy.post({"query": "{hello}"})
    assert response.status_code == 200
    assert response["Content-Type"] == "application/graphql-response+json; charset=utf-8"
    assert response["Cache-Control"] == "no-store"
    assert orjson.loads(response.content) == {"data": {"hello": "hello"}}


def test_g12_get_answers_405(toy: Toy) -> None:
    response = toy.send(RequestFactory().get("/graphql/", {"query": "{hello}"}))
    assert (response.status_code, response["Allow"]) == (405, "POST")


@pytest.mark.parametrize(("query", "name"), [("{hello", "SYNTAX_REFUSED"), ("{nothing}", "INVALID_DOCUMENT")])
def test_a_bad_document_is_400_to_new_clients_and_200_to_old_ones(toy: Toy, query: str, name: str) -> None:
    response = toy.post({"query": query})
    assert (response.status_code, code(response)) == (400, name)
    legacy = toy.post({"query": query}, Accept="application/json")
    assert (legacy.status_code, code(legacy)) == (200, name)


def test_variables_that_do_not_fit_are_refused(toy: Toy) -> None:
    response = toy.post({"query": "query($n:Int!){stores(first:$n){totalCount}}", "variables": {"n": 2**31}})
    assert (response.status_code, code(response)) == (400, "INVALID_VARIABLES")


def test_nobody_sees_public_fields_one_at_a_time_and_nothing_else(toy: Toy) -> None:
    assert toy("{hello}", as_=None) == {"data": {"hello": "hello"}}
    areas = "areas(first:1){totalCount}"
    for query in (f"{{{areas}}}", "{nothing}", f"{{hello {areas}}}", "{a:hello b:hello}"):
        response = toy.post({"query": query}, as_=None)
        assert (response.status_code, code(response)) == (401, "UNAUTHENTICATED")
        assert response["WWW-Authenticate"] == "Bearer"


def test_g11_a_misspelt_name_is_not_helped_on(toy: Toy) -> None:
    for query in (
        "{helo}",
        "{areas(frst:1){totalCount}}",
        "{stores(first:1){nodes{...on Stor{name}}}}",
        'mutation{renameArea(input:{areaIdd:"x"}){userErrors{code}}}',
    ):
        told = toy.post({"query": query}).content.decode()
        assert "Did you mean" not in told and "INVALID_DOCUMENT" in told


def test_g06_an_answer_holds_five_errors_at_most(toy: Toy) -> None:
    answer = toy("{" + " ".join(f"wrong{n}" for n in range(50)) + "}")
    assert len(answer["errors"]) == 5
    many = toy("{stores(first:1){nodes{" + " ".join(f"a{n}:openedAt" for n in range(9)) + "}}}", as_="SERVICE_STAFF")
    assert len(many["errors"]) == 5


def test_g10_introspection_is_for_those_who_may(toy: Toy) -> None:
    schema = {"query": "{__schema{queryType{name}}}"}
    assert orjson.loads(toy.post(schema).content)["data"]
    assert code(toy.post(schema, as_="STORE_MANAGER")) == "INTROSPECTION_OFF"
    assert code(toy.post(schema, as_=None)) == "UNAUTHENTICATED"
    assert toy("{hello __typename}", as_="STORE_MANAGER") == {"data": {"hello": "hello", "__typename": "Query"}}


def test_a_document_is_kept_only_when_it_is_valid(toy: Toy) -> None:
    toy("{hello}")
    toy("{hello}")
    toy("{wrong}")
    toy("{hello}", as_=None)
    assert len(toy.door.documents) == 1
    assert code(toy.post({"query": "{hello}", "operationName": "X"})) == "NOT_ONE_OPERATION"


def test_the_least_used_documents_go_first() -> None:
    kept = KeptDocuments(room=20)
    for text in ("{aaaaaaa}", "{bbbbbbb}", "{ccccccc}"):
        kept.keep(hash_of(text), read_document(text, None))
        kept.get(hash_of("{aaaaaaa}"))
    assert kept.get(hash_of("{bbbbbbb}")) is None
    assert kept.get(hash_of("{aaaaaaa}")) and kept.get(hash_of("{ccccccc}"))


def trust(toy: Toy, folder: Path, *texts: str) -> list[str]:
    """Let the toy's door know documents as it does those of the web app, and return their ids."""
    ids = [f"sha256:{hash_of(text)}" for text in texts]
    manifest = folder / "trusted-documents.json"
    manifest.write_bytes(orjson.dumps(dict(zip(ids, texts, strict=True))))
    toy.door = replace(toy.door, trusted=trusted_documents(str(manifest)))
    return ids


def test_a_trusted_document_is_known_by_its_id(toy: Toy, tmp_path: Path) -> None:
    (known,) = trust(toy, tmp_path, "query Hello{hello}")
    for body in ({"documentId": known}, {"documentId": known, "operationName": "Hello"}):
        assert orjson.loads(toy.post(body).content) == {"data": {"hello": "hello"}}
    assert code(toy.post({"documentId": known, "operationName": "Other"})) == "NOT_ONE_OPERATION"
    for unknown in ("sha256:" + "0" * 64, known.removeprefix("sha256:"), known.upper(), "x"):
        response = toy.post({"documentId": unknown})
        assert (response.status_code, code(response)) == (400, "UNKNOWN_DOCUMENT")


def test_a_trusted_document_may_be_large_and_shows_no_more_than_any_other(toy: Toy, tmp_path: Path) -> None:
    large = "{" + " ".join(f"a{number}:hello" for number in range(2_000)) + "}"
    private, endless = "{areas(first:1){totalCount}}", "{areas{totalCount}}"
    introspecting = "{__schema{queryType{name}}}"
    ids = dict(zip(("large", "private", "endless", "introspecting"), trust(
        toy, tmp_path, large, private, endless, introspecting
    ), strict=True))  # fmt: skip
    assert code(toy.post({"query": large})) == "QUERY_TOO_LONG"
    assert len(orjson.loads(toy.post({"documentId": ids["large"]}).content)["data"]) == 2_000
    assert code(toy.post({"documentId": ids["private"]}, as_=None)) == "UNAUTHENTICATED"
    assert code(toy.post({"documentId": ids["endless"]})) == "PAGE_SIZE_REQUIRED"
    assert code(toy.post({"documentId": ids["introspecting"]}, as_="SERVICE_STAFF")) == "INTROSPECTION_OFF"


@pytest.mark.parametrize("content", ['{"sha256:00": "{hello}"}', "[]", '{"a": 1}', "not JSON", None])
def test_what_is_no_list_of_trusted_documents_keeps_the_server_from_starting(
    tmp_path: Path, content: str | None
) -> None:
    manifest = tmp_path / "trusted-documents.json"
    if content is not None:
        manifest.write_text(content)
    with pytest.raises(ImproperlyConfigured, match=r"trusted-documents\.json"):
        trusted_documents(str(manifest))


def test_without_a_list_nothing_is_trusted() -> None:
    assert trusted_documents("") == {}


def test_g19_our_faults_are_masked_with_one_reference_for_log_and_sentry(
    toy: Toy, caplog: pytest.LogCaptureFixture
) -> None:
    events: list[Any] = []
    sentry_sdk.init(
        dsn="http://key@localhost/1",
        before_send=lambda event, _hint: events.append(event),
        default_integrations=False,
    )
    try:
        with caplog.at_level(logging.ERROR):
            response = toy.post({"query": "{stores(first:1){nodes{name broken}}}"})
    finally:
        sentry_sdk.init()
    (error,) = orjson.loads(response.content)["errors"]
    ref = error["extensions"]["ref"]
    assert response.status_code == 200
    assert orjson.loads(response.content)["data"] is None
    assert error["extensions"]["code"] == "INTERNAL" and ref in error["message"]
    assert b"division" not in response.content and b"Traceback" not in response.content
    assert [record.__dict__["ref"] for record in caplog.records if hasattr(record, "ref")] == [ref]
    assert [event["tags"]["ref"] for event in events] == [ref]
    assert events[0]["exception"]["values"][-1]["type"] == "ZeroDivisionError"


@pytest.mark.parametrize("state", [ChainState.SUSPENDED, ChainState.CLOSING])
def test_a_chain_that_is_not_active_is_read_and_not_changed(toy: Toy, state: str) -> None:
    toy.chain.chain.state = state
    try:
        area = toy("{areas(first:1){nodes{id}}}")["data"]["areas"]["nodes"][0]["id"]
        answer = toy(
            "mutation($i:RenameAreaInput!){renameArea(input:$i){userErrors{code}}}", i={"areaId": area, "name": "x"}
        )
    finally:
        toy.chain.chain.state = ChainState.ACTIVE
    assert answer["data"]["renameArea"]["userErrors"] == [{"code": f"CHAIN_{state}"}]


def test_rates_are_told_and_what_is_too_much_is_refused(toy: Toy, settings: Any) -> None:
    settings.GATE_CALLER_RATE = (30, 0.01)
    response = toy.post({"query": "{stores(first:9){nodes{name}}}"})
    assert (response["RateLimit-Limit"], response["RateLimit-Remaining"]) == ("30", "19")
    assert toy.post({"query": "{stores(first:9){nodes{name}}}"}).status_code == 200
    refused = toy.post({"query": "{stores(first:9){nodes{name}}}"})
    assert (refused.status_code, code(refused)) == (429, "RATE_LIMITED")
    assert int(refused["Retry-After"]) > 0
    assert toy.post({"query": "{hello}"}, as_="STORE_MANAGER").status_code == 200


def test_g21_a_chain_has_a_limit_of_its_own(toy: Toy, settings: Any) -> None:
    settings.GATE_CHAIN_RATE = (3, 0.01)
    callers = ("STORE_MANAGER", "HQ_TRAINER", "QUALITY_OFFICER", "SERVICE_STAFF")
    statuses = [toy.post({"query": "{hello}"}, as_=who).status_code for who in callers]
    assert statuses == [200, 200, 200, 429]


def test_a_bad_document_costs_a_point(toy: Toy, settings: Any) -> None:
    settings.GATE_CALLER_RATE = (2, 0.01)
    assert [toy.post({"query": "{wrong}"}).status_code for _each in range(3)] == [400, 400, 429]
