"""The schema as consumers read it: printed, described, and never broken unseen."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import graphene
import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_list_type,
    is_specified_scalar_type,
    parse,
    print_ast,
)
from graphql.type import get_nullable_type

from api.base.things import Thing
from api.gate.codes import codes
from api.operators.schema import operator_schema
from api.printing import broken_by, text_of_schema
from api.schema import schema
from config.commands.schema import FOLDER, PUBLISHED, broken, texts
from kit.refusals import Refusal

SCHEMA = schema.graphql_schema
OPERATORS = operator_schema.graphql_schema


def own_types(schema: GraphQLSchema) -> Iterator[Any]:
    for named in schema.type_map.values():
        if not named.name.startswith("__") and not is_specified_scalar_type(named):
            yield named


def undescribed(schema: GraphQLSchema) -> list[str]:
    """Name every type, field, argument and enum value that says nothing about itself."""
    silent = []
    for named in own_types(schema):
        said = {named.name: named.description}
        if isinstance(named, GraphQLObjectType | GraphQLInterfaceType):
            for name, field in named.fields.items():
                said[f"{named.name}.{name}"] = field.description
                said.update({f"{named.name}.{name}({arg})": of.description for arg, of in field.args.items()})
        elif isinstance(named, GraphQLInputObjectType):
            said.update({f"{named.name}.{name}": field.description for name, field in named.fields.items()})
        elif isinstance(named, GraphQLEnumType):
            said.update({f"{named.name}.{name}": value.description for name, value in named.values.items()})
        silent += [name for name, text in said.items() if not (text or "").strip() or text == "An enumeration."]
    return silent


@pytest.mark.parametrize("name", texts())
def test_the_printed_schema_is_the_one_the_code_has(name: str) -> None:
    printed = (FOLDER / name).read_text(encoding="utf-8")
    assert printed == texts()[name], "run `onebanner schema`"


def refusals_of(base: type[Refusal]) -> Iterator[type[Refusal]]:
    for kind in base.__subclasses__():
        if not kind.__module__.startswith("tests."):
            yield kind
        yield from refusals_of(kind)


def test_a_code_means_one_refusal_and_says_one_thing() -> None:
    listed = codes()
    met = Counter(kind.__new__(kind).code for kind in refusals_of(Refusal))
    assert [code for code, number in met.items() if number > 1] == []
    assert met.keys() <= listed.keys()


@pytest.mark.parametrize("name", PUBLISHED)
def test_what_is_published_is_not_broken(name: str) -> None:
    assert broken(name) == []


def test_a_field_taken_away_would_be_seen() -> None:
    class Query(graphene.ObjectType):
        here = graphene.String()

    class Fuller(Query):
        class Meta:
            name = "Query"

        gone = graphene.String()

    published = text_of_schema(graphene.Schema(query=Fuller).graphql_schema)
    (broken,) = broken_by(graphene.Schema(query=Query).graphql_schema, published)
    assert broken.description == "Query.gone was removed."


def test_the_printed_schema_parses() -> None:
    assert print_ast(parse(text_of_schema(SCHEMA)))


@pytest.mark.parametrize("printed", [SCHEMA, OPERATORS], ids=["chains", "operators"])
def test_everything_describes_itself(printed: GraphQLSchema) -> None:
    assert undescribed(printed) == []


def test_a_silent_field_would_be_seen() -> None:
    class Query(graphene.ObjectType):
        """Asks."""

        silent = graphene.String(said=graphene.Int())

    assert undescribed(graphene.Schema(query=Query).graphql_schema) == ["Query.silent", "Query.silent(said)"]


@pytest.mark.parametrize("printed", [SCHEMA, OPERATORS], ids=["chains", "operators"])
def test_every_list_of_things_comes_in_pages(printed: GraphQLSchema) -> None:
    unpaged = []
    for named in own_types(printed):
        if isinstance(named, GraphQLObjectType) and not named.name.endswith("Connection"):
            for name, field in named.fields.items():
                made = getattr(get_named_type(field.type), "graphene_type", None)
                is_thing = isinstance(made, type) and issubclass(made, Thing)
                if is_thing and is_list_type(get_nullable_type(field.type)):
                    unpaged.append(f"{named.name}.{name}")
    assert unpaged == []


@pytest.mark.parametrize("printed", [SCHEMA, OPERATORS], ids=["chains", "operators"])
def test_every_deed_has_one_input_and_tells_refusals(printed: GraphQLSchema) -> None:
    deeds = printed.mutation_type.fields if printed.mutation_type else {}
    for name, field in deeds.items():
        capital = name[0].upper() + name[1:]
        assert {arg: str(of.type) for arg, of in field.args.items()} == {"input": f"{capital}Input!"}, name
        assert str(field.type) == f"{capital}Payload!", name
        payload = get_named_type(field.type)
        assert isinstance(payload, GraphQLObjectType)
        assert str(payload.fields["userErrors"].type) == "[UserError!]!"
        asked = get_named_type(field.args["input"].type)
        assert isinstance(asked, GraphQLInputObjectType)
        assert str(asked.fields["idempotencyKey"].type) == "String", name


@pytest.mark.parametrize("printed", [SCHEMA, OPERATORS], ids=["chains", "operators"])
def test_every_deed_takes_checked_texts_only(printed: GraphQLSchema) -> None:
    """A text or an id that is taken as it comes could hold anything (I01, I03, I05)."""
    unchecked = []
    for named in own_types(printed):
        if isinstance(named, GraphQLInputObjectType):
            declared = named.graphene_type._meta.fields
            for field in named.fields.values():
                if get_named_type(field.type).name in ("String", "ID"):
                    source = declared[field.out_name]
                    if not hasattr(source, "clean"):
                        unchecked.append(f"{named.name}.{field.out_name}")
    assert set(unchecked) <= {"MoneyInput.currency"}
