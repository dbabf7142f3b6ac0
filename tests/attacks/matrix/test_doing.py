"""Every deed x every caller x own store, other store, other chain, missing (S02, S13, T05)."""

from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from graphql import GraphQLInputObjectType, GraphQLObjectType, get_named_type, get_nullable_type, is_list_type

from api.base.permitted import Everyone
from api.permissions import TABLE
from chains.actor import Actor
from tests.attacks.matrix.callers import NOBODY, TWO_ROLES, Callers
from tests.attacks.matrix.conftest import SCHEMA, THINGS, World
from tests.attacks.matrix.documents import whole
from tests.attacks.matrix.inputs import Place, ids_in, made_up
from tests.attacks.matrix.test_reading import holds, seen_by
from tests.factories.rows import is_of_stores

FEWEST_DEEDS = 25
FEWEST_FOREIGN_IDS = 25

DEEDS = SCHEMA.mutation_type.fields if SCHEMA.mutation_type else {}


def input_of(name: str) -> GraphQLInputObjectType:
    named = get_named_type(DEEDS[name].args["input"].type)
    assert isinstance(named, GraphQLInputObjectType)
    return named


def document_of(name: str) -> str:
    payload = get_named_type(DEEDS[name].type)
    assert isinstance(payload, GraphQLObjectType)
    return f"mutation($input:{input_of(name).name}!){{{name}(input:$input){{{whole(payload)}}}}}"


def codes_of(content: bytes, name: str) -> list[str]:
    """Return the codes that a deed was refused with; a broken answer fails the test."""
    answer = orjson.loads(content)
    beside = {error["extensions"]["code"] for error in answer.get("errors", ())}
    # A payload's thing may be withheld from whoever may do the deed but not see it.
    assert beside <= {"NOT_PERMITTED"}, (name, answer)
    return [error["code"] for error in answer["data"][name]["userErrors"]]


def attempt(callers: Callers, world: World, name: str, who: str, strange: Place | None, place: str) -> bytes:
    """Do a deed with ids of the own store, but for one id that lies elsewhere."""
    given = made_up(input_of(name), lambda at: world.id_of(at.thing, place if at == strange else "own"))
    return callers.post(document_of(name), {"input": given}, who)


def reaches(name: str) -> Iterator[Place]:
    yield from ids_in(input_of(name))


def reaches_store(place: Place) -> bool:
    """Tell whether an id names something that is a store's."""
    model: Any = THINGS[place.thing].graphene_type._meta.model
    return is_of_stores(model)


def _is_list(name: str, place: Place) -> bool:
    return len(place.path) == 1 and is_list_type(get_nullable_type(input_of(name).fields[place.path[0]].type))


@pytest.mark.parametrize("name", DEEDS)
def test_a_deed_is_refused_to_whoever_lacks_its_permission(name: str, world: World, callers: Callers) -> None:
    needs = TABLE[f"Mutation.{name}"]
    for who in callers.everybody:
        actor = callers.actor(who)
        content = attempt(callers, world, name, who, None, "own")
        if who == NOBODY and needs is not Everyone.PUBLIC:
            (error,) = orjson.loads(content)["errors"]
            assert error["extensions"]["code"] == "UNAUTHENTICATED"
        else:
            codes = codes_of(content, name)
            if not holds(actor, needs, None):
                assert codes == ["NOT_PERMITTED"], (name, who, codes)
            assert callers.written == 0 or not codes, (name, who, codes)
        assert world.strangers(content, seen_by(actor)) == [], (name, who)


@pytest.mark.parametrize("name", [name for name in DEEDS if list(reaches(name))])
def test_an_id_of_another_chain_or_an_unseen_store_is_a_missing_one(name: str, world: World, callers: Callers) -> None:
    for who in callers.everybody:
        actor = callers.actor(who)
        if actor is None or not holds(actor, TABLE[f"Mutation.{name}"], None):
            # Refused before any id is looked at, as the test above shows.
            continue
        for place in reaches(name):
            missing = attempt(callers, world, name, who, place, "missing")
            assert codes_of(missing, name), (name, who, place, "a missing id was taken")
            assert callers.written == 0
            foreign = attempt(callers, world, name, who, place, "foreign")
            assert foreign == missing and callers.written == 0, (name, who, place)
            if _is_hidden(world, place, actor):
                other = attempt(callers, world, name, who, place, "other")
                assert other == missing and callers.written == 0, (name, who, place)


@pytest.mark.parametrize("name", [name for name in DEEDS if any(reaches_store(place) for place in reaches(name))])
def test_a_permission_at_one_store_does_nothing_at_another(name: str, world: World, callers: Callers) -> None:
    needs = TABLE[f"Mutation.{name}"]
    for who in TWO_ROLES:
        actor = callers.actor(who)
        for where, store in (("own", world.a.store), ("other", world.a.other_store)):
            if not holds(actor, needs, store):
                given = made_up(input_of(name), lambda at, where=where: world.id_of(at.thing, where))
                content = callers.post(document_of(name), {"input": given}, who)
                assert codes_of(content, name) and callers.written == 0, (name, who, where)


@pytest.mark.parametrize("name", [name for name in DEEDS if any(_is_list(name, place) for place in reaches(name))])
def test_a_list_with_one_foreign_id_is_refused_whole(name: str, world: World, callers: Callers) -> None:
    for who in callers.everybody:
        actor = callers.actor(who)
        if actor is None or not holds(actor, TABLE[f"Mutation.{name}"], None):
            continue
        for place in reaches(name):
            if not _is_list(name, place):
                continue
            wheres = ("missing", "foreign", *(("other",) if _is_hidden(world, place, actor) else ()))
            answers = []
            for where in wheres:
                given = made_up(input_of(name), lambda at: world.id_of(at.thing, "own"))
                given[place.path[0]] = [world.id_of(place.thing, "own"), world.id_of(place.thing, where)]
                answers.append(callers.post(document_of(name), {"input": given}, who))
                assert callers.written == 0, (name, who, where)
            assert codes_of(answers[0], name) and set(answers) == {answers[0]}, (name, who)


@pytest.mark.parametrize("name", [name for name in DEEDS if list(reaches(name))])
def test_t06_what_is_no_id_of_such_a_thing_is_refused_at_its_field(name: str, world: World, callers: Callers) -> None:
    for place in reaches(name):
        for wrong in ("1", "", "Store:1", world.id_of(_another(place.thing), "own"), "x" * 10_000):
            given = made_up(
                input_of(name),
                lambda at, wrong=wrong, place=place: wrong if at == place else world.id_of(at.thing, "own"),
            )
            content = callers.post(document_of(name), {"input": given}, "HQ_ADMINISTRATOR")
            errors = orjson.loads(content)["data"][name]["userErrors"]
            assert [error["code"] for error in errors] == ["BAD_ID"], (name, place, wrong)
            assert [part for part in errors[0]["field"] if not part.isdigit()] == list(place.path)


def test_the_matrix_of_deeds_has_not_shrunk() -> None:
    assert len(DEEDS) >= FEWEST_DEEDS
    assert sum(len(list(reaches(name))) for name in DEEDS) >= FEWEST_FOREIGN_IDS


def _is_hidden(world: World, place: Place, actor: Actor) -> bool:
    model: Any = THINGS[place.thing].graphene_type._meta.model
    seen = seen_by(actor)
    return is_of_stores(model) and seen is not None and world.a.other_store not in seen


def _another(thing: str) -> str:
    return next(name for name in THINGS if name != thing)
