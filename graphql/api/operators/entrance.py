"""The operators' entrance: a bearer's secret and nothing else; behind it is the schema `public`."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.http import HttpRequest

from accounts.models import Operator
from accounts.queries import operator_with
from api.base.call import Memory
from api.base.memory import KeptAnswers
from api.gate.refusals import Unauthenticated
from api.operators.models import OperatorsAnswer
from chains.actor import Actor, ActorKind, Audience, Grant, gate_actor
from chains.models import Chain
from chains.router import PUBLIC_ALIAS
from kit.refusals import Refusal
from members.rules.operators import OperatorPermission
from members.signin.requests import particulars_of


@dataclass(frozen=True, slots=True)
class OperatorsEntrance:
    """Leads into the schema `public`; a chain is entered by a deed of its own, with a reason."""

    alias: str = PUBLIC_ALIAS
    memory: Memory | None = KeptAnswers(OperatorsAnswer)

    def find_out(self, request: HttpRequest, *, now: datetime) -> Actor:
        """Return which operator calls, or the gate's own actor for nobody; raises Unauthenticated for a bad secret."""
        if "Authorization" not in request.headers:
            told = particulars_of(request)
            return gate_actor(address=told.address, language=told.language)
        scheme, _space, secret = request.headers["Authorization"].partition(" ")
        operator = operator_with(secret.strip(), now=now) if scheme.lower() == "bearer" else None
        if operator is None:
            raise Unauthenticated
        return _actor(operator, request)

    def enter(self, request: HttpRequest, actor: Actor, *, read_only: bool) -> AbstractContextManager[None]:
        """Open the one transaction in which everything is done."""
        return transaction.atomic(using=PUBLIC_ALIAS)

    def chain(self, request: HttpRequest) -> Chain | None:
        """Return None: the public host is no chain's."""
        return None

    def deeds_refused(self, request: HttpRequest) -> Refusal | None:
        """Return None: operators can always work."""
        return None


def _actor(operator: Operator, request: HttpRequest) -> Actor:
    particulars = particulars_of(request)
    return Actor(
        kind=ActorKind.OPERATOR,
        id=operator.id,
        audience=Audience.HQ,
        grants=(Grant(frozenset(OperatorPermission)),),
        request_id=particulars.id,
        address=particulars.address,
        language=particulars.language,
    )
