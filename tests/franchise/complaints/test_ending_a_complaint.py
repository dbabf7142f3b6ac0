"""The outcome, the return to rework, and the closing form (rulebook C2, C4)."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from chains.actor import Actor
from chains.scope import scope
from complaints.actions.ending import close_complaint, record_outcome
from complaints.actions.working import plan_resolution, record_investigation, tell_customer
from complaints.models.complaints import Channel, Complaint, Stage
from complaints.models.ending import Closure, Outcome
from complaints.rules.refusals import CustomerNotSatisfied, NotAtThisStage, ReasonNeeded
from kit.refusals import Invalid, NotPermitted
from tests.conftest import Chains
from tests.factories.complaints import settled, told
from tests.factories.standards import in_force, same_day_clause
from tests.factories.stores import last_entry

AsRole = Callable[..., Actor]
TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)


def test_a_satisfied_customer_settles_it_and_the_manager_closes_it_with_the_form(
    chains: Chains, as_role: AsRole
) -> None:
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        complaint = settled(manager, chains.a.store, TEN)
        assert complaint.stage == Stage.SETTLED
        assert last_entry(complaint.id).kind == "CUSTOMER_SATISFIED"
        done = close_complaint(
            actor=manager, complaint_id=complaint.id, cause="A broken lamp.", result="The lamp is new.", now=TEN
        )
        assert done.complaint.stage == Stage.CLOSED
        closure = Closure.objects.get()
        assert (closure.cause, closure.result, closure.done_by_id) == ("A broken lamp.", "The lamp is new.", manager.id)
        assert last_entry(complaint.id).kind == "COMPLAINT_CLOSED"
        assert not Complaint.objects.exclude(stage=Stage.CLOSED).exists()


def test_an_unsatisfied_customer_sends_it_back_with_the_reason_and_a_new_round(chains: Chains, as_role: AsRole) -> None:
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        complaint = told(manager, chains.a.store, TEN)
        done = record_outcome(
            actor=manager,
            complaint_id=complaint.id,
            carried_out="A bowl was brought.",
            is_satisfied=False,
            reason="It was cold as well.",
            now=TEN,
        )
        assert (done.complaint.stage, done.complaint.round) == (Stage.REWORK, 2)
        outcome = Outcome.objects.get()
        assert (outcome.round, outcome.is_satisfied, outcome.reason) == (1, False, "It was cold as well.")
        entry = last_entry(complaint.id)
        assert entry.kind == "COMPLAINT_REWORKED"
        assert (entry.before or {})["round"] == 1
        again = record_investigation(actor=manager, complaint_id=complaint.id, findings="The oven too.", now=TEN)
        assert (again.complaint.stage, again.complaint.round) == (Stage.INVESTIGATED, 2)
        plan_resolution(actor=manager, complaint_id=complaint.id, remedy="The money back.", now=TEN)
        tell_customer(actor=manager, complaint_id=complaint.id, channel=Channel.PHONE, message="Today.", now=TEN)
        last = record_outcome(
            actor=manager, complaint_id=complaint.id, carried_out="It was paid.", is_satisfied=True, now=TEN
        )
        assert (last.complaint.stage, last.complaint.round) == (Stage.SETTLED, 2)
        assert list(Outcome.objects.order_by("round").values_list("round", "is_satisfied")) == [(1, False), (2, True)]


def test_a_return_to_rework_can_start_a_clock_of_its_own(chains: Chains, as_role: AsRole) -> None:
    in_force(chains.a, TEN, same_day_clause(trigger="COMPLAINT_REWORKED"))
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        complaint = told(manager, chains.a.store, TEN)
        done = record_outcome(
            actor=manager, complaint_id=complaint.id, carried_out="-", is_satisfied=False, reason="Cold.", now=TEN
        )
        assert [applied.effect for applied in done.standards_applied] == ["STARTED"]


def test_why_the_customer_is_not_satisfied_has_to_be_said(chains: Chains, as_role: AsRole) -> None:
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        complaint = told(manager, chains.a.store, TEN)
        with pytest.raises(ReasonNeeded) as refused:
            record_outcome(
                actor=manager, complaint_id=complaint.id, carried_out="Done.", is_satisfied=False, reason=" ", now=TEN
            )
        assert refused.value.field == ("reason",)
        assert Outcome.objects.count() == 0


def test_the_database_itself_wants_a_reason_and_one_outcome_a_round(chains: Chains, as_role: AsRole) -> None:
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        complaint = settled(manager, chains.a.store, TEN)
        step = {"store_id": complaint.store_id, "complaint": complaint, "done_at": TEN, "carried_out": "Done."}
        with pytest.raises(IntegrityError, match="an_unsatisfied_customer_has_a_reason"), transaction.atomic():
            Outcome.objects.create(**step, round=2, is_satisfied=False)
        with pytest.raises(IntegrityError, match="a_round_has_one_outcome"), transaction.atomic():
            Outcome.objects.create(**step, round=1, is_satisfied=True)


def test_nothing_is_closed_over_the_customers_head(chains: Chains, as_role: AsRole) -> None:
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        complaint = told(manager, chains.a.store, TEN)
        with pytest.raises(CustomerNotSatisfied):
            close_complaint(actor=manager, complaint_id=complaint.id, cause="-", result="-", now=TEN)
        assert Closure.objects.count() == 0


def test_what_is_closed_stays_closed(chains: Chains, as_role: AsRole) -> None:
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        complaint = settled(manager, chains.a.store, TEN)
        close_complaint(actor=manager, complaint_id=complaint.id, cause="-", result="-", now=TEN)
        with pytest.raises(NotAtThisStage):
            close_complaint(actor=manager, complaint_id=complaint.id, cause="-", result="-", now=TEN)
        with pytest.raises(NotAtThisStage):
            record_investigation(actor=manager, complaint_id=complaint.id, findings="More.", now=TEN)


def test_the_form_is_filled_in_and_staff_do_not_close(chains: Chains, as_role: AsRole) -> None:
    manager, staff = as_role(chains.a, "STORE_MANAGER"), as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, manager):
        complaint = settled(manager, chains.a.store, TEN)
        with pytest.raises(Invalid):
            close_complaint(actor=manager, complaint_id=complaint.id, cause="", result="Done.", now=TEN)
        with pytest.raises(NotPermitted):
            close_complaint(actor=staff, complaint_id=complaint.id, cause="-", result="-", now=TEN)
