"""V1, K4, R3: visits become due by rule, for everybody who complained, and are one call for one customer."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from chains.actor import Actor, system_actor
from chains.scope import scope
from clocks.models import Clock
from complaints.actions.ending import close_complaint, rework_complaint, withdraw_complaint
from complaints.models.complaints import Channel
from config.subscriptions import SUBSCRIPTIONS
from customers.actions.consenting import record_consent, withdraw_consent
from customers.actions.merging import merge_customers
from customers.actions.purchases import record_purchase
from customers.models import ConsentPurpose
from customers.rules.particulars import Particulars
from journal.models import Entry
from kit.ids import new_id
from kit.refusals import Invalid, NotFound, NotPermitted
from members.models import User
from tests.conftest import Chains
from tests.factories.complaints import settled, told
from tests.factories.visits import customer_at, made, planned
from visits import tasks
from visits.actions.following import drop_occasions, plan_after_purchase
from visits.actions.owning import hand_over_left, hand_over_of, hand_over_return_visit
from visits.actions.ruling import set_visit_rules
from visits.models.schemes import ConsentNeed
from visits.models.visits import NotApplicable, OccasionKind, ReturnVisit, VisitHandOver, VisitOccasion
from visits.queries import return_visits, rules_in_force
from visits.rules.planning import RuleSpec, VisitRulesChanged
from visits.rules.states import VisitOwnerAlready, VisitOwnerNotAtStore

AsRole = Callable[..., Actor]
TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)
DAY = timedelta(days=1)
JOB = system_actor()


def consumed(task: Any, kind: str, now: datetime = TEN) -> None:
    """Let a consumer take the last entry of a kind, twice, as a repeated job would."""
    entry = Entry.objects.filter(kind=kind).order_by("-at", "-id").first()
    assert entry is not None, kind
    for _twice in range(2):
        task.function(actor=JOB, now=now, entry_id=entry.id)


def closed_complaint(manager: Actor, store_id: UUID, now: datetime = TEN) -> Any:
    complaint = settled(manager, store_id, now)
    close_complaint(actor=manager, complaint_id=complaint.id, cause="A lamp.", result="A bowl.", now=now)
    return complaint


@pytest.mark.parametrize(
    ("task", "kind"),
    [
        (tasks.plan_after_complaint, "COMPLAINT_CLOSED"),
        (tasks.plan_after_complaint, "COMPLAINT_WITHDRAWN"),
        (tasks.drop_reworked, "COMPLAINT_REWORKED"),
        (tasks.plan_after_purchase, "PURCHASE_RECORDED"),
        (tasks.credit_purchase, "PURCHASE_RECORDED"),
        (tasks.take_back_order, "ORDER_CANCELLED"),
        (tasks.leave_alone, "CONSENT_WITHDRAWN"),
        (tasks.forget_erased, "CUSTOMER_ERASED"),
        (tasks.join_visits, "CUSTOMERS_MERGED"),
        (tasks.rework_complaints, "RETURN_VISIT_RECORDED"),
        (tasks.hand_over_of_member, "MEMBER_DEACTIVATED"),
    ],
)
def test_the_relay_hands_over_what_is_waited_for(task: object, kind: str) -> None:
    (subscription,) = (each for each in SUBSCRIPTIONS if each.task is task)
    assert kind in subscription.kinds


def test_v1_whoever_complained_is_to_be_called_within_three_days_each_time(chains: Chains, as_role: AsRole) -> None:
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        complaint = closed_complaint(manager, chains.a.store)
    with scope(chains.a.chain, JOB):
        consumed(tasks.plan_after_complaint, "COMPLAINT_CLOSED", TEN + timedelta(minutes=1))
        visit, occasion = ReturnVisit.objects.get(), VisitOccasion.objects.get()
        clock = Clock.objects.get(subject_id=occasion.id, kind="RETURN_VISIT")
    assert (visit.state, visit.due_at, visit.owner_id) == ("DUE", TEN + 3 * DAY, chains.a.people["SERVICE_STAFF"])
    assert (occasion.kind, occasion.source_id) == ("COMPLAINT", complaint.id)
    assert (clock.started_at, clock.current_due_at) == (TEN, TEN + 3 * DAY)


def test_v1_whoever_took_a_complaint_back_is_called_as_well_and_once(chains: Chains, as_role: AsRole) -> None:
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        key = told(manager, chains.a.store, TEN).id
        how = {"reason": "Found it", "channel": Channel.PHONE, "proof": "Call 7"}
        withdraw_complaint(actor=manager, complaint_id=key, now=TEN, **how)
    with scope(chains.a.chain, JOB):
        consumed(tasks.plan_after_complaint, "COMPLAINT_WITHDRAWN")
    with scope(chains.a.chain, manager):
        close_complaint(actor=manager, complaint_id=key, cause="A lamp.", result="Found.", now=TEN + DAY)
    with scope(chains.a.chain, JOB):
        consumed(tasks.plan_after_complaint, "COMPLAINT_CLOSED", TEN + DAY)
        assert [each.source_id for each in VisitOccasion.objects.all()] == [key]


def test_what_is_worked_again_before_the_job_came_is_not_called_about(chains: Chains, as_role: AsRole) -> None:
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        complaint = closed_complaint(manager, chains.a.store)
        rework_complaint(actor=manager, complaint_id=complaint.id, reason="Cold again", now=TEN)
    with scope(chains.a.chain, JOB):
        consumed(tasks.drop_reworked, "COMPLAINT_REWORKED")
        consumed(tasks.plan_after_complaint, "COMPLAINT_CLOSED")
        assert not ReturnVisit.objects.exists()


def test_v1_after_service_at_the_customers_place_within_a_week(chains: Chains, as_role: AsRole) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        visit = planned(staff, chains.a.store, TEN, happened_at=TEN - DAY, note="The lamp was hung").visit
        assert visit.due_at == TEN + 6 * DAY
        assert [each.id for each in return_visits(staff, store_id=chains.a.store, due_before=TEN + 7 * DAY)] == [
            visit.id
        ]
        assert not return_visits(staff, due_before=TEN).exists()


def test_v1_all_that_is_due_for_one_customer_is_one_call(chains: Chains, as_role: AsRole) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        first = planned(staff, chains.a.store, TEN).visit
        again = planned(staff, chains.a.store, TEN, customer_id=first.customer_id, happened_at=TEN - 2 * DAY).visit
        assert again.id == first.id
        assert (again.version, again.due_at) == (2, TEN + 5 * DAY)
        made(staff, first.id, TEN + DAY)
        assert Clock.objects.filter(subject_type="VisitOccasion", stopped_at=TEN + DAY).count() == 2
        third = planned(staff, chains.a.store, TEN + DAY, customer_id=first.customer_id).visit
        assert third.id != first.id


def test_k4_who_said_no_is_not_called_and_it_is_known_why(chains: Chains, as_role: AsRole) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    calls = ConsentPurpose.SERVICE_CALLS
    with scope(chains.a.chain, staff):
        visit = planned(staff, chains.a.store, TEN).visit
        key = visit.customer_id
        record_consent(actor=staff, customer_id=key, purpose=calls, proof="Said so", now=TEN)
        withdraw_consent(actor=staff, customer_id=key, purpose=calls, proof="Said no", now=TEN)
    with scope(chains.a.chain, JOB):
        consumed(tasks.leave_alone, "CONSENT_WITHDRAWN")
        left = ReturnVisit.objects.get(id=visit.id)
        assert not Clock.objects.running().filter(subject_type="VisitOccasion").exists()
    assert (left.state, left.not_applicable_because) == ("NOT_APPLICABLE", "CONSENT_WITHDRAWN")
    with scope(chains.a.chain, staff):
        again = planned(staff, chains.a.store, TEN, customer_id=key).visit
    assert (again.state, again.not_applicable_because) == ("NOT_APPLICABLE", "CONSENT_WITHDRAWN")


def bought(staff: Actor, customer_id: UUID, bought_at: datetime = TEN, **order: UUID) -> UUID:
    return record_purchase(
        actor=staff,
        customer_id=customer_id,
        product="Lamp",
        quantity=1,
        amount_minor=100,
        currency="CNY",
        bought_at=bought_at,
        now=max(TEN, bought_at),
        **order,
    ).id


def test_v1_who_bought_is_called_the_day_after_if_they_agreed_and_hq_wants_it(chains: Chains, as_role: AsRole) -> None:
    staff, hq = as_role(chains.a, "SERVICE_STAFF"), as_role(chains.a, "QUALITY_OFFICER")
    order = new_id()
    with scope(chains.a.chain, staff):
        silent = customer_at(staff, chains.a.store, TEN, Particulars(name="Wu", phone="137 1111 2222"))
        agrees = customer_at(staff, chains.a.store, TEN)
        record_consent(actor=staff, customer_id=agrees, purpose=ConsentPurpose.SERVICE_CALLS, proof="Said so", now=TEN)
        keys = [bought(staff, silent), *(bought(staff, agrees, order_id=order, line_id=new_id()) for _n in range(2))]
        old = bought(staff, agrees, TEN - 8 * DAY)
    with scope(chains.a.chain, JOB):
        for key in (*keys, old):
            plan_after_purchase(actor=JOB, purchase_id=key, told_at=TEN, now=TEN)
        states = dict(ReturnVisit.objects.values_list("customer_id", "state"))
        assert (states, silent in states) == ({agrees: "DUE"}, False)
        assert VisitOccasion.objects.filter(source_id=order).count() == 1
        assert drop_occasions(actor=JOB, source_id=order, because=NotApplicable.ORDER_CANCELLED, now=TEN) == 1
    off = RuleSpec(OccasionKind.PURCHASE, is_on=False, within_days=1, consent=ConsentNeed.GIVEN)
    with scope(chains.a.chain, hq):
        set_visit_rules(actor=hq, rules=[off], now=TEN)
    with scope(chains.a.chain, staff):
        late = bought(staff, agrees)
    with scope(chains.a.chain, JOB):
        assert plan_after_purchase(actor=JOB, purchase_id=late, told_at=TEN, now=TEN) is None


def test_what_is_worked_again_is_not_called_about_until_it_is_closed_again(chains: Chains, as_role: AsRole) -> None:
    staff, source = as_role(chains.a, "SERVICE_STAFF"), new_id()
    with scope(chains.a.chain, staff):
        visit = planned(staff, chains.a.store, TEN).visit
    with scope(chains.a.chain, JOB):
        VisitOccasion.objects.filter(visit=visit).update(source_id=source, kind="COMPLAINT")
        planned(JOB, chains.a.store, TEN, customer_id=visit.customer_id)
        assert drop_occasions(actor=JOB, source_id=source, because=NotApplicable.WORKED_AGAIN, now=TEN) == 1
        assert ReturnVisit.objects.get(id=visit.id).state == "DUE"
        other = VisitOccasion.objects.get(visit=visit, dropped_at=None)
        VisitOccasion.objects.filter(id=other.id).update(source_id=source)
        assert drop_occasions(actor=JOB, source_id=source, because=NotApplicable.WORKED_AGAIN, now=TEN) == 1
        assert ReturnVisit.objects.get(id=visit.id).not_applicable_because == "WORKED_AGAIN"
        assert drop_occasions(actor=JOB, source_id=source, because=NotApplicable.WORKED_AGAIN, now=TEN) == 0


def test_two_records_of_one_person_are_one_call(chains: Chains, as_role: AsRole) -> None:
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        kept = planned(manager, chains.a.store, TEN).visit
        twin = customer_at(manager, chains.a.store, TEN, Particulars(name="Li Lei", phone="137 9999 0000"))
        planned(manager, chains.a.store, TEN - DAY, customer_id=twin)
        merge_customers(actor=manager, kept_id=kept.customer_id, merged_id=twin, now=TEN)
    with scope(chains.a.chain, JOB):
        consumed(tasks.join_visits, "CUSTOMERS_MERGED")
        states = list(ReturnVisit.objects.order_by("due_at").values_list("state", "not_applicable_because"))
        assert states == [("DUE", ""), ("NOT_APPLICABLE", "JOINED")]
        assert VisitOccasion.objects.filter(visit__state="DUE").count() == 2
        planned(JOB, chains.a.store, TEN, customer_id=kept.customer_id)
        assert VisitOccasion.objects.filter(visit__state="DUE").count() == 3
        assert ReturnVisit.objects.filter(state="DUE").count() == 1


def test_r3_who_leaves_hands_over_and_nobody_elses_work_is_touched(chains: Chains, as_role: AsRole) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        visit = planned(staff, chains.a.store, TEN).visit
        with pytest.raises(VisitOwnerAlready):
            hand_over_return_visit(actor=staff, visit_id=visit.id, owner_id=visit.owner_id, now=TEN)
        with pytest.raises(VisitOwnerNotAtStore):
            hand_over_return_visit(actor=staff, visit_id=visit.id, owner_id=chains.a.people["MENTOR"], now=TEN)
    with scope(chains.a.chain, JOB):
        User.objects.filter(id=chains.a.people["SERVICE_STAFF"]).update(is_active=False)
        assert hand_over_of(actor=JOB, member_id=chains.a.people["SERVICE_STAFF"], now=TEN) == 1
        assert ReturnVisit.objects.get(id=visit.id).owner_id == chains.a.people["SERVICE_SUPERVISOR"]
        assert VisitHandOver.objects.get().reason == "OWNER_LEFT"
        User.objects.filter(id=chains.a.people["SERVICE_SUPERVISOR"]).update(is_active=False)
        assert (hand_over_left(actor=JOB, now=TEN), hand_over_left(actor=JOB, now=TEN)) == (1, 0)
        assert ReturnVisit.objects.get(id=visit.id).owner_id == chains.a.people["STORE_MANAGER"]


def test_rules_are_hqs_and_kept_in_turn(chains: Chains, as_role: AsRole) -> None:
    hq, manager = as_role(chains.a, "QUALITY_OFFICER"), as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager), pytest.raises(NotPermitted):
        set_visit_rules(actor=manager, rules=[], now=TEN)
    with scope(chains.a.chain, hq):
        assert set_visit_rules(actor=hq, rules=[], credit_within_days=10, now=TEN, expected_version=0).number == 1
        with pytest.raises(VisitRulesChanged):
            set_visit_rules(actor=hq, rules=[], now=TEN, expected_version=0)
        set_visit_rules(actor=hq, rules=[], least_attempts=2, now=TEN)
        rules = rules_in_force()
    assert (rules.number, rules.credit_within_days, rules.least_attempts) == (2, 10, 2)


def test_what_is_not_there_can_not_be_planned(chains: Chains, as_role: AsRole) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        key = customer_at(staff, chains.a.store, TEN)
        with pytest.raises(NotFound):
            planned(staff, chains.a.store, TEN, customer_id=new_id())
        with pytest.raises(NotFound):
            planned(staff, chains.a.other_store, TEN, customer_id=key)
        with pytest.raises(Invalid):
            planned(staff, chains.a.store, TEN, customer_id=key, happened_at=TEN + DAY)
