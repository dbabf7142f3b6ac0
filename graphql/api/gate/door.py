"""A door to one schema: how the gate finds out who is there, and how it enters the data behind it."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from django.http import HttpRequest
from graphql import GraphQLSchema

from api.base.call import Memory
from api.base.permitted import Table
from api.gate.documents import KeptDocuments
from chains.actor import Actor
from chains.models import Chain
from kit.refusals import Refusal


class Entrance(Protocol):
    """The two steps in: find out who it is, then enter the data as that actor."""

    @property
    def alias(self) -> str:
        """The database in which deeds have their savepoints."""
        ...

    @property
    def memory(self) -> Memory | None:
        """What remembers answers by their idempotency key, if anything does."""
        ...

    def find_out(self, request: HttpRequest, *, now: datetime) -> Actor:
        """Return who calls, or the gate's own actor for nobody; raises Unauthenticated for a bad token."""
        ...

    def enter(self, request: HttpRequest, actor: Actor, *, read_only: bool) -> AbstractContextManager[None]:
        """Open the one transaction in which everything is done."""
        ...

    def chain(self, request: HttpRequest) -> Chain | None:
        """Return the chain behind this door, if it is one chain's."""
        ...

    def deeds_refused(self, request: HttpRequest) -> Refusal | None:
        """Return why nothing can be changed now, or None."""
        ...


@dataclass(frozen=True, slots=True)
class Door:
    """A schema with its permission table, its documents and its entrance.

    `public` are the top fields that nobody needs to sign in for; `explorer` is the permission to introspect; `trusted`
    are the documents that are known by id; `documents` keeps what was read and found valid.
    """

    schema: GraphQLSchema
    table: Table
    public: frozenset[str]
    explorer: str
    entrance: Entrance
    trusted: Mapping[str, str] = field(default_factory=dict)
    documents: KeptDocuments = field(default_factory=KeptDocuments)
