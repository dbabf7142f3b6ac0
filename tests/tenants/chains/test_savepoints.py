"""Savepoints that are made late and released late undo what those that Django asks for would undo."""

import re
from collections.abc import Iterator

import pytest
from django.db import IntegrityError, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from chains.actor import system_actor
from chains.backends.scoped.savepoints import Savepoints
from chains.scope import CHAINS_ALIAS, scope
from stores.models import Area
from tests.conftest import Chains

STATEMENT = re.compile(r'(SAVEPOINT|RELEASE SAVEPOINT|ROLLBACK TO SAVEPOINT) "(\w+)"')
# A block: what is done in it one after the other, and whether it is rolled back in the end.
BLOCKS = st.recursive(
    st.just("write"), lambda inner: st.tuples(st.lists(inner, max_size=4), st.booleans()), max_leaves=12
)


class Server:
    """What PostgreSQL does with savepoints; it knows none but those it was told of."""

    def __init__(self) -> None:
        self.rows: list[int] = []
        self.points: list[tuple[str, int]] = []
        self.told = 0

    def tell(self, statements: list[str]) -> None:
        for statement in statements:
            self.told += 1
            found = STATEMENT.fullmatch(statement)
            assert found
            verb, name = found.groups()
            if verb == "SAVEPOINT":
                self.points.append((name, len(self.rows)))
                continue
            at = [point for point, _rows in self.points].index(name)
            if verb == "RELEASE SAVEPOINT":
                del self.points[at:]
            else:
                del self.rows[self.points[at][1] :]
                del self.points[at + 1 :]


@given(program=st.lists(BLOCKS, max_size=6))
def test_whatever_is_rolled_back_is_gone_and_nothing_else(program: list[object]) -> None:
    server, savepoints, numbers = Server(), Savepoints(), iter(range(1_000))

    def write() -> int:
        server.tell(savepoints.before_statement())
        server.rows.append(number := next(numbers))
        return number

    def play(steps: list[object]) -> Iterator[int]:
        for step in steps:
            if step == "write":
                yield write()
                continue
            inner, is_rolled_back = step
            savepoints.ask(name := f"s{next(numbers)}")
            kept = list(play(inner))
            if is_rolled_back:
                server.tell(savepoints.roll_back(name))
            else:
                yield from kept
            server.tell(savepoints.release(name))

    assert list(play(program)) == server.rows
    assert len(server.points) < 12


def test_blocks_in_which_nothing_runs_cost_nothing_and_those_that_begin_together_one_statement(chains: Chains) -> None:
    connection = connections[CHAINS_ALIAS]
    with scope(chains.a.chain, system_actor()), CaptureQueriesContext(connection) as captured:
        with transaction.atomic(CHAINS_ALIAS), transaction.atomic(CHAINS_ALIAS):
            pass
        assert len(captured) == 0
        with transaction.atomic(CHAINS_ALIAS), transaction.atomic(CHAINS_ALIAS):
            assert Area.objects.exists()
        assert len(captured) == 2
        with transaction.atomic(CHAINS_ALIAS):
            assert Area.objects.exists()
        assert len(captured) == 4
    assert [query["sql"].split(" ")[0] for query in captured] == ["SAVEPOINT", "SELECT", "RELEASE", "SELECT"]


def test_a_cursor_that_is_older_than_a_savepoint_writes_inside_it(chains: Chains) -> None:
    with scope(chains.a.chain, system_actor()), connections[CHAINS_ALIAS].cursor() as cursor:
        with pytest.raises(LookupError), transaction.atomic(CHAINS_ALIAS):
            cursor.execute("UPDATE stores_area SET name = name || '!'")
            raise LookupError
        assert not Area.objects.filter(name__endswith="!").exists()


def test_after_a_failed_statement_the_blocks_around_it_go_on(chains: Chains) -> None:
    with scope(chains.a.chain, system_actor()):
        with transaction.atomic(CHAINS_ALIAS):
            _draw("North")
            with transaction.atomic(CHAINS_ALIAS), pytest.raises(IntegrityError), transaction.atomic(CHAINS_ALIAS):
                _draw("South")
                _draw("North")
            _draw("East")
        drawn = Area.objects.filter(name__in=("North", "South", "East")).order_by("name")
        assert list(drawn.values_list("name", flat=True)) == ["East", "North"]


def _draw(name: str) -> None:
    Area.objects.create(name=name, drawn_at=timezone.now())


def test_a_scope_that_is_rolled_back_leaves_no_settings_behind(chains: Chains) -> None:
    with pytest.raises(LookupError), scope(chains.a.chain, system_actor()):
        raise LookupError
    assert connections[CHAINS_ALIAS].connection.execute("SELECT current_user = session_user").fetchone() == (True,)
