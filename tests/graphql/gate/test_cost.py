"""What an operation may cost."""

import pytest
from graphql import build_schema

from api.gate import refusals
from api.gate.cost import MOST_THINGS, cost_of
from api.gate.documents import read_document

SCHEMA = build_schema(
    """
    type Query { things(first: Int, after: String, last: Int): Things! thing: Thing name: String days: [Day!]! }
    type Things { edges: [Edge!]! nodes: [Thing!]! totalCount: Int! pageInfo: Info! }
    type Edge { node: Thing! cursor: String! }
    type Info { hasNextPage: Boolean! }
    type Thing { name: String things(first: Int, last: Int): Things! thing: Thing }
    type Day { name: String }
    """
)


def cost(text: str, **variables: object) -> int:
    document = read_document(text, None)
    return cost_of(SCHEMA, document.tree, document.operation, variables)


def test_scalars_cost_nothing_and_things_one_each() -> None:
    assert cost("{name}") == 1
    assert cost("{thing{thing{name}}}") == 3


def test_a_page_costs_its_rows_however_they_are_reached() -> None:
    assert cost("{things(first:50){nodes{name}}}") == 52
    assert cost("{things(first:50){edges{node{name}}}}") == 52
    assert cost("{things(first:50){totalCount pageInfo{hasNextPage}}}") == 2


def test_nested_pages_multiply() -> None:
    assert cost("{things(first:10){nodes{things(last:5){nodes{name}}}}}") == 1 + 1 + 10 * (1 + 1 + 5)


def test_short_lists_count_as_ten() -> None:
    assert cost("{days{name}}") == 11


def test_variables_and_fragments_are_followed() -> None:
    fragments = "fragment f on Query{things(first:$n){nodes{...g}}} fragment g on Thing{... {thing{name}}}"
    text = "query($n:Int){...f}" + fragments
    assert cost(text, n=7) == 1 + 1 + 7 * 2


@pytest.mark.parametrize("text", ["{things{totalCount}}", "query($n:Int){things(first:$n){totalCount}}"])
def test_g08_a_list_needs_a_page_size(text: str) -> None:
    with pytest.raises(refusals.PageSizeRequired):
        cost(text)


@pytest.mark.parametrize("page", ["first:-1", "first:101", "first:1000000", "last:101", "first:1,last:1"])
def test_g08_page_sizes_have_a_range(page: str) -> None:
    with pytest.raises(refusals.PageSizeOutOfRange):
        cost(f"{{things({page}){{totalCount}}}}")


def test_g08_a_hundred_millions_are_refused() -> None:
    with pytest.raises(refusals.TooCostly):
        cost("{things(first:100){nodes{things(first:100){nodes{things(first:100){nodes{name}}}}}}}")


def test_the_limit_lies_between_a_screen_and_a_dump() -> None:
    assert cost("{things(first:50){nodes{things(first:50){nodes{name}}}}}") <= MOST_THINGS
    with pytest.raises(refusals.TooCostly):
        cost("{things(first:100){nodes{things(first:50){nodes{name}}}}}")
