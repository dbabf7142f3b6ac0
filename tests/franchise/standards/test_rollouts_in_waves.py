"""A version comes to its stores wave after wave, waits where it does harm, and goes on when somebody has looked."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from chains.actor import Actor, system_actor
from chains.scope import CHAINS_ALIAS, scope
from journal.models import Entry
from kit.ids import new_id
from kit.refusals import Invalid, NotFound, NotPermitted
from standards.actions.drafting import withdraw_standard
from standards.actions.rollout import push_standard
from standards.actions.waves import cancel_rollout, pause_rollout, resume_rollout, start_waves
from standards.models.rollouts import Rollout, RolloutPause, RolloutWave, StoreStandard
from standards.models.tallies import DayTally
from standards.models.texts import Version, VersionState
from standards.queries.rollouts import states_of
from standards.rules.states import InForceAlready, NoSuchClause
from standards.rules.waves import RolloutOver, RolloutPaused, RolloutRuns, RolloutState, StopRule, WaveDraft
from stores.actions.business import close_store
from stores.models import Area, Store, StoreKind
from stores.rules.business import StoreClosed
from tests.conftest import Chains
from tests.factories.complaints import filed
from tests.factories.standards import approved, revised, same_day_clause
from tests.factories.stores import last_entry

AsRole = Callable[..., Actor]
NOW = datetime(2026, 5, 4, 2, tzinfo=UTC)
DAY = timedelta(days=1)


def pushed(chains: Chains, as_role: AsRole, version: Version, now: datetime = NOW, **given: Any) -> Rollout:
    officer = as_role(chains.a, "QUALITY_OFFICER")
    with scope(chains.a.chain, officer):
        return push_standard(actor=officer, version_id=version.id, now=now, **given)


def in_two_waves(chains: Chains, as_role: AsRole, **given: Any) -> Rollout:
    """Push a new version: now to the first store, the day after to the other one."""
    waves = [WaveDraft(store_ids=[chains.a.store]), WaveDraft(NOW + DAY)]
    return pushed(chains, as_role, approved(chains.a, NOW), waves=waves, **given)


def looked_at(chains: Chains, now: datetime) -> None:
    machine = system_actor()
    with scope(chains.a.chain, machine):
        start_waves(actor=machine, now=now)


def having(chains: Chains, rollout: Rollout) -> set[UUID]:
    with scope(chains.a.chain, system_actor()):
        found = StoreStandard.objects.filter(rollout=rollout, ended_at=None)
        return set(found.values_list("store_id", flat=True))


def state(chains: Chains, rollout: Rollout) -> RolloutState:
    with scope(chains.a.chain, system_actor()):
        return states_of([rollout.id])[rollout.id]


def test_each_wave_comes_at_its_moment(chains: Chains, as_role: AsRole) -> None:
    rollout = in_two_waves(chains, as_role)
    assert (having(chains, rollout), state(chains, rollout)) == ({chains.a.store}, RolloutState.WAITING)
    looked_at(chains, NOW + DAY - timedelta(seconds=1))
    assert having(chains, rollout) == {chains.a.store}
    looked_at(chains, NOW + DAY)
    looked_at(chains, NOW + 2 * DAY)
    assert having(chains, rollout) == {chains.a.store, chains.a.other_store}
    assert state(chains, rollout) is RolloutState.DONE
    with scope(chains.a.chain, system_actor()):
        assert Entry.objects.filter(kind="STANDARD_PUSHED").count() == 2
        told = last_entry(rollout.version_id).after or {}
        assert (told["wave"], told["store_ids"]) == (2, [str(chains.a.other_store)])
        first, second = RolloutWave.objects.filter(rollout=rollout).order_by("position")
        assert (first.started_at, second.started_at) == (NOW, NOW + DAY)
        assert StoreStandard.objects.get(store=chains.a.other_store).wave_id == second.id


def test_a_version_that_is_due_later_is_scheduled_and_binds_nobody(chains: Chains, as_role: AsRole) -> None:
    version = approved(chains.a, NOW)
    rollout = pushed(chains, as_role, version, effective_at=NOW + DAY)
    with scope(chains.a.chain, system_actor()):
        assert Version.objects.get().state == VersionState.SCHEDULED
        assert last_entry(version.id).kind == "STANDARD_SCHEDULED"
    assert having(chains, rollout) == set()
    looked_at(chains, NOW + DAY)
    assert len(having(chains, rollout)) == 2
    with scope(chains.a.chain, system_actor()):
        assert Version.objects.get().state == VersionState.EFFECTIVE
        assert set(StoreStandard.objects.values_list("pushed_at", flat=True)) == {NOW + DAY}


def test_a_share_of_the_stores_comes_first(chains: Chains, as_role: AsRole) -> None:
    waves = [WaveDraft(share=10), WaveDraft(NOW + DAY)]
    rollout = pushed(chains, as_role, approved(chains.a, NOW), waves=waves)
    assert len(having(chains, rollout)) == 1
    looked_at(chains, NOW + DAY)
    assert len(having(chains, rollout)) == 2


def test_areas_and_kinds_of_store_are_meant(chains: Chains, as_role: AsRole) -> None:
    with scope(chains.a.chain, system_actor()):
        area = Area.objects.create(name="Harbour", drawn_at=NOW)
        Store.objects.filter(id=chains.a.other_store).update(area=area)
        own = {"kind": StoreKind.COMPANY_OWNED, "franchisee_name": ""}
        Store.objects.filter(id=chains.a.store).update(**own)
        Store.objects.filter(id=chains.a.other_store).update(kind=StoreKind.FRANCHISED, franchisee_name="Wei")
    version = approved(chains.a, NOW)
    assert having(chains, pushed(chains, as_role, version, area_ids=[area.id])) == {chains.a.other_store}
    rest = pushed(chains, as_role, version, store_kinds=[StoreKind.COMPANY_OWNED])
    assert having(chains, rest) == {chains.a.store}
    with pytest.raises(InForceAlready):
        pushed(chains, as_role, version)
    with pytest.raises(NotFound):
        pushed(chains, as_role, approved(chains.a, NOW), area_ids=[new_id()])
    with pytest.raises(NotFound):
        pushed(chains, as_role, approved(chains.a, NOW), waves=[WaveDraft(store_ids=[new_id()]), WaveDraft()])


def test_a_wave_names_only_stores_that_the_rollout_means(chains: Chains, as_role: AsRole) -> None:
    waves = [WaveDraft(store_ids=[chains.a.store]), WaveDraft(store_ids=[chains.a.other_store]), WaveDraft()]
    with pytest.raises(Invalid) as refused:
        pushed(chains, as_role, approved(chains.a, NOW), waves=waves, store_ids=[chains.a.store])
    assert refused.value.field == ("waves", "1", "store_ids")


def test_waves_that_were_slept_through_come_as_far_apart_as_they_were_planned(chains: Chains, as_role: AsRole) -> None:
    """So that the stop rule sees what each of them has done before the next one comes."""
    there, elsewhere = WaveDraft(NOW + DAY, store_ids=[chains.a.store]), WaveDraft(NOW + 2 * DAY, share=100)
    rule = StopRule(most_complaints=0)
    rollout = pushed(chains, as_role, approved(chains.a, NOW), waves=[there, elsewhere], stop_rule=rule)
    looked_at(chains, NOW + 5 * DAY)
    assert having(chains, rollout) == {chains.a.store}
    with scope(chains.a.chain, system_actor()):
        late = NOW + 6 * DAY
        assert RolloutWave.objects.get(position=2).starts_at == late
        (told,) = (last_entry(rollout.version_id).after or {})["postponed_to"]
        assert datetime.fromisoformat(told) == late
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        filed(staff, chains.a.store, NOW + 5.5 * DAY)
    looked_at(chains, late)
    assert (having(chains, rollout), state(chains, rollout)) == ({chains.a.store}, RolloutState.PAUSED)


def test_a_store_that_closed_meanwhile_is_passed_over(chains: Chains, as_role: AsRole) -> None:
    rollout = in_two_waves(chains, as_role)
    boss = as_role(chains.a, "HQ_ADMINISTRATOR")
    with scope(chains.a.chain, boss):
        close_store(actor=boss, store_id=chains.a.other_store, reason="Rebuilt", now=NOW)
    looked_at(chains, NOW + DAY)
    assert (having(chains, rollout), state(chains, rollout)) == ({chains.a.store}, RolloutState.DONE)
    waves = [WaveDraft(store_ids=[chains.a.other_store]), WaveDraft()]
    with pytest.raises(StoreClosed):
        pushed(chains, as_role, approved(chains.a, NOW), waves=waves)


def test_a_paused_rollout_waits_and_comes_later_by_its_pause(chains: Chains, as_role: AsRole) -> None:
    rollout = in_two_waves(chains, as_role)
    officer = as_role(chains.a, "QUALITY_OFFICER")
    given = {"actor": officer, "rollout_id": rollout.id}
    with scope(chains.a.chain, officer):
        with pytest.raises(RolloutRuns):
            resume_rollout(**given, now=NOW)
        pause_rollout(**given, reason="The till's update is late.", now=NOW + DAY / 2)
        with pytest.raises(RolloutPaused):
            pause_rollout(**given, reason="Again.", now=NOW + DAY / 2)
        assert last_entry(rollout.id).kind == "ROLLOUT_PAUSED"
    looked_at(chains, NOW + 3 * DAY)
    assert (having(chains, rollout), state(chains, rollout)) == ({chains.a.store}, RolloutState.PAUSED)
    with scope(chains.a.chain, officer):
        resume_rollout(**given, now=NOW + 3 * DAY)
        assert RolloutWave.objects.get(position=2).starts_at == NOW + 3.5 * DAY
        assert last_entry(rollout.id).kind == "ROLLOUT_RESUMED"
    looked_at(chains, NOW + 3 * DAY)
    assert having(chains, rollout) == {chains.a.store}
    looked_at(chains, NOW + 3.5 * DAY)
    assert len(having(chains, rollout)) == 2
    with scope(chains.a.chain, officer), pytest.raises(RolloutOver):
        pause_rollout(**given, reason="Too late.", now=NOW + 4 * DAY)


def test_who_had_to_wait_for_a_pause_resumes_when_it_began(chains: Chains, as_role: AsRole) -> None:
    rollout, officer = in_two_waves(chains, as_role), as_role(chains.a, "QUALITY_OFFICER")
    given = {"actor": officer, "rollout_id": rollout.id}
    with scope(chains.a.chain, officer):
        starts_at = RolloutWave.objects.get(position=2).starts_at
        pause_rollout(**given, reason="The till's update is late.", now=NOW + DAY / 2)
        resume_rollout(**given, now=NOW + DAY / 2 - timedelta(seconds=1))
        assert RolloutWave.objects.get(position=2).starts_at == starts_at


def test_a_rollout_that_is_called_off_leaves_what_came_and_brings_nothing_more(chains: Chains, as_role: AsRole) -> None:
    rollout, officer = in_two_waves(chains, as_role), as_role(chains.a, "QUALITY_OFFICER")
    given: dict[str, Any] = {"actor": officer, "rollout_id": rollout.id}
    with scope(chains.a.chain, officer):
        pause_rollout(**given, reason="The till's update is late.", now=NOW + DAY / 2)
        cancel_rollout(**given, reason="It does not come at all.", now=NOW + DAY / 2)
        assert last_entry(rollout.id).kind == "ROLLOUT_CANCELLED"
        for deed in (cancel_rollout, pause_rollout):
            with pytest.raises(RolloutOver):
                deed(**given, reason="Again.", now=NOW + DAY)
        with pytest.raises(RolloutOver):
            resume_rollout(**given, now=NOW + DAY)
        pauses = RolloutPause.objects.order_by("paused_at", "id").values_list("reason", "resumed_at")
        assert list(pauses) == [
            ("The till's update is late.", NOW + DAY / 2),
            ("It does not come at all.", None),
        ]
        assert Version.objects.get(id=rollout.version_id).state == VersionState.EFFECTIVE
    looked_at(chains, NOW + 3 * DAY)
    assert (having(chains, rollout), state(chains, rollout)) == ({chains.a.store}, RolloutState.CANCELLED)


def test_a_version_that_was_due_on_the_wrong_day_is_called_off_and_pushed_anew(chains: Chains, as_role: AsRole) -> None:
    version, officer = approved(chains.a, NOW), as_role(chains.a, "QUALITY_OFFICER")
    wrong = pushed(chains, as_role, version, effective_at=NOW + 30 * DAY)
    with scope(chains.a.chain, officer):
        assert Version.objects.get(id=version.id).state == VersionState.SCHEDULED
        cancel_rollout(actor=officer, rollout_id=wrong.id, reason="The wrong day.", now=NOW)
        assert Version.objects.get(id=version.id).state == VersionState.APPROVED
    right = pushed(chains, as_role, version, effective_at=NOW + 3 * DAY)
    looked_at(chains, NOW + 3 * DAY)
    assert (len(having(chains, right)), state(chains, wrong)) == (2, RolloutState.CANCELLED)


def test_only_headquarters_pauses_and_only_what_there_is(chains: Chains, as_role: AsRole) -> None:
    rollout = in_two_waves(chains, as_role)
    manager, officer = as_role(chains.a, "STORE_MANAGER"), as_role(chains.a, "QUALITY_OFFICER")
    with scope(chains.a.chain, manager):
        with pytest.raises(NotPermitted):
            pause_rollout(actor=manager, rollout_id=rollout.id, reason="No.", now=NOW)
        with pytest.raises(NotPermitted):
            resume_rollout(actor=manager, rollout_id=rollout.id, now=NOW)
        with pytest.raises(NotPermitted):
            cancel_rollout(actor=manager, rollout_id=rollout.id, reason="No.", now=NOW)
    with scope(chains.a.chain, officer):
        with pytest.raises(NotFound):
            pause_rollout(actor=officer, rollout_id=new_id(), reason="No.", now=NOW)
        with pytest.raises(Invalid):
            pause_rollout(actor=officer, rollout_id=rollout.id, reason=" ", now=NOW)


def tallied(chains: Chains, rollout: Rollout, *, day: date, met: int, missed: int) -> None:
    with scope(chains.a.chain, system_actor()):
        clause = rollout.version.clauses.get()
        DayTally.objects.create(store_id=chains.a.store, clause=clause, day=day, met=met, missed=missed)


def test_it_stops_by_itself_where_the_clause_is_not_kept_and_counts_anew_afterwards(
    chains: Chains, as_role: AsRole
) -> None:
    rule = StopRule(least_share_met=90, clause_number="1", fewest_cases=10)
    rollout = in_two_waves(chains, as_role, stop_rule=rule)
    tallied(chains, rollout, day=NOW.date(), met=5, missed=4)
    looked_at(chains, NOW + timedelta(hours=1))
    assert state(chains, rollout) is RolloutState.WAITING
    tallied(chains, rollout, day=NOW.date() + DAY, met=0, missed=1)
    looked_at(chains, NOW + DAY)
    assert (having(chains, rollout), state(chains, rollout)) == ({chains.a.store}, RolloutState.PAUSED)
    officer = as_role(chains.a, "QUALITY_OFFICER")
    with scope(chains.a.chain, officer):
        pause = RolloutPause.objects.get()
        assert pause.paused_by_id is None
        assert pause.figures == {"stores": 1, "met": 5, "missed": 5, "complaints": 0}
        assert (last_entry(rollout.id).after or {})["figures"] == pause.figures
        resume_rollout(actor=officer, rollout_id=rollout.id, now=NOW + 2 * DAY)
    looked_at(chains, NOW + 2 * DAY)
    assert len(having(chains, rollout)) == 2


def test_it_stops_by_itself_where_customers_complain(chains: Chains, as_role: AsRole) -> None:
    rollout = in_two_waves(chains, as_role, stop_rule=StopRule(most_complaints=100))
    staff, other = as_role(chains.a, "SERVICE_STAFF"), as_role(chains.a, "SERVICE_STAFF_2")
    with scope(chains.a.chain, staff):
        filed(staff, chains.a.store, NOW - DAY)
        filed(staff, chains.a.store, NOW + timedelta(hours=1))
    with scope(chains.a.chain, other):
        # A store that has not got it yet says nothing about it.
        filed(other, chains.a.other_store, NOW + timedelta(hours=1))
    looked_at(chains, NOW + timedelta(hours=2))
    assert state(chains, rollout) is RolloutState.WAITING
    with scope(chains.a.chain, staff):
        filed(staff, chains.a.store, NOW + timedelta(hours=3))
    looked_at(chains, NOW + DAY)
    assert state(chains, rollout) is RolloutState.PAUSED


def test_what_was_complained_of_before_it_came_is_not_held_against_it(chains: Chains, as_role: AsRole) -> None:
    there, elsewhere = [WaveDraft(store_ids=[chains.a.store])], [WaveDraft(NOW + DAY, store_ids=[chains.a.other_store])]
    waves = [*there, *elsewhere, WaveDraft(NOW + 2 * DAY)]
    rollout = pushed(chains, as_role, approved(chains.a, NOW), waves=waves, stop_rule=StopRule(most_complaints=0))
    other = as_role(chains.a, "SERVICE_STAFF_2")
    with scope(chains.a.chain, other):
        filed(other, chains.a.other_store, NOW + timedelta(hours=1))
    looked_at(chains, NOW + DAY)
    looked_at(chains, NOW + DAY + timedelta(hours=1))
    assert state(chains, rollout) is RolloutState.WAITING
    with scope(chains.a.chain, other):
        filed(other, chains.a.other_store, NOW + DAY + timedelta(hours=1))
    looked_at(chains, NOW + DAY + timedelta(hours=2))
    assert state(chains, rollout) is RolloutState.PAUSED


@pytest.mark.parametrize(("zone", "counts"), [("Asia/Shanghai", False), ("America/Los_Angeles", True)])
def test_after_a_pause_it_counts_from_the_stores_next_day(
    chains: Chains, as_role: AsRole, zone: str, counts: bool
) -> None:
    """Resumed at 22:00 UTC: in Shanghai the next day has dawned by then, in Los Angeles it is still the same day."""
    rollout = in_two_waves(chains, as_role, stop_rule=StopRule(least_share_met=90, fewest_cases=1))
    officer = as_role(chains.a, "QUALITY_OFFICER")
    given = {"actor": officer, "rollout_id": rollout.id}
    with scope(chains.a.chain, officer):
        pause_rollout(**given, reason="Looked at.", now=NOW)
        resume_rollout(**given, now=NOW.replace(hour=22))
        Store.objects.filter(id=chains.a.store).update(time_zone=zone)
    tallied(chains, rollout, day=NOW.date() + DAY, met=0, missed=1)
    looked_at(chains, NOW + DAY)
    assert state(chains, rollout) is (RolloutState.PAUSED if counts else RolloutState.WAITING)


def test_a_stop_rule_names_a_clause_there_is(chains: Chains, as_role: AsRole) -> None:
    with pytest.raises(NoSuchClause):
        in_two_waves(chains, as_role, stop_rule=StopRule(least_share_met=90, clause_number="7"))


def test_what_was_withdrawn_comes_nowhere_any_more(chains: Chains, as_role: AsRole) -> None:
    rollout = in_two_waves(chains, as_role)
    officer = as_role(chains.a, "QUALITY_OFFICER")
    with scope(chains.a.chain, officer):
        withdraw_standard(actor=officer, version_id=rollout.version_id, reason="Wrong.", now=NOW)
    looked_at(chains, NOW + DAY)
    assert (having(chains, rollout), state(chains, rollout)) == (set(), RolloutState.CANCELLED)


def test_a_later_version_takes_the_place_of_waves_to_come(chains: Chains, as_role: AsRole) -> None:
    first = in_two_waves(chains, as_role)
    second = revised(chains.a, first.version, NOW, same_day_clause(within="P1D"))
    later = pushed(chains, as_role, second, effective_at=NOW + 2 * DAY)
    # What is only due holds up nobody.
    looked_at(chains, NOW + DAY)
    assert len(having(chains, first)) == 2
    looked_at(chains, NOW + 2 * DAY)
    assert (len(having(chains, first)), len(having(chains, later))) == (0, 2)
    with scope(chains.a.chain, system_actor()):
        assert Version.objects.get(id=first.version_id).state == VersionState.SUPERSEDED


def test_a_push_costs_no_more_statements_for_more_stores(chains: Chains, as_role: AsRole) -> None:
    versions = [approved(chains.a, NOW) for _ in range(2)]
    counts = []
    for version in versions:
        with CaptureQueriesContext(connections[CHAINS_ALIAS]) as captured:
            pushed(chains, as_role, version)
        counts.append(len(captured))
        with scope(chains.a.chain, system_actor()):
            like = Store.objects.get(id=chains.a.store)
            for number in range(30):
                like.pk, like.code = new_id(), f"M{len(counts)}{number}"
                like._state.adding = True
                like.save()
    assert counts[0] == counts[1]
