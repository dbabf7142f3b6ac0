"""One call of the API: who calls, at which chain, and at what moment; the context of every resolver."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.http import HttpRequest
from graphql import GraphQLResolveInfo

from chains.actor import Actor, ActorKind
from chains.models import Chain
from kit.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Claim:
    """An idempotency key and the deed that has it; `answer` is there when that deed was done before."""

    id: UUID
    answer: dict[str, Any] | None = None


class Memory(Protocol):
    """What remembers the answers of deeds by their idempotency key."""

    def claim(self, *, actor: Actor, key: str, fingerprint: str, now: datetime) -> Claim:
        """Claim a key for one deed, or find the deed that has it; raises IdempotencyKeyReused for another deed."""
        ...

    def keep(self, claim: Claim, answer: dict[str, Any]) -> None:
        """Write down the answer of the deed that claimed the key."""
        ...


@dataclass(frozen=True, slots=True)
class Call:
    """What resolvers know beside their arguments.

    `actor` is the gate's own where nobody is signed in. `now` is one moment for the whole call, in UTC.
    `alias` names the database in which deeds have their savepoints. `deeds_refused` says why the chain can't be
    changed now.
    """

    request: HttpRequest
    actor: Actor
    chain: Chain | None
    now: datetime
    fingerprint: str = ""
    alias: str = "default"
    memory: Memory | None = None
    deeds_refused: Refusal | None = None

    @property
    def is_signed_in(self) -> bool:
        """Tell whether somebody is calling, and not just anybody."""
        return self.actor.kind is not ActorKind.GATE


def call_of(info: GraphQLResolveInfo) -> Call:
    """Return the call that a resolver works for."""
    call: Call = info.context
    return call


def actor_of(info: GraphQLResolveInfo) -> Actor:
    """Return who asks; it is the gate's actor, which may nothing, where nobody is signed in."""
    return call_of(info).actor
