"""A deed done sixteen times at the same moment, through the gate, on real connections: what was told, what was done."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from threading import Barrier
from typing import Any

import orjson
from django.test import RequestFactory

from api.base.ids import global_id
from api.gate.chain_entrance import ChainEntrance
from api.gate.door import Door
from api.gate.fields import public_fields
from api.gate.serving import serve
from api.permissions import EXPLORER, TABLE
from api.schema import schema
from chains.actor import Actor, system_actor
from chains.scope import scope
from complaints.models.complaints import Complaint
from customers.models import Customer
from inquiries.models.inquiries import Inquiry
from journal.models import Entry
from kit.ids import new_id
from members.models import Visit
from orders.models.orders import Order, OrderLine
from orders.models.refunds import Refund
from standards.models.texts import Version
from stores.models import Store
from tests.attacks.matrix.test_doing import input_of
from tests.factories.chains import FurnishedChain
from tests.factories.people import actor_of_role
from tests.patience import PATIENCE_SECONDS
from visits.models.points import VisitPoint
from visits.models.visits import ReturnVisit

CALLERS = 16
TOO_LONG = "TIMED_OUT"
Given = Callable[["Story"], dict[str, Any]]


@dataclass(frozen=True)
class Step:
    """A deed: who does it, with what, which entry tells of it, and with which codes all but one are refused.

    Without codes nobody is refused; `once` says whether it nevertheless happens only once.
    """

    deed: str
    who: str
    given: Given
    kind: str
    refused: frozenset[str] = frozenset()
    once: bool = True

    def is_sound(self, told: Counter[str], entries: int) -> bool:
        """Tell whether calls and entries fit. On a busy machine a call may have waited too long: it changed nothing."""
        done = told[""]
        is_honest = told.keys() <= {"", TOO_LONG, *self.refused}
        return is_honest and (done == 1 if self.refused else done > 0) and entries == (1 if self.once else done)


def once(deed: str, who: str, given: Given, kind: str, *refused: str) -> Step:
    return Step(deed, who, given, kind, frozenset(refused))


def each(deed: str, who: str, given: Given, kind: str) -> Step:
    return Step(deed, who, given, kind, once=False)


def same(deed: str, who: str, given: Given, kind: str) -> Step:
    return Step(deed, who, given, kind)


class Story:
    """One chain, and sixteen callers who stand ready."""

    def __init__(self, chain: FurnishedChain, pool: ThreadPoolExecutor) -> None:
        self.chain = chain
        self.pool = pool
        self.store = global_id("Store", chain.store)

    def latest(self, model: Any, **where: Any) -> Any:
        """Return the youngest row."""
        return model.objects.filter(**where).order_by("-pk").first()

    def id_of(self, thing: str, model: Any, **where: Any) -> str:
        return global_id(thing, self.latest(model, **where).pk)

    def member(self, who: str) -> str:
        return global_id("Member", self.chain.people[who])

    def own_store(self) -> Any:
        return Store.objects.get(pk=self.chain.store)

    def complaint(self, **more: Any) -> dict[str, Any]:
        found = self.latest(Complaint)
        return {"complaintId": global_id("Complaint", found.pk), "expectedVersion": found.version, **more}

    def order(self, **more: Any) -> dict[str, Any]:
        found = self.latest(Order)
        return {"orderId": global_id("Order", found.pk), "expectedVersion": found.version, **more}

    def parcels(self, **more: Any) -> dict[str, Any]:
        line = self.id_of("OrderLine", OrderLine, order=self.latest(Order))
        return self.order(carrier="SF", parcels=[{"lineId": line, "quantity": 20}], **more)

    def refund(self, **more: Any) -> dict[str, Any]:
        return {"refundId": self.id_of("Refund", Refund), **more}

    def customer(self, **where: Any) -> str:
        return self.id_of("Customer", Customer, **where)

    def inquiry(self, **more: Any) -> dict[str, Any]:
        found = self.latest(Inquiry)
        return {"inquiryId": global_id("Inquiry", found.pk), "expectedVersion": found.version, **more}

    def visit(self, **more: Any) -> dict[str, Any]:
        found = self.latest(ReturnVisit)
        return {"visitId": global_id("ReturnVisit", found.pk), "expectedVersion": found.version, **more}

    def point(self, **more: Any) -> dict[str, Any]:
        point = self.id_of("VisitPoint", VisitPoint)
        return {"pointId": point, "expectedVersion": self.latest(ReturnVisit).version, **more}

    def version(self, **more: Any) -> dict[str, Any]:
        found = self.latest(Version)
        return {"versionId": global_id("Version", found.pk), "expectedVersion": found.revision, **more}

    def versioned_store(self, **more: Any) -> dict[str, Any]:
        return {"storeId": self.store, "expectedVersion": self.own_store().version, **more}

    def actor(self, who: str) -> Actor | None:
        if who == "NOBODY":
            return None
        if who != "VISITOR":
            return actor_of_role(self.chain, who)
        manager = actor_of_role(self.chain, "STORE_MANAGER")
        with scope(self.chain.chain, system_actor()):
            visit = self.latest(Visit)
        return replace(manager, token_id=visit.pk, behalf_of_id=visit.visitor_id)

    def do(self, step: Step) -> tuple[Counter[str], int]:
        """Do a deed sixteen times at once; return what the callers were told, and how many entries tell of it."""
        with scope(self.chain.chain, system_actor()):
            given, before = step.given(self), Entry.objects.filter(kind=step.kind).count()
        actor = self.actor(step.who)
        start = Barrier(CALLERS)
        told = Counter(self.pool.map(lambda _n: self._call(step.deed, given, actor, start), range(CALLERS)))
        with scope(self.chain.chain, system_actor()):
            return told, Entry.objects.filter(kind=step.kind).count() - before

    def _call(self, deed: str, given: dict[str, Any], actor: Actor | None, start: Barrier) -> str:
        query = f"mutation($input:{input_of(deed).name}!){{{deed}(input:$input){{userErrors{{code}}}}}}"
        body = orjson.dumps({"query": query, "variables": {"input": given}})
        request = RequestFactory().post("/graphql/", data=body, content_type="application/json")
        request.chain = self.chain.chain
        mine = None if actor is None else replace(actor, request_id=new_id())
        start.wait(timeout=PATIENCE_SECONDS)
        answer = orjson.loads(serve(request, door(mine)).content)
        if "errors" in answer:
            return str(answer["errors"][0]["extensions"]["code"])
        return ",".join(error["code"] for error in answer["data"][deed]["userErrors"])


def door(actor: Actor | None) -> Door:
    """Return the real gate, for a caller who has been found out."""
    entrance = ChainEntrance(lambda request, *, now: actor)
    return Door(schema.graphql_schema, TABLE, public_fields(TABLE), EXPLORER, entrance)
