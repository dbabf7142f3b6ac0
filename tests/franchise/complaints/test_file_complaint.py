from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chains.actor import Actor, system_actor
from chains.scope import scope
from clocks.models import Clock
from complaints.actions.filing import accept_complaint
from complaints.models.complaints import Channel, Complaint, Severity, Stage
from complaints.queries import complaints_for, due_of
from complaints.rules.refusals import OwnerNeeded, OwnerNotAtStore
from customers.models import Customer
from customers.rules.particulars import ContactNeeded
from inquiries.actions.shifts import begin_shift
from journal.models import Entry
from kit.refusals import Invalid, NotFound, NotPermitted, Stale, TooLong
from members.models import User
from standards.actions.clocking import Effect
from stores.actions.business import close_store
from stores.models import Store
from stores.rules.business import StoreClosed
from tests.conftest import Chains
from tests.factories.complaints import WANG, filed
from tests.factories.standards import in_force, same_day_clause

AsRole = Callable[..., Actor]
# Ten in the morning in Shanghai, where the furnished stores are.
TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)
MIDNIGHT = datetime(2026, 5, 4, 16, tzinfo=UTC)


def test_everything_the_rulebook_asks_for_is_taken_down(chains: Chains, as_role: AsRole) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    received_at = TEN - timedelta(minutes=20)
    with scope(chains.a.chain, staff):
        complaint = filed(staff, chains.a.store, TEN, received_at=received_at).complaint
        complaint.refresh_from_db()
        assert (complaint.customer.name, complaint.customer.phone) == ("王小明", "13812345678")
        assert (complaint.subject, complaint.order_number) == ("The noodles were cold", "W-2026-0042")
        assert (complaint.channel, complaint.severity) == (Channel.PHONE, Severity.SERIOUS)
        assert (complaint.received_at, complaint.filed_at) == (received_at, TEN)
        assert (complaint.taken_by_id, complaint.owner_id) == (staff.id, staff.id)
        assert (complaint.stage, complaint.round, complaint.version, complaint.number) == (Stage.FILED, 1, 1, 1)


def test_the_journal_tells_that_it_was_filed_but_nothing_about_the_customer(chains: Chains, as_role: AsRole) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        complaint = filed(staff, chains.a.store, TEN).complaint
        entry = Entry.objects.get(subject_id=complaint.id)
        assert (entry.kind, entry.store_id, entry.actor_id) == ("COMPLAINT_FILED", chains.a.store, staff.id)
        assert entry.before is None
        assert entry.after is not None
        assert entry.after["stage"] == "FILED"
        assert entry.after["owner_id"] == str(staff.id)
        everything = str(list(Entry.objects.values_list("after", flat=True)))
        assert "王小明" not in everything
        assert "13812345678" not in everything


def test_each_store_numbers_its_own_complaints(chains: Chains, as_role: AsRole) -> None:
    staff, other = as_role(chains.a, "SERVICE_STAFF"), as_role(chains.a, "SERVICE_STAFF_2")
    with scope(chains.a.chain, staff):
        assert [filed(staff, chains.a.store, TEN).complaint.number for _one in range(3)] == [1, 2, 3]
    with scope(chains.a.chain, other):
        assert filed(other, chains.a.other_store, TEN).complaint.number == 1


def test_a_customer_who_complains_again_is_recognised(chains: Chains, as_role: AsRole) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        first = filed(staff, chains.a.store, TEN).complaint
        again = filed(staff, chains.a.store, TEN, customer=replace(WANG, phone="１３８-1234-5678")).complaint
        other = filed(staff, chains.a.store, TEN, customer=replace(WANG, name="王大明")).complaint
        assert first.customer_id == again.customer_id != other.customer_id
        assert Customer.objects.count() == 2


def test_filing_starts_the_clock_of_the_clause_in_force(chains: Chains, as_role: AsRole) -> None:
    version = in_force(chains.a, TEN - timedelta(days=1), stores=(chains.a.store,))
    staff, other = as_role(chains.a, "SERVICE_STAFF"), as_role(chains.a, "SERVICE_STAFF_2")
    with scope(chains.a.chain, staff):
        done = filed(staff, chains.a.store, TEN)
        (applied,) = done.standards_applied
        assert (applied.effect, applied.due_at) == (Effect.STARTED, MIDNIGHT)
        assert applied.clause.version_id == version.id
        due = due_of([done.complaint], actor=staff, now=TEN)[done.complaint.id]
        assert (due.at, due.is_overdue) == (MIDNIGHT, False)
        assert due_of([done.complaint], actor=staff, now=MIDNIGHT + timedelta(seconds=1))[done.complaint.id].is_overdue
    with scope(chains.a.chain, other):
        assert filed(other, chains.a.other_store, TEN).standards_applied == []


