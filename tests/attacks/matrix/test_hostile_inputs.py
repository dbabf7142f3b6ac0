"""Every text, number and id of every deed, filled with what an attacker would try (I01, I03, I05, I16)."""

from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from graphql import GraphQLInputObjectType, get_named_type

from api.base.inputs import Line, Secret, Text
from tests.attacks.matrix.callers import Callers
from tests.attacks.matrix.conftest import World
from tests.attacks.matrix.inputs import fields_of
from tests.attacks.matrix.test_doing import DEEDS, document_of, given_to, input_of
from tests.attacks.matrix.together import Answer, not_taken, refused_together

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


def refused(answer: Answer) -> tuple[str, tuple[str, ...]]:
    """Return the one code that a deed was refused with, and the path without places in lists."""
    (error,) = answer.refusals
    return error["code"], tuple(part for part in error["field"] if not part.isdigit())


@pytest.mark.parametrize("name", DEEDS)
def test_i01_i03_texts_with_nul_or_too_long_are_refused_at_their_field(
    name: str, world: World, callers: Callers
) -> None:
    given, inputs, expected = given_to(name, world), list[dict[str, Any]](), list[tuple[str, tuple[str, ...]]]()
    for path, _type, declared in leaves(input_of(name)):
        if isinstance(declared, Text | Line | Secret):
            hostile = [("INVALID", value) for value in ("a\x00b", "\x1b[2J", "a\u0000")]
            for code, value in (*hostile, ("TOO_LONG", "x" * (declared.limit + 1))):
                inputs.append(with_value(given, path, value))
                expected.append((code, path))
            content = callers.post(document_of(name), {"input": with_value(given, path, "x" * 1_000_000)}, WHO)
            assert orjson.loads(content)["errors"][0]["extensions"]["code"] == "BODY_TOO_LARGE"
    assert [refused(answer) for answer in refused_together(callers, name, inputs, WHO)] == expected


@pytest.mark.parametrize("name", DEEDS)
def test_i05_numbers_and_words_that_do_not_fit_are_refused(name: str, world: World, callers: Callers) -> None:
    wrong: dict[str, tuple[Any, ...]] = {
        "Int": (2**31, -(2**31) - 1, 10**18, "abc", "", 1.5, True, "１２"),
        "Boolean": ("true", 1, ""),
        "Date": ("2026-02-30", "", 1, "'; DROP TABLE x;--"),
        "DateTime": ("now", "", 1, "9999-99-99T00:00:00Z"),
        "TimeOfDay": ("25:00", "", 1),
    }
    given, inputs = given_to(name, world), list[dict[str, Any]]()
    for path, type_, _declared in leaves(input_of(name)):
        values = (*wrong.get(type_.name, ()), *(("NO_SUCH_WORD", 1, "") if hasattr(type_, "values") else ()))
        inputs += [with_value(given, path, value) for value in values]
    not_taken(callers, name, inputs, WHO)


@pytest.mark.parametrize("name", DEEDS)
def test_i05_the_ends_of_every_range_are_no_fault_of_ours(name: str, world: World, callers: Callers) -> None:
    ends: dict[str, tuple[Any, ...]] = {
        "Int": (2**31 - 1, -(2**31)),
        "Float": (1e308, -1e308, 5e-324, -0.0),
        "Date": ("0001-01-01", "9999-12-31"),
        "DateTime": ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"),
    }
    for type_name, values in ends.items():
        paths = [path for path, type_, _declared in leaves(input_of(name)) if type_.name == type_name]
        for value in values if paths else ():
            given = given_to(name, world)
            for path in paths:
                given = with_value(given, path, value)
            assert b'"INTERNAL"' not in callers.post(document_of(name), {"input": given}, WHO), (name, value)


@pytest.mark.parametrize("name", DEEDS)
def test_i16_fields_that_a_deed_does_not_have_are_refused(name: str, world: World, callers: Callers) -> None:
    given = given_to(name, world)
    assigned = [field for field in MASS_ASSIGNED if field not in input_of(name).fields]
    not_taken(callers, name, [{**given, field: "x"} for field in assigned], WHO)


def test_hostile_inputs_have_not_become_fewer() -> None:
    texts = [path for name in DEEDS for path, _type, declared in leaves(input_of(name)) if hasattr(declared, "limit")]
    assert len(texts) >= FEWEST_TEXTS
