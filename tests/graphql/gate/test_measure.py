"""How large a document may be, and that saying so takes little work."""

import pytest
from graphql import get_introspection_query

from api.gate import refusals
from api.gate.documents import NotValid, read_document
from tests.effort import calls_in

# About 20 ms. The longest document that is looked into at all takes 130,000.
FEW_CALLS = 200_000


def nested(depth: int) -> str:
    return "{a" * depth + "}" * depth


def bomb(levels: int) -> str:
    """A document whose fields double with every level: 2^levels in all."""
    fragments = [f"fragment f{n} on Q{{...f{n + 1} ...f{n + 1}}}" for n in range(levels)]
    return "{...f0}" + "".join(fragments) + f"fragment f{levels} on Q{{x}}"


def test_a_depth_of_ten_passes_and_eleven_does_not() -> None:
    assert read_document(nested(10), None).top_fields == ("a",)
    with pytest.raises(refusals.TooDeep):
        read_document(nested(11), None)


def test_depth_counts_through_fragments() -> None:
    with pytest.raises(refusals.TooDeep):
        read_document("{a{a{a{a{a{...f}}}}}} fragment f on Q" + nested(6), None)


def test_two_hundred_fields_pass_and_one_more_does_not() -> None:
    read_document("{" + " ".join(f"f{n}" for n in range(200)) + "}", None)
    with pytest.raises(refusals.TooManyFields):
        read_document("{" + " ".join(f"f{n}" for n in range(201)) + "}", None)


def test_fields_are_counted_where_fragments_are_spread() -> None:
    with pytest.raises(refusals.TooManyFields):
        read_document("{" + "...f " * 21 + "} fragment f on Q{" + " ".join(f"f{n}" for n in range(10)) + "}", None)


def test_fifteen_aliases_pass_and_sixteen_do_not() -> None:
    read_document("{" + " ".join(f"a{n}:x" for n in range(15)) + "}", None)
    with pytest.raises(refusals.TooManyAliases):
        read_document("{" + " ".join(f"a{n}:x" for n in range(16)) + "}", None)


def test_directives_are_limited() -> None:
    read_document("{" + " ".join(["x @skip(if:false)"] * 20) + "}", None)
    with pytest.raises(refusals.TooManyDirectives):
        read_document("{" + " ".join(["x @a"] * 21) + "}", None)


@pytest.mark.parametrize(
    "text",
    [
        "{...a} fragment a on Q{...a}",
        "{...a} fragment a on Q{...b} fragment b on Q{...a}",
        "{...a} fragment a on Q{x{... on Q{...b}}} fragment b on Q{y{...a}}",
        "{x} fragment a on Q{...a}",
    ],
)
def test_g04_fragment_cycles_are_refused(text: str) -> None:
    with pytest.raises(refusals.FragmentCycle):
        read_document(text, None)


HOSTILE = {
    "deep": nested(200),
    "deepest": "{a" * 2400,
    "three thousand braces": "{" * 3000,
    "bomb": bomb(100),
    "chain of fragments": "{...f0}" + "".join(f"fragment f{n} on Q{{...f{n + 1}}}" for n in range(330)),
    "deep chain": "{...f0}" + "".join(f"fragment f{n} on Q{'{a' * 60}{{...f{n + 1}}}{'}' * 60}" for n in range(45)),
    "cycle": "{...a} fragment a on Q{" + "...a " * 1500 + "}",
    "a thousand aliases": "{" + " ".join(f"a{n}:x" for n in range(800)) + "}",
    "directives": "{x " + "@a " * 2000 + "}",
    "skips": "{" + "x@skip(if:true)" * 600 + "}",
    "tokens": "{" + "a " * 4900 + "}",
    "long": "{" + "#" * 10_000 + "}",
    "list literal": "{x(a:" + "[" * 3000 + ")}",
    "commas": "{" + "," * 9_990 + "}",
}


HOSTILE["strings left open"] = "{" + '"' * 9_000 + "}"
HOSTILE["escapes"] = '{a(b:"' + "\\" * 9_000 + ")}"
HOSTILE["block strings"] = "{" + '"""a' * 2_000 + "}"


def test_braces_in_strings_and_comments_are_no_depth() -> None:
    words = '"' + "{" * 100 + '" """' + "[" * 100 + ' "" \\""" """'
    assert read_document(f"{{a(b:[{words}]) # {'(' * 100}\n}}", None).top_fields == ("a",)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_g01_g02_g06_hostile_documents_are_refused_with_little_work(text: str) -> None:
    def refuse() -> None:
        with pytest.raises((refusals.GateRefusal, NotValid)):
            read_document(text, None)

    assert calls_in(refuse) < FEW_CALLS


def test_a_refusal_of_the_parser_holds_one_error() -> None:
    with pytest.raises(NotValid) as caught:
        read_document("{x(", None)
    assert len(caught.value.errors) == 1


@pytest.mark.parametrize("text", ["{a} {b}", "query A{a} query B{b}", "fragment f on Q{a}", "subscription{a}"])
def test_g17_exactly_one_operation_is_asked(text: str) -> None:
    with pytest.raises(refusals.NotOneOperation):
        read_document(text, None)


def test_g17_the_operation_named_is_the_one_sent() -> None:
    assert read_document("query A{a}", "A").top_fields == ("a",)
    for text in ("query A{a}", "{a}"):
        with pytest.raises(refusals.NotOneOperation):
            read_document(text, "B")


def test_the_introspection_query_of_every_tool_passes() -> None:
    assert read_document(get_introspection_query(), None).introspects


def test_g10_a_circular_introspection_is_too_deep() -> None:
    with pytest.raises(refusals.TooDeep):
        read_document("{__schema{types" + "{fields{type" * 8 + "{name}" + "}}" * 8 + "}}", None)


def test_top_fields_are_found_inside_fragments() -> None:
    text = "{a ...f ... on Query{b ... @skip(if:true){c}}} fragment f on Query{d}"
    assert read_document(text, None).top_fields == ("a", "d", "b", "c")
