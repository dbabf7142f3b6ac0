"""What is asked for beneath the rows of one level is fetched together, and is the same as fetched one by one (G20)."""

from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from django.db import connections
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from graphql import get_named_type
from pytest_django.plugin import DjangoDbBlocker

from api.base.ids import global_id
from chains.actor import system_actor
from chains.scope import scope
from tests.attacks.matrix.callers import Callers
from tests.attacks.matrix.documents import SCHEMA, is_paged, is_thing, selected_fields, thing_types
from tests.database import own_copy
from tests.factories.rows import Rows

WHO = "HQ_ADMINISTRATOR"
AT_ONCE = 12


@pytest.fixture(scope="module")
def rows(furnished: Any, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[str, Any]]:
    """A row of every type in each of two stores, the second of them by name, in a database of this file's own."""
    chain = furnished.a
    boundless = override_settings(GATE_CALLER_RATE=(10**9, 10**6), GATE_CHAIN_RATE=(10**9, 10**6))
    with django_db_blocker.unblock(), own_copy("_levels"), boundless:
        made = Rows(chain)
        models = {name: named.graphene_type._meta.model for name, named in thing_types(SCHEMA).items()}
        with scope(chain.chain, system_actor()):
            found = {
                name: made.row(model, store)
                for name, model in models.items()
                for store in (chain.store, chain.other_store)
            }
        yield {"callers": Callers(chain), **found}


def leaves(named: Any) -> str:
    """Return a selection of what a type has in columns of its own, and of what is computed from them."""
    return " ".join(selection for _name, selection in selected_fields(named) if "{" not in selection)


def beneath(named: Any) -> list[str]:
    """Return how to ask for each thing and each page beneath a type, with all that stands in their columns."""
    found = []
    for name, field in named.fields.items():
        inner: Any = get_named_type(field.type)
        if is_paged(field):
            node: Any = get_named_type(inner.fields["nodes"].type)
            found.append(f"{name}(first:2){{totalCount nodes{{{leaves(node)}}} pageInfo{{hasNextPage}}}}")
            found.append(f"last_{name}:{name}(last:1){{nodes{{id}} pageInfo{{hasPreviousPage}}}}")
        elif is_thing(inner):
            found.append(f"{name}{{{leaves(inner)}}}")
    return found


# A standard without a version is nobody's to see.
TYPES = [name for name, named in thing_types(SCHEMA).items() if len(beneath(named)) > 1 and name != "Standard"]


def answer(rows: dict[str, Any], name: str, selection: str) -> Any:
    document = f"query($id:ID!){{node(id:$id){{...on {name}{{{selection}}}}}}}"
    told = orjson.loads(rows["callers"].post(document, {"id": global_id(name, rows[name].pk)}, WHO))
    assert "errors" not in told, told["errors"]
    return told["data"]


@pytest.fixture
def at_one_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every call happen at the same moment: until when a file's path is good, and so the path, tell the second."""
    moment = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: moment)


@pytest.mark.parametrize("name", TYPES)
@pytest.mark.usefixtures("at_one_moment")
def test_together_is_the_same_as_one_by_one(rows: dict[str, Any], name: str) -> None:
    selections = beneath(thing_types(SCHEMA)[name])
    # A document may ask for so many fields only.
    for first in range(0, len(selections), AT_ONCE):
        some = selections[first : first + AT_ONCE]
        one_by_one: dict[str, Any] = {}
        for selection in some:
            one_by_one |= answer(rows, name, selection)["node"]
        assert answer(rows, name, " ".join(some))["node"] == one_by_one


def test_fragments_aliases_variables_and_what_is_left_out_are_understood(rows: dict[str, Any]) -> None:
    key = global_id("Inquiry", rows["Inquiry"].pk)
    document = """
        query($id: ID!, $few: Int, $no: Boolean = false) {
          it: node(id: $id) { ...more ... on Inquiry { a: messages(first: $few) { nodes { id } } } }
        }
        fragment more on Inquiry {
          b: messages(last: $few) { edges { node { id inquiry: id } } }
          promises(first: 1) @include(if: $no) { nodes { id } }
          clocks(first: 1, after: "no cursor") @skip(if: $no) { nodes { id } }
          customer { name store { name } }
        }
    """
    connections["default"].queries_log.clear()
    with CaptureQueriesContext(connections["default"]) as captured:
        told = orjson.loads(rows["callers"].post(document, {"id": key, "few": 1}, WHO))
    message = global_id("InquiryMessage", rows["InquiryMessage"].pk)
    assert told["data"]["it"]["a"] == {"nodes": [{"id": message}]}
    assert told["data"]["it"]["b"] == {"edges": [{"node": {"id": message, "inquiry": message}}]}
    assert told["data"]["it"]["customer"]["store"] is not None
    assert "promises" not in told["data"]["it"]
    # A page that can't be read is refused by itself and takes nothing of the others with it.
    assert [(error["path"], error["extensions"]["code"]) for error in told["errors"]] == [
        (["it", "clocks", "nodes"], "BAD_CURSOR")
    ]
    assert sum(query["sql"].startswith("SELECT") for query in captured.captured_queries) == 3
