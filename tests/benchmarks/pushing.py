"""A standard is pushed to every store of a large chain: how long until all can see it, beside SQL written by hand."""

import os
import statistics
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS, scope
from kit.ids import new_id
from members.rules.permissions import Role
from standards.actions.drafting import approve_standard, revise_standard, submit_standard
from standards.actions.rollout import push_standard
from standards.models.texts import Version
from standards.queries.acknowledging import acknowledgements_due
from tests.benchmarks.crowded import Keys, load
from tests.benchmarks.report import Report, duration, timed
from tests.factories.chains import FurnishedChain, read_furnished
from tests.factories.people import actor_of_role
from tests.factories.standards import TITLES, approved, same_day_clause

STORES = int(os.environ.get("ONEBANNER_PUSH_STORES", "10000"))
PEOPLE_A_STORE = 20
ROUNDS = 5
SEEN_WITHIN = 5.0
_END = "UPDATE standards_storestandard SET ended_at = %(now)s WHERE standard_id = %(standard)s AND ended_at IS NULL"
_BEGIN = """
    INSERT INTO standards_storestandard
        (id, store_id, standard_id, version_id, rollout_id, pushed_at, reminders)
    SELECT gen_random_uuid(), id, %(standard)s, %(version)s, %(rollout)s, %(now)s, 0
    FROM stores_store WHERE state = 'OPEN'
"""
_ROLLOUT = """
    INSERT INTO standards_rollout (id, version_id, done_at, targets) VALUES (%(rollout)s, %(version)s, %(now)s, '{}')
"""


def measure_push(report: Report) -> None:
    """Fill a chain with stores and people, then push version after version, ours and by hand in turn."""
    furnished = read_furnished("a.onebanner.localhost")
    seconds = timed(lambda: load(furnished.chain, _stores(now() - timedelta(days=365))))
    report.say(f"\n{STORES:,} stores with {STORES * PEOPLE_A_STORE:,} people, made in {seconds:.0f} s.")
    ours, by_hand = (_versions(furnished) for _ in range(2))
    reader = actor_of_role(furnished, "SERVICE_STAFF")
    pushes, hands, views = [], [], []
    for _ in range(ROUNDS):
        version = next(ours)
        pushes.append(timed(lambda version=version: _push(furnished, version)))
        views.append(timed(lambda: _sees(reader, furnished)))
        version = next(by_hand)
        hands.append(timed(lambda version=version: _by_hand(furnished, version)))
    push, hand = statistics.median(pushes), statistics.median(hands)
    rows = {"SQL by hand": hand, "ours": push}
    report.table(f"a push to {STORES:,} stores, until it is committed", rows, base="SQL by hand")
    slowest = max(p + v for p, v in zip(pushes, views, strict=True))
    report.goal(
        f"everybody can see it within 5 s: the slowest of {ROUNDS} after {duration(slowest)}, "
        f"{duration(statistics.median(views))} of it one reader's look",
        met=slowest <= SEEN_WITHIN,
    )
    version = next(ours)
    with CaptureQueriesContext(connections[CHAINS_ALIAS]) as captured:
        _push(furnished, version)
    report.say(f"- {len(captured)} statements, whatever the number of stores")


def _stores(begun: datetime) -> Iterator[dict[str, list[dict[str, Any]]]]:
    keys = Keys()
    for first in range(0, STORES, 1_000):
        batch: dict[str, list[dict[str, Any]]] = {"stores.Store": [], "members.User": [], "members.Assignment": []}
        for number in range(first, min(first + 1_000, STORES)):
            store_id = keys.at(begun)
            batch["stores.Store"].append(
                {"id": store_id, "code": f"P{number:05}", "name": f"Store {number}", "kind": "COMPANY_OWNED",
                 "time_zone": "Asia/Shanghai", "currency": "CNY", "opened_at": begun}
            )  # fmt: skip
            for place in range(PEOPLE_A_STORE):
                user_id, role = keys.at(begun), Role.SERVICE_STAFF if place else Role.STORE_MANAGER
                email = f"p{number}.{place}@crowd.example"
                batch["members.User"].append({"id": user_id, "email": email, "name": email, "joined_at": begun})
                batch["members.Assignment"].append(
                    {"id": keys.at(begun), "user_id": user_id, "role": role, "store_id": store_id, "since": begun}
                )
        yield batch


def _versions(furnished: FurnishedChain) -> Iterator[Version]:
    """Give version after version of one standard, each approved."""
    officer, boss = (actor_of_role(furnished, role) for role in ("QUALITY_OFFICER", "HQ_ADMINISTRATOR"))
    version = approved(furnished, now())
    while True:
        yield version
        with scope(furnished.chain, officer):
            given = {"titles": TITLES, "clauses": [same_day_clause()], "now": now()}
            version = revise_standard(actor=officer, version_id=version.id, **given)
            submit_standard(actor=officer, version_id=version.id, now=now())
        with scope(furnished.chain, boss):
            version = approve_standard(actor=boss, version_id=version.id, now=now())


def _push(furnished: FurnishedChain, version: Version) -> None:
    officer = actor_of_role(furnished, "QUALITY_OFFICER")
    with scope(furnished.chain, officer):
        push_standard(actor=officer, version_id=version.id, now=now())


def _by_hand(furnished: FurnishedChain, version: Version) -> None:
    officer = actor_of_role(furnished, "QUALITY_OFFICER")
    given = {"standard": version.standard_id, "version": version.id, "rollout": new_id(), "now": now()}
    with scope(furnished.chain, officer), connections[CHAINS_ALIAS].cursor() as cursor:
        for statement in (_ROLLOUT, _END, _BEGIN):
            cursor.execute(statement, given)


def _sees(reader: Actor, furnished: FurnishedChain) -> None:
    with scope(furnished.chain, reader):
        if not acknowledgements_due(actor=reader, store_id=furnished.store, now=now()):
            raise RuntimeError("What was pushed is not seen.")
