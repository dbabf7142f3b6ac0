"""T14: a chain's files, asked for by everybody but the one they were signed for."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from chains import media
from chains.actor import Actor, gate_actor
from chains.scope import scope
from tests.factories.chains import FurnishedChain

CONTENT = b"<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def _files_of_this_test(settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def link_for(chain: FurnishedChain, actor: Actor, *, host: str | None = None, age: int = 0) -> str:
    """Store a file in the chain and return an address of it, signed so many seconds ago."""
    with scope(chain.chain, actor):
        name = default_storage.save("../../etc/passwd", ContentFile(CONTENT))
    signed_at = timezone.now() - timedelta(seconds=age)
    return media.sign(name, chain=chain.chain, host=host or chain.host, actor=actor, now=signed_at)


def ask(client: Client, chain: FurnishedChain, path: str, method: str = "get") -> tuple[int, bytes]:
    answer = getattr(client, method)(path, headers={"Host": chain.host}, secure=True)
    return answer.status_code, answer.getvalue()


def test_the_person_it_was_signed_for_gets_the_file_as_something_to_save(chains, as_role, graphql) -> None:
    link = link_for(chains.a, as_role(chains.a, "STORE_MANAGER"))
    client = graphql.signed_in(chains.a, "STORE_MANAGER")
    answer = client.get(link, headers={"Host": chains.a.host}, secure=True)
    assert (answer.status_code, answer.getvalue()) == (200, CONTENT)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Cache-Control"] == "private, no-store"
    assert "sandbox" in answer["Content-Security-Policy"]


def test_nobody_else_gets_it_anywhere(chains, as_role, graphql) -> None:
    actor = as_role(chains.a, "STORE_MANAGER")
    link = link_for(chains.a, actor)
    manager = graphql.signed_in(chains.a, "STORE_MANAGER")
    refused = (404, ask(Client(), chains.a, link)[1])
    assert ask(Client(), chains.a, link) == refused
    assert ask(graphql.signed_in(chains.a, "HQ_ADMINISTRATOR"), chains.a, link) == refused
    assert ask(graphql.signed_in(chains.b, "STORE_MANAGER"), chains.b, link) == refused
    assert ask(manager, chains.b, link) == refused
    for_b = link_for(chains.a, actor, host=chains.b.host)
    assert ask(graphql.signed_in(chains.a, "STORE_MANAGER"), chains.a, for_b) == refused
    assert ask(graphql.signed_in(chains.a, "STORE_MANAGER"), chains.b, for_b) == refused
    assert ask(graphql.signed_in(chains.b, "STORE_MANAGER"), chains.b, for_b) == refused
    assert ask(manager, chains.a, link, method="post")[0] in (403, 404)
    assert ask(graphql.signed_in(chains.a, "STORE_MANAGER"), chains.a, link)[0] == 200


def test_an_address_is_over_after_its_time_and_after_sign_out(chains, as_role, graphql, settings) -> None:
    actor = as_role(chains.a, "STORE_MANAGER")
    client = graphql.signed_in(chains.a, "STORE_MANAGER")
    fresh = link_for(chains.a, actor, age=settings.MEDIA_LINK_SECONDS - 5)
    stale = link_for(chains.a, actor, age=settings.MEDIA_LINK_SECONDS)
    assert ask(client, chains.a, fresh)[0] == 200
    assert ask(client, chains.a, stale)[0] == 404
    with scope(chains.a.chain, gate_actor()):
        client.session.flush()
    assert ask(client, chains.a, fresh)[0] == 404


def test_an_address_cannot_be_bent(chains, as_role, graphql) -> None:
    actor = as_role(chains.a, "STORE_MANAGER")
    client = graphql.signed_in(chains.a, "STORE_MANAGER")
    link = link_for(chains.a, actor)
    other = link_for(chains.a, actor)
    file, until, signature = link.removeprefix("/media/").split("-")
    bent = [
        f"/media/{other.removeprefix('/media/')[:32]}-{until}-{signature}",
        f"/media/{file}-{int(until) + 1}-{signature}",
        f"/media/{file}-{until}-{signature[:-1]}{'0' if signature[-1] != '0' else '1'}",
        f"/media/{file}-{until}-",
        f"/media/{file}",
        f"/media/{chains.b.chain.id}/{file[-2:]}/{file}",
        f"/media/..%2f..%2f{chains.b.chain.id}%2f{file}",
        f"/media/%2e%2e/{file}-{until}-{signature}",
        f"/media/{file}-{until}-{signature}%00",
        f"/media/{file}-{until}-{signature}/..",
        "/media/..%2f..%2f..%2fetc%2fpasswd",
        f"/media/{file.upper()}-{until}-{signature}",
        f"/media/{file}-{'9' * 400}-{signature}",
    ]
    assert [ask(client, chains.a, path)[0] for path in bent] == [404] * len(bent)
