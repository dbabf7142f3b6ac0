"""What each deed costs in SQL statements, its whole payload included: with three rows of everything as with one.

A deed locks, checks and writes for each thing that the rulebook makes it do: it has a customer registered, numbers a
document, tells the journal, stops and starts clocks. `tests/README.md` tells what is counted.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connections
from django.test import override_settings
from pytest_django.plugin import DjangoDbBlocker

from chains.actor import system_actor
from chains.scope import scope
from tests.attacks.matrix.callers import Callers
from tests.attacks.matrix.conftest import BOUNDLESS, THINGS, World, furnished_with_rows
from tests.attacks.matrix.inputs import made_up
from tests.attacks.matrix.success import Success
from tests.attacks.matrix.successes import SUCCESSES
from tests.attacks.matrix.test_doing import DEEDS, document_of, input_of
from tests.database import own_copy
from tests.factories.rows import Rows

# However it is written: that of a union begins with a bracket.
ABOUT_ROWS = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")
# The matrix counts what a deed has added to the journal, and reads it.
OF_THE_MATRIX = 2
MOST = 10
# Those that cost more, with what they cost exactly: nothing becomes dearer unnoticed, and what becomes cheaper is told.
COSTS = {
    "acceptInvitation": 12,
    "adviseCustomer": 19,
    "answerVisitPoint": 12,
    "confirmDelivery": 12,
    "decideFinally": 11,
    "eraseCustomer": 59,
    "escalateComplaint": 18,
    "exportCustomerData": 55,
    "fileComplaint": 23,
    "handOverComplaint": 15,
    "handOverInquiry": 13,
    "handOverReturnVisit": 11,
    "openCaseStudy": 12,
    "openInquiry": 26,
    "planReturnVisit": 21,
    "promiseReply": 19,
    "promiseVisitAnswer": 15,
    "pushStandard": 19,
    "raiseShipmentException": 13,
    "recordCustomerMessage": 13,
    "recordOutcome": 17,
    "recordReturnVisit": 12,
    "recordShipmentEvent": 11,
    "referComplaint": 14,
    "reopenInquiry": 17,
    # One clause: what of it is measured, waived, still open, how all its cases stand, and that it was not written anew.
    "replayStandard": 20,
    "replyToInquiry": 18,
    # One that follows another version: what it changes is held against that.
    "reviseStandard": 12,
    "reworkComplaint": 16,
    "sendSurvey": 15,
    "shipLines": 15,
    "takeInquiry": 11,
    "unmergeCustomers": 11,
}


@pytest.fixture(scope="module")
def world(furnished: Any, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Chains of this file's own, to which it adds rows that stay."""
    with django_db_blocker.unblock(), own_copy("_costs"), override_settings(**BOUNDLESS):
        yield furnished_with_rows(furnished)


@pytest.fixture(scope="module")
def callers(world: World) -> Callers:
    return Callers(world.a)


def test_no_deed_costs_more_than_is_said_and_more_rows_cost_no_more(world: World, callers: Callers) -> None:
    with_one_row = {name: cost(name, world, callers) for name in DEEDS}
    assert {name: n for name, n in with_one_row.items() if n > MOST} == COSTS
    with scope(world.a.chain, system_actor()):
        for _ in range(2):
            more = Rows(world.a, anew=True)
            # A survey of which a question is rated is answered, and can't be again.
            for named in (each for name, each in THINGS.items() if name not in ("Rating", "RatingShare")):
                for store in (world.a.store, world.a.other_store):
                    more.row(named.graphene_type._meta.model, store)
    # What more rows stand in the way of, as a survey sent just now does for the next one, is refused, and costs less.
    with_more = {name: cost(name, world, callers) for name in DEEDS}
    assert {name: (n, with_one_row[name]) for name, n in with_more.items() if n > with_one_row[name]} == {}


def cost(name: str, world: World, callers: Callers) -> int:
    success, statements, is_prepared = SUCCESSES.get(name, Success()), list[str](), list[bool]()
    with scope(world.a.chain, system_actor()):
        special = {**success.given, **success.found(world)}
    given: dict[str, Any] = {**made_up(input_of(name), lambda at: world.id_of(at.thing, "own")), **special}
    given = {key: value for key, value in given.items() if value is not None}

    def count(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if is_prepared and sql.lstrip("( \n").startswith(ABOUT_ROWS):
            statements.append(sql)
        return execute(sql, *rest)

    def prepare() -> None:
        success.prepare(world, callers)
        is_prepared.append(True)

    with connections["default"].execute_wrapper(count):
        callers.post(document_of(name), {"input": given}, success.who, prepare=prepare)
    return len(statements) - OF_THE_MATRIX
