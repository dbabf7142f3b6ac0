"""The entrance to a chain: the caller is found out in a short transaction of the gate, then the chain is entered."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.http import HttpRequest

from api.base.call import Memory
from api.base.memory import KeptAnswers
from api.gate.callers import Authenticate
from api.models import KeptAnswer
from chains.actor import Actor, gate_actor
from chains.hosts import ChainRequest
from chains.models import Chain
from chains.rules import must_be_writable
from chains.scope import CHAINS_ALIAS, scope
from kit.refusals import Refusal
from members.signin.requests import particulars_of


@dataclass(frozen=True, slots=True)
class ChainEntrance:
    """Leads into the chain whose host was called, and nowhere else."""

    authenticate: Authenticate
    alias: str = CHAINS_ALIAS
    memory: Memory | None = KeptAnswers(KeptAnswer)

    def find_out(self, request: HttpRequest, *, now: datetime) -> Actor:
        """Return who calls, or the gate's own actor for nobody; raises Unauthenticated for a bad token."""
        told = particulars_of(request)
        nobody = gate_actor(address=told.address, language=told.language)
        with scope(_chain(request), nobody):
            return self.authenticate(request, now=now) or nobody

    def enter(self, request: HttpRequest, actor: Actor, *, read_only: bool) -> AbstractContextManager[None]:
        """Open the one transaction in which everything is done."""
        return scope(_chain(request), actor, read_only=read_only)

    def chain(self, request: HttpRequest) -> Chain:
        """Return the chain whose host was called."""
        return _chain(request)

    def deeds_refused(self, request: HttpRequest) -> Refusal | None:
        """Return why nothing can be changed now: a suspended or closing chain is only read."""
        try:
            must_be_writable(_chain(request).state)
        except Refusal as refusal:
            return refusal
        return None


def _chain(request: HttpRequest) -> Chain:
    return cast(ChainRequest, request).chain
