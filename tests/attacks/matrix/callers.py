"""Everybody who may call: each role, nobody, tokens of either scope, an operator on a visit."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import orjson
from django.db import connections, transaction
from django.http import HttpRequest
from django.test import RequestFactory

from api.gate.chain_entrance import ChainEntrance
from api.gate.documents import hash_of
from api.gate.door import Door
from api.gate.fields import public_fields
from api.gate.serving import serve
from api.permissions import EXPLORER, TABLE
from api.schema import schema
from chains.actor import Actor, system_actor
from chains.models import Chain
from chains.scope import scope_statements
from journal.models import CurrentTransaction, Entry
from kit.ids import new_id
from members.rules import actors
from members.rules.actors import Given
from members.rules.permissions import Role
from members.rules.reach import Place
from members.rules.scopes import Scope
from tests.factories.chains import FurnishedChain
from tests.factories.people import actor_of_role

NOBODY = "nobody"
ADDRESS = "198.51.100.7"
# Two roles of one person: what either allows holds where that one was given and nowhere else.
TWO_ROLES = ("TRAINER_AND_MANAGER", "STAFF_AND_MANAGER")


def _become(actor: Actor, chain: Chain) -> None:
    """Go on in the open transaction as somebody else."""
    with connections["default"].cursor() as cursor:
        cursor.execute(";".join(scope_statements(schema=chain.schema_name, actor=actor)))


class TakenBack(ChainEntrance):
    """An entrance behind which whatever a call writes is counted, looked at and taken back at once."""

    written = 0
    entries: ClassVar[list[Entry]] = []
    prepare: ClassVar[Callable[[], object] | None] = None

    @contextmanager
    def enter(self, request: HttpRequest, actor: Actor, *, read_only: bool) -> Iterator[None]:
        """Open the scope, and leave it as it was."""
        chain = self.chain(request)
        with super().enter(request, actor, read_only=read_only):
            if read_only:
                yield
                return
            if TakenBack.prepare:
                _become(system_actor(), chain)
                TakenBack.prepare()
                _become(actor, chain)
            yield
            # What the actor has written may not be theirs to read.
            _become(system_actor(), chain)
            self.look(actor)
            transaction.set_rollback(True, "default")

    @classmethod
    def look(cls, actor: Actor) -> None:
        """Keep what the call has added to the journal: nothing that is prepared writes there."""
        cls.written = Entry.objects.filter(transaction_id=CurrentTransaction()).count()
        if cls.written:
            cls.entries = list(Entry.objects.filter(request_id=actor.request_id).in_order())


@dataclass
class Callers:
    """Posts to a chain's schema as any of its callers; whatever a call writes is taken back at once."""

    chain: FurnishedChain

    def __post_init__(self) -> None:
        self._actors = {who: replace(actor_of_role(self.chain, who), address=ADDRESS) for who in self.chain.people}
        unknown = actors.Request(id=new_id(), address=ADDRESS)
        everything, one_store = list(Scope), [self.chain.store]
        self._actors["TOKEN_READ"] = actors.service_token(
            new_id(), scopes=[each for each in Scope if each.name.endswith("READ")], store_ids=None, request=unknown
        )
        self._actors["TOKEN_OF_STORE"] = actors.service_token(
            new_id(), scopes=everything, store_ids=one_store, request=unknown
        )
        self._actors["VISITOR"] = actors.visiting_operator(new_id(), new_id(), unknown)
        self._actors.update(zip(TWO_ROLES, self._with_two_roles(), strict=True))
        self._caller: Actor | None = None
        self._ours: dict[str, str] = {}
        self._door = Door(
            schema=schema.graphql_schema,
            table=TABLE,
            public=public_fields(TABLE),
            explorer=EXPLORER,
            entrance=TakenBack(lambda request, *, now: self._caller),
            trusted=self._ours,
        )

    def _with_two_roles(self) -> Iterator[Actor]:
        request = actors.Request(id=new_id(), address=ADDRESS)
        here, there = Place(store_id=self.chain.store), Place(store_id=self.chain.other_store)
        manager_here, manager_there = Given(Role.STORE_MANAGER, here), Given(Role.STORE_MANAGER, there)
        for who, given in (
            ("HQ_TRAINER", (Given(Role.HQ_TRAINER, Place()), manager_here)),
            ("SERVICE_STAFF", (Given(Role.SERVICE_STAFF, here), manager_there)),
        ):
            yield actors.person(self.chain.people[who], actors.grants_of(given, {}), request)

    @property
    def everybody(self) -> list[str]:
        """The names of all callers."""
        return [*self._actors, NOBODY]

    def actor(self, who: str) -> Actor | None:
        """Return a caller's actor, or None for nobody."""
        return self._actors.get(who)

    def post(
        self,
        query: str,
        variables: dict[str, Any],
        who: str,
        *,
        prepare: Callable[[], object] | None = None,
        is_ours: bool = False,
    ) -> bytes:
        """Return the answer's bytes; what a deed needs may be prepared inside its transaction, as the system.

        A document that is ours is sent as the web app sends its own, by its id, and may be as long as we like.
        """
        self._caller = self.actor(who)
        asked = {"query": query}
        if is_ours:
            asked = {"documentId": f"sha256:{hash_of(query)}"}
            self._ours[asked["documentId"]] = query
        body = orjson.dumps({**asked, "variables": variables})
        request = RequestFactory().post("/graphql/", data=body, content_type="application/json", REMOTE_ADDR=ADDRESS)
        request.chain = self.chain.chain
        TakenBack.written, TakenBack.entries, TakenBack.prepare = 0, [], prepare
        return serve(request, self._door).content

    @property
    def entries(self) -> list[Entry]:
        """What the last call added to the journal, in its order."""
        return TakenBack.entries

    @property
    def written(self) -> int:
        """How many entries the last call added to the journal."""
        return TakenBack.written
