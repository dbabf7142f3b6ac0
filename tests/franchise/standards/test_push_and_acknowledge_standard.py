"""Bringing a version to the stores, and its being seen and acknowledged there."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from chains.actor import Actor, ActorKind
from chains.scope import scope
from journal.models import Entry
from kit.ids import new_id
from kit.refusals import NotFound, NotPermitted
from standards.actions.acknowledging import acknowledge_standard
from standards.actions.drafting import withdraw_standard
from standards.actions.rollout import push_standard
from standards.actions.seeing import see_standard
from standards.models.rollouts import Acknowledgement, StoreStandard
from standards.models.texts import VersionState
from standards.queries.force import clauses_in_force, store_standards
from standards.rules.adopting import AdoptionStep
from standards.rules.states import (
    AcknowledgedInPerson,
    InForceAlready,
    LaterVersionExists,
    NoSuchClause,
    NothingInForce,
    NotInThisState,
)
from stores.actions.business import close_store
from stores.rules.business import StoreClosed
from tests.conftest import Chains
from tests.factories.standards import approved, in_force, revised, same_day_clause
from tests.factories.stores import last_entry

AsRole = Callable[..., Actor]
NOW = datetime(2026, 5, 4, 2, tzinfo=UTC)
LATER = NOW + timedelta(days=1)


def test_a_version_binds_every_open_store_from_the_push_on(chains: Chains, as_role: AsRole) -> None:
    version = in_force(chains.a, NOW)
    officer = as_role(chains.a, "QUALITY_OFFICER")
    with scope(chains.a.chain, officer):
        assert version.state == VersionState.EFFECTIVE
        assert set(StoreStandard.objects.values_list("store_id", flat=True)) == {chains.a.store, chains.a.other_store}
        wanted = {"store_id": chains.a.store, "event_kind": "COMPLAINT_FILED"}
        assert [clause.version_id for clause in clauses_in_force(**wanted, at=NOW)] == [version.id]
        assert clauses_in_force(**wanted, at=NOW - timedelta(seconds=1)) == []
        assert clauses_in_force(store_id=chains.a.store, event_kind="CUSTOMER_TOLD", at=NOW) == []
        entry = last_entry(version.id)
        assert (entry.kind, entry.store_id, entry.before) == ("STANDARD_PUSHED", None, {"state": "APPROVED"})
        assert len((entry.after or {})["store_ids"]) == 2


def test_nothing_is_pushed_before_it_is_approved(chains: Chains, as_role: AsRole) -> None:
    officer = as_role(chains.a, "QUALITY_OFFICER")
    version = approved(chains.a, NOW)
    with scope(chains.a.chain, officer):
        withdraw_standard(actor=officer, version_id=version.id, reason="No.", now=NOW)
        with pytest.raises(NotInThisState):
            push_standard(actor=officer, version_id=version.id, now=NOW)
        assert not StoreStandard.objects.exists()


def test_a_later_version_ends_the_earlier_one_store_by_store(chains: Chains, as_role: AsRole) -> None:
    first = in_force(chains.a, NOW)
    second = revised(chains.a, first, LATER, same_day_clause(within="P1D"))
    officer = as_role(chains.a, "QUALITY_OFFICER")
    with scope(chains.a.chain, officer):
        push_standard(actor=officer, version_id=second.id, store_ids=[chains.a.store], now=LATER)
        first.refresh_from_db()
        assert first.state == VersionState.EFFECTIVE
        before, after = (
            clauses_in_force(store_id=chains.a.store, event_kind="COMPLAINT_FILED", at=moment)[0].version_id
            for moment in (LATER - timedelta(seconds=1), LATER)
        )
        assert (before, after) == (first.id, second.id)
        with pytest.raises(LaterVersionExists):
            push_standard(actor=officer, version_id=first.id, now=LATER)
        push_standard(actor=officer, version_id=second.id, now=LATER)
        first.refresh_from_db()
        assert first.state == VersionState.SUPERSEDED
        assert (last_entry(second.id).after or {})["superseded_version_ids"] == [str(first.id)]


def test_a_push_to_where_it_is_in_force_already_is_refused(chains: Chains, as_role: AsRole) -> None:
    version = in_force(chains.a, NOW, stores=(chains.a.store,))
    officer = as_role(chains.a, "QUALITY_OFFICER")
    with scope(chains.a.chain, officer):
        with pytest.raises(InForceAlready):
            push_standard(actor=officer, version_id=version.id, store_ids=[chains.a.store], now=LATER)
        both = [chains.a.store, chains.a.other_store]
        push_standard(actor=officer, version_id=version.id, store_ids=both, now=LATER)
        pushed = dict(StoreStandard.objects.values_list("store_id", "pushed_at"))
        assert pushed == {chains.a.store: NOW, chains.a.other_store: LATER}


def test_a_push_that_names_a_closed_or_foreign_store_is_refused_whole(chains: Chains, as_role: AsRole) -> None:
    version = approved(chains.a, NOW)
    officer, hq = as_role(chains.a, "QUALITY_OFFICER"), as_role(chains.a, "HQ_ADMINISTRATOR")
    with scope(chains.a.chain, hq):
        for foreign in (chains.b.store, new_id()):
            with pytest.raises(NotFound):
                push_standard(actor=officer, version_id=version.id, store_ids=[chains.a.store, foreign], now=NOW)
        close_store(actor=hq, store_id=chains.a.other_store, reason="Rent.", now=NOW)
        with pytest.raises(StoreClosed):
            push_standard(actor=officer, version_id=version.id, store_ids=[chains.a.other_store], now=NOW)
        assert not StoreStandard.objects.exists()
        push_standard(actor=officer, version_id=version.id, now=NOW)
        assert StoreStandard.objects.get().store_id == chains.a.store


def test_a_store_sees_what_is_in_force_there_and_nothing_of_others(chains: Chains, as_role: AsRole) -> None:
    in_force(chains.a, NOW, stores=(chains.a.store,))
    manager, other = as_role(chains.a, "STORE_MANAGER"), as_role(chains.a, "STORE_MANAGER_2")
    with scope(chains.a.chain, manager):
        assert store_standards(actor=manager, store_id=chains.a.store).count() == 1
        with pytest.raises(NotFound):
            store_standards(actor=manager, store_id=chains.a.other_store)
    with scope(chains.a.chain, other):
        assert not store_standards(actor=other, store_id=chains.a.other_store).exists()
        assert not StoreStandard.objects.exists()


def test_headquarters_lists_the_stores_where_a_step_is_still_lacking(chains: Chains, as_role: AsRole) -> None:
    version, other = in_force(chains.a, NOW), in_force(chains.a, NOW)
    staff, officer = as_role(chains.a, "SERVICE_STAFF"), as_role(chains.a, "QUALITY_OFFICER")
    with scope(chains.a.chain, staff):
        see_standard(actor=staff, version_id=version.id, store_id=chains.a.store, now=NOW)

    def lacking(who: Actor, step: AdoptionStep, **asked: Any) -> set[UUID]:
        with scope(chains.a.chain, who):
            found = store_standards(actor=who, version_id=version.id, lacking=step, **asked)
            return set(found.values_list("store_id", flat=True))

    assert lacking(officer, AdoptionStep.PUSHED) == set()
    assert lacking(officer, AdoptionStep.SEEN) == {chains.a.other_store}
    assert lacking(officer, AdoptionStep.ACKNOWLEDGED) == {chains.a.store, chains.a.other_store}
    assert lacking(officer, AdoptionStep.SEEN, area_id=chains.a.area) == set()
    assert lacking(staff, AdoptionStep.ACKNOWLEDGED) == {chains.a.store}
    with scope(chains.a.chain, officer):
        assert store_standards(actor=officer, version_id=other.id).count() == 2
        withdraw_standard(actor=officer, version_id=version.id, reason="Wrong.", now=LATER)
    assert lacking(officer, AdoptionStep.ACKNOWLEDGED) == set()


def test_the_first_look_is_noted_once(chains: Chains, as_role: AsRole) -> None:
    version = in_force(chains.a, NOW)
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        for moment in (NOW, LATER):
            here = see_standard(actor=staff, version_id=version.id, store_id=chains.a.store, now=moment)
        assert (here.seen_at, here.acknowledged_at) == (NOW, None)
        assert Entry.objects.filter(kind="STANDARD_SEEN", store_id=chains.a.store).count() == 1


def test_each_acknowledges_each_clause_once(chains: Chains, as_role: AsRole) -> None:
    version = in_force(chains.a, NOW, same_day_clause("1"), same_day_clause("2"))
    staff, manager = as_role(chains.a, "SERVICE_STAFF"), as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, staff):
        place = {"version_id": version.id, "store_id": chains.a.store}
        here = acknowledge_standard(actor=staff, **place, clause_numbers=["2"], now=NOW).here
        assert (here.seen_at, here.acknowledged_at) == (NOW, None)
        here = acknowledge_standard(actor=staff, **place, now=LATER).here
        assert (here.seen_at, here.acknowledged_at) == (NOW, LATER)
        assert (last_entry(version.id).after or {})["clauses"] == ["1"]
        acknowledge_standard(actor=staff, **place, now=LATER)
        acknowledge_standard(actor=manager, **place, now=LATER)
        assert Entry.objects.filter(kind="STANDARD_ACKNOWLEDGED").count() == 3
        who = Counter(Acknowledgement.objects.filter(clause__version=version).values_list("user_id", flat=True))
        assert who == {staff.id: 2, manager.id: 2}


def test_nobody_acknowledges_for_somebody_else(chains: Chains, as_role: AsRole) -> None:
    version = in_force(chains.a, NOW)
    staff = as_role(chains.a, "SERVICE_STAFF")
    stand_in = replace(staff, behalf_of_id=chains.a.people["HQ_ADMINISTRATOR"])
    token = replace(staff, kind=ActorKind.TOKEN, token_id=new_id())
    for actor in (stand_in, token):
        with scope(chains.a.chain, actor), pytest.raises(AcknowledgedInPerson):
            acknowledge_standard(actor=actor, version_id=version.id, store_id=chains.a.store, now=NOW)


def test_what_is_not_in_force_here_is_not_acknowledged(chains: Chains, as_role: AsRole) -> None:
    version = in_force(chains.a, NOW, stores=(chains.a.other_store,))
    staff, other = as_role(chains.a, "SERVICE_STAFF"), as_role(chains.a, "SERVICE_STAFF_2")
    officer = as_role(chains.a, "QUALITY_OFFICER")
    with scope(chains.a.chain, staff):
        for store_id in (chains.a.store, chains.a.other_store):
            with pytest.raises(NotFound):
                acknowledge_standard(actor=staff, version_id=version.id, store_id=store_id, now=NOW)
    with scope(chains.a.chain, other):
        place = {"version_id": version.id, "store_id": chains.a.other_store}
        with pytest.raises(NoSuchClause):
            acknowledge_standard(actor=other, **place, clause_numbers=["1", "99"], now=NOW)
        assert not Acknowledgement.objects.exists()
    with scope(chains.a.chain, officer):
        withdraw_standard(actor=officer, version_id=version.id, reason="Wrong.", now=LATER)
    with scope(chains.a.chain, other), pytest.raises(NothingInForce):
        acknowledge_standard(actor=other, **place, now=LATER)


def test_who_had_to_wait_for_a_push_ends_what_it_brought_when_it_began(chains: Chains, as_role: AsRole) -> None:
    """Two who come at once: the later deed has the earlier moment, since it waited for the other's lock."""
    first, officer = in_force(chains.a, NOW), as_role(chains.a, "QUALITY_OFFICER")
    came = NOW - timedelta(seconds=1)
    second = revised(chains.a, first, came, same_day_clause(within="P1D"))
    with scope(chains.a.chain, officer):
        push_standard(actor=officer, version_id=second.id, store_ids=[chains.a.store], now=came)
        withdraw_standard(actor=officer, version_id=first.id, reason="Wrong.", now=came)
        ended = StoreStandard.objects.filter(version=first).values_list("pushed_at", "ended_at")
        assert list(ended) == [(NOW, NOW)] * 2


def test_only_headquarters_pushes(chains: Chains, as_role: AsRole) -> None:
    version = approved(chains.a, NOW)
    for role in ("STORE_MANAGER", "AREA_SUPERVISOR", "HQ_TRAINER"):
        actor = as_role(chains.a, role)
        with scope(chains.a.chain, actor), pytest.raises(NotPermitted):
            push_standard(actor=actor, version_id=version.id, store_ids=[chains.a.store], now=NOW)


def test_the_database_binds_a_store_by_one_version_and_keeps_acknowledgements(chains: Chains, as_role: AsRole) -> None:
    first = in_force(chains.a, NOW, stores=(chains.a.store,))
    second = revised(chains.a, first, LATER, same_day_clause(within="P1D"))
    officer, staff = as_role(chains.a, "QUALITY_OFFICER"), as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, officer):
        row = StoreStandard.objects.get()
        row.pk, row.version = new_id(), second
        with pytest.raises(IntegrityError, match="one_version_of_a_standard_binds_a_store"), transaction.atomic():
            row.save(force_insert=True)
    with scope(chains.a.chain, staff):
        acknowledge_standard(actor=staff, version_id=first.id, store_id=chains.a.store, now=NOW)
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            Acknowledgement.objects.all().delete()
