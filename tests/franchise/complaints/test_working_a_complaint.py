"""From acceptance to the customer's being told, and back when the plan changes (rulebook C2)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from chains.actor import Actor
from chains.scope import scope
from clocks.models import Clock
from complaints.actions.filing import accept_complaint
from complaints.actions.working import plan_resolution, record_investigation, tell_customer
from complaints.models.complaints import Channel, Stage
from complaints.models.steps import CustomerNotice, Investigation, Resolution
from complaints.queries import due_of
from complaints.rules.refusals import NotAtThisStage
from journal.models import Entry
from kit.refusals import Invalid, NotFound, NotPermitted, Stale
from standards.actions.clocking import Effect
from tests.conftest import Chains
from tests.factories.complaints import filed, told
from tests.factories.standards import in_force, same_day_clause
from tests.factories.stores import last_entry

AsRole = Callable[..., Actor]
TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)
AN_HOUR = timedelta(hours=1)


def test_every_step_is_a_row_with_who_when_and_what(chains: Chains, as_role: AsRole) -> None:
    staff, manager = as_role(chains.a, "SERVICE_STAFF"), as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        key = filed(staff, chains.a.store, TEN).complaint.id
        accept_complaint(actor=staff, complaint_id=key, now=TEN)
        record_investigation(
            actor=staff,
            complaint_id=key,
            findings=" The lamp was broken. ",
            department="Kitchen",
            cause="No spare lamp.",
            now=TEN + AN_HOUR,
        )
        plan_resolution(
            actor=manager, complaint_id=key, remedy="A new bowl.", expected_at=TEN + 5 * AN_HOUR, now=TEN + 2 * AN_HOUR
        )
        done = tell_customer(
            actor=staff, complaint_id=key, channel=Channel.PHONE, message="It is coming.", now=TEN + 3 * AN_HOUR
        )
        assert (done.complaint.stage, done.complaint.version, done.complaint.round) == (Stage.CUSTOMER_TOLD, 5, 1)
        looked_into, planned = Investigation.objects.get(), Resolution.objects.get()
        notice = CustomerNotice.objects.get()
        assert (looked_into.findings, looked_into.department) == ("The lamp was broken.", "Kitchen")
        assert (looked_into.done_by_id, looked_into.done_at, looked_into.round) == (staff.id, TEN + AN_HOUR, 1)
        assert (planned.remedy, planned.expected_at) == ("A new bowl.", TEN + 5 * AN_HOUR)
        assert planned.done_by_id == manager.id
        assert (notice.channel, notice.message) == (Channel.PHONE, "It is coming.")


def test_each_deed_is_journalled_once_with_before_and_after(chains: Chains, as_role: AsRole) -> None:
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        complaint = told(manager, chains.a.store, TEN)
        kinds = list(Entry.objects.filter(subject_id=complaint.id).in_order().values_list("kind", flat=True))
        assert kinds == [
            "COMPLAINT_FILED",
            "COMPLAINT_ACCEPTED",
            "INVESTIGATION_RECORDED",
            "RESOLUTION_PLANNED",
            "CUSTOMER_TOLD",
        ]
        entry = last_entry(complaint.id)
        assert entry.before is not None
        assert entry.after is not None
        assert (entry.before["stage"], entry.after["stage"]) == ("PLANNED", "CUSTOMER_TOLD")
        assert (entry.before["version"], entry.after["version"]) == (4, 5)
        assert entry.after["step"] == "CustomerNotice"
        assert entry.after["step_id"] == str(CustomerNotice.objects.get().id)
        assert (entry.actor_id, entry.store_id, entry.request_id) == (manager.id, chains.a.store, manager.request_id)


def test_looking_into_it_stops_the_clock_and_it_is_not_due_any_more(chains: Chains, as_role: AsRole) -> None:
    in_force(chains.a, TEN - AN_HOUR)
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        key = filed(manager, chains.a.store, TEN).complaint.id
        assert accept_complaint(actor=manager, complaint_id=key, now=TEN).standards_applied == []
        done = record_investigation(actor=manager, complaint_id=key, findings="Broken lamp.", now=TEN + AN_HOUR)
        assert [applied.effect for applied in done.standards_applied] == [Effect.STOPPED]
        by_clause = Clock.objects.filter(subject_id=key, kind="INVESTIGATION_RECORDED")
        clock = by_clause.get()
        assert (clock.stopped_at, clock.wall_seconds) == (TEN + AN_HOUR, 3600)
        due = due_of([done.complaint], actor=manager, now=TEN + 2 * AN_HOUR)[key]
        assert (due.at, due.is_overdue) == (TEN + timedelta(days=1), False), "The level's own clock runs on."
        again = record_investigation(actor=manager, complaint_id=key, findings="More.", now=TEN + 2 * AN_HOUR)
        assert again.standards_applied == []
        assert by_clause.get().wall_seconds == 3600


def test_the_earliest_of_several_limits_is_what_is_due(chains: Chains, as_role: AsRole) -> None:
    told_soon = same_day_clause("2", response="CUSTOMER_TOLD", within="PT2H")
    in_force(chains.a, TEN - AN_HOUR, same_day_clause("1"), told_soon)
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        complaint = filed(manager, chains.a.store, TEN).complaint
        assert due_of([complaint], actor=manager, now=TEN)[complaint.id].at == TEN + 2 * AN_HOUR
        by_clause = Clock.objects.filter(subject_id=complaint.id, clause_version_id__isnull=False)
        assert by_clause.count() == 2


def test_a_plan_that_changes_has_to_be_told_again(chains: Chains, as_role: AsRole) -> None:
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        complaint = told(manager, chains.a.store, TEN)
        changed = plan_resolution(actor=manager, complaint_id=complaint.id, remedy="The money back.", now=TEN)
        assert changed.complaint.stage == Stage.PLANNED
        for message in ("The money comes back.", "It comes on Friday."):
            done = tell_customer(
                actor=manager, complaint_id=complaint.id, channel=Channel.EMAIL, message=message, now=TEN
            )
        assert done.complaint.stage == Stage.CUSTOMER_TOLD
        assert CustomerNotice.objects.count() == 3


def test_a_deed_out_of_turn_leaves_nothing_behind(chains: Chains, as_role: AsRole) -> None:
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        complaint = filed(manager, chains.a.store, TEN).complaint
        with pytest.raises(NotAtThisStage):
            record_investigation(actor=manager, complaint_id=complaint.id, findings="Too early.", now=TEN)
        with pytest.raises(Invalid):
            accept_complaint(actor=manager, complaint_id=complaint.id, now=TEN)
            record_investigation(actor=manager, complaint_id=complaint.id, findings=" ", now=TEN)
        assert Investigation.objects.count() == 0
        assert Entry.objects.filter(kind="INVESTIGATION_RECORDED").count() == 0


def test_only_supervisors_and_managers_plan(chains: Chains, as_role: AsRole) -> None:
    staff, manager = as_role(chains.a, "SERVICE_STAFF"), as_role(chains.a, "STORE_MANAGER")
    supervisor, trainer = as_role(chains.a, "SERVICE_SUPERVISOR"), as_role(chains.a, "HQ_TRAINER")
    with scope(chains.a.chain, manager):
        key = told(manager, chains.a.store, TEN).id
    for somebody in (staff, trainer):
        with scope(chains.a.chain, somebody), pytest.raises(NotPermitted):
            plan_resolution(actor=somebody, complaint_id=key, remedy="Nothing.", now=TEN)
    with scope(chains.a.chain, supervisor):
        assert plan_resolution(actor=supervisor, complaint_id=key, remedy="A voucher.", now=TEN).complaint.version == 6


def test_the_promise_to_the_customer_lies_ahead(chains: Chains, as_role: AsRole) -> None:
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        key = told(manager, chains.a.store, TEN).id
        with pytest.raises(Invalid) as refused:
            plan_resolution(actor=manager, complaint_id=key, remedy="Late.", expected_at=TEN - AN_HOUR, now=TEN)
        assert refused.value.field == ("expected_at",)


def test_a_stale_deed_shows_the_complaint_as_it_is(chains: Chains, as_role: AsRole) -> None:
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        complaint = told(manager, chains.a.store, TEN)
        with pytest.raises(Stale) as refused:
            plan_resolution(actor=manager, complaint_id=complaint.id, remedy="Something.", expected_version=4, now=TEN)
        assert refused.value.details["current"] == complaint
        assert Resolution.objects.count() == 1


def test_another_stores_manager_can_do_nothing_with_it(chains: Chains, as_role: AsRole) -> None:
    manager, stranger = as_role(chains.a, "STORE_MANAGER"), as_role(chains.a, "STORE_MANAGER_2")
    with scope(chains.a.chain, manager):
        key = told(manager, chains.a.store, TEN).id
    with scope(chains.a.chain, stranger), pytest.raises(NotFound):
        plan_resolution(actor=stranger, complaint_id=key, remedy="Mine.", now=TEN)


def test_the_database_lets_nobody_rewrite_a_step(chains: Chains, as_role: AsRole) -> None:
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        told(manager, chains.a.store, TEN)
        for deed in (
            lambda: Investigation.objects.update(findings="All was well."),
            lambda: Investigation.objects.all().delete(),
        ):
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                deed()