def test_a_clause_out_of_scope_starts_no_clock(chains: Chains, as_role: AsRole) -> None:
    in_force(chains.a, TEN, same_day_clause(scope={"channel": ["VISIT"]}))
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        assert filed(staff, chains.a.store, TEN).standards_applied == []
        assert len(filed(staff, chains.a.store, TEN, channel=Channel.VISIT).standards_applied) == 1
        assert Clock.objects.filter(clause_version_id__isnull=False).count() == 1


def test_a_closed_store_takes_no_new_complaint_and_its_old_ones_go_on(chains: Chains, as_role: AsRole) -> None:
    hq, staff = as_role(chains.a, "HQ_ADMINISTRATOR"), as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        old = filed(staff, chains.a.store, TEN).complaint
    with scope(chains.a.chain, hq):
        close_store(actor=hq, store_id=chains.a.store, reason="The lease has ended.", now=TEN)
    with scope(chains.a.chain, staff):
        with pytest.raises(StoreClosed):
            filed(staff, chains.a.store, TEN)
        assert Complaint.objects.count() == 1
        assert accept_complaint(actor=staff, complaint_id=old.id, now=TEN).complaint.stage == Stage.ACCEPTED


@pytest.mark.parametrize(
    ("wrong", "refusal", "field"),
    [
        ({"subject": "  "}, Invalid, "subject"),
        ({"subject": "a\x00b"}, Invalid, "subject"),
        ({"subject": "a" * 201}, TooLong, "subject"),
        ({"order_number": "9" * 41}, TooLong, "order_number"),
        ({"description": "a" * 10_001}, TooLong, "description"),
        ({"customer": replace(WANG, name="")}, Invalid, "customer_name"),
        ({"customer": replace(WANG, phone="12ab")}, Invalid, "customer_phone"),
        ({"customer": replace(WANG, phone="")}, ContactNeeded, "customer_phone"),
        ({"customer": replace(WANG, email="a@b.c, d@e.f")}, Invalid, "customer_email"),
        ({"customer": replace(WANG, email="a@b.c\r\nBcc: x@y.z")}, Invalid, "customer_email"),
        ({"customer": replace(WANG, language="tlh")}, Invalid, "customer_language"),
        ({"received_at": TEN + timedelta(hours=1)}, Invalid, "received_at"),
    ],
)
def test_what_cannot_be_taken_down_is_refused_with_its_field(
    chains: Chains, as_role: AsRole, wrong: dict[str, object], refusal: type[Exception], field: str
) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        with pytest.raises(refusal) as refused:
            filed(staff, chains.a.store, TEN, **wrong)
        assert refused.value.field == (field,)
        assert Entry.objects.filter(kind="COMPLAINT_FILED").count() == 0


def test_nobody_files_at_a_store_that_is_not_theirs(chains: Chains, as_role: AsRole) -> None:
    staff, trainer = as_role(chains.a, "SERVICE_STAFF"), as_role(chains.a, "HQ_TRAINER")
    with scope(chains.a.chain, staff), pytest.raises(NotFound):
        filed(staff, chains.a.other_store, TEN)
    with scope(chains.a.chain, staff), pytest.raises(NotFound):
        filed(staff, chains.b.store, TEN)
    with scope(chains.a.chain, trainer), pytest.raises(NotPermitted):
        filed(trainer, chains.a.store, TEN)


def test_a_complaint_has_exactly_one_owner_who_works_at_the_store(chains: Chains, as_role: AsRole) -> None:
    staff, supervisor = as_role(chains.a, "SERVICE_STAFF"), as_role(chains.a, "SERVICE_SUPERVISOR")
    hq = as_role(chains.a, "HQ_ADMINISTRATOR")
    elsewhere = chains.a.people["SERVICE_STAFF_2"]
    with scope(chains.a.chain, staff):
        assert filed(staff, chains.a.store, TEN, owner_id=supervisor.id).complaint.owner_id == supervisor.id
        with pytest.raises(NotFound):
            filed(staff, chains.a.store, TEN, owner_id=elsewhere)
        with pytest.raises(NotFound):
            filed(staff, chains.a.store, TEN, owner_id=chains.b.people["SERVICE_STAFF"])
    with scope(chains.a.chain, hq), pytest.raises(OwnerNotAtStore):
        filed(hq, chains.a.store, TEN, owner_id=elsewhere)


