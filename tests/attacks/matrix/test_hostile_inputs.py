"""Every text, number and id of every deed, filled with what an attacker would try (I01, I03, I05, I16)."""

from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from graphql import GraphQLInputObjectType, get_named_type

from api.base.inputs import Line, Secret, Text
from tests.attacks.matrix.callers import Callers
from tests.attacks.matrix.conftest import World
from tests.attacks.matrix.inputs import fields_of, made_up
from tests.attacks.matrix.test_doing import DEEDS, document_of, input_of

# An administrator may do everything, so nothing is refused before it is looked at.
WHO = "HQ_ADMINISTRATOR"
FEWEST_TEXTS = 40
MASS_ASSIGNED = ("storeId", "role", "isStaff", "isActive", "chain", "chainId", "createdAt", "id", "version")


def leaves(named: GraphQLInputObjectType, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any, Any]]:
    """Return the path, the type and the declaration of everything in an input that is no object."""
    for name, field, declared in fields_of(named):
        inner = get_named_type(field.type)
        if isinstance(inner, GraphQLInputObjectType):
            yield from leaves(inner, (*path, name))
        else:
            yield (*path, name), inner, declared


def with_value(given: Any, path: tuple[str, ...], value: Any) -> Any:
    """Return an input with one value replaced, in the first item of each list on the way."""
    if isinstance(given, list):
        return [with_value(given[0], path, value), *given[1:]] if path else [value]
    if not path:
        return value
    return {**given, path[0]: with_value(given[path[0]], path[1:], value)}


def send(callers: Callers, world: World, name: str, path: tuple[str, ...], value: Any) -> Any:
    given = made_up(input_of(name), lambda at: world.id_of(at.thing, "own"))
    content = callers.post(document_of(name), {"input": with_value(given, path, value)}, WHO)
    assert callers.written == 0, (name, path)
    return orjson.loads(content)


def refused(answer: Any, name: str) -> tuple[str, list[str]]:
    """Return the one code that a deed was refused with, and the path without places in lists."""
    (error,) = answer["data"][name]["userErrors"]
    return error["code"], [part for part in error["field"] if not part.isdigit()]


@pytest.mark.parametrize("name", DEEDS)
def test_i01_i03_texts_with_nul_or_too_long_are_refused_at_their_field(
    name: str, world: World, callers: Callers
) -> None:
    for path, _type, declared in leaves(input_of(name)):
        if isinstance(declared, Text | Line | Secret):
            for value in ("a\x00b", "\x1b[2J", "a\u0000"):
                assert refused(send(callers, world, name, path, value), name) == ("INVALID", list(path))
            too_long = "x" * (declared.limit + 1)
            assert refused(send(callers, world, name, path, too_long), name) == ("TOO_LONG", list(path))
            answer = send(callers, world, name, path, "x" * 1_000_000)
            assert answer["errors"][0]["extensions"]["code"] == "BODY_TOO_LARGE"


@pytest.mark.parametrize("name", DEEDS)
def test_i05_numbers_and_words_that_do_not_fit_are_refused(name: str, world: World, callers: Callers) -> None:
    wrong: dict[str, tuple[Any, ...]] = {
        "Int": (2**31, -(2**31) - 1, 10**18, "abc", "", 1.5, True, "１２"),
        "Boolean": ("true", 1, ""),
        "Date": ("2026-02-30", "", 1, "'; DROP TABLE x;--"),
        "DateTime": ("now", "", 1, "9999-99-99T00:00:00Z"),
        "TimeOfDay": ("25:00", "", 1),
    }
    for path, type_, _declared in leaves(input_of(name)):
        values = (*wrong.get(type_.name, ()), *(("NO_SUCH_WORD", 1, "") if hasattr(type_, "values") else ()))
        for value in values:
            answer = send(callers, world, name, path, value)
            codes = {error["extensions"]["code"] for error in answer["errors"]}
            assert codes == {"INVALID_VARIABLES"}, (name, path, value)


@pytest.mark.parametrize("name", DEEDS)
def test_i05_the_ends_of_every_range_are_no_fault_of_ours(name: str, world: World, callers: Callers) -> None:
    ends: dict[str, tuple[Any, ...]] = {
        "Int": (2**31 - 1, -(2**31)),
        "Float": (1e308, -1e308, 5e-324, -0.0),
        "Date": ("0001-01-01", "9999-12-31"),
        "DateTime": ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"),
    }
    found = list(leaves(input_of(name)))
    for type_name, values in ends.items():
        for value in values:
            given = made_up(input_of(name), lambda at: world.id_of(at.thing, "own"))
            for path, type_, _declared in found:
                if type_.name == type_name:
                    given = with_value(given, path, value)
            assert b'"INTERNAL"' not in callers.post(document_of(name), {"input": given}, WHO), (name, value)


@pytest.mark.parametrize("name", DEEDS)
def test_i16_fields_that_a_deed_does_not_have_are_refused(name: str, world: World, callers: Callers) -> None:
    given = made_up(input_of(name), lambda at: world.id_of(at.thing, "own"))
    for field in MASS_ASSIGNED:
        if field not in input_of(name).fields:
            content = callers.post(document_of(name), {"input": {**given, field: "x"}}, WHO)
            assert orjson.loads(content)["errors"][0]["extensions"]["code"] == "INVALID_VARIABLES", (name, field)
            assert callers.written == 0


def test_hostile_inputs_have_not_become_fewer() -> None:
    texts = [path for name in DEEDS for path, _type, declared in leaves(input_of(name)) if hasattr(declared, "limit")]
    assert len(texts) >= FEWEST_TEXTS
