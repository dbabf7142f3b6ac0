"""T14: a chain's files, asked for by everybody but the one they were signed for."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from chains.actor import Actor, gate_actor
from chains.media import FileLink, sign
from chains.scope import scope
from files.actions.storing import store_file
from files.models import ChainFile, Purpose, StoredFile
from files.rules.contents import content_of
from members.models import Assignment
from tests.factories.chains import FurnishedChain
from tests.factories.files import PDF, stored


@pytest.fixture(autouse=True)
def _files_of_this_test(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def path_of(file: StoredFile | ChainFile, chain: FurnishedChain, actor: Actor, age: int = 0) -> str:
    """Return the address of a file, signed so many seconds ago."""
    link = FileLink(file.stored_as, getattr(file, "store_id", None))
    return sign(link, chain=chain.chain, actor=actor, now=timezone.now() - timedelta(seconds=age)).path


def link_for(chain: FurnishedChain, actor: Actor, *, colour: str = "red", age: int = 0) -> str:
    """Store a photo in the actor's store and return its address."""
    with scope(chain.chain, actor):
        file = stored(actor, chain.store, timezone.now(), colour)
    return path_of(file, chain, actor, age)


def ask(client: Client, chain: FurnishedChain, path: str, method: str = "get") -> tuple[int, bytes]:
    answer = getattr(client, method)(path, headers={"Host": chain.host}, secure=True)
    return answer.status_code, answer.getvalue()


def test_the_person_it_was_signed_for_gets_the_photo_to_look_at(chains, as_role, graphql) -> None:
    link = link_for(chains.a, as_role(chains.a, "STORE_MANAGER"))
    client = graphql.signed_in(chains.a, "STORE_MANAGER")
    answer = client.get(link, headers={"Host": chains.a.host}, secure=True)
    assert answer.status_code == 200 and answer.getvalue().startswith(b"\xff\xd8\xff")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Content-Disposition"].startswith("inline")
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["Cache-Control"] == "private, no-store"
    assert "sandbox" in answer["Content-Security-Policy"]


def test_a_document_is_something_to_save_under_a_name_of_ours(chains, as_role, graphql) -> None:
    trainer = as_role(chains.a, "HQ_TRAINER")
    with scope(chains.a.chain, trainer):
        file = store_file(
            actor=trainer,
            purpose=Purpose.LESSON,
            content=content_of(PDF),
            name='../"evil".html\r\nX: y',
            now=timezone.now(),
        )
    client = graphql.signed_in(chains.a, "HQ_TRAINER")
    answer = client.get(path_of(file, chains.a, trainer), headers={"Host": chains.a.host}, secure=True)
    assert (answer.status_code, answer.getvalue(), answer["Content-Type"]) == (200, PDF, "application/pdf")
    assert answer["Content-Disposition"] == f'attachment; filename="{file.id}.pdf"'
    with scope(chains.a.chain, trainer):
        ChainFile.objects.update(attached_at=timezone.now())
    staff = as_role(chains.a, "SERVICE_STAFF")
    assert ask(graphql.signed_in(chains.a, "SERVICE_STAFF"), chains.a, path_of(file, chains.a, staff))[0] == 200


def test_nobody_else_gets_it_anywhere(chains, as_role, graphql) -> None:
    link = link_for(chains.a, as_role(chains.a, "STORE_MANAGER"))
    manager = graphql.signed_in(chains.a, "STORE_MANAGER")
    refused = (404, ask(Client(), chains.a, link)[1])
    assert ask(Client(), chains.a, link) == refused
    assert ask(graphql.signed_in(chains.a, "HQ_ADMINISTRATOR"), chains.a, link) == refused
    assert ask(graphql.signed_in(chains.b, "STORE_MANAGER"), chains.b, link) == refused
    assert ask(manager, chains.b, link) == refused
    assert ask(manager, chains.a, link, method="post")[0] in (403, 404)
    assert ask(graphql.signed_in(chains.a, "STORE_MANAGER"), chains.a, link)[0] == 200


