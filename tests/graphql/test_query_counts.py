"""How many SQL statements each question costs, held against what is committed (G20).

A changed number shows in review. To accept new ones, run this file with ONEBANNER_ACCEPT_COUNTS=1.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from graphene.utils.str_converters import to_camel_case
from pytest_django.plugin import DjangoDbBlocker

from api.base.ids import global_id
from api.base.things import Computed
from chains.actor import system_actor
from chains.scope import scope
from tests.attacks.matrix.callers import Callers
from tests.attacks.matrix.documents import QUESTIONS, SCHEMA, node_document, selected_fields, thing_types
from tests.database import own_copy
from tests.factories.rows import Rows

COMMITTED = Path(__file__).with_name("query_counts.json")
MOST = 10
WHO = "HQ_ADMINISTRATOR"


@dataclass(frozen=True)
class Counted:
    """The statements of every question about a chain, by the name of the question or type."""

    with_one_row: dict[str, int]
    with_three_rows: dict[str, int]
    by_row_fields: dict[str, int]
    without_them: dict[str, int]


@pytest.fixture(scope="module")
def counted(furnished: Any, django_db_blocker: DjangoDbBlocker) -> Iterator[Counted]:
    """Counted with one row of every type in each store, and with three."""
    boundless = override_settings(GATE_CALLER_RATE=(10**9, 10**6), GATE_CHAIN_RATE=(10**9, 10**6))
    with django_db_blocker.unblock(), own_copy("_counts"), boundless:
        chain = furnished.a
        rows = _rows(chain, Rows(chain))
        fields = _fields_by_row()
        by_row, without = _costs(chain, rows, fields), _costs(chain, rows, dict.fromkeys(fields, "id"))
        with_one_row = _counts(chain, rows)
        _rows(chain, Rows(chain, anew=True))
        yield Counted(with_one_row, _counts(chain, _rows(chain, Rows(chain, anew=True))), by_row, without)


def _rows(chain: Any, made: Rows) -> dict[str, Any]:
    models = {name: named.graphene_type._meta.model for name, named in thing_types(SCHEMA).items()}
    with scope(chain.chain, system_actor()):
        rows = {
            name: made.row(model, store) for name, model in models.items() for store in (chain.store, chain.other_store)
        }
        # A standard without a version is nobody's to see.
        return {**rows, "Standard": rows["Version"].standard}


def _counts(chain: Any, rows: dict[str, Any]) -> dict[str, int]:
    things = thing_types(SCHEMA)
    callers = Callers(chain)
    counts = {f"Query.{name}": _statements(callers, document, {}) for name, document in QUESTIONS.items()}
    for name, named in things.items():
        counts[name] = _statements(callers, node_document(named), {"id": global_id(name, rows[name].pk)})
    return dict(sorted(counts.items()))


def _fields_by_row() -> dict[str, str]:
    """Return for each type a selection of the fields that are computed for one row at a time."""
    found: dict[str, str] = {}
    for name, named in thing_types(SCHEMA).items():
        fields = named.graphene_type._meta.fields
        by_row = {
            to_camel_case(each) for each, field in fields.items() if isinstance(field, Computed) and not field.for_all
        }
        selections = [selection for each, selection in selected_fields(named) if each in by_row]
        if selections:
            found[name] = " ".join(["id", *selections])
    return found


def _costs(chain: Any, rows: dict[str, Any], selections: dict[str, str]) -> dict[str, int]:
    callers = Callers(chain)
    documents = {
        name: f"query($id:ID!){{node(id:$id){{...on {name}{{{fields}}}}}}}" for name, fields in selections.items()
    }
    return {
        name: _statements(callers, document, {"id": global_id(name, rows[name].pk)})
        for name, document in documents.items()
    }


def _statements(callers: Callers, document: str, variables: dict[str, Any]) -> int:
    with CaptureQueriesContext(connections["default"]) as captured:
        content = callers.post(document, variables, WHO)
    assert b'"INTERNAL"' not in content, content
    return sum(query["sql"].lstrip("( \n").startswith(("SELECT", "WITH")) for query in captured.captured_queries)


def test_every_question_costs_as_many_statements_as_before(counted: Counted) -> None:
    if os.environ.get("ONEBANNER_ACCEPT_COUNTS"):
        COMMITTED.write_text(json.dumps(counted.with_one_row, indent=2) + "\n", encoding="utf-8")
    assert counted.with_one_row == json.loads(COMMITTED.read_text(encoding="utf-8"))


def test_no_question_costs_more_than_ten(counted: Counted) -> None:
    assert {name: count for name, count in counted.with_three_rows.items() if count > MOST} == {}


def test_g20_more_rows_cost_no_more_statements(counted: Counted) -> None:
    assert counted.with_three_rows == counted.with_one_row


def test_g20_what_is_computed_row_by_row_asks_the_database_nothing(counted: Counted) -> None:
    assert counted.by_row_fields == counted.without_them
    assert counted.by_row_fields
