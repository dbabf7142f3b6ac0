"""T08-T11: which chain a request reaches is decided by its Host header and by nothing else."""

import json

import pytest
from django.test import Client

from tests.conftest import Chains
from tests.live_server import LiveServer

ASK = b'{"query": "{ chain { name } }"}'


def asked(
    server: LiveServer, lines: list[str], *, target: str = "/graphql/", version: str = "1.1"
) -> tuple[int, bytes]:
    head = [
        f"POST {target} HTTP/{version}",
        *lines,
        "Content-Type: application/json",
        f"Content-Length: {len(ASK)}",
        "Connection: close",
    ]
    answer = server.raw("\r\n".join(head).encode() + b"\r\n\r\n" + ASK)
    status = int(answer.split(b" ", 2)[1]) if answer else 400
    return status, answer.partition(b"\r\n\r\n")[2]


def name_in(body: bytes) -> str | None:
    try:
        found: str | None = json.loads(body)["data"]["chain"]["name"]
    except (ValueError, KeyError, TypeError):
        return None
    return found


def test_t08_the_registered_host_is_served_in_any_case_and_with_a_port(server: LiveServer, chains: Chains) -> None:
    for host in (
        "a.onebanner.localhost",
        "A.OneBanner.LOCALHOST",
        "a.onebanner.localhost:99",
        "a.onebanner.localhost.",
    ):
        status, body = asked(server, [f"Host: {host}"])
        assert (status, name_in(body)) == (200, chains.a.chain.name), host


@pytest.mark.parametrize(
    "host",
    [
        "a.onebanner.localhost,b.onebanner.localhost",
        "a.onebanner.localhost@b.onebanner.localhost",
        "www.a.onebanner.localhost",
        "[::1]",
        "127.0.0.1",
        "a.onebanner.localhost/../b",
        "unknown.example",
        "",
    ],
)
def test_t08_t10_any_other_host_is_nowhere(server: LiveServer, host: str) -> None:
    status, body = asked(server, [f"Host: {host}"])
    assert status in (400, 404)
    assert name_in(body) is None


def test_t08_two_hosts_or_none_reach_no_chain_but_the_first_named(server: LiveServer) -> None:
    status, body = asked(server, ["Host: a.onebanner.localhost", "Host: b.onebanner.localhost"])
    assert status in (400, 404) and name_in(body) is None
    status, body = asked(server, [], version="1.0")
    assert status in (400, 404) and name_in(body) is None


def test_t08_the_header_and_the_absolute_form_never_mix(server: LiveServer, chains: Chains) -> None:
    status, body = asked(server, ["Host: b.onebanner.localhost"], target="http://a.onebanner.localhost/graphql/")
    # RFC 9112: the absolute form wins over Host; whichever wins, the answer is that one chain's or none.
    assert status in (200, 400, 404)
    assert name_in(body) in (None, chains.a.chain.name, chains.b.chain.name)


@pytest.mark.parametrize(
    "header",
    [
        "X-Forwarded-Host: b.onebanner.localhost",
        "Forwarded: host=b.onebanner.localhost",
        "X_Forwarded_Host: b.onebanner.localhost",
        "X-Tenant: b.onebanner.localhost",
        "X-Original-URL: http://b.onebanner.localhost/graphql/",
        "X-Rewrite-URL: /graphql/",
    ],
)
def test_t09_forwarded_headers_are_ignored(server: LiveServer, chains: Chains, header: str) -> None:
    status, body = asked(server, ["Host: a.onebanner.localhost", header])
    assert (status, name_in(body)) == (200, chains.a.chain.name)


def test_t10_an_unknown_host_gets_one_constant_answer(chains: Chains) -> None:
    answers = {
        (answer.status_code, answer.content, answer.headers["Content-Type"])
        for host in ("unknown.example", "10.0.0.1", "c.onebanner.localhost")
        for path in ("/", "/graphql/", "/_allauth/browser/v1/config")
        for answer in [Client().get(path, headers={"Host": host})]
    }
    assert answers == {(404, b"Not found", "text/plain")}


def test_t11_each_sort_of_host_has_its_own_addresses_only(chains: Chains) -> None:
    public = "onebanner.localhost"
    for path in ("/_allauth/browser/v1/config", "/sign-in", "/media/x", "/account/mfa"):
        assert Client().get(path, headers={"Host": public}).status_code == 404, path
    operators = {"query": "{ chains(first: 1) { totalCount } }"}
    answer = Client().post(
        "/graphql/",
        operators,
        content_type="application/json",
        headers={"Host": chains.a.host, "Accept": "application/json"},
    )
    assert "data" not in answer.json() or answer.json()["data"] is None


def test_t25_there_is_no_channel_to_listen_in_on(chains: Chains) -> None:
    for path in ("/ws", "/ws/", "/graphql/subscriptions", "/events", "/socket.io/"):
        answer = Client().get(path, headers={"Host": chains.a.host, "Upgrade": "websocket", "Connection": "Upgrade"})
        assert answer.status_code == 404, path
