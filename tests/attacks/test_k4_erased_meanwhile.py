"""K4: of somebody who is being erased nothing is written meanwhile that nobody would erase again."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime

from django.db import connections

from chains.actor import Actor, system_actor
from chains.scope import scope
from complaints.actions.ending import close_complaint
from customers.actions.erasing import erase_customer
from customers.rules.holdings import ERASED
from inquiries.actions.reviewing import record_call_review
from inquiries.models.inquiries import InquiryChannel
from inquiries.models.messages import Message
from inquiries.models.reviews import CallPoint, CallResult, CallReview
from inquiries.rules.reviewing import Heard
from kit.ids import new_id
from loops.actions.closing import close_loop
from loops.models.loops import Loop
from tests.factories.chains import FurnishedChain
from tests.factories.complaints import settled
from tests.factories.inquiries import closed
from tests.franchise.inquiries.test_two_at_once import doing

AsRole = Callable[..., Actor]
TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)


def waits_or_is_over(deed: Future[str]) -> bool:
    """Tell whether a deed waits for the erasure, or has come to its end without; others on this server wait, too."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid)))"
        )
        return bool(cursor.fetchone()[0]) or deed.done()


def while_erased(chain: FurnishedChain, officer: Actor, erase: Callable[[], object], deed: Callable[[], object]) -> str:
    """Return what becomes of a deed that begins when an erasure is done and not yet kept."""

    def run() -> str:
        try:
            return doing(chain, officer, deed)()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with scope(chain.chain, officer):
            erase()
            late = pool.submit(run)
            while not waits_or_is_over(late):
                pass
        return late.result()


def test_a_call_is_not_heard_while_who_called_is_erased(fresh_chain: FurnishedChain, as_role: AsRole) -> None:
    staff, officer = as_role(fresh_chain, "SERVICE_STAFF"), as_role(fresh_chain, "QUALITY_OFFICER")
    with scope(fresh_chain.chain, staff):
        inquiry = closed(staff, fresh_chain.store, TEN, channel=InquiryChannel.PHONE)
        call = Message.objects.filter(inquiry=inquiry).earliest("said_at", "id")
    points = [Heard(point, CallResult.NOT_MET, note="Li was interrupted") for point in CallPoint]
    sheet = {"call_id": call.id, "points": points, "put_right": "Rang Li again"}
    told = while_erased(
        fresh_chain,
        officer,
        lambda: erase_customer(actor=officer, customer_id=inquiry.customer_id, now=TEN),
        lambda: record_call_review(actor=officer, now=TEN, **sheet),
    )
    assert told == "CUSTOMER_ERASED"
    with scope(fresh_chain.chain, system_actor()):
        assert not CallReview.objects.exists()


def test_why_a_loop_is_closed_is_not_kept_while_whoever_it_is_about_is_erased(
    fresh_chain: FurnishedChain, as_role: AsRole
) -> None:
    officer, store = as_role(fresh_chain, "QUALITY_OFFICER"), fresh_chain.store
    with scope(fresh_chain.chain, officer):
        complaint = settled(officer, store, TEN)
        close_complaint(actor=officer, complaint_id=complaint.id, cause="A lamp", result="A bowl", now=TEN)
    with scope(fresh_chain.chain, system_actor()):
        what = {"matter_kind": "COMPLAINT", "matter_type": "Complaint", "matter_id": complaint.id}
        when = {"happened_at": TEN, "opened_at": TEN}
        ids = {"lineage_id": new_id(), "entry_id": new_id()}
        loop = Loop.objects.create(store_id=store, needed=3, **what, **when, **ids)
    told = while_erased(
        fresh_chain,
        officer,
        lambda: erase_customer(actor=officer, customer_id=complaint.customer_id, now=TEN),
        lambda: close_loop(actor=officer, loop_id=loop.id, reason="Wang has moved away.", now=TEN),
    )
    assert told == ""
    with scope(fresh_chain.chain, system_actor()):
        assert Loop.objects.get().reason == ERASED
