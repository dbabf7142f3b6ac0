"""The store's desk in a crowded chain: its queue and its search through GraphQL, beside SQL written by hand.

Both sides ask as the same caller, behind the same walls, and answer the same; ours goes through the whole gate.
"""

import json
import os
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
from django.db import connections
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from api.base.ids import global_id
from chains.actor import Actor, ActorKind, Audience
from chains.models import Chain
from chains.scope import scope, scope_statements
from members.actions.tokens import create_access_token
from members.models import TokenKind
from members.rules.scopes import Scope
from stores.models import Store
from tests.benchmarks.crowded import Size, fill
from tests.benchmarks.report import Report, timed
from tests.factories.chains import FurnishedChain, read_furnished
from tests.factories.people import actor_of_role

PAIRS = int(os.environ.get("ONEBANNER_DESK_PAIRS", "60"))
MOST_STATEMENTS = 10
_CODE = "B007"
QUEUE = """query($store: ID!) { complaintQueue(storeId: $store, first: 50) { nodes {
  reference subject stage severity level filedAt version dueAt isOverdue
  customer { name maskedPhone language } owner { name }
  order { reference state total { amountMinor currency } placedAt }
  lastEvents(first: 3) { nodes { kind at actorName } }
} } }"""
QUEUE_SQL = """
SELECT json_agg(q) FROM (
  SELECT s.code || '-C' || lpad(c.number::text, 5, '0') AS reference, c.subject, c.stage, c.severity, c.level,
    c.filed_at, c.version, due.at AS due_at, due.at < now() AS is_overdue,
    json_build_object('name', p.name, 'phone', right(p.phone, 4), 'language', p.language) AS customer, o.name AS owner,
    CASE WHEN b.id IS NOT NULL THEN json_build_object('number', b.number, 'state', b.state, 'total', b.total_minor,
      'currency', b.currency, 'placed_at', b.placed_at) END AS bought, last.events
  FROM complaints_complaint c
  JOIN LATERAL (SELECT min(k.current_due_at) AS at FROM clocks_clock k
    WHERE k.subject_id = c.id AND k.subject_type = 'Complaint' AND k.stopped_at IS NULL) due ON due.at IS NOT NULL
  JOIN stores_store s ON s.id = c.store_id
  JOIN customers_customer p ON p.id = c.customer_id
  JOIN members_user o ON o.id = c.owner_id
  LEFT JOIN orders_order b ON b.id = c.order_id
  JOIN LATERAL (SELECT json_agg(e) AS events FROM (SELECT j.kind, j.at, u.name FROM journal_entry j
    LEFT JOIN members_user u ON u.id = j.actor_id
    WHERE j.subject_id = c.id AND j.subject_type = 'Complaint' ORDER BY j.at DESC, j.id DESC LIMIT 3) e) last ON true
  WHERE c.store_id = %(store)s AND c.stage NOT IN ('WITHDRAWN', 'CLOSED')
  ORDER BY due.at, c.id LIMIT 50) q
"""
SEARCH = """query($store: ID!, $text: String!) { searchCustomers(storeId: $store, text: $text, first: 20) { nodes {
  name maskedPhone maskedEmail language state
} } }"""
SEARCH_SQL = """
SELECT json_agg(f) FROM (
  SELECT name, right(phone, 4) AS phone, left(email, 1) AS email, language, kept_as_id FROM customers_customer
  WHERE store_id = %(store)s AND erased_at IS NULL AND kept_as_id IS NULL AND search_text LIKE %(text)s
  ORDER BY name, id LIMIT 20) f
"""


@dataclass(frozen=True)
class Desk:
    """Somebody who asks: by a token through the gate, and by hand as the same audience."""

    chain: Chain
    client: Client
    actor: Actor
    store: UUID
    by_hand: psycopg.Connection

    def ask(self, document: str, variables: dict[str, Any]) -> dict[str, Any]:
        """Ask through the real view, from the bytes of the request to those of the answer."""
        asked = json.dumps({"query": document, "variables": variables})
        answer = self.client.post("/graphql/", asked, content_type="application/json")
        told: dict[str, Any] = json.loads(answer.content)
        if "errors" in told:
            raise RuntimeError(told["errors"])
        return told["data"]

    def sql(self, statement: str, **values: Any) -> list[Any]:
        """Ask by hand, in a transaction with the caller's role and store."""
        with self.by_hand.transaction():
            for each in scope_statements(schema=self.chain.schema_name, actor=self.actor):
                self.by_hand.execute(each.encode())
            row = self.by_hand.execute(statement.encode(), values, prepare=True).fetchone()
        return row[0] if row and row[0] else []


def measure_desk(report: Report, *, size: Size | None = None) -> None:
    """Fill a chain, then measure the queue and the search of one store, and the search as headquarters."""
    furnished = read_furnished("a.onebanner.localhost")
    seconds = timed(lambda: fill(furnished.chain, size))
    made = size or Size()
    report.say(
        f"\n{made.stores} stores, {made.stores * made.customers:,} customers, {made.stores * made.orders:,} orders, "
        f"{made.stores * made.complaints:,} complaints, made in {seconds:.0f} s. Medians of {PAIRS} pairs in turn; "
        f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores."
    )
    measure_filled(report, furnished)