def test_an_address_signed_for_one_chain_is_nothing_at_another(chains, as_role, graphql) -> None:
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        file = stored(manager, chains.a.store, timezone.now())
    of_b = path_of(file, chains.b, as_role(chains.b, "STORE_MANAGER"))
    assert ask(graphql.signed_in(chains.b, "STORE_MANAGER"), chains.b, of_b)[0] == 404
    assert ask(graphql.signed_in(chains.a, "STORE_MANAGER"), chains.a, of_b)[0] == 404


def test_an_address_signed_for_one_store_is_nothing_for_another(chains, as_role, graphql) -> None:
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        file = stored(manager, chains.a.store, timezone.now())
    for store_id in (chains.a.other_store, chains.b.store, None):
        link = FileLink(file.stored_as, store_id)
        path = sign(link, chain=chains.a.chain, actor=manager, now=timezone.now()).path
        assert ask(graphql.signed_in(chains.a, "STORE_MANAGER"), chains.a, path)[0] == 404


def test_an_address_is_over_after_its_time_and_after_sign_out(chains, as_role, graphql, settings) -> None:
    actor = as_role(chains.a, "STORE_MANAGER")
    client = graphql.signed_in(chains.a, "STORE_MANAGER")
    fresh = link_for(chains.a, actor, age=settings.MEDIA_LINK_SECONDS - 20)
    stale = link_for(chains.a, actor, age=settings.MEDIA_LINK_SECONDS)
    assert ask(client, chains.a, fresh)[0] == 200
    assert ask(client, chains.a, stale)[0] == 404
    with scope(chains.a.chain, gate_actor()):
        client.session.flush()
    assert ask(client, chains.a, fresh)[0] == 404


def test_whoever_lost_the_store_meanwhile_gets_it_no_more(chains, as_role, graphql) -> None:
    actor, hq = as_role(chains.a, "STORE_MANAGER"), as_role(chains.a, "HQ_ADMINISTRATOR")
    link, client = link_for(chains.a, actor), graphql.signed_in(chains.a, "STORE_MANAGER")
    assert ask(client, chains.a, link)[0] == 200
    with scope(chains.a.chain, hq):
        Assignment.objects.filter(user_id=actor.user_id).delete()
    assert ask(client, chains.a, link)[0] == 404


def test_an_address_cannot_be_bent(chains, as_role, graphql) -> None:
    actor = as_role(chains.a, "STORE_MANAGER")
    client = graphql.signed_in(chains.a, "STORE_MANAGER")
    link, other = (link_for(chains.a, actor, colour=colour) for colour in ("red", "blue"))
    file, store, until, signature = link.removeprefix("/files/").split("-")
    bent = [
        f"/files/{other.removeprefix('/files/')[:32]}-{store}-{until}-{signature}",
        f"/files/{file}-{chains.a.other_store.hex}-{until}-{signature}",
        f"/files/{file}-chain-{until}-{signature}",
        f"/files/{file}-{store}-{int(until) + 1}-{signature}",
        f"/files/{file}-{store}-{until}-{signature[:-1]}{'0' if signature[-1] != '0' else '1'}",
        f"/files/{file}-{store}-{until}-",
        f"/files/{file}",
        f"/files/{chains.b.chain.id}/{file[-2:]}/{file}",
        f"/files/..%2f..%2f{chains.b.chain.id}%2f{file}",
        f"/files/%2e%2e/{file}-{store}-{until}-{signature}",
        f"/files/{file}-{store}-{until}-{signature}%00",
        f"/files/{file}-{store}-{until}-{signature}/..",
        "/files/..%2f..%2f..%2fetc%2fpasswd",
        f"/files/{file.upper()}-{store}-{until}-{signature}",
        f"/files/{file}-{store}-{'9' * 400}-{signature}",
        link.replace("/files/", "/media/"),
    ]
    assert [ask(client, chains.a, path)[0] for path in bent] == [404] * len(bent)
    assert ask(client, chains.a, link)[0] == 200
