"""What each deed costs in SQL statements, its whole payload included, held against what is committed.

A changed number shows in review. To accept new ones, run this file with ONEBANNER_ACCEPT_COUNTS=1.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from chains.actor import system_actor
from chains.scope import scope
from tests.attacks.matrix.callers import Callers
from tests.attacks.matrix.conftest import World
from tests.attacks.matrix.inputs import made_up
from tests.attacks.matrix.successes import SUCCESSES, Success
from tests.attacks.matrix.test_doing import DEEDS, document_of, input_of

COMMITTED = Path(__file__).with_name("deed_counts.json")
ABOUT_ROWS = ("SELECT", "INSERT", "UPDATE", "DELETE")
# The matrix looks at the journal before a deed and after it.
OF_THE_MATRIX = 2


@pytest.fixture(scope="module")
def counted(world: World, callers: Callers) -> dict[str, int]:
    return {name: cost(name, world, callers) for name in sorted(DEEDS)}


def cost(name: str, world: World, callers: Callers) -> int:
    success, statements, is_prepared = SUCCESSES.get(name, Success()), list[str](), list[bool]()
    with scope(world.a.chain, system_actor()):
        special = {**success.given, **success.found(world)}
    given: dict[str, Any] = {**made_up(input_of(name), lambda at: world.id_of(at.thing, "own")), **special}
    given = {key: value for key, value in given.items() if value is not None}

    def count(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if is_prepared and sql.startswith(ABOUT_ROWS):
            statements.append(sql)
        return execute(sql, *rest)

    def prepare() -> None:
        success.prepare(world, callers)
        is_prepared.append(True)

    with connections["default"].execute_wrapper(count):
        callers.post(document_of(name), {"input": given}, success.who, prepare=prepare)
    return len(statements) - OF_THE_MATRIX


def test_every_deed_costs_as_many_statements_as_before(counted: dict[str, int]) -> None:
    if os.environ.get("ONEBANNER_ACCEPT_COUNTS"):
        COMMITTED.write_text(json.dumps(counted, indent=2) + "\n", encoding="utf-8")
    assert counted == json.loads(COMMITTED.read_text(encoding="utf-8"))
