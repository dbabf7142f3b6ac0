"""What may come in over HTTP at all."""

from typing import Any

import orjson
import pytest
from django.http import HttpRequest
from django.test import RequestFactory

from api.gate import refusals
from api.gate.shape import MOST_BYTES, read_request, response_type

JSON = "application/json"


def post(body: Any, *, content_type: str = JSON, path: str = "/graphql/", **headers: str) -> HttpRequest:
    data = body if isinstance(body, bytes) else orjson.dumps(body)
    return RequestFactory().post(path, data=data, content_type=content_type, headers=headers)


def test_a_query_with_variables_and_a_name_is_read() -> None:
    asked = read_request(post({"query": "query Q{a}", "variables": {"x": 1}, "operationName": "Q", "extensions": {}}))
    assert (asked.query, asked.variables, asked.operation_name) == ("query Q{a}", {"x": 1}, "Q")


def test_nulls_are_as_good_as_nothing() -> None:
    asked = read_request(post({"query": "{a}", "variables": None, "operationName": None}))
    assert (asked.variables, asked.operation_name) == ({}, None)


@pytest.mark.parametrize("method", ["get", "head", "options", "put", "delete", "patch", "trace"])
def test_g12_only_post_is_answered(method: str) -> None:
    request = getattr(RequestFactory(), method)("/graphql/?query={a}")
    with pytest.raises(refusals.MethodNotAllowed):
        read_request(request)


@pytest.mark.parametrize(
    "content_type",
    [
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/plain",
        "application/graphql",
        "application/graphql-response+json",
        "application/json; charset=utf-16",
        "",
    ],
)
def test_g13_other_media_types_are_refused(content_type: str) -> None:
    with pytest.raises(refusals.UnsupportedMediaType):
        read_request(post(b'{"query":"{a}"}', content_type=content_type))


def test_a_compressed_body_is_refused() -> None:
    with pytest.raises(refusals.UnsupportedMediaType):
        read_request(post({"query": "{a}"}, **{"Content-Encoding": "gzip"}))


def test_g14_nothing_is_read_from_the_address() -> None:
    with pytest.raises(refusals.BadRequest):
        read_request(post({"query": "{a}"}, path="/graphql/?query={b}"))


@pytest.mark.parametrize(
    "body",
    [
        {"query": 1},
        {"query": ["{a}"]},
        {"query": None},
        {"query": ""},
        {},
        {"query": "{a}", "variables": []},
        {"query": "{a}", "variables": "{}"},
        {"query": "{a}", "operationName": {}},
        {"query": "{a}", "documentId": "x"},
        {"query": "{a}", "extensions": "x"},
        {"query": "{a}", "more": 1},
        [{"query": "{a}"}],
        [{"query": "{a}"}] * 500,
        [],
        "x",
        None,
        1,
    ],
)
def test_g03_g17_other_shapes_are_refused(body: Any) -> None:
    with pytest.raises(refusals.BadRequest):
        read_request(post(body))


@pytest.mark.parametrize(
    "body",
    [
        b" ",
        b"{",
        b"\xff\xfe{}",
        b'{"query":"{a}","variables":{"x":NaN}}',
        b'{"query":"{a}","variables":{"x":Infinity}}',
        b'{"query":"{a}","variables":{"x":1e999}}',
        b'{"query":"{a}","variables":{"x":' + b"1" * 5000 + b"}}",
        b'{"query":"{a}","variables":{"x":"\\ud800"}}',
        b'{"query":"{a}","variables":{"x":' + b"[" * 50_000 + b"]" * 50_000 + b"}}",
        b'{"query":"{a}","variables":{"x":' + b'{"a":' * 40 + b"1" + b"}" * 40 + b"}}",
        b'{"query":"{a}","variables":{"x":9223372036854775808}}',
    ],
    ids=["empty", "cut", "bytes", "nan", "inf", "1e999", "digits", "surrogate", "deep", "deeper", "wide"],
)
def test_g09_hostile_json_is_refused(body: bytes) -> None:
    with pytest.raises(refusals.BadRequest):
        read_request(post(body))


def test_g09_a_body_over_100_kb_is_refused_by_what_it_announces_and_by_what_it_is() -> None:
    with pytest.raises(refusals.BodyTooLarge):
        read_request(post({"query": "{a}", "variables": {"x": "y" * 10_000_000}}))
    request = post({"query": "{a}", "variables": {"x": "y" * MOST_BYTES}})
    request.META["CONTENT_LENGTH"] = "10"
    with pytest.raises((refusals.BodyTooLarge, refusals.BadRequest)):
        read_request(request)


def test_a_list_of_a_hundred_thousand_does_not_fit() -> None:
    with pytest.raises(refusals.BodyTooLarge):
        read_request(post({"query": "{a}", "variables": {"x": list(range(100_000))}}))


@pytest.mark.parametrize(
    ("accept", "answered"),
    [
        (None, "application/graphql-response+json"),
        ("*/*", "application/graphql-response+json"),
        ("application/json", "application/json"),
        ("application/graphql-response+json, application/json;q=0.9", "application/graphql-response+json"),
        ("application/json, application/graphql-response+json;q=0.9", "application/json"),
    ],
)
def test_the_answer_has_the_media_type_that_is_preferred(accept: str | None, answered: str) -> None:
    headers = {"Accept": accept} if accept else {}
    assert response_type(post({}, **headers)) == answered


def test_a_client_that_takes_neither_media_type_is_told() -> None:
    with pytest.raises(refusals.NotAcceptable):
        response_type(post({}, Accept="text/html"))
