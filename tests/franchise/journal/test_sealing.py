"""Sealing the journal, and finding out that somebody has changed it (R11)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import ProgrammingError, connections, transaction
from django.db.backends.utils import CursorWrapper

from chains.actor import system_actor
from chains.models import Chain
from chains.scope import scope
from config.commands import main
from config.subscriptions import SUBSCRIPTIONS
from journal.actions import append, hand_over, rebase, seal
from journal.models import Entry, Position, Seal
from journal.queries import examine
from journal.rules import Break, Fault, ForeignCluster
from tests.workers import eventually

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def write(chain: Chain, count: int = 1) -> list[UUID]:
    """Commit that many entries, each in a transaction of its own."""
    ids = []
    for number in range(count):
        with scope(chain, system_actor()):
            entry = append(
                actor=system_actor(),
                kind="STORE_OPENED",
                subject_type="Store",
                subject_id=uuid4(),
                store_id=None,
                now=NOON + timedelta(seconds=number),
                after={"number": number},
            )
            ids.append(entry.id)
    return ids


def seal_all(chain: Chain) -> None:
    """Seal what is there in one piece; a writing transaction anywhere on the server holds entries back for a while."""

    def sealed() -> bool:
        with scope(chain, system_actor()):
            if Entry.objects.settled().count() < Entry.objects.count():
                return False
            seal(now=NOON)
            return examine().unsealed == 0

    eventually(sealed)


def broken(chain: Chain, head: str | None = None) -> Break | None:
    with scope(chain, system_actor(), read_only=True):
        return examine(head=head).broken


@pytest.fixture
def sealed(fresh_chain) -> tuple[Chain, list[UUID]]:
    """A chain with two seals over three entries each, and their ids."""
    chain = fresh_chain.chain
    seal_all(chain)
    with scope(chain, system_actor()):
        offset = Seal.objects.count()
    ids = write(chain, 3)
    seal_all(chain)
    ids += write(chain, 3)
    seal_all(chain)
    with scope(chain, system_actor()):
        assert Seal.objects.count() == offset + 2
    return chain, ids


@contextmanager
def owning(chain: Chain) -> Iterator[CursorWrapper]:
    """Be the owner of the tables, as somebody with the keys to the server is."""
    owner = connections["owner"]
    owner.set_schema(chain.schema_name)
    with owner.cursor() as cursor:
        yield cursor
    owner.set_schema_to_public()


@contextmanager
def tampered(chain: Chain, *statements: str) -> Iterator[None]:
    """Let the owner change the journal by hand, and put it back afterwards."""
    tables = ("journal_entry", "journal_seal", "journal_position")
    with owning(chain) as cursor:
        for table in tables:
            cursor.execute(f"CREATE TABLE kept_{table} AS TABLE {table}")
        for statement in statements:
            cursor.execute(statement)
    yield
    with owning(chain) as cursor:
        for table in tables:
            cursor.execute(f"DELETE FROM {table}")
            cursor.execute(f"INSERT INTO {table} SELECT * FROM kept_{table}")
            cursor.execute(f"DROP TABLE kept_{table}")


def test_an_untouched_journal_is_sound_and_says_so(sealed, fresh_chain, capsys) -> None:
    chain, _ids = sealed
    write(chain, 1)
    assert main(["journal", "verify", "--chain", fresh_chain.host]) == 0
    with scope(chain, system_actor()):
        found = examine()
        assert found.sealed == Entry.objects.count() - 1
    assert "sound" in capsys.readouterr().out
    assert found.unsealed == 1
    assert found.head == f"{found.seals}:{found.head.split(':')[1]}"


def test_an_entry_changed_removed_or_moved_by_hand_is_reported(sealed, fresh_chain, capsys) -> None:
    chain, ids = sealed
    cases = [
        ("UPDATE journal_entry SET kind = 'STORE_CLOSED' WHERE id = '{}'", Fault.CHANGED),
        ("UPDATE journal_entry SET actor_id = gen_random_uuid() WHERE id = '{}'", Fault.CHANGED),
        ("UPDATE journal_entry SET after = '{{\"number\": 99}}' WHERE id = '{}'", Fault.CHANGED),
        ("UPDATE journal_entry SET at = at - interval '1 microsecond' WHERE id = '{}'", Fault.CHANGED),
        ("UPDATE journal_entry SET transaction_id = 9000000000 WHERE id = '{}'", Fault.CHANGED),
        ("DELETE FROM journal_entry WHERE id = '{}'", Fault.REMOVED),
    ]
    for statement, fault in cases:
        for place in (0, 1, 2, 3, 5):
            if "9000000000" in statement and place == 5:
                continue  # the last entry stays the last one
            with tampered(chain, statement.format(ids[place])):
                found = broken(chain)
                assert found is not None, (statement, place)
                assert (found.fault, found.entry_id) == (fault, ids[place]), (statement, place)
                assert main(["journal", "verify", "--chain", fresh_chain.host]) == 1
            told = f"BROKEN at seal {found.seal_number}: {fault.value} entry {ids[place]}"
            assert told in capsys.readouterr().out
    assert broken(chain) is None


def test_an_entry_smuggled_in_is_reported(sealed) -> None:
    chain, ids = sealed
    smuggled = uuid4()
    columns = "kind, subject_type, subject_id, actor_kind, at, request_id, transaction_id"
    copied = f"INSERT INTO journal_entry (id, {columns}) SELECT '{smuggled}', {columns} FROM journal_entry "
    with tampered(chain, copied + f"WHERE id = '{ids[1]}'"):
        found = broken(chain)
    assert found is not None
    assert (found.fault, found.entry_id) == (Fault.INSERTED, smuggled)


def test_a_seal_changed_or_removed_by_hand_is_reported(sealed, fresh_chain) -> None:
    chain, _ids = sealed
    with scope(chain, system_actor()):
        number = Seal.objects.count()
    for change in ("hash = previous_hash", "sealed_at = now()", "leaves = substring(leaves from 49)", "form = 9"):
        with tampered(chain, f"UPDATE journal_seal SET {change} WHERE number = {number}"):
            assert broken(chain) == Break(Fault.SEAL_CHANGED, number), change
    for gone in (number - 1, number):
        with tampered(chain, f"DELETE FROM journal_seal WHERE number = {gone}"):
            assert broken(chain) == Break(Fault.SEAL_REMOVED, gone)
            assert main(["journal", "verify", "--chain", fresh_chain.host]) == 1


def test_the_newest_entries_removed_by_hand_are_reported_before_they_are_sealed(sealed, fresh_chain, capsys) -> None:
    chain, _ids = sealed
    newest = write(chain, 2)[-1]

    def handed_over() -> bool:
        with scope(chain, system_actor()):
            hand_over(subscriptions=SUBSCRIPTIONS, now=NOON)
            return Position.objects.filter(entry_id=newest).exists()

    eventually(handed_over)
    assert broken(chain) is None
    with tampered(chain, f"DELETE FROM journal_entry WHERE id = '{newest}'"):
        found = broken(chain)
        assert found is not None
        assert (found.fault, found.entry_id) == (Fault.REMOVED, newest)
        assert main(["journal", "verify", "--chain", fresh_chain.host]) == 1
        assert f"REMOVED entry {newest} (gone)" in capsys.readouterr().out


def test_a_head_kept_elsewhere_shows_that_the_end_was_cut_off(sealed) -> None:
    chain, ids = sealed
    with scope(chain, system_actor()):
        head = examine().head
    number = int(head.split(":")[0])
    removed = "', '".join(str(each) for each in ids[3:])
    cut = [f"DELETE FROM journal_seal WHERE number = {number}", f"DELETE FROM journal_entry WHERE id IN ('{removed}')"]
    with tampered(chain, *cut):
        assert broken(chain) == Break(Fault.SEAL_REMOVED, number)
    last_left = f"(SELECT transaction_id FROM journal_entry WHERE id = '{ids[2]}')"
    forged = f"UPDATE journal_position SET transaction_id = {last_left}, entry_id = '{ids[2]}'"
    with tampered(chain, *cut, forged):
        assert broken(chain) is None
        assert broken(chain, head) == Break(Fault.SEAL_REMOVED, number)
        write(chain)
        seal_all(chain)
        assert broken(chain) is None
        assert broken(chain, head) == Break(Fault.HEAD_DIFFERS, number)


def test_a_running_role_is_refused(sealed) -> None:
    chain, _ids = sealed
    for table in ("journal_entry", "journal_seal"):
        column = "kind" if table == "journal_entry" else "hash"
        for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):
            refused = pytest.raises(ProgrammingError, match="permission denied")
            with scope(chain, system_actor()), refused, transaction.atomic():
                connections["default"].cursor().execute(statement)


def test_an_entry_that_may_still_be_overtaken_is_not_sealed(fresh_chain) -> None:
    chain = fresh_chain.chain
    seal_all(chain)
    with transaction.atomic(using="owner"):
        connections["owner"].cursor().execute("SELECT pg_current_xact_id()")
        write(chain)
        with scope(chain, system_actor()):
            assert seal(now=NOON) is None
    seal_all(chain)


def test_a_journal_restored_from_another_server_stands_still_until_it_is_rebased(sealed, fresh_chain) -> None:
    chain, ids = sealed
    with owning(chain) as cursor:
        for table in ("journal_entry", "journal_position"):
            cursor.execute(f"UPDATE {table} SET transaction_id = transaction_id + 1000000000, cluster = 42")
    late = write(chain, 2)
    with pytest.raises(ForeignCluster), scope(chain, system_actor()):
        seal(now=NOON)
    assert main(["journal", "verify", "--chain", fresh_chain.host]) == 1
    rebase(chain=chain)
    assert broken(chain) is None
    seal_all(chain)
    with scope(chain, system_actor()):
        in_order = list(Entry.objects.in_order().values_list("id", flat=True))
        assert in_order[-8:] == [*ids, *late]
        assert examine().unsealed == 0
        assert Position.objects.filter(consumer="journal.seal", entry_id=late[-1]).exists()
    assert rebase(chain=chain) == 0
    assert broken(chain) is None
