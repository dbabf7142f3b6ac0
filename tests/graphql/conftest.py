"""The toy schema behind the real gate, on the real chains."""

from collections.abc import Callable
from typing import Any

import orjson
import pytest
from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from api.gate.chain_entrance import ChainEntrance
from api.gate.door import Door
from api.gate.serving import serve
from chains.actor import Actor
from tests.factories.chains import FurnishedChain
from tests.factories.people import actor_of_role
from tests.graphql.toy import toy_door

JSON = "application/json"


class Toy:
    """Posts to the toy schema as one of a chain's people."""

    def __init__(self, chain: FurnishedChain) -> None:
        self.chain = chain
        self.door: Door = toy_door(ChainEntrance(lambda request, *, now: self.actor))
        self.actor: Actor | None = None

    def post(self, body: Any, *, as_: str | None = "HQ_ADMINISTRATOR", **headers: str) -> HttpResponse:
        self.actor = actor_of_role(self.chain, as_) if as_ else None
        data = body if isinstance(body, bytes) else orjson.dumps(body)
        return self.send(RequestFactory().post("/graphql/", data=data, content_type=JSON, headers=headers))

    def send(self, request: HttpRequest) -> HttpResponse:
        request.chain = self.chain.chain
        return serve(request, self.door)

    def __call__(self, query: str, *, as_: str | None = "HQ_ADMINISTRATOR", **variables: Any) -> Any:
        return orjson.loads(self.post({"query": query, "variables": variables}, as_=as_).content)


@pytest.fixture
def toy(chains: Any) -> Toy:
    return Toy(chains.a)


@pytest.fixture
def statements() -> Callable[[], Any]:
    return lambda: CaptureQueriesContext(connections["default"])
