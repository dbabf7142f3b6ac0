"""How far stores have taken up a version: what they signed, and what they practise."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connections

from chains.actor import Actor, system_actor
from chains.jobs import task_named
from chains.queueing import holding_jobs
from chains.scope import scope
from journal.actions import append
from journal.models import Entry
from kit.ids import new_id
from kit.refusals import NotFound, NotPermitted
from members.actions.appointing import deactivate_member
from standards import tasks
from standards.actions import adopting
from standards.actions.acknowledging import acknowledge_standard
from standards.actions.adopting import _found, note_adoption, note_training
from standards.actions.measuring import judge_due, measure_entry
from standards.actions.rollout import push_standard
from standards.actions.seeing import see_standard
from standards.actions.waves import start_waves
from standards.models.rollouts import Rollout, StoreStandard, TrainedMember
from standards.models.texts import ClauseChange
from standards.queries.adopting import adoption_of
from standards.rules.adopting import AdoptionStep, curve_of
from standards.rules.waves import WaveDraft
from tests.conftest import Chains
from tests.factories.chains import FurnishedChain
from tests.factories.complaints import filed, settled
from tests.factories.people import actor_of_role
from tests.factories.standards import OTHER_WORDS, approved, in_force, next_in_force, same_day_clause

AsRole = Callable[..., Actor]
TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FIRST = date(2026, 5, 4)


def here(chains: Chains) -> StoreStandard:
    with scope(chains.a.chain, system_actor()):
        return StoreStandard.objects.get(store=chains.a.store)


def kept(chains: Chains, as_role: AsRole, *moments: datetime) -> None:
    """Let a case be met at each moment."""
    manager, machine = as_role(chains.a, "STORE_MANAGER"), system_actor()
    with scope(chains.a.chain, manager):
        keys = [settled(manager, chains.a.store, moment).id for moment in moments]
    with scope(chains.a.chain, machine):
        for entry in Entry.objects.filter(kind="COMPLAINT_FILED", subject_id__in=keys).order_by("at"):
            measure_entry(actor=machine, entry=entry, now=entry.at + HOUR)


def missed(chains: Chains, as_role: AsRole, at: datetime) -> None:
    """Let a case be missed."""
    staff, machine = as_role(chains.a, "SERVICE_STAFF"), system_actor()
    with scope(chains.a.chain, staff):
        key = filed(staff, chains.a.store, at).complaint.id
    with scope(chains.a.chain, machine):
        measure_entry(actor=machine, entry=Entry.objects.get(kind="COMPLAINT_FILED", subject_id=key), now=at)
        judge_due(actor=machine, now=at + DAY)


def noted(chains: Chains, now: datetime) -> StoreStandard:
    with scope(chains.a.chain, system_actor()):
        note_adoption(now=now)
    return here(chains)


def test_adoption_is_noted_in_parts_each_of_which_reads_before_it_writes(
    fresh_chain: FurnishedChain, monkeypatch: pytest.MonkeyPatch
) -> None:
    version, machine = in_force(fresh_chain, TEN), system_actor()
    for key in ("STORE_MANAGER", "STORE_MANAGER_2"):
        manager = actor_of_role(fresh_chain, key)
        (store,) = manager.store_ids
        with scope(fresh_chain.chain, manager):
            complaint = settled(manager, store, TEN)
        with scope(fresh_chain.chain, machine):
            for entry in Entry.objects.filter(subject_id=complaint.id).in_order():
                measure_entry(actor=machine, entry=entry, now=TEN + HOUR)
    writing: list[object] = []

    def found(statement: str, given: Mapping[str, Any]) -> dict[UUID, datetime]:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id_if_assigned()")
            writing.extend(cursor.fetchone())
        return _found(statement, given)

    monkeypatch.setattr(adopting, "MOST_AT_ONCE", 1)
    monkeypatch.setattr(adopting, "_found", found)
    envelope: dict[str, Any] = {"chain": str(fresh_chain.chain.id), "arguments": {}}
    with holding_jobs() as jobs:
        tasks.note_adoption.run(envelope, now=TEN + DAY)
        # Grows while it is gone through: each part puts the next into the queue.
        for job in jobs:
            task_named(job.task_name).run(job.task_kwargs, now=TEN + DAY)
    assert (len(jobs), writing) == (2, [None] * 4)
    with scope(fresh_chain.chain, machine):
        noted_at = StoreStandard.objects.filter(version=version).values_list("first_conforming_at", flat=True)
        assert [at is None for at in noted_at] == [False, False]


def test_the_curve_adds_up_what_came_day_by_day() -> None:
    pushed, seen = AdoptionStep.PUSHED, AdoptionStep.SEEN
    later = FIRST + 3 * DAY
    first, last = curve_of([(seen, later, 2), (pushed, FIRST, 3), (pushed, later, 4)])
    assert (first.day, first.stores[pushed], first.stores[seen]) == (FIRST, 3, 0)
    assert (last.day, last.stores[pushed], last.stores[seen], last.stores[AdoptionStep.SUSTAINED]) == (later, 7, 2, 0)
    assert curve_of([]) == []


def test_the_first_case_that_is_met_is_noted_and_stays(chains: Chains, as_role: AsRole) -> None:
    in_force(chains.a, TEN - HOUR)
    missed(chains, as_role, TEN)
    assert noted(chains, TEN + DAY).first_conforming_at is None
    kept(chains, as_role, TEN + 2 * DAY)
    first = noted(chains, TEN + 3 * DAY).first_conforming_at
    assert first is not None
    assert TEN + 2 * DAY <= first <= TEN + 2 * DAY + HOUR
    kept(chains, as_role, TEN + 4 * DAY)
    assert noted(chains, TEN + 5 * DAY).first_conforming_at == first


def test_twenty_cases_in_a_row_are_practised_for_good(chains: Chains, as_role: AsRole) -> None:
    in_force(chains.a, TEN - HOUR)
    kept(chains, as_role, *(TEN + n * timedelta(minutes=1) for n in range(19)))
    missed(chains, as_role, TEN + HOUR)
    kept(chains, as_role, TEN + DAY)
    assert noted(chains, TEN + 2 * DAY).sustained_at is None
    kept(chains, as_role, *(TEN + 2 * DAY + n * timedelta(minutes=1) for n in range(19)))
    sustained = noted(chains, TEN + 3 * DAY).sustained_at
    assert sustained is not None
    assert TEN + 2 * DAY < sustained < TEN + 3 * DAY


def test_thirty_days_without_a_miss_are_enough_where_little_happens(chains: Chains, as_role: AsRole) -> None:
    in_force(chains.a, TEN - HOUR)
    kept(chains, as_role, TEN)
    missed(chains, as_role, TEN + 29 * DAY)
    assert noted(chains, TEN + 40 * DAY).sustained_at is None
    kept(chains, as_role, TEN + 41 * DAY)
    assert noted(chains, TEN + 70 * DAY).sustained_at is None
    sustained = noted(chains, TEN + 72 * DAY).sustained_at
    assert sustained is not None
    assert TEN + 71 * DAY <= sustained <= TEN + 71 * DAY + HOUR


def test_a_store_whose_standard_has_ended_is_noted_no_more(chains: Chains, as_role: AsRole) -> None:
    in_force(chains.a, TEN - HOUR)
    kept(chains, as_role, TEN)
    with scope(chains.a.chain, system_actor()):
        StoreStandard.objects.update(ended_at=TEN + HOUR)
    assert noted(chains, TEN + DAY).first_conforming_at is None


def test_training_counts_for_what_is_in_force_there_then(chains: Chains) -> None:
    version = in_force(chains.a, TEN, stores=(chains.a.store,))
    member = chains.a.people["SERVICE_STAFF"]
    with scope(chains.a.chain, system_actor()):
        lineage = version.clauses.get().lineage_id
        given: dict[str, Any] = {"member_id": member, "store_id": chains.a.store}
        note_training(**given, lineage_ids=[lineage], at=TEN - HOUR)
        note_training(**given, lineage_ids=[new_id()], at=TEN + HOUR)
        assert StoreStandard.objects.get().trained_at is None
        note_training(**given, lineage_ids=[lineage], at=TEN + DAY)
        note_training(**given, lineage_ids=[lineage], at=TEN + 2 * DAY)
        assert StoreStandard.objects.get().trained_at == TEN + DAY
        assert TrainedMember.objects.get().user_id == member


def test_whoever_learns_before_the_version_comes_is_trained_when_it_has_come(chains: Chains, as_role: AsRole) -> None:
    """The usual order: the lesson first, then the push; one store later than the other."""
    version = approved(chains.a, TEN)
    officer, staff = as_role(chains.a, "QUALITY_OFFICER"), chains.a.people["SERVICE_STAFF"]
    with scope(chains.a.chain, system_actor()):
        lineages = [version.clauses.get().lineage_id]
        # Whoever works elsewhere by now is nobody of the store.
        for store, member in ((chains.a.store, staff), (chains.a.other_store, staff)):
            note_training(store_id=store, member_id=member, lineage_ids=lineages, at=TEN + HOUR)
        note_training(store_id=chains.a.store, member_id=staff, lineage_ids=lineages, at=TEN + 2 * HOUR)
    with scope(chains.a.chain, officer):
        waves = [WaveDraft(share=50), WaveDraft(TEN + 2 * DAY)]
        push_standard(actor=officer, version_id=version.id, waves=waves, now=TEN + DAY)
    with scope(chains.a.chain, system_actor()):
        start_waves(actor=system_actor(), now=TEN + 2 * DAY)
        assert StoreStandard.objects.get(store=chains.a.store).trained_at == TEN + 2 * HOUR
        trained = TrainedMember.objects.get()
        assert (trained.store_id, trained.user_id, trained.trained_at) == (chains.a.store, staff, TEN + 2 * HOUR)
        assert StoreStandard.objects.get(store=chains.a.other_store).trained_at is None


def test_what_was_learned_before_a_requirement_changed_in_substance_does_not_count(chains: Chains) -> None:
    first = in_force(chains.a, TEN)
    clause = replace(same_day_clause(), questions=(), change=ClauseChange.WORDING, texts=OTHER_WORDS)
    with scope(chains.a.chain, system_actor()):
        lineages = [first.clauses.get().lineage_id]
        given: dict[str, Any] = {"store_id": chains.a.store, "member_id": chains.a.people["SERVICE_STAFF"]}
        note_training(**given, lineage_ids=lineages, at=TEN + HOUR)
    worded = next_in_force(chains.a, first, TEN + DAY, clause)
    changed = next_in_force(chains.a, worded, TEN + 2 * DAY, same_day_clause(within="P1D"))
    with scope(chains.a.chain, system_actor()):
        trained = dict(StoreStandard.objects.filter(store=chains.a.store).values_list("version_id", "trained_at"))
    assert trained == {first.id: TEN + HOUR, worded.id: TEN + HOUR, changed.id: None}


def test_a_version_that_asks_nobody_anything_is_signed_where_the_one_before_was(
    chains: Chains, as_role: AsRole
) -> None:
    first = in_force(chains.a, TEN)
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        acknowledge_standard(actor=staff, version_id=first.id, store_id=chains.a.store, now=TEN)
    worded = replace(same_day_clause(), questions=(), change=ClauseChange.WORDING, texts=OTHER_WORDS)
    elsewhere = replace(same_day_clause("2"), scope={"store_ids": [chains.a.other_store]})
    second = next_in_force(chains.a, first, TEN + DAY, worded)
    third = next_in_force(chains.a, second, TEN + 2 * DAY, worded, elsewhere)
    next_in_force(chains.a, third, TEN + 3 * DAY, same_day_clause(within="P1D"), elsewhere)
    with scope(chains.a.chain, system_actor()):
        rows = StoreStandard.objects.exclude(acknowledged_at=None).order_by("pushed_at")
        signed = list(rows.values_list("store_id", "version_id", "acknowledged_at"))
    store = chains.a.store
    assert signed == [(store, first.id, TEN), (store, second.id, TEN + DAY), (store, third.id, TEN + 2 * DAY)]


def test_training_is_noted_from_the_journal(fresh_chain: FurnishedChain) -> None:
    version = in_force(fresh_chain, TEN, stores=(fresh_chain.store,))
    machine = system_actor()
    with scope(fresh_chain.chain, machine):
        told = {
            "member_id": fresh_chain.people["SERVICE_STAFF"],
            "lineage_ids": [version.clauses.get().lineage_id],
        }
        entry = append(
            actor=machine,
            kind="LESSON_COMPLETED",
            subject_type="Enrolment",
            subject_id=new_id(),
            store_id=fresh_chain.store,
            now=TEN + DAY,
            after=told,
        )
    envelope = {"chain": str(fresh_chain.chain.id), "arguments": {"entry_id": str(entry.id)}}
    for _time in range(2):
        tasks.note_training.run(envelope, now=TEN + DAY)
    tasks.note_adoption.run({**envelope, "arguments": {}}, now=TEN + DAY)
    with scope(fresh_chain.chain, machine):
        assert StoreStandard.objects.get().trained_at == TEN + DAY


def taken_up(chains: Chains, as_role: AsRole) -> Rollout:
    """Push to both stores; one of them signs on the next day and keeps it on the day after that."""
    version = in_force(chains.a, TEN)
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        place: dict[str, Any] = {"actor": staff, "version_id": version.id, "store_id": chains.a.store}
        see_standard(**place, now=TEN)
        acknowledge_standard(**place, now=TEN + DAY)
    kept(chains, as_role, TEN + 2 * DAY)
    noted(chains, TEN + 3 * DAY)
    with scope(chains.a.chain, system_actor()):
        return Rollout.objects.get()


def test_what_was_signed_is_held_against_what_is_practised(chains: Chains, as_role: AsRole) -> None:
    rollout = taken_up(chains, as_role)
    officer = as_role(chains.a, "QUALITY_OFFICER")
    with scope(chains.a.chain, officer):
        found = adoption_of(actor=officer, rollout_id=rollout.id)
    assert found.meant == 2
    assert list(found.stores.values()) == [2, 1, 1, 0, 1, 0]
    assert found.people[AdoptionStep.ACKNOWLEDGED] == 1
    assert found.people[AdoptionStep.PUSHED] >= 4
    signed = [(each.day, each.stores[AdoptionStep.ACKNOWLEDGED]) for each in found.days]
    assert signed == [(FIRST, 0), (FIRST + DAY, 1), (FIRST + 2 * DAY, 1)]
    assert [each.stores[AdoptionStep.CONFORMING] for each in found.days] == [0, 0, 1]


def test_who_has_left_is_not_counted_among_those_who_signed(chains: Chains, as_role: AsRole) -> None:
    rollout = taken_up(chains, as_role)
    left = chains.a.people["SERVICE_STAFF"]
    officer, administrator = as_role(chains.a, "QUALITY_OFFICER"), as_role(chains.a, "HQ_ADMINISTRATOR")
    with scope(chains.a.chain, administrator):
        before = adoption_of(actor=administrator, rollout_id=rollout.id)
        deactivate_member(actor=administrator, user_id=left, reason="Moved away.", now=TEN + 4 * DAY)
    with scope(chains.a.chain, officer):
        found = adoption_of(actor=officer, rollout_id=rollout.id)
    assert found.people[AdoptionStep.ACKNOWLEDGED] == before.people[AdoptionStep.ACKNOWLEDGED] - 1 == 0
    assert found.people[AdoptionStep.PUSHED] == before.people[AdoptionStep.PUSHED] - 1
    assert found.stores[AdoptionStep.ACKNOWLEDGED] == 1


def test_a_store_reads_its_own_figures_alone(chains: Chains, as_role: AsRole) -> None:
    rollout = taken_up(chains, as_role)
    other, staff = as_role(chains.a, "STORE_MANAGER_2"), as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, other):
        found = adoption_of(actor=other, rollout_id=rollout.id)
        assert (found.meant, list(found.stores.values())) == (1, [1, 0, 0, 0, 0, 0])
        with pytest.raises(NotFound):
            adoption_of(actor=other, rollout_id=new_id())
    with scope(chains.a.chain, staff), pytest.raises(NotPermitted):
        adoption_of(actor=staff, rollout_id=rollout.id)
