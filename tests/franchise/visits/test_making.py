"""V2 to V4: a visit is made point by point, settled, signed by somebody else; what follows from it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chains.actor import Actor, ActorKind, system_actor
from chains.scope import scope
from clocks.models import Clock
from complaints.models.complaints import Complaint
from customers.actions.erasing import erase_customer
from customers.rules.holdings import ERASED, MattersOpen
from customers.rules.merging import CustomerErased
from journal.models import Entry
from kit.ids import new_id
from kit.refusals import NotPermitted, Stale
from tests.conftest import Chains
from tests.factories.standards import in_force, same_day_clause
from tests.factories.visits import COLD, later, made, planned, points_of
from tests.franchise.visits.test_planning import bought, closed_complaint, consumed
from visits import tasks
from visits.actions.calling import Attempt, record_visit_attempt
from visits.actions.crediting import take_back_credits
from visits.actions.following import leave_alone
from visits.actions.settling import answer_visit_point, decide_visit_point, promise_visit_answer, sign_return_visit
from visits.models.credits import VisitCredit
from visits.models.points import PointPromise
from visits.models.visits import AttemptOutcome, NotApplicable, ReturnVisit, VisitAttempt, VisitChannel
from visits.rules.states import (
    DecisionNeeded,
    PointAnswered,
    PointsOpen,
    ReasonForDissatisfactionNeeded,
    SignerIsCaller,
    TooFewAttempts,
    VisitMade,
)

AsRole = Callable[..., Actor]
TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
JOB = system_actor()


def test_v2_v3_from_the_call_to_the_signature(chains: Chains, as_role: AsRole) -> None:
    staff, head = as_role(chains.a, "SERVICE_STAFF"), as_role(chains.a, "SERVICE_SUPERVISOR")
    with scope(chains.a.chain, staff):
        key = planned(staff, chains.a.store, TEN).visit.id
        visit = made(staff, key, TEN + HOUR, COLD, later("The bill was wrong.", TEN + HOUR)).visit
        assert (visit.state, visit.is_satisfied, visit.made_by_id) == ("TALKED", True, staff.user_id)
        told, open_point = points_of(visit)
        assert (told.state, told.said_by, open_point.state) == ("ANSWERED", "His wife", "OPEN")
        with pytest.raises(VisitMade):
            made(staff, key, TEN + HOUR)
        with pytest.raises(PointAnswered):
            decide_visit_point(actor=staff, point_id=told.id, departments="Kitchen", decision="None", now=TEN + HOUR)
        with pytest.raises(DecisionNeeded):
            answer_visit_point(
                actor=staff, point_id=open_point.id, answer="Sorry", channel=VisitChannel.PHONE, now=TEN + HOUR
            )
        decide_visit_point(
            actor=staff, point_id=open_point.id, departments="Accounts", decision="Two yuan back", now=TEN + 2 * HOUR
        )
    with scope(chains.a.chain, head), pytest.raises(PointsOpen):
        sign_return_visit(actor=head, visit_id=key, now=TEN + 2 * HOUR)
    with scope(chains.a.chain, staff):
        done = answer_visit_point(
            actor=staff, point_id=open_point.id, answer="Two yuan", channel=VisitChannel.PHONE, now=TEN + 3 * HOUR
        )
        assert done.visit.state == "SETTLED"
        promise = PointPromise.objects.get()
        clock = Clock.objects.get(subject_id=promise.id)
        with pytest.raises(NotPermitted):
            sign_return_visit(actor=staff, visit_id=key, now=TEN + 4 * HOUR)
    assert (promise.is_kept, clock.stopped_at, clock.kind) == (True, TEN + 3 * HOUR, "PROMISED_ANSWER")
    with scope(chains.a.chain, head):
        signed = sign_return_visit(actor=head, visit_id=key, note="Well done", now=TEN + 4 * HOUR).visit
        kinds = list(Entry.objects.filter(subject_id=key).order_by("at", "id").values_list("kind", flat=True))
    assert (signed.state, signed.signed_by_id) == ("SIGNED", head.user_id)
    assert kinds == [
        "RETURN_VISIT_PLANNED",
        "RETURN_VISIT_RECORDED",
        "VISIT_POINT_DECIDED",
        "VISIT_POINT_ANSWERED",
        "RETURN_VISIT_SIGNED",
    ]


def test_v2_four_eyes_also_in_somebodys_place_and_never_a_machine(chains: Chains, as_role: AsRole) -> None:
    head, manager = as_role(chains.a, "SERVICE_SUPERVISOR"), as_role(chains.a, "STORE_MANAGER")
    in_place = replace(manager, behalf_of_id=head.user_id)
    machine = replace(manager, kind=ActorKind.TOKEN, id=None)
    with scope(chains.a.chain, head):
        key = planned(head, chains.a.store, TEN).visit.id
        made(head, key, TEN)
        for signer in (head, in_place, machine):
            with pytest.raises(SignerIsCaller):
                sign_return_visit(actor=signer, visit_id=key, now=TEN)
    with scope(chains.a.chain, manager):
        assert sign_return_visit(actor=manager, visit_id=key, now=TEN).visit.state == "SIGNED"


def test_v2_a_promise_that_is_made_anew_was_not_kept(chains: Chains, as_role: AsRole) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        visit = made(staff, planned(staff, chains.a.store, TEN).visit.id, TEN, later("The bill", TEN)).visit
        (point,) = points_of(visit)
        promise_visit_answer(actor=staff, point_id=point.id, promised_until=TEN + 3 * DAY, now=TEN + 2 * DAY)
        assert list(PointPromise.objects.order_by("made_at").values_list("is_kept", flat=True)) == [False, None]
        clocks = Clock.objects.filter(kind="PROMISED_ANSWER").order_by("started_at")
        assert [clock.stopped_at for clock in clocks] == [TEN + 2 * DAY, None]


def test_v3_calls_right_after_each_other_are_one_attempt(chains: Chains, as_role: AsRole) -> None:
    staff, nobody = as_role(chains.a, "SERVICE_STAFF"), Attempt(AttemptOutcome.NO_ANSWER)
    with scope(chains.a.chain, staff):
        key = planned(staff, chains.a.store, TEN).visit.id
        for minutes in (0, 1, 2, 61):
            record_visit_attempt(actor=staff, visit_id=key, attempt=nobody, now=TEN + timedelta(minutes=minutes))
        last = replace(nobody, give_up=True)
        with pytest.raises(TooFewAttempts):
            record_visit_attempt(actor=staff, visit_id=key, attempt=last, now=TEN + timedelta(minutes=62))


def test_v3_who_is_not_reached_is_given_up_after_three_attempts_and_it_is_signed(
    chains: Chains, as_role: AsRole
) -> None:
    staff, head = as_role(chains.a, "SERVICE_STAFF"), as_role(chains.a, "SERVICE_SUPERVISOR")
    nobody = Attempt(AttemptOutcome.NO_ANSWER)
    asked = Attempt(AttemptOutcome.CALL_LATER, call_back_at=TEN + 2 * HOUR)
    with scope(chains.a.chain, staff):
        key = planned(staff, chains.a.store, TEN).visit.id
        record_visit_attempt(actor=staff, visit_id=key, attempt=nobody, now=TEN)
        with pytest.raises(TooFewAttempts):
            record_visit_attempt(actor=staff, visit_id=key, attempt=replace(nobody, give_up=True), now=TEN)
        visit = record_visit_attempt(actor=staff, visit_id=key, attempt=asked, now=TEN + HOUR).visit
        assert (visit.call_back_at, VisitAttempt.objects.count()) == (TEN + 2 * HOUR, 2)
        last = replace(nobody, give_up=True)
        visit = record_visit_attempt(actor=staff, visit_id=key, attempt=last, now=TEN + 2 * HOUR).visit
        assert (visit.state, visit.is_reached, visit.is_satisfied) == ("SETTLED", False, None)
        assert not Clock.objects.running().filter(subject_type="VisitOccasion").exists()
    with scope(chains.a.chain, head):
        assert sign_return_visit(actor=head, visit_id=key, now=TEN + DAY).visit.state == "SIGNED"


def test_c04_who_saw_an_older_version_is_told_how_it_is_now(chains: Chains, as_role: AsRole) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    attempt = Attempt(AttemptOutcome.NO_ANSWER)
    with scope(chains.a.chain, staff):
        key = planned(staff, chains.a.store, TEN).visit.id
        record_visit_attempt(actor=staff, visit_id=key, attempt=attempt, now=TEN, expected_version=1)
        with pytest.raises(Stale) as refused:
            record_visit_attempt(actor=staff, visit_id=key, attempt=attempt, now=TEN, expected_version=1)
    assert refused.value.details["current"].version == 2


def test_v3_a_customer_who_is_not_satisfied_has_the_complaint_worked_again(chains: Chains, as_role: AsRole) -> None:
    manager, staff = as_role(chains.a, "STORE_MANAGER"), as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, manager):
        complaint = closed_complaint(manager, chains.a.store)
    with scope(chains.a.chain, JOB):
        consumed(tasks.plan_after_complaint, "COMPLAINT_CLOSED")
        key = ReturnVisit.objects.get().id
    with scope(chains.a.chain, staff):
        with pytest.raises(ReasonForDissatisfactionNeeded):
            made(staff, key, TEN + DAY, is_satisfied=False)
        visit = made(staff, key, TEN + DAY, is_satisfied=False, dissatisfied_because="The bowl leaks.").visit
        assert visit.state == "SETTLED"
    with scope(chains.a.chain, JOB):
        consumed(tasks.rework_complaints, "RETURN_VISIT_RECORDED", TEN + DAY)
        again = Complaint.objects.get(id=complaint.id)
        assert (again.stage, again.round) == ("REWORK", 2)
        assert Entry.objects.filter(kind="COMPLAINT_REWORKED").count() == 1


def test_v4_a_purchase_soon_after_is_the_callers_merit_once_until_it_is_taken_back(
    chains: Chains, as_role: AsRole
) -> None:
    staff, order = as_role(chains.a, "SERVICE_STAFF"), new_id()
    with scope(chains.a.chain, staff):
        visit = planned(staff, chains.a.store, TEN).visit
        bought(staff, visit.customer_id, TEN)
        made(staff, visit.id, TEN + HOUR)
        after = bought(staff, visit.customer_id, TEN + DAY, order_id=order, line_id=new_id())
        bought(staff, visit.customer_id, TEN + 40 * DAY)
    with scope(chains.a.chain, JOB):
        for entry in Entry.objects.filter(kind="PURCHASE_RECORDED").order_by("at", "id"):
            for _twice in range(2):
                tasks.credit_purchase.function(actor=JOB, now=TEN + 41 * DAY, entry_id=entry.id)
        credit = VisitCredit.objects.get()
        assert (credit.purchase_id, credit.caller_id, credit.amount_minor) == (after, staff.user_id, 100)
        assert Entry.objects.filter(kind="PURCHASE_CREDITED").count() == 1
        assert take_back_credits(actor=JOB, order_id=order, now=TEN + 2 * DAY) == 1
        assert take_back_credits(actor=JOB, order_id=order, now=TEN + 2 * DAY) == 0
        credit.refresh_from_db()
    assert credit.taken_back_at == TEN + 2 * DAY


def test_k4_an_erasure_waits_for_open_points_and_takes_what_was_said(chains: Chains, as_role: AsRole) -> None:
    staff, hq = as_role(chains.a, "SERVICE_STAFF"), as_role(chains.a, "HQ_ADMINISTRATOR")
    with scope(chains.a.chain, hq):
        first = planned(staff, chains.a.store, TEN).visit
        (point,) = points_of(made(staff, first.id, TEN, later("The bill", TEN), remark="Hoarse").visit)
        with pytest.raises(MattersOpen):
            erase_customer(actor=hq, customer_id=first.customer_id, now=TEN)
        decide_visit_point(actor=hq, point_id=point.id, departments="Accounts", decision="Back", now=TEN)
        answer_visit_point(actor=hq, point_id=point.id, answer="Back", channel=VisitChannel.PHONE, now=TEN)
        due = planned(staff, chains.a.store, TEN, customer_id=first.customer_id).visit
        erase_customer(actor=hq, customer_id=first.customer_id, now=TEN)
        point.refresh_from_db()
        first.refresh_from_db()
        assert (point.said, point.answer, first.remark) == (ERASED, ERASED, ERASED)
        with pytest.raises(CustomerErased):
            made(staff, due.id, TEN)
    with scope(chains.a.chain, JOB):
        consumed(tasks.forget_erased, "CUSTOMER_ERASED")
        assert ReturnVisit.objects.get(id=due.id).not_applicable_because == "CUSTOMER_ERASED"


def by_clause(chains: Chains, *pairs: tuple[str, str]) -> None:
    clauses = [
        same_day_clause(str(place), trigger=trigger, response=response, within="P1D")
        for place, (trigger, response) in enumerate(pairs, start=1)
    ]
    in_force(chains.a, TEN - DAY, *clauses)


def test_a_clause_measures_no_call_that_is_not_to_be_made(chains: Chains, as_role: AsRole) -> None:
    by_clause(chains, ("RETURN_VISIT_PLANNED", "RETURN_VISIT_RECORDED"))
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        visit = planned(staff, chains.a.store, TEN).visit
        running = Clock.objects.running()
        assert [each.subject_id for each in running] == [visit.id]
    with scope(chains.a.chain, JOB):
        leave_alone(actor=JOB, customer_id=visit.customer_id, because=NotApplicable.CONSENT_WITHDRAWN, now=TEN)
        assert not Clock.objects.running().exists()


def test_a_clause_measures_nothing_more_of_who_is_given_up_or_signed(chains: Chains, as_role: AsRole) -> None:
    by_clause(
        chains, ("RETURN_VISIT_PLANNED", "RETURN_VISIT_RECORDED"), ("RETURN_VISIT_PLANNED", "VISIT_POINT_DECIDED")
    )
    staff, manager = as_role(chains.a, "SERVICE_STAFF"), as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, staff):
        visit = planned(staff, chains.a.store, TEN).visit
        gone = Attempt(outcome=AttemptOutcome.REFUSED, give_up=True)
        record_visit_attempt(actor=staff, visit_id=visit.id, attempt=gone, now=TEN)
        assert [each.kind for each in Clock.objects.running()] == ["VISIT_POINT_DECIDED"]
    with scope(chains.a.chain, manager):
        sign_return_visit(actor=manager, visit_id=visit.id, now=TEN)
        assert not Clock.objects.running().exists()
