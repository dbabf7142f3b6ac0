"""Every list, asked to go on from cursors that were tampered with: foreign, mistyped, out of every range (I05)."""

from base64 import urlsafe_b64encode
from collections.abc import Iterator, Sequence
from typing import Any

import orjson
import pytest
from graphene.utils.str_converters import to_snake_case
from graphql import GraphQLNonNull, get_named_type

from api.gate.documents import MOST_ERRORS
from api.gate.measure import MOST_ALIASES
from tests.attacks.matrix.callers import Callers
from tests.attacks.matrix.conftest import SCHEMA, THINGS, World
from tests.attacks.matrix.documents import is_paged, is_thing
from tests.attacks.matrix.test_arguments import NAMES, REQUIRED

KEY = "01a20171-0000-7000-8000-000000000000"
VALUES: tuple[Any, ...] = (
    None,
    True,
    -1,
    10**18,
    1e308,
    "",
    "x",
    "a" * 500,
    "\x00",
    {},
    [],
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "2026-01-01T00:00:00+23:59",
    "2026-01-01T00:00:00",
    "2026-01-01",
    "24:00",
    KEY,
)
NO_CURSORS = ("", "=", "%", "\x00", "金", "null", "W10", "-1", "x" * 5_000)
# Who may ask for a list, where headquarters' administrators may not.
ASKED_BY = {"acknowledgementsDue": "HQ_TRAINER"}
WAYS = ("first:2,after:$c", "last:2,before:$c")
FEWEST_LISTS = 25
# So many aliases a document may have.
AT_ONCE = MOST_ALIASES


def written(values: list[Any]) -> str:
    return urlsafe_b64encode(orjson.dumps(values)).decode().rstrip("=")


def cursors(columns: int) -> Iterator[str]:
    """Return cursors for a list that is sorted by so many columns, the key last."""
    yield from (written([]), written([KEY] * (columns + 1)))
    for value in VALUES:
        yield written([*[value] * (columns - 1), KEY])
        yield written([*["x"] * (columns - 1), value])


def lists() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Return on what each list stands, its name, and the arguments that it needs."""
    for name, field in SCHEMA.query_type.fields.items() if SCHEMA.query_type else ():
        if is_paged(field):
            yield (
                "",
                name,
                tuple(at for at, declared in field.args.items() if isinstance(declared.type, GraphQLNonNull)),
            )
    for thing, named in THINGS.items():
        for name, field in named.fields.items():
            if is_paged(field):
                yield thing, name, ()


LISTS = [*lists()]


def _made_up(name: str, argument: str) -> str:
    """Return a value for an argument of a question that needs one."""
    return REQUIRED[get_named_type(SCHEMA.query_type.fields[name].args[argument].type).name]


def is_never_null(thing: str, name: str) -> bool:
    """Tell whether the refusal of a list takes what it stands on with it."""
    owner: Any = THINGS[thing] if thing else SCHEMA.query_type
    return isinstance(owner.fields[name].type, GraphQLNonNull)


def at_once(thing: str, name: str) -> int:
    """Return how often a list may be asked in one document so that each time is judged by itself.

    A thing whose list is refused is there once for each; of no more are all errors told. Beside a question that is
    never null there is nothing. After each four the ways begin again, so that the document is the same.
    """
    most = AT_ONCE if not is_never_null(thing, name) else MOST_ERRORS if thing else 1
    return most - most % (2 * len(WAYS)) if most > 1 else 1


def ask(
    callers: Callers, world: World, at: tuple[str, str, tuple[str, ...]], asked: Sequence[tuple[str, str]]
) -> tuple[bytes, int]:
    """Ask one list once for each way and cursor, in one document; return the answer and how many of them it is for."""
    thing, name, needed = at
    named = {f"{name}.{each}": each for each in needed}
    given = "".join(f",{each}:{'$i' if key in NAMES else _made_up(name, each)}" for key, each in named.items())
    (about,) = {NAMES[key][0] for key in named if key in NAMES} or {"Store"}
    page: Any = get_named_type((THINGS[thing] if thing else SCHEMA.query_type).fields[name].type)
    # What no table holds has no id.
    told = "id" if is_thing(get_named_type(page.fields["nodes"].type)) else "__typename"
    pages = [
        f"{name}({way.replace('$c', f'$c{number}')}{given}){{nodes{{{told}}}}}"
        for number, (way, _cursor) in enumerate(asked)
    ]
    on_thing, is_apart = f"node(id:$i){{...on {thing}", thing and is_never_null(thing, name)
    if is_apart:
        pages = [f"{on_thing}{{{each}}}}}" for each in pages]
    inner = " ".join(f"a{number}:{each}" for number, each in enumerate(pages))
    if thing and not is_apart:
        inner = f"{on_thing}{{{inner}}}}}"
    variables = ",".join(f"$c{number}:String!" for number in range(len(asked)))
    document = f"query({variables}{',$i:ID!' if '$i' in inner else ''}){{{inner}}}"
    known = {"i": world.id_of(thing or about, "own")} if "$i" in document else {}
    cursors = {f"c{number}": cursor for number, (_way, cursor) in enumerate(asked)}
    content = callers.post(document, {**cursors, **known}, ASKED_BY.get(name, "HQ_ADMINISTRATOR"))
    data = orjson.loads(content)["data"]
    found = data["node"] if thing and data and not is_apart else data
    # Without a page of its own a thing may be nobody's to see.
    return content, len(asked if found is None else found)


@pytest.mark.parametrize("at", LISTS, ids=lambda at: f"{at[0]}.{at[1]}")
def test_a_cursor_that_was_tampered_with_is_refused_or_leads_nowhere_else(
    at: tuple[str, str, tuple[str, ...]], world: World, callers: Callers
) -> None:
    owner: Any = THINGS[at[0]] if at[0] else SCHEMA.query_type
    order = owner.graphene_type._meta.fields[to_snake_case(at[1])].order_by
    step = at_once(*at[:2])
    asked = [(WAYS[number // 2 % 2], cursor) for number, cursor in enumerate(cursors(len(order) + 1))]
    for first in range(0, len(asked), step):
        some = asked[first : first + step]
        content, answered = ask(callers, world, at, some)
        codes = {error["extensions"]["code"] for error in orjson.loads(content).get("errors", ())}
        assert codes <= {"BAD_CURSOR", "NOT_FOUND"}, (at, some, content)
        assert answered == len(some) and (len(some) == 1 or orjson.loads(content)["data"]), (at, some, content)
        assert world.strangers(content, None) == []


@pytest.mark.parametrize("cursor", NO_CURSORS)
def test_what_is_no_cursor_at_all_is_refused(cursor: str, world: World, callers: Callers) -> None:
    for way in WAYS:
        content, _answered = ask(callers, world, ("", "stores", ()), [(way, cursor)])
        assert b'"BAD_CURSOR"' in content


def test_no_list_was_left_out() -> None:
    assert len(LISTS) >= FEWEST_LISTS
