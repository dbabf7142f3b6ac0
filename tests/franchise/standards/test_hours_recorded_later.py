"""What was not known for want of a store's hours becomes known once these are recorded, beside what was said before."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest

from chains.actor import Actor, system_actor
from chains.jobs import call_with
from chains.scope import scope
from complaints.actions.filing import accept_complaint
from complaints.actions.working import record_investigation
from config.subscriptions import SUBSCRIPTIONS
from journal.models import Entry
from standards import tasks
from standards.actions.measuring import judge_due, judge_unknown, measure_entry
from standards.models.verdicts import Span, Verdict
from stores.actions.hours import set_opening_hours
from stores.models import OpeningHours, Store
from stores.rules.calendar import Interval
from tests.conftest import Chains
from tests.factories.complaints import filed
from tests.factories.standards import in_force, same_day_clause

AsRole = Callable[..., Actor]
# Ten in the morning in Shanghai.
TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)
EVENING = datetime(2026, 5, 4, 13, tzinfo=UTC)
AN_HOUR = timedelta(hours=1)
MACHINE = system_actor()
NINE_TO_NINE = ((Interval(time(9), time(21)),),) * 7
NOON_TO_NINE = ((Interval(time(12), time(21)),),) * 7


@pytest.fixture
def hq(chains: Chains, as_role: AsRole) -> Actor:
    """An administrator, whose first store has to look into complaints within five hours and has none recorded."""
    in_force(chains.a, TEN - AN_HOUR, same_day_clause(within="PT5H", time="WORKING"))
    with scope(chains.a.chain, MACHINE):
        OpeningHours.objects.filter(store_id=chains.a.store).delete()
    return as_role(chains.a, "HQ_ADMINISTRATOR")


def complained(hq: Actor, store_id: UUID, *, looked_into_at: datetime | None) -> UUID:
    key = filed(hq, store_id, TEN).complaint.id
    accept_complaint(actor=hq, complaint_id=key, now=TEN)
    if looked_into_at is not None:
        record_investigation(actor=hq, complaint_id=key, findings="Broken lamp.", now=looked_into_at)
    return key


def measure_all(now: datetime) -> None:
    for entry in Entry.objects.filter(subject_type="Complaint").order_by("at", "id"):
        measure_entry(actor=MACHINE, entry=entry, now=now)


def history_of(case: UUID) -> list[tuple[str, str]]:
    verdicts = Verdict.objects.filter(subject_id=case).order_by("judged_at", "id")
    return list(verdicts.values_list("state", "reason"))


def test_a_verdict_that_was_not_known_is_followed_by_one_that_is(chains: Chains, hq: Actor) -> None:
    store = chains.a.store
    with scope(chains.a.chain, hq):
        met = complained(hq, store, looked_into_at=TEN + AN_HOUR)
        missed = complained(hq, store, looked_into_at=TEN + 8 * AN_HOUR)
        still_open = complained(hq, store, looked_into_at=None)
        measure_all(TEN + 2 * AN_HOUR)
        for case in (met, missed, still_open):
            assert history_of(case) == [("NOT_KNOWN", "HOURS_NOT_RECORDED")]
        assert judge_unknown(actor=MACHINE, now=TEN + 2 * AN_HOUR) == ([], False)
        first_on = date(2026, 5, 1)
        set_opening_hours(actor=hq, store_id=store, valid_from=first_on, days=NOON_TO_NINE, now=TEN + 3 * AN_HOUR)
        due, _is_more = judge_unknown(actor=MACHINE, now=TEN + 6 * AN_HOUR)
        # Five hours from noon in Shanghai.
        five = datetime(2026, 5, 4, 9, tzinfo=UTC)
        assert [each.at for each in due] == [five]
        assert history_of(met)[1:] == [("MET", "IN_TIME")]
        assert history_of(missed)[1:] == [("MISSED", "TOO_LATE")]
        assert history_of(still_open)[1:] == [("OPEN", "STILL_TIME")]
        assert judge_due(actor=MACHINE, now=five + AN_HOUR) == 1
        assert history_of(still_open)[2:] == [("MISSED", "NEVER_CAME")]
        assert Entry.objects.filter(kind="CLAUSE_MET", subject_id=met).count() == 1
        assert list(Span.objects.filter(subject_id=missed).values_list("working_seconds", "has_hours")) == [
            (6 * 3600, True)
        ]
        replaced = Verdict.objects.get(subject_id=met, state="MET").replaces
        assert replaced is not None and replaced.state == "NOT_KNOWN"
        assert judge_unknown(actor=MACHINE, now=five + AN_HOUR) == ([], False)


def test_hours_that_begin_after_a_case_leave_it_not_known(chains: Chains, hq: Actor) -> None:
    store = chains.a.store
    with scope(chains.a.chain, hq):
        case = complained(hq, store, looked_into_at=TEN + AN_HOUR)
        measure_all(TEN + AN_HOUR)
        set_opening_hours(actor=hq, store_id=store, valid_from=date(2026, 5, 5), days=NINE_TO_NINE, now=EVENING)
        assert judge_unknown(actor=MACHINE, now=EVENING) == ([], False)
        assert history_of(case) == [("NOT_KNOWN", "HOURS_NOT_RECORDED")]


def test_a_case_that_is_measured_late_is_judged_by_the_hours_it_began_under(chains: Chains, hq: Actor) -> None:
    store = chains.a.store
    with scope(chains.a.chain, hq):
        week = {"store_id": store, "actor": hq}
        set_opening_hours(valid_from=date(2026, 5, 1), days=NINE_TO_NINE, now=TEN - AN_HOUR, **week)
        case = complained(hq, store, looked_into_at=TEN + 6 * AN_HOUR)
        # From today on the store opens at noon: by these hours the investigation would have come in time.
        set_opening_hours(valid_from=date(2026, 5, 4), days=NOON_TO_NINE, now=TEN + AN_HOUR, **week)
        measure_all(EVENING)
        assert history_of(case) == [("MISSED", "TOO_LATE")]


def test_more_cases_than_one_job_takes_are_left_to_the_next(chains: Chains, hq: Actor) -> None:
    store = chains.a.store
    with scope(chains.a.chain, hq):
        cases = [complained(hq, store, looked_into_at=TEN + AN_HOUR) for _number in range(3)]
        measure_all(TEN + AN_HOUR)
        set_opening_hours(actor=hq, store_id=store, valid_from=date(2026, 5, 1), days=NINE_TO_NINE, now=EVENING)
        assert judge_unknown(actor=MACHINE, now=EVENING, at_most=2) == ([], True)
        assert judge_unknown(actor=MACHINE, now=EVENING, at_most=2) == ([], False)
        assert {history_of(case)[-1] for case in cases} == {("MET", "IN_TIME")}


def test_the_relay_hands_over_whatever_changes_a_calendar_and_the_job_judges(chains: Chains, hq: Actor) -> None:
    (kinds,) = (each.kinds for each in SUBSCRIPTIONS if each.task is tasks.look_at_hours)
    assert kinds == {"OPENING_HOURS_SET", "HOLIDAYS_SET", "STORE_CORRECTED"}
    with scope(chains.a.chain, hq):
        case = complained(hq, chains.a.store, looked_into_at=TEN + AN_HOUR)
        measure_all(TEN + AN_HOUR)
        first_on = date(2026, 5, 1)
        set_opening_hours(actor=hq, store_id=chains.a.store, valid_from=first_on, days=NINE_TO_NINE, now=EVENING)
        call_with(tasks.judge_unknown.function, actor=MACHINE, now=EVENING)
        assert history_of(case)[-1] == ("MET", "IN_TIME")
        assert Store.objects.get(id=chains.a.store).version == 2
