"""C2, C4, C6: what may be given, what the customer says to it, and how a complaint ends and begins again."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from chains.actor import Actor, system_actor
from chains.scope import CHAINS_ALIAS, scope
from clocks.models import Clock, PauseReason
from complaints.actions.ending import (
    close_complaint,
    decide_finally,
    record_outcome,
    rework_complaint,
    withdraw_complaint,
)
from complaints.actions.filing import Links, file_from_delivery
from complaints.actions.waiting import pause_complaint
from complaints.actions.working import agree_resolution, plan_resolution, record_investigation, tell_customer
from complaints.models.complaints import Channel, Complaint, Stage
from complaints.models.ending import Closure, ComplaintWithdrawal, Outcome, Rework, RootCause
from complaints.models.remedies import Remedy, RemedyKind, RemedyStanding
from complaints.models.steps import Agreement
from complaints.queries import Wanted, complaint_queue, complaints_for
from complaints.rules.refusals import CustomerNotTold, ReasonNeeded, RemedyAboveLimit, ReworkFirst
from complaints.rules.remedies import RemedyDraft
from journal.models import Entry
from kit.ids import new_id
from kit.refusals import Invalid, NotFound, NotPermitted
from stores.rules.business import CurrencyDiffers
from tests.conftest import Chains
from tests.factories.complaints import filed, settled, told
from tests.factories.inquiries import opened
from tests.factories.orders import placed, sold

AsRole = Callable[..., Actor]
TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
BOWL = {"remedy": "A new bowl."}


def money(yuan: int, kind: RemedyKind = RemedyKind.COMPENSATION, currency: str = "CNY") -> RemedyDraft:
    return RemedyDraft(kind, yuan * 100, currency)


def looked_into(actor: Actor, store_id: UUID) -> UUID:
    key = told(actor, store_id, TEN).id
    agree_resolution(
        actor=actor, complaint_id=key, is_agreed=False, channel=Channel.PHONE, reason="Too little.", now=TEN
    )
    return key


def refused_twice(manager: Actor, store_id: UUID) -> UUID:
    """Return a complaint that was worked twice, and twice the customer said no."""
    key = told(manager, store_id, TEN).id
    no: dict[str, Any] = {"complaint_id": key, "is_satisfied": False, "carried_out": "A bowl.", "reason": "Cold."}
    record_outcome(actor=manager, now=TEN, **no)
    record_investigation(actor=manager, complaint_id=key, findings="Again the lamp.", now=TEN)
    plan_resolution(actor=manager, complaint_id=key, now=TEN, **BOWL)
    tell_customer(actor=manager, complaint_id=key, channel=Channel.PHONE, message="A bowl.", now=TEN)
    record_outcome(actor=manager, now=TEN, **no)
    return key


def test_each_role_gives_within_its_limit_and_is_told_the_way_out(chains: Chains, as_role: AsRole) -> None:
    supervisor, manager = as_role(chains.a, "SERVICE_SUPERVISOR"), as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        key = looked_into(manager, chains.a.store)
        with pytest.raises(RemedyAboveLimit) as refused:
            plan_resolution(
                actor=supervisor, complaint_id=key, remedies=[money(150), money(51, RemedyKind.REFUND)], now=TEN, **BOWL
            )
        assert "worth CNY 201.00, and you may decide at most CNY 200.00. Escalate" in refused.value.text()
        plan_resolution(actor=supervisor, complaint_id=key, remedies=[money(200)], now=TEN, **BOWL)
        done = plan_resolution(actor=manager, complaint_id=key, remedies=[money(201)], now=TEN, **BOWL)
        assert done.step is not None
        planned = Remedy.objects.get(step_id=done.step.id)
        assert (planned.amount_minor, planned.standing, planned.done_by_id) == (201_00, "PLANNED", manager.id)


def test_ten_remedies_cost_as_many_statements_as_one(chains: Chains, as_role: AsRole) -> None:
    manager, costs = as_role(chains.a, "STORE_MANAGER"), []
    for many in (1, 10):
        with scope(chains.a.chain, manager):
            key = looked_into(manager, chains.a.store)
            with CaptureQueriesContext(connections[CHAINS_ALIAS]) as statements:
                plan_resolution(actor=manager, complaint_id=key, remedies=[money(1)] * many, now=TEN, **BOWL)
            costs.append(len(statements))
            assert Remedy.objects.filter(complaint_id=key).count() == many
    assert costs[1] <= costs[0]


@pytest.mark.parametrize(
    ("wrong", "refusal", "field"),
    [
        (RemedyDraft(RemedyKind.REFUND), Invalid, ("remedies", "0", "amount")),
        (RemedyDraft(RemedyKind.APOLOGY, 100, "CNY"), Invalid, ("remedies", "0", "amount")),
        (money(0), Invalid, ("remedies", "0", "amount")),
        (money(-5), Invalid, ("remedies", "0", "amount")),
        (money(1, currency="USD"), CurrencyDiffers, ("remedies", "0", "amount", "currency")),
        (RemedyDraft(RemedyKind.OTHER, note="a\x00"), Invalid, ("remedies", "0", "note")),
        (RemedyDraft(RemedyKind.OTHER), Invalid, ("remedies", "0", "note")),
    ],
)
def test_i04_what_is_no_remedy_is_refused_with_its_field(
    chains: Chains, as_role: AsRole, wrong: RemedyDraft, refusal: type[Exception], field: tuple[str, ...]
) -> None:
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        key = looked_into(manager, chains.a.store)
        with pytest.raises(refusal) as refused:
            plan_resolution(actor=manager, complaint_id=key, remedies=[wrong], now=TEN, **BOWL)
        assert refused.value.field == field


def test_what_was_planned_is_given_and_nobody_adds_to_it_above_their_limit(chains: Chains, as_role: AsRole) -> None:
    staff, manager = as_role(chains.a, "SERVICE_STAFF"), as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        key = looked_into(manager, chains.a.store)
        plan_resolution(actor=manager, complaint_id=key, remedies=[money(500)], now=TEN, **BOWL)
        tell_customer(actor=staff, complaint_id=key, channel=Channel.PHONE, message="500 yuan.", now=TEN)
        carried: dict[str, Any] = {"complaint_id": key, "carried_out": "Paid.", "is_satisfied": True, "now": TEN}
        with pytest.raises(RemedyAboveLimit):
            record_outcome(actor=staff, remedies=[money(501)], **carried)
        record_outcome(actor=staff, **carried)
        given = Remedy.objects.get(standing=RemedyStanding.GIVEN)
        assert (given.amount_minor, given.step_id) == (500_00, Outcome.objects.get().id)


def test_what_was_given_before_counts_when_more_is_planned(chains: Chains, as_role: AsRole) -> None:
    supervisor, manager = as_role(chains.a, "SERVICE_SUPERVISOR"), as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        key = looked_into(manager, chains.a.store)
        plan_resolution(actor=supervisor, complaint_id=key, remedies=[money(150)], now=TEN, **BOWL)
        tell_customer(actor=manager, complaint_id=key, channel=Channel.PHONE, message="150.", now=TEN)
        record_outcome(
            actor=manager, complaint_id=key, carried_out="Paid.", is_satisfied=False, reason="More!", now=TEN
        )
        record_investigation(actor=manager, complaint_id=key, findings="Fair.", now=TEN)
        with pytest.raises(RemedyAboveLimit):
            plan_resolution(actor=supervisor, complaint_id=key, remedies=[money(51)], now=TEN, **BOWL)
        plan_resolution(actor=supervisor, complaint_id=key, remedies=[money(50)], now=TEN, **BOWL)


def test_the_customer_agrees_or_says_why_not(chains: Chains, as_role: AsRole) -> None:
    staff, manager = as_role(chains.a, "SERVICE_STAFF"), as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        key = told(manager, chains.a.store, TEN).id
        said: dict[str, Any] = {"actor": staff, "complaint_id": key, "channel": Channel.PHONE, "now": TEN + HOUR}
        with pytest.raises(ReasonNeeded):
            agree_resolution(is_agreed=False, **said)
        done = agree_resolution(is_agreed=True, said_at=TEN, **said)
        assert done.complaint.stage == Stage.AGREED
        row = Agreement.objects.get()
        assert (row.said_at, row.done_at, row.channel) == (TEN, TEN + HOUR, "PHONE")
        changed = plan_resolution(actor=manager, complaint_id=key, now=TEN + HOUR, **BOWL).complaint
        assert (changed.stage, changed.is_told) == (Stage.PLANNED, False)


def test_what_was_promised_is_measured_from_the_customers_being_told(chains: Chains, as_role: AsRole) -> None:
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        key = looked_into(manager, chains.a.store)
        plan_resolution(actor=manager, complaint_id=key, expected_at=TEN + 5 * HOUR, now=TEN, **BOWL)
        tell_customer(actor=manager, complaint_id=key, channel=Channel.PHONE, message="By three.", now=TEN)
        clock = Clock.objects.get(subject_id=key, kind="SOLUTION_CARRIED_OUT")
        assert clock.due_at == TEN + 5 * HOUR
        record_outcome(actor=manager, complaint_id=key, carried_out="Done.", is_satisfied=True, now=TEN + HOUR)
        clock.refresh_from_db()
        assert clock.wall_seconds == 3600
        assert [each.kind for each in Clock.objects.filter(subject_id=key).running()] == ["CLOSING_FORM_WRITTEN"]


def test_the_last_word_needs_a_rework_a_reason_and_the_customers_being_told(chains: Chains, as_role: AsRole) -> None:
    supervisor, manager = as_role(chains.a, "SERVICE_SUPERVISOR"), as_role(chains.a, "STORE_MANAGER")
    word = {"decision": "No more than a bowl.", "reason": "The lamp worked."}
    with scope(chains.a.chain, manager):
        once = looked_into(manager, chains.a.store)
        with pytest.raises(ReworkFirst):
            decide_finally(actor=manager, complaint_id=once, now=TEN, **word)
        key = refused_twice(manager, chains.a.store)
        with pytest.raises(NotPermitted):
            decide_finally(actor=supervisor, complaint_id=key, now=TEN, **word)
        done = decide_finally(actor=manager, complaint_id=key, now=TEN, **word)
        assert (done.complaint.stage, done.complaint.is_told) == (Stage.FINALLY_DECIDED, False)
        form = {"complaint_id": key, "cause": "A lamp.", "result": "A bowl.", "root_cause": RootCause.PROCESS}
        with pytest.raises(CustomerNotTold):
            close_complaint(actor=manager, now=TEN, **form)
        tell_customer(actor=manager, complaint_id=key, channel=Channel.PHONE, message="A bowl it is.", now=TEN)
        assert close_complaint(actor=manager, now=TEN, **form).complaint.stage == Stage.CLOSED
        assert Closure.objects.get().root_cause == RootCause.PROCESS


def test_the_customer_withdraws_with_a_reason_and_proof_and_every_clock_stops(chains: Chains, as_role: AsRole) -> None:
    staff, manager = as_role(chains.a, "SERVICE_STAFF"), as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        key = filed(staff, chains.a.store, TEN).complaint.id
        pause_complaint(actor=manager, complaint_id=key, reason=PauseReason.WAITING_FOR_CUSTOMER, now=TEN)
        word: dict[str, Any] = {"complaint_id": key, "reason": "All is well.", "channel": Channel.PHONE, "now": TEN}
        with pytest.raises(NotPermitted):
            withdraw_complaint(actor=staff, proof="Call 7", **word)
        with pytest.raises(Invalid):
            withdraw_complaint(actor=manager, proof=" ", **word)
        done = withdraw_complaint(actor=manager, proof="Call 7", **word)
        assert (done.complaint.stage, done.complaint.pause_reason) == (Stage.WITHDRAWN, "")
        assert ComplaintWithdrawal.objects.get().proof == "Call 7"
        assert not Clock.objects.filter(subject_id=key).running().exists()
        assert not complaint_queue(manager, store_id=chains.a.store).filter(id=key).exists()
        assert close_complaint(actor=manager, complaint_id=key, cause="None.", result="Well.", now=TEN).complaint


def test_another_round_has_new_clocks_and_nothing_that_was_measured_changes(chains: Chains, as_role: AsRole) -> None:
    staff, manager = as_role(chains.a, "SERVICE_STAFF"), as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        key = settled(manager, chains.a.store, TEN).id
        close_complaint(actor=manager, complaint_id=key, cause="A lamp.", result="A bowl.", now=TEN)
        measured = list(Clock.objects.filter(subject_id=key).order_by("id").values())
        assert measured
        done = rework_complaint(actor=staff, complaint_id=key, reason="It broke again.", now=TEN + 9 * HOUR)
        assert (done.complaint.stage, done.complaint.round) == (Stage.REWORK, 2)
        assert Rework.objects.get().from_stage == Stage.CLOSED
        old = [each["id"] for each in measured]
        assert list(Clock.objects.filter(id__in=old).order_by("id").values()) == measured
        new = Clock.objects.filter(subject_id=key, started_at=TEN + 9 * HOUR)
        assert set(new.values_list("kind", flat=True)) == {"COMPLAINT_VERIFIED", "SOLVED_AT_STORE_MANAGER"}
        entry = Entry.objects.get(subject_id=key, kind="COMPLAINT_REWORKED")
        assert entry.after is not None
        assert (entry.after["is_reopened"], entry.customer_id) == (True, done.complaint.customer_id)


def test_a_complaint_links_what_its_store_has_and_nothing_else(chains: Chains, as_role: AsRole) -> None:
    sold(chains.a.chain, TEN)
    manager, other = as_role(chains.a, "STORE_MANAGER"), as_role(chains.a, "STORE_MANAGER_2")
    with scope(chains.a.chain, other):
        elsewhere = placed(other, chains.a.other_store, TEN).id
    with scope(chains.a.chain, manager):
        order, inquiry = placed(manager, chains.a.store, TEN), opened(manager, chains.a.store, TEN).inquiry
        links = Links(order_id=order.id, inquiry_id=inquiry.id, inspection_id=new_id())
        complaint = filed(
            manager, chains.a.store, TEN, customer=order.customer_id, order_number="", links=links,
            remedies=[money(10_000), RemedyDraft(RemedyKind.APOLOGY)],
        ).complaint  # fmt: skip
        assert (complaint.order_id, complaint.order_number) == (order.id, "S1-O00001")
        assert complaint.customer_id == order.customer_id
        assert Remedy.objects.filter(standing=RemedyStanding.SOUGHT).count() == 2
        for wrong, field in (
            (Links(order_id=elsewhere), "order_id"),
            (Links(inquiry_id=order.id), "inquiry_id"),
            (Links(clause_id=new_id()), "clause_id"),
        ):
            with pytest.raises(NotFound) as refused:
                filed(manager, chains.a.store, TEN, links=wrong)
            assert refused.value.field == (field,)


def test_from_a_delivery_a_complaint_is_filed_once_and_has_an_owner(chains: Chains, as_role: AsRole) -> None:
    sold(chains.a.chain, TEN)
    manager, job = as_role(chains.a, "STORE_MANAGER"), system_actor()
    with scope(chains.a.chain, manager):
        order = placed(manager, chains.a.store, TEN)
    with scope(chains.a.chain, job):
        given: dict[str, Any] = {"order_id": order.id, "source_id": new_id(), "subject": "Broken", "description": ""}
        done = file_from_delivery(actor=job, now=TEN, **given)
        assert done is not None
        assert done.complaint.owner_id in (chains.a.people["SERVICE_STAFF"], chains.a.people["MENTOR"])
        assert (done.complaint.customer_id, done.complaint.taken_by_id) == (order.customer_id, None)
        assert file_from_delivery(actor=job, now=TEN, **given) is None
        assert Complaint.objects.count() == 1


def test_complaints_are_found_by_level_owner_customer_and_what_is_late(chains: Chains, as_role: AsRole) -> None:
    staff, manager = as_role(chains.a, "SERVICE_STAFF"), as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        early = filed(staff, chains.a.store, TEN).complaint
        late = filed(manager, chains.a.store, TEN + 3 * HOUR, severity="GRAVE").complaint
        found = {
            "levels": complaints_for(manager, Wanted(levels=["STORE_MANAGER"])),
            "owner": complaints_for(manager, Wanted(owner_id=manager.id)),
            "overdue": complaints_for(manager, Wanted(is_overdue=True), now=TEN + 10 * HOUR),
        }
        assert {name: [row.id for row in rows] for name, rows in found.items()} == dict.fromkeys(found, [late.id])
        assert complaints_for(manager, Wanted(customer_id=early.customer_id)).count() == 2
        on_time = complaints_for(manager, Wanted(is_overdue=False), now=TEN + 10 * HOUR)
        assert [row.id for row in on_time] == [early.id]
        assert [row.id for row in complaint_queue(manager, store_id=chains.a.store)] == [late.id, early.id]
        assert [row.id for row in complaint_queue(manager, store_id=chains.a.store, owner_id=staff.id)] == [early.id]


def test_v1_v3_what_is_settled_is_due_for_its_closing_form_and_stays_in_the_queue(
    chains: Chains, as_role: AsRole
) -> None:
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        key = settled(manager, chains.a.store, TEN).id
        clock = Clock.objects.get(subject_id=key, stopped_at=None)
        assert (clock.kind, clock.current_due_at) == ("CLOSING_FORM_WRITTEN", TEN + 72 * HOUR)
        assert [each.id for each in complaint_queue(manager, store_id=chains.a.store)] == [key]
        rework_complaint(actor=manager, complaint_id=key, reason="It broke again.", now=TEN + HOUR)
        assert Clock.objects.get(id=clock.id).wall_seconds == 3600
        assert not Clock.objects.running().filter(kind=clock.kind).exists()


def test_v3_a_last_word_is_due_to_be_told_and_filed(chains: Chains, as_role: AsRole) -> None:
    officer = as_role(chains.a, "QUALITY_OFFICER")
    with scope(chains.a.chain, officer):
        key = told(officer, chains.a.store, TEN).id
        Complaint.objects.filter(id=key).update(stage="REWORK", round=3, refused_in_round=2)
        decide_finally(actor=officer, complaint_id=key, decision="No.", reason="Fair already.", now=TEN)
        clock = Clock.objects.get(subject_id=key, stopped_at=None)
        assert clock.kind == "CLOSING_FORM_WRITTEN"
        tell_customer(actor=officer, complaint_id=key, channel=Channel.PHONE, message="It is final.", now=TEN + HOUR)
        assert Clock.objects.get(subject_id=key, stopped_at=None) == clock
        close_complaint(actor=officer, complaint_id=key, cause="A lamp.", result="No.", now=TEN + 2 * HOUR)
        assert Clock.objects.get(id=clock.id).wall_seconds == 7200
