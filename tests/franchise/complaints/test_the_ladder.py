"""C3, C5, R3: a complaint rises by hand or by its clock, its owner with it; nobody leaves one behind."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from chains.actor import Actor, system_actor
from chains.scope import scope
from clocks.actions.watching import watch_due
from clocks.models import Clock
from complaints import tasks
from complaints.actions.climbing import (
    escalate_by_clock,
    escalate_complaint,
    find_owner_at_level,
    set_escalation_times,
)
from complaints.actions.filing import accept_complaint
from complaints.actions.owning import hand_over_complaint, hand_over_left, hand_over_open
from complaints.models.complaints import Complaint, Level, Severity, Stage
from complaints.models.ladder import Escalation, EscalationCause, OwnerChange, OwnerChangeReason
from complaints.rules.clocks import LEVEL_CLOCKS
from complaints.rules.refusals import AlreadyAtTheTop, ComplaintOwnerAlready, NoHigherLevel, OwnerNotAtStore
from config.subscriptions import SUBSCRIPTIONS
from journal.models import Entry
from kit.refusals import Invalid, NotPermitted, Stale
from members.models import User
from tests.conftest import Chains
from tests.factories.complaints import filed, settled

AsRole = Callable[..., Actor]
TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
JOB = system_actor()


def clock_of(key: UUID, level: Level) -> Clock:
    return Clock.objects.get(subject_id=key, kind=LEVEL_CLOCKS[level], stopped_at=None)


def away(chains: Chains, *roles: str) -> None:
    User.objects.filter(id__in=[chains.a.people[role] for role in roles]).update(is_active=False)


def test_by_hand_it_rises_one_level_with_a_reason_and_belongs_to_somebody_there(
    chains: Chains, as_role: AsRole
) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        key = filed(staff, chains.a.store, TEN).complaint.id
        first = clock_of(key, Level.STORE_STAFF)
        done = escalate_complaint(actor=staff, complaint_id=key, reason="It is about money.", now=TEN + MINUTE)
        assert (done.complaint.level, done.complaint.owner_id, done.complaint.version) == (
            Level.SERVICE_SUPERVISOR,
            chains.a.people["SERVICE_SUPERVISOR"],
            2,
        )
        row, change = Escalation.objects.get(), OwnerChange.objects.get()
        assert (row.from_level, row.to_level, row.cause) == ("STORE_STAFF", "SERVICE_SUPERVISOR", "BY_HAND")
        assert (change.from_owner_id, change.reason) == (staff.id, OwnerChangeReason.ESCALATED)
        first.refresh_from_db()
        assert (first.stopped_at, first.wall_seconds) == (TEN + MINUTE, 60)
        assert clock_of(key, Level.SERVICE_SUPERVISOR).started_at == TEN + MINUTE
        assert Entry.objects.filter(subject_id=key, kind="COMPLAINT_ESCALATED").count() == 1


def test_whoever_escalates_says_why_and_only_upward(chains: Chains, as_role: AsRole) -> None:
    staff, manager = as_role(chains.a, "SERVICE_STAFF"), as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        key = filed(manager, chains.a.store, TEN).complaint.id
        with pytest.raises(Invalid):
            escalate_complaint(actor=manager, complaint_id=key, reason=" ", now=TEN)
        with pytest.raises(NoHigherLevel):
            escalate_complaint(
                actor=staff, complaint_id=key, reason="Down.", to_level=Level.SERVICE_SUPERVISOR, now=TEN
            )
        with pytest.raises(Stale):
            escalate_complaint(actor=staff, complaint_id=key, reason="Old.", expected_version=7, now=TEN)


def test_people_above_the_store_are_found_by_a_job(chains: Chains, as_role: AsRole) -> None:
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        key = filed(manager, chains.a.store, TEN).complaint.id
        done = escalate_complaint(actor=manager, complaint_id=key, reason="Not ours.", now=TEN)
        assert (done.complaint.level, done.complaint.owner_id) == (Level.AREA_SUPERVISOR, manager.id)
    with scope(chains.a.chain, JOB):
        found = find_owner_at_level(actor=JOB, complaint_id=key, now=TEN)
        assert found is not None
        assert found.complaint.owner_id == chains.a.people["AREA_SUPERVISOR"]
        assert find_owner_at_level(actor=JOB, complaint_id=key, now=TEN) is None


def test_where_nobody_is_at_a_level_it_goes_to_the_next_above(chains: Chains, as_role: AsRole) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, JOB):
        away(chains, "SERVICE_SUPERVISOR", "AREA_SUPERVISOR")
    with scope(chains.a.chain, staff):
        key = filed(staff, chains.a.store, TEN).complaint.id
        done = escalate_complaint(actor=staff, complaint_id=key, reason="Help.", now=TEN)
        assert (done.complaint.level, done.complaint.owner_id) == ("STORE_MANAGER", chains.a.people["STORE_MANAGER"])
        escalate_complaint(actor=staff, complaint_id=key, reason="More help.", now=TEN)
    with scope(chains.a.chain, JOB):
        found = find_owner_at_level(actor=JOB, complaint_id=key, now=TEN)
        assert found is not None
        complaint = found.complaint
        assert (complaint.level, complaint.owner_id) == (Level.HEADQUARTERS, chains.a.people["QUALITY_OFFICER"])
        causes = list(Escalation.objects.order_by("id").values_list("cause", flat=True))
        assert causes == ["BY_HAND", "BY_HAND", EscalationCause.NOBODY_THERE]
        with pytest.raises(AlreadyAtTheTop):
            escalate_complaint(actor=JOB, complaint_id=key, reason="Higher.", now=TEN)


def test_by_its_clocks_it_rises_level_by_level_and_stays_at_the_top(chains: Chains, as_role: AsRole) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        key = filed(staff, chains.a.store, TEN).complaint.id
    now = TEN
    with scope(chains.a.chain, JOB):
        for above in list(Level)[1:]:
            clock = Clock.objects.get(subject_id=key, kind__startswith="SOLVED_AT_", stopped_at=None)
            assert clock.current_due_at is not None
            now = clock.current_due_at + MINUTE
            watch_due(actor=JOB, now=now)
            overdue = Entry.objects.filter(subject_id=key, kind="CLOCK_OVERDUE", after__clock_id=str(clock.id))
            assert overdue.count() == 1
            done = escalate_by_clock(actor=JOB, complaint_id=key, clock_id=clock.id, now=now)
            assert done is not None
            assert done.complaint.level == above
            assert escalate_by_clock(actor=JOB, complaint_id=key, clock_id=clock.id, now=now) is None
        assert done.complaint.owner_id == chains.a.people["QUALITY_OFFICER"]
        top = clock_of(key, Level.HEADQUARTERS)
        assert escalate_by_clock(actor=JOB, complaint_id=key, clock_id=top.id, now=now + 30 * DAY) is None
        assert Escalation.objects.filter(cause=EscalationCause.BY_CLOCK).count() == 4


def test_what_is_not_looked_into_on_the_day_goes_to_the_supervisor(chains: Chains, as_role: AsRole) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        key = filed(staff, chains.a.store, TEN, severity=Severity.MINOR).complaint.id
    with scope(chains.a.chain, JOB):
        clock = Clock.objects.get(subject_id=key, kind="COMPLAINT_VERIFIED")
        assert clock.due_at == datetime(2026, 5, 4, 16, tzinfo=UTC), "The end of the day, in Shanghai."
        done = escalate_by_clock(actor=JOB, complaint_id=key, clock_id=clock.id, now=TEN + DAY)
        assert done is not None
        assert done.complaint.level == Level.SERVICE_SUPERVISOR


def test_a_clock_that_runs_or_was_stopped_brings_nothing_up(chains: Chains, as_role: AsRole) -> None:
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        key = settled(manager, chains.a.store, TEN).id
        other = filed(manager, chains.a.store, TEN).complaint.id
    with scope(chains.a.chain, JOB):
        stopped = Clock.objects.get(subject_id=key, kind=LEVEL_CLOCKS[Level.STORE_MANAGER])
        assert escalate_by_clock(actor=JOB, complaint_id=key, clock_id=stopped.id, now=TEN + 9 * DAY) is None
        running = clock_of(other, Level.STORE_MANAGER)
        assert escalate_by_clock(actor=JOB, complaint_id=other, clock_id=running.id, now=TEN + MINUTE) is None
        assert escalate_by_clock(actor=JOB, complaint_id=other, clock_id=stopped.id, now=TEN + 9 * DAY) is None


def test_what_does_harm_is_brought_forward_and_hq_sets_the_times(chains: Chains, as_role: AsRole) -> None:
    staff, officer = as_role(chains.a, "SERVICE_STAFF"), as_role(chains.a, "QUALITY_OFFICER")

    def due(severity: Severity) -> timedelta:
        key = filed(staff, chains.a.store, TEN, severity=severity).complaint.id
        at = clock_of(key, Level.STORE_STAFF).due_at
        assert at is not None
        return at - TEN

    with scope(chains.a.chain, staff):
        assert [due(each) for each in Severity] == [2 * DAY, DAY, DAY / 4]
        with pytest.raises(NotPermitted):
            set_escalation_times(actor=staff, times=[(Level.STORE_STAFF, Severity.GRAVE, 600)], now=TEN)
    with scope(chains.a.chain, officer):
        set_escalation_times(actor=officer, times=[(Level.STORE_STAFF, Severity.GRAVE, 600)], now=TEN)
        with pytest.raises(Invalid):
            set_escalation_times(actor=officer, times=[(Level.STORE_STAFF, Severity.GRAVE, 59)], now=TEN)
    with scope(chains.a.chain, staff):
        assert [due(Severity.GRAVE), due(Severity.SERIOUS)] == [10 * MINUTE, DAY]


def test_it_stands_at_its_owners_level_and_never_sinks_once_it_rose(chains: Chains, as_role: AsRole) -> None:
    staff, manager = as_role(chains.a, "SERVICE_STAFF"), as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        key = filed(manager, chains.a.store, TEN).complaint.id
        assert accept_complaint(actor=staff, complaint_id=key, now=TEN).complaint.level == Level.STORE_STAFF
        up = hand_over_complaint(actor=staff, complaint_id=key, owner_id=manager.id, note="Please.", now=TEN)
        assert (up.complaint.level, up.complaint.owner_id) == (Level.STORE_MANAGER, manager.id)
        with pytest.raises(ComplaintOwnerAlready):
            hand_over_complaint(actor=staff, complaint_id=key, owner_id=manager.id, now=TEN)
        assert staff.id is not None
        down = hand_over_complaint(actor=manager, complaint_id=key, owner_id=staff.id, now=TEN)
        assert (down.complaint.level, down.complaint.owner_id) == (Level.STORE_MANAGER, staff.id)
        away(chains, "MENTOR")
        with pytest.raises(OwnerNotAtStore):
            hand_over_complaint(actor=staff, complaint_id=key, owner_id=chains.a.people["MENTOR"], now=TEN)


def test_what_is_solved_has_no_clock_of_a_level_whoever_it_is_handed_to(chains: Chains, as_role: AsRole) -> None:
    staff, manager = as_role(chains.a, "SERVICE_STAFF"), as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        key = settled(manager, chains.a.store, TEN).id
        Complaint.objects.filter(id=key).update(owner_id=staff.id, level=Level.STORE_STAFF)
        assert manager.id is not None
        done = hand_over_complaint(actor=staff, complaint_id=key, owner_id=manager.id, now=TEN)
        assert done.complaint.level == Level.STORE_MANAGER
        assert [each.kind for each in Clock.objects.filter(subject_id=key).running()] == ["CLOSING_FORM_WRITTEN"]


def test_whoever_leaves_leaves_no_open_complaint_behind(chains: Chains, as_role: AsRole) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    assert staff.id is not None
    with scope(chains.a.chain, staff):
        keys = [filed(staff, chains.a.store, TEN).complaint.id for _one in range(2)]
        over = filed(staff, chains.a.store, TEN).complaint.id
    with scope(chains.a.chain, JOB):
        Complaint.objects.filter(id=over).update(stage=Stage.CLOSED)
        assert hand_over_open(actor=JOB, user_id=staff.id, now=TEN) == 0, "Still here."
        away(chains, "SERVICE_STAFF")
        assert hand_over_open(actor=JOB, user_id=staff.id, store_ids=[chains.a.other_store], now=TEN) == 0
        assert hand_over_open(actor=JOB, user_id=staff.id, store_ids=[chains.a.store], now=TEN) == 2
        owners = set(Complaint.objects.filter(id__in=keys).values_list("owner_id", flat=True))
        assert owners == {chains.a.people["MENTOR"]}
        away(chains, "MENTOR", "SERVICE_SUPERVISOR")
        assert hand_over_left(actor=JOB, now=TEN) == 2
        assert hand_over_left(actor=JOB, now=TEN) == 0
        found = Complaint.objects.filter(id__in=keys).values_list("owner_id", "level").distinct()
        assert list(found) == [(chains.a.people["STORE_MANAGER"], "STORE_MANAGER")]
        assert set(OwnerChange.objects.values_list("reason", flat=True)) == {"OWNER_LEFT"}


@pytest.mark.parametrize(
    ("task", "kind"),
    [(tasks.escalate_overdue, "CLOCK_OVERDUE"), (tasks.find_owner, "COMPLAINT_ESCALATED")],
)
def test_the_relay_lets_it_rise(task: object, kind: str) -> None:
    (subscription,) = (each for each in SUBSCRIPTIONS if each.task is task)
    assert subscription.kinds == {kind}
