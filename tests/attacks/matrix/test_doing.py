"""Every deed x every caller x own store, other store, other chain, missing (S02, S13, T05)."""

from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from graphql import GraphQLInputObjectType, GraphQLObjectType, get_named_type, get_nullable_type, is_list_type

from api.permissions import TABLE
from chains.actor import Actor
from tests.attacks.matrix.callers import TWO_ROLES, Callers
from tests.attacks.matrix.conftest import SCHEMA, THINGS, World
from tests.attacks.matrix.documents import whole
from tests.attacks.matrix.inputs import Place, ids_in, made_up
from tests.attacks.matrix.successes import SUCCESSES
from tests.attacks.matrix.test_reading import holds, seen_by
from tests.attacks.matrix.together import all_refused, refused_together
from tests.factories.rows import is_of_stores

FEWEST_DEEDS = 25
FEWEST_FOREIGN_IDS = 25
# What takes the place of made-up values that are refused before anybody asks who gave them.
FITTING: dict[str, dict[str, Any]] = {"sendSurvey": SUCCESSES["sendSurvey"].given}
# A key's end is looked at before its stores; `test_a10_keys` tells what each may be made for.
LATER = {"createAccessToken": ["INVALID"]}

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


def given_to(name: str, world: World, *, strange: Place | None = None, place: str = "own") -> dict[str, Any]:
    """Return a deed's input with ids of the own store, but for one id that lies elsewhere."""
    return made_up(input_of(name), lambda at: world.id_of(at.thing, place if at == strange else "own"))


def reaches(name: str) -> Iterator[Place]:
    yield from ids_in(input_of(name))


def reaches_store(place: Place) -> bool:
    """Tell whether an id names something that is a store's."""
    model: Any = THINGS[place.thing].graphene_type._meta.model
    return is_of_stores(model)


def _is_list(name: str, place: Place) -> bool:
    return len(place.path) == 1 and is_list_type(get_nullable_type(input_of(name).fields[place.path[0]].type))


def test_a_deed_is_refused_to_whoever_lacks_its_permission(world: World, callers: Callers) -> None:
    for who in callers.everybody:
        actor = callers.actor(who)
        lacking = [name for name in DEEDS if not holds(actor, TABLE[f"Mutation.{name}"], None)]
        if actor is None:
            for name in lacking:
                content = callers.post(document_of(name), {"input": given_to(name, world)}, who)
                assert [error["extensions"]["code"] for error in orjson.loads(content)["errors"]] == ["UNAUTHENTICATED"]
            continue
        answers = all_refused(callers, [(name, given_to(name, world)) for name in lacking], who)
        for name, answer in zip(lacking, answers, strict=True):
            assert [error["code"] for error in answer.refusals] == ["NOT_PERMITTED"], (name, who, answer)
            assert world.strangers(answer.content, seen_by(actor)) == [], (name, who)


@pytest.mark.parametrize("name", DEEDS)
def test_whoever_has_the_permission_does_it_or_leaves_nothing(name: str, world: World, callers: Callers) -> None:
    doers = [who for who in callers.everybody if holds(callers.actor(who), TABLE[f"Mutation.{name}"], None)]
    assert doers
    for who in doers:
        content = callers.post(document_of(name), {"input": given_to(name, world)}, who)
        codes = codes_of(content, name)
        assert callers.written == 0 or not codes, (name, who, codes)
        assert world.strangers(content, seen_by(callers.actor(who))) == [], (name, who)


@pytest.mark.parametrize("name", [name for name in DEEDS if list(reaches(name))])
def test_an_id_of_another_chain_or_an_unseen_store_is_a_missing_one(name: str, world: World, callers: Callers) -> None:
    for who in callers.everybody:
        actor = callers.actor(who)
        if actor is None or not holds(actor, TABLE[f"Mutation.{name}"], None):
            # Refused before any id is looked at, as the test above shows.
            continue
        tried = [(strange, place) for strange in reaches(name) for place in _unseen(world, strange, actor)]
        inputs = [given_to(name, world, strange=strange, place=place) for strange, place in tried]
        answers = dict(zip(tried, refused_together(callers, name, inputs, who), strict=True))
        for (strange, place), answer in answers.items():
            assert answer == answers[strange, "missing"], (name, who, strange, place)


