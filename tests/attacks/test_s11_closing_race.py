"""S11 in a race: what begins at a store and the store's closing wait for each other; nothing is begun afterwards."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, time
from threading import Event
from typing import Any

from django.db import connections

from api.members.places import place_of
from chains.actor import Actor
from chains.scope import scope
from complaints.models.complaints import Complaint
from members.actions.appointing import assign_role
from members.actions.inviting import invite_member
from members.rules.permissions import Permission, Role
from standards.actions.acknowledging import acknowledge_standard
from standards.actions.rollout import push_standard
from standards.actions.seeing import see_standard
from stores.actions.business import close_store, reopen_store
from stores.actions.hours import set_opening_hours
from stores.actions.positions import assign_position, define_position
from stores.models import Layer
from stores.rules.business import StoreClosed
from stores.rules.calendar import Interval
from tests.factories.chains import FurnishedChain
from tests.factories.complaints import filed
from tests.factories.standards import approved, in_force
from tests.factories.stores import NOW
from tests.patience import PATIENCE_SECONDS
from tests.workers import eventually

AsRole = Callable[..., Actor]
Deed = Callable[[Actor], object]
FILERS = 3


def closing(chain: FurnishedChain) -> Deed:
    return lambda hq: close_store(actor=hq, store_id=chain.store, reason="Lease ended", now=NOW)


def appointing(chain: FurnishedChain, verb: Permission, **who: Any) -> Deed:
    def deed(hq: Actor) -> object:
        place = place_of(hq, verb, area_id=None, store_id=chain.store)
        appoint = invite_member if verb is Permission.INVITE_MEMBER else assign_role
        return appoint(actor=hq, role=Role.SERVICE_STAFF, place=place, now=NOW, **who)

    return deed


def deeds_that_begin_something(chain: FurnishedChain, hq: Actor) -> dict[str, Deed]:
    """Return every deed that begins something new at a store, by its name, with what it needs at hand."""
    version, waiting = in_force(chain, NOW), approved(chain, NOW)
    with scope(chain.chain, hq):
        cook = define_position(actor=hq, name="Cook", layer=Layer.OPERATING, duties=["Cook"], now=NOW)
    here: dict[str, Any] = {"store_id": chain.store, "now": NOW}
    staff, week = chain.people["SERVICE_STAFF"], ((Interval(time(9), time(12)),),) * 7
    return {
        "file a complaint": lambda hq: filed(hq, chain.store, NOW, owner_id=staff),
        "push": lambda hq: push_standard(actor=hq, version_id=waiting.id, store_ids=[chain.store], now=NOW),
        "see": lambda hq: see_standard(actor=hq, version_id=version.id, **here),
        "acknowledge": lambda hq: acknowledge_standard(actor=hq, version_id=version.id, **here),
        "assign a position": lambda hq: assign_position(actor=hq, member_id=staff, position_id=cook.id, **here),
        "invite": appointing(chain, Permission.INVITE_MEMBER, email="new@a.example"),
        "assign a role": appointing(chain, Permission.ASSIGN_ROLE, user_id=chain.people["MENTOR"]),
        "set hours": lambda hq: set_opening_hours(actor=hq, valid_from=date(2026, 3, 9), days=week, **here),
    }


def one_after_the_other(chain: FurnishedChain, hq: Actor, first: Deed, second: Deed) -> tuple[bool, str]:
    """Let a second deed begin before the first is committed; tell whether it waited, and what became of it."""
    is_done, may_commit, began = Event(), Event(), Event()
    backend: list[int] = []

    def hold() -> None:
        with scope(chain.chain, hq):
            first(hq)
            is_done.set()
            assert may_commit.wait(timeout=PATIENCE_SECONDS)

    def follow() -> str:
        assert is_done.wait(timeout=PATIENCE_SECONDS)
        with scope(chain.chain, hq):
            connections["default"].ensure_connection()
            backend.append(connections["default"].connection.info.backend_pid)
            began.set()
            try:
                second(hq)
            except StoreClosed as refusal:
                return refusal.code
        return "DONE"

    with ThreadPoolExecutor(2) as pool:
        holding, following = pool.submit(leaving, hold), pool.submit(leaving, follow)
        try:
            assert began.wait(timeout=PATIENCE_SECONDS)
            eventually(lambda: following.done() or is_waiting(backend[0]))
            has_waited = not following.done()
        finally:
            may_commit.set()
        holding.result(timeout=PATIENCE_SECONDS)
        return has_waited, str(following.result(timeout=PATIENCE_SECONDS))


def leaving(work: Callable[[], Any]) -> Any:
    try:
        return work()
    finally:
        connections.close_all()


def is_waiting(backend: int) -> bool:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE pid = %s AND NOT granted", [backend])
        (count,) = cursor.fetchone()
    return bool(count)


def test_closing_waits_for_what_has_begun(fresh_chain: FurnishedChain, as_role: AsRole) -> None:
    hq = as_role(fresh_chain, "HQ_ADMINISTRATOR")
    filing = deeds_that_begin_something(fresh_chain, hq)["file a complaint"]
    assert one_after_the_other(fresh_chain, hq, filing, closing(fresh_chain)) == (True, "DONE")


def test_what_begins_waits_for_the_closing_and_is_refused(fresh_chain: FurnishedChain, as_role: AsRole) -> None:
    hq = as_role(fresh_chain, "HQ_ADMINISTRATOR")
    for name, deed in deeds_that_begin_something(fresh_chain, hq).items():
        assert one_after_the_other(fresh_chain, hq, closing(fresh_chain), deed) == (True, "STORE_CLOSED"), name
        with scope(fresh_chain.chain, hq):
            reopen_store(actor=hq, store_id=fresh_chain.store, now=NOW)
            deed(hq)


def test_no_complaint_is_filed_once_the_closing_is_committed(fresh_chain: FurnishedChain, as_role: AsRole) -> None:
    staff, hq = as_role(fresh_chain, "SERVICE_STAFF"), as_role(fresh_chain, "HQ_ADMINISTRATOR")
    is_busy = Event()

    def file_until_closed() -> int:
        for count in range(1000):
            try:
                with scope(fresh_chain.chain, staff):
                    filed(staff, fresh_chain.store, NOW)
            except StoreClosed:
                return count
            is_busy.set()
        raise AssertionError("the store was never closed")

    def close() -> int:
        assert is_busy.wait(timeout=PATIENCE_SECONDS)
        with scope(fresh_chain.chain, hq):
            closing(fresh_chain)(hq)
        with scope(fresh_chain.chain, hq):
            return Complaint.objects.count()

    with ThreadPoolExecutor(FILERS + 1) as pool:
        filers = [pool.submit(leaving, file_until_closed) for _filer in range(FILERS)]
        there_at_the_closing = pool.submit(leaving, close).result(timeout=PATIENCE_SECONDS)
        counted = sum(filer.result(timeout=PATIENCE_SECONDS) for filer in filers)
    with scope(fresh_chain.chain, hq):
        assert counted == there_at_the_closing == Complaint.objects.count() > 0