def test_what_a_machine_files_goes_to_whoever_of_the_store_has_the_fewest(chains: Chains, as_role: AsRole) -> None:
    machine, staff = system_actor(), as_role(chains.a, "SERVICE_STAFF")
    here = {chains.a.people["SERVICE_STAFF"], chains.a.people["MENTOR"]}
    with scope(chains.a.chain, machine):
        owners = [filed(machine, chains.a.store, TEN).complaint.owner_id for _one in range(4)]
        assert set(owners) == here
        assert sorted(owners.count(each) for each in here) == [2, 2]
        User.objects.filter(id__in=chains.a.people.values()).update(is_active=False)
        with pytest.raises(OwnerNeeded):
            filed(machine, chains.a.store, TEN)
        User.objects.filter(id=staff.id).update(is_active=True)
        assert filed(machine, chains.a.store, TEN).complaint.owner_id == staff.id


def test_a_forgotten_shift_of_yesterday_brings_nobody_complaints(chains: Chains, as_role: AsRole) -> None:
    machine, staff = system_actor(), as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        begin_shift(actor=staff, store_id=chains.a.store, now=TEN)
    with scope(chains.a.chain, machine):
        while_there = [filed(machine, chains.a.store, TEN).complaint.owner_id for _one in range(2)]
        assert while_there == [staff.id, staff.id]
        assert filed(machine, chains.a.store, TEN + timedelta(days=1)).complaint.owner_id == chains.a.people["MENTOR"]


def test_whoever_accepts_owns_it_unless_somebody_is_named(chains: Chains, as_role: AsRole) -> None:
    staff, manager = as_role(chains.a, "SERVICE_STAFF"), as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        one, two = (filed(staff, chains.a.store, TEN).complaint for _one in range(2))
        accepted = accept_complaint(actor=manager, complaint_id=one.id, now=TEN).complaint
        assert (accepted.stage, accepted.owner_id, accepted.version) == (Stage.ACCEPTED, manager.id, 2)
        handed = accept_complaint(actor=manager, complaint_id=two.id, owner_id=staff.id, now=TEN).complaint
        assert handed.owner_id == staff.id


def test_the_second_of_two_who_accept_the_same_version_is_told_how_it_is_now(chains: Chains, as_role: AsRole) -> None:
    staff, manager = as_role(chains.a, "SERVICE_STAFF"), as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        complaint = filed(staff, chains.a.store, TEN).complaint
        accept_complaint(actor=manager, complaint_id=complaint.id, expected_version=1, now=TEN)
        with pytest.raises(Stale) as refused:
            accept_complaint(actor=staff, complaint_id=complaint.id, expected_version=1, now=TEN)
        assert refused.value.details["state"] == "ACCEPTED"
        assert refused.value.details["version"] == 2


def test_other_stores_and_chains_see_nothing_of_it(chains: Chains, as_role: AsRole) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        complaint = filed(staff, chains.a.store, TEN).complaint
    for chain, role in (
        (chains.a, "STORE_MANAGER_2"),
        (chains.b, "STORE_MANAGER"),
        (chains.b, "HQ_ADMINISTRATOR"),
    ):
        stranger = as_role(chain, role)
        with scope(chain.chain, stranger):
            assert not complaints_for(stranger).exists()
            assert not Complaint.objects.exists()
            assert not Customer.objects.exists()
            with pytest.raises(NotFound):
                accept_complaint(actor=stranger, complaint_id=complaint.id, now=TEN)


def test_the_database_itself_keeps_the_numbers_apart(chains: Chains, as_role: AsRole) -> None:
    hq = as_role(chains.a, "HQ_ADMINISTRATOR")
    with scope(chains.a.chain, hq):
        assert Store.objects.count() == 2
        filed(hq, chains.a.store, TEN, owner_id=hq.id)
        filed(hq, chains.a.other_store, TEN, owner_id=hq.id)
        assert sorted(Complaint.objects.values_list("number", flat=True)) == [1, 1]
