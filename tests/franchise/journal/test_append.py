"""Appending to the journal and reading it, as each audience."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import ProgrammingError, connections, transaction

from chains.actor import Actor, ActorKind, Audience, Grant, gate_actor, system_actor
from chains.scope import scope
from journal.actions import append
from journal.models import Entry
from journal.queries import readable_entries, timeline
from journal.rules import READ_JOURNAL
from members.rules.permissions import Permission

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def store_actor(store_id, *permissions: str) -> Actor:
    grant = Grant(frozenset(permissions), frozenset({store_id}))
    return Actor(ActorKind.USER, uuid4(), Audience.STORE, (grant,), frozenset({store_id}))


def write(actor: Actor, *, store_id=None, subject_id=None, at: datetime = NOON, kind: str = "STORE_OPENED") -> Entry:
    return append(
        actor=actor, kind=kind, subject_type="Store", subject_id=subject_id or uuid4(), store_id=store_id, now=at
    )


def test_an_entry_says_who_did_what_where_and_when(chains) -> None:
    actor = Actor(ActorKind.TOKEN, uuid4(), Audience.HQ, token_id=uuid4(), behalf_of_id=uuid4(), address="2001:db8::7")
    with scope(chains.a.chain, actor):
        subject_id, customer_id = uuid4(), uuid4()
        written = append(
            actor=actor,
            kind="STORE_MOVED",
            subject_type="Store",
            subject_id=subject_id,
            store_id=chains.a.store,
            now=NOON,
            before={"area": None},
            after={"area": chains.a.area, "since": NOON},
            customer_id=customer_id,
        )
        entry = Entry.objects.get(id=written.id)
        assert entry.transaction_id > 0
    assert (entry.kind, entry.subject_type, entry.subject_id) == ("STORE_MOVED", "Store", subject_id)
    assert (entry.store_id, entry.customer_id, entry.at) == (chains.a.store, customer_id, NOON)
    assert (entry.actor_kind, entry.actor_id, entry.token_id) == ("TOKEN", actor.id, actor.token_id)
    assert (entry.behalf_of_id, entry.request_id, entry.address) == (
        actor.behalf_of_id,
        actor.request_id,
        actor.address,
    )
    assert entry.before == {"area": None}
    assert entry.after == {"area": str(chains.a.area), "since": "2026-03-01T12:00:00.000000+00:00"}


def test_a_store_reads_its_own_entries_and_no_other_ones(chains) -> None:
    with scope(chains.a.chain, system_actor()):
        before = set(Entry.objects.values_list("id", flat=True))
        own = write(system_actor(), store_id=chains.a.store)
        write(system_actor(), store_id=chains.a.other_store)
        write(system_actor(), store_id=None)
    with scope(chains.a.chain, store_actor(chains.a.store)):
        assert set(Entry.objects.values_list("id", flat=True)) - before == {own.id}
    with scope(chains.b.chain, system_actor()):
        assert not Entry.objects.filter(id=own.id).exists()


def test_a_store_may_write_down_a_matter_of_the_chain_that_it_does_not_read(chains) -> None:
    actor = store_actor(chains.a.store, READ_JOURNAL)
    with scope(chains.a.chain, actor):
        written = write(actor, store_id=None)
        assert not Entry.objects.filter(id=written.id).exists()
    with scope(chains.a.chain, system_actor()):
        assert Entry.objects.get(id=written.id).actor_id == actor.id


def test_a_store_cannot_write_into_another_stores_journal(chains) -> None:
    actor = store_actor(chains.a.store)
    with (
        scope(chains.a.chain, actor),
        pytest.raises(ProgrammingError, match="row-level security"),
        transaction.atomic(),
    ):
        write(actor, store_id=chains.a.other_store)


def test_the_gate_may_add_an_entry_and_read_none(chains) -> None:
    with scope(chains.a.chain, gate_actor()):
        write(gate_actor(), kind="SIGNED_IN")
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            Entry.objects.exists()


@pytest.mark.parametrize("statement", ["UPDATE journal_entry SET kind = 'X'", "DELETE FROM journal_entry"])
@pytest.mark.parametrize("audience", ["hq", "store", "gate"])
def test_no_running_role_changes_or_removes_an_entry(chains, audience: str, statement: str) -> None:
    actor = {"hq": system_actor(), "store": store_actor(chains.a.store), "gate": gate_actor()}[audience]
    with scope(chains.a.chain, actor), pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        connections["default"].cursor().execute(statement)


def test_a_timeline_is_in_order_and_reaches_as_far_as_the_actor_sees(chains) -> None:
    subject_id = uuid4()
    with scope(chains.a.chain, system_actor()):
        late = write(system_actor(), store_id=chains.a.store, subject_id=subject_id, at=NOON + timedelta(hours=1))
        early = write(system_actor(), store_id=chains.a.store, subject_id=subject_id)
        moved = write(system_actor(), store_id=chains.a.other_store, subject_id=subject_id, at=NOON - timedelta(days=1))
        everything = timeline(actor=system_actor(), subject_type="Store", subject_id=subject_id)
        assert [entry.id for entry in everything] == [moved.id, early.id, late.id]
        of_another_type = timeline(actor=system_actor(), subject_type="Complaint", subject_id=subject_id)
        assert not of_another_type
    actor = store_actor(chains.a.store)
    with scope(chains.a.chain, actor):
        seen = timeline(actor=actor, subject_type="Store", subject_id=subject_id)
        assert [entry.id for entry in seen] == [early.id, late.id]


def test_the_journal_is_read_with_a_permission_and_only_where_it_was_given(chains) -> None:
    both = frozenset({chains.a.store, chains.a.other_store})
    with scope(chains.a.chain, system_actor()):
        here = write(system_actor(), store_id=chains.a.store)
        there = write(system_actor(), store_id=chains.a.other_store)
        ours = write(system_actor(), store_id=None)
        made = {here.id, there.id, ours.id}

    def read_by(*grants: Grant, audience: Audience = Audience.AREA) -> set:
        seen = frozenset() if audience is Audience.HQ else both
        actor = Actor(ActorKind.USER, uuid4(), audience, grants, seen)
        with scope(chains.a.chain, actor):
            return made & set(readable_entries(actor=actor).values_list("id", flat=True))

    assert read_by(Grant(frozenset({READ_JOURNAL}))) == {here.id, there.id}
    assert read_by(Grant(frozenset({READ_JOURNAL}), frozenset({chains.a.store}))) == {here.id}
    assert read_by(Grant(frozenset({"READ_STORES"}))) == set()
    assert read_by(Grant(frozenset({READ_JOURNAL})), audience=Audience.HQ) == made
    assert read_by(audience=Audience.HQ) == set()


def test_the_journals_permission_is_the_one_of_the_table() -> None:
    assert READ_JOURNAL == Permission.READ_JOURNAL