@pytest.mark.parametrize("name", [name for name in DEEDS if any(reaches_store(place) for place in reaches(name))])
def test_a_permission_at_one_store_does_nothing_at_another(name: str, world: World, callers: Callers) -> None:
    needs = TABLE[f"Mutation.{name}"]
    for who in TWO_ROLES:
        actor = callers.actor(who)
        for where, store in (("own", world.a.store), ("other", world.a.other_store)):
            if not holds(actor, needs, store):
                given = made_up(input_of(name), lambda at, where=where: world.id_of(at.thing, where))
                # What is refused as a value says nothing about who gave it.
                given = {key: value for key, value in {**given, **FITTING.get(name, {})}.items() if value is not None}
                content = callers.post(document_of(name), {"input": given}, who)
                # For whatever else the made-up input would be refused: this is asked first.
                assert codes_of(content, name) in (["NOT_PERMITTED"], ["NOT_FOUND"], LATER.get(name)), (
                    name,
                    who,
                    where,
                )
                assert callers.written == 0, (name, who, where)


@pytest.mark.parametrize("name", [name for name in DEEDS if any(_is_list(name, place) for place in reaches(name))])
def test_a_list_with_one_foreign_id_is_refused_whole(name: str, world: World, callers: Callers) -> None:
    for who in callers.everybody:
        actor = callers.actor(who)
        if actor is None or not holds(actor, TABLE[f"Mutation.{name}"], None):
            continue
        for listed in (strange for strange in reaches(name) if _is_list(name, strange)):
            inputs = []
            for place in _unseen(world, listed, actor):
                ids = [world.id_of(listed.thing, "own"), world.id_of(listed.thing, place)]
                inputs.append({**given_to(name, world), listed.path[0]: ids})
            missing, *others = refused_together(callers, name, inputs, who)
            assert others == [missing] * len(others), (name, who, listed)


@pytest.mark.parametrize("name", [name for name in DEEDS if list(reaches(name))])
def test_t06_what_is_no_id_of_such_a_thing_is_refused_at_its_field(name: str, world: World, callers: Callers) -> None:
    tried, inputs = [], []
    for place in reaches(name):
        for wrong in ("1", "", "Store:1", world.id_of(_another(place.thing), "own"), "x" * 10_000):
            tried.append((place, wrong))
            inputs.append(
                made_up(
                    input_of(name),
                    lambda at, wrong=wrong, place=place: wrong if at == place else world.id_of(at.thing, "own"),
                )
            )
    answers = refused_together(callers, name, inputs, "HQ_ADMINISTRATOR")
    for (place, wrong), answer in zip(tried, answers, strict=True):
        assert [error["code"] for error in answer.refusals] == ["BAD_ID"], (name, place, wrong)
        assert [part for part in answer.refusals[0]["field"] if not part.isdigit()] == list(place.path)


def test_the_matrix_of_deeds_has_not_shrunk() -> None:
    assert len(DEEDS) >= FEWEST_DEEDS
    assert sum(len(list(reaches(name))) for name in DEEDS) >= FEWEST_FOREIGN_IDS


def _unseen(world: World, strange: Place, actor: Actor) -> tuple[str, ...]:
    """Return the places in which things have to look missing to an actor, the missing one first."""
    seen = seen_by(actor)
    is_hidden = reaches_store(strange) and seen is not None and world.a.other_store not in seen
    return ("missing", "foreign", *(("other",) if is_hidden else ()))


def _another(thing: str) -> str:
    return next(name for name in THINGS if name != thing)