def measure_filled(report: Report, furnished: FurnishedChain) -> None:
    """Measure a chain that is filled."""
    boundless = override_settings(GATE_CALLER_RATE=(10**9, 10**6), GATE_CHAIN_RATE=(10**9, 10**6))
    with boundless:
        at_store, at_hq = (desk_of(furnished, audience) for audience in (Audience.STORE, Audience.HQ))
        _measure_queue(report, at_store, "the store")
        _measure_queue(report, at_hq, "headquarters")
        for desk, who in ((at_store, "the store"), (at_hq, "headquarters")):
            for what, text, by_hand in _sought(desk):
                _measure_search(report, desk, f"{what}, as {who}", text, by_hand)
        for desk in (at_store, at_hq):
            desk.by_hand.close()


def _measure_queue(report: Report, desk: Desk, who: str) -> None:
    variables = {"store": global_id("Store", desk.store)}

    def ours() -> list[dict[str, Any]]:
        nodes: list[dict[str, Any]] = desk.ask(QUEUE, variables)["complaintQueue"]["nodes"]
        return nodes

    def by_hand() -> list[Any]:
        return desk.sql(QUEUE_SQL, store=desk.store)

    told, found = ours(), by_hand()
    equal = [each["reference"] for each in told] == [each["reference"] for each in found]
    same_events = [[event["kind"] for event in each["lastEvents"]["nodes"]] for each in told] == [
        [event["kind"] for event in each["events"]] for each in found
    ]
    report.say()
    report.goal(f"both find the same {len(told)} complaints and events", met=equal and same_events and len(told) == 50)
    _tell(report, f"the queue of a store, 50 complaints, as {who}", ours, by_hand)


def _measure_search(report: Report, desk: Desk, what: str, text: str, pattern: str) -> None:
    variables = {"store": global_id("Store", desk.store), "text": text}

    def ours() -> list[dict[str, Any]]:
        nodes: list[dict[str, Any]] = desk.ask(SEARCH, variables)["searchCustomers"]["nodes"]
        return nodes

    def by_hand() -> list[Any]:
        return desk.sql(SEARCH_SQL, store=desk.store, text=f"%{pattern}%")

    told, found = ours(), by_hand()
    equal = [each["name"] for each in told] == [each["name"] for each in found]
    report.say()
    report.goal(f"both find the same {len(told)} customers", met=equal and bool(told))
    _tell(report, f"customers by {what}", ours, by_hand)


def _tell(report: Report, title: str, ours: Callable[[], object], by_hand: Callable[[], object]) -> None:
    for _ in range(5):
        ours()
        by_hand()
    with CaptureQueriesContext(connections["default"]) as captured:
        ours()
    statements = sum(query["sql"].lstrip("( \n").startswith(("SELECT", "WITH")) for query in captured.captured_queries)
    pairs = [(timed(ours), timed(by_hand)) for _ in range(PAIRS)]
    graphql, hand = (statistics.median(column) for column in zip(*pairs, strict=True))
    report.table(title, {"SQL by hand": hand, "GraphQL, the gate included": graphql}, base="SQL by hand")
    report.goal(f"at most {MOST_STATEMENTS} statements: {statements}", met=statements <= MOST_STATEMENTS)


def _sought(desk: Desk) -> list[tuple[str, str, str]]:
    """Return what is looked for: by what, how it is typed, and what the register's text holds of it."""
    with scope(desk.chain, desk.actor), connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT name, phone, email FROM customers_customer WHERE store_id = %s AND email <> ''"
            " AND name ~ '^[A-Z]' ORDER BY id LIMIT 1",
            [desk.store],
        )
        name, phone, email = cursor.fetchone()
    digits = phone.removeprefix("+86")
    return [
        ("part of a name", name.split()[0][:4].upper(), name.split()[0][:4].lower()),
        ("a Chinese name", "王", "王"),
        ("a phone number with blanks", f"{digits[:3]} {digits[3:7]} {digits[7:]}", digits),
        ("a phone number with its country", f"0086-{digits}", digits),
        ("the end of a phone number", digits[-6:], digits[-6:]),
        ("part of an e-mail address", email.split(".")[0], email.split(".")[0]),
    ]


def desk_of(furnished: FurnishedChain, audience: Audience) -> Desk:
    """Return somebody of an audience who asks in a chain with a store `B007`."""
    chain, creator = furnished.chain, actor_of_role(furnished, "HQ_ADMINISTRATOR")
    with scope(chain, creator):
        store: UUID = Store.objects.get(code=_CODE).id
        _token, secret = create_access_token(
            actor=creator,
            kind=TokenKind.SERVICE,
            name=f"Desk {audience}",
            scopes=[each.value for each in Scope if each.value.endswith(":read")],
            store_ids=[store] if audience is Audience.STORE else None,
            expires_at=now() + timedelta(days=1),
            now=now(),
        )
    stores = frozenset({store}) if audience is Audience.STORE else frozenset()
    actor = Actor(kind=ActorKind.USER, id=None, audience=audience, store_ids=stores)
    settings = connections["default"].settings_dict
    by_hand = psycopg.connect(
        host=settings["HOST"], port=settings["PORT"], dbname=settings["NAME"], user=settings["USER"],
        password=settings["PASSWORD"], autocommit=True,
    )  # fmt: skip
    by_hand.prepare_threshold = 0
    # One for all questions, as a server loads its middleware once.
    client = Client(headers={"host": furnished.host, "authorization": f"Bearer {secret}"})
    return Desk(chain, client, actor, store, by_hand)
