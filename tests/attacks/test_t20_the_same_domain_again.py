"""T20: a new chain under a gone chain's domain is empty, and nothing of the old one lives on."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.test import Client
from django.utils.timezone import now

from chains.actor import Actor, system_actor
from chains.jobs import chain_task
from chains.models import Chain, ChainIsKept
from chains.scope import scope
from chains.storage import ChainStorage
from journal.models import Entry
from members.actions.tokens import create_access_token
from members.models import AccessToken, TokenKind, User
from stores.models import Store
from tests.factories.chains import FurnishedChain, demolish, furnish, opened_chain, read_furnished
from tests.graphql_caller import GraphQLCaller

VIEWER = "{ viewer { email } }"
RAN_IN: list[Chain] = []


@chain_task(name="tests.note_the_stores")
def note_the_stores(*, actor: Actor, now: object) -> None:
    """Remember that the job ran."""
    RAN_IN.append(Store.objects.first())


@pytest.fixture
def successor(fresh_chain: FurnishedChain) -> Iterator[Callable[[], Chain]]:
    """Take the chain away and open another one under its domain; both are gone after the test."""
    made: list[Chain] = []

    def succeed() -> Chain:
        demolish(fresh_chain.chain)
        made.append(opened_chain("Successor", fresh_chain.host))
        return made[0]

    yield succeed
    for chain in made:
        demolish(chain)


def test_it_is_empty_and_has_a_schema_of_its_own(fresh_chain: FurnishedChain, successor: Callable[[], Chain]) -> None:
    chain = successor()

    assert chain.schema_name != fresh_chain.chain.schema_name
    assert chain.id != fresh_chain.chain.id
    with scope(chain, system_actor()):
        assert [model.objects.count() for model in (User, Store, Entry, AccessToken)] == [0, 0, 0, 0]


def test_an_old_session_is_nobodys(
    fresh_chain: FurnishedChain, successor: Callable[[], Chain], graphql: GraphQLCaller
) -> None:
    client = graphql.signed_in(fresh_chain, "HQ_ADMINISTRATOR")
    assert _viewer(client, fresh_chain.host) == {"email": fresh_chain.email("HQ_ADMINISTRATOR")}

    furnish(successor())

    assert _viewer(client, fresh_chain.host) is None


def test_an_old_token_opens_nothing(
    fresh_chain: FurnishedChain,
    successor: Callable[[], Chain],
    graphql: GraphQLCaller,
    as_role: Callable[[FurnishedChain, str], Actor],
) -> None:
    actor = as_role(fresh_chain, "HQ_ADMINISTRATOR")
    with scope(fresh_chain.chain, actor):
        _token, secret = create_access_token(
            actor=actor,
            kind=TokenKind.PERSONAL,
            name="till",
            scopes={"stores:read"},
            store_ids=None,
            expires_at=now() + timedelta(days=1),
            now=now(),
        )
    query = {"query": "{ stores(first: 1) { edges { node { name } } } }"}
    assert graphql.post(fresh_chain, query, token=secret).status_code == 200

    furnish(successor())

    assert graphql.post(read_furnished(fresh_chain.host), query, token=secret).status_code == 401


def test_an_old_file_is_gone(fresh_chain: FurnishedChain, successor: Callable[[], Chain]) -> None:
    storage = ChainStorage()
    with scope(fresh_chain.chain, system_actor()):
        name = storage.save("photo.jpg", ContentFile(b"old"))
        assert storage.exists(name)

    chain = successor()

    assert not Path(settings.MEDIA_ROOT, str(fresh_chain.chain.id)).exists()
    with scope(chain, system_actor()):
        assert not storage.exists(name)


def test_an_old_job_is_dropped(fresh_chain: FurnishedChain, successor: Callable[[], Chain]) -> None:
    RAN_IN.clear()
    envelope = note_the_stores.job(fresh_chain.chain.id).task_kwargs
    note_the_stores.run(envelope, now=now())
    assert len(RAN_IN) == 1

    furnish(successor())
    note_the_stores.run(envelope, now=now())

    assert len(RAN_IN) == 1


def test_a_chains_row_can_not_be_deleted(fresh_chain: FurnishedChain) -> None:
    with pytest.raises(ChainIsKept):
        fresh_chain.chain.delete()


def _viewer(client: Client, host: str) -> dict[str, str] | None:
    answer = client.post(
        "/graphql/",
        data={"query": VIEWER},
        content_type="application/json",
        headers={
            "Host": host,
            "Accept": "application/json",
            "Origin": f"https://{host}",
            "X-CSRFToken": client.cookies[settings.CSRF_COOKIE_NAME].value,
        },
        secure=True,
    ).json()
    found: dict[str, str] | None = (answer.get("data") or {}).get("viewer")
    return found
