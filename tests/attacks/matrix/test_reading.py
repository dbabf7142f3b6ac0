"""Every field x every caller x own store, other store, other chain, missing (S01, S03, S15, T05)."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Any
from uuid import UUID

import orjson
import pytest
from graphql import get_named_type

from api.base.ids import parse_global_id
from api.base.permitted import Everyone
from api.base.things import Thing
from api.gate.documents import MOST_ERRORS
from api.gate.fields import is_structure
from api.permissions import TABLE
from chains.actor import Actor, Audience
from tests.attacks.matrix.callers import NOBODY, Callers
from tests.attacks.matrix.conftest import SCHEMA, THINGS, World
from tests.attacks.matrix.documents import QUESTIONS, nodes_document, selected_fields
from tests.attacks.matrix.together import Answer, told_apart
from tests.factories.rows import is_of_stores

# What was there when the matrix was written: it grows with the schema and must not shrink unseen.
FEWEST_FIELDS = 99
FEWEST_ANSWERS = 700


def seen_by(actor: Actor | None) -> frozenset[UUID] | None:
    """Return the stores that an actor sees, None for all."""
    if actor is None:
        return frozenset()
    return None if actor.audience is Audience.HQ else actor.store_ids


def holds(actor: Actor | None, needs: StrEnum, store: UUID | None) -> bool:
    """Tell what the permission table allows, in the test's own words."""
    if needs is Everyone.PUBLIC:
        return True
    if actor is None:
        return False
    if needs is Everyone.MEMBER:
        return True
    grants = [grant for grant in actor.grants if needs in grant.permissions]
    return any(store is None or grant.store_ids is None or store in grant.store_ids for grant in grants)


@pytest.mark.parametrize("name", THINGS)
def test_a_thing_is_seen_as_the_table_says_and_hidden_ones_look_missing(
    name: str, world: World, callers: Callers
) -> None:
    made: type[Thing] = THINGS[name].graphene_type
    stores = {place: _store(world, name, place) for place in ("own", "other")}
    for who in callers.everybody:
        actor = callers.actor(who)
        shown = {place for place, at in stores.items() if holds(actor, TABLE[name], at) and _sees(actor, at)}
        answers = _looked_at(callers, world, name, who, sorted(stores.keys() - shown), sorted(shown))
        assert answers["foreign"] == answers["missing"], (name, who)
        for place, store in stores.items():
            answer = answers[place]
            if place not in shown:
                assert answer == answers["missing"], (name, who, place)
            elif actor is not None and (answer != answers["missing"] or made.rows.__func__ is Thing.rows.__func__):
                _check_fields(answer, name, actor, store)
            assert world.strangers(answer.content, seen_by(actor)) == [], (name, who, place)


def _looked_at(
    callers: Callers, world: World, name: str, who: str, hidden: list[str], shown: list[str]
) -> dict[str, Answer]:
    """Return how a thing looks to a caller in each place, asked for together where all that is refused is told."""
    # Errors are told of the first things in a document: of those that have to look alike.
    places = ["missing", "foreign", *hidden, *shown]
    ids = [world.id_of(name, place) for place in places]
    if who != NOBODY:
        given = {f"i{number}": each for number, each in enumerate(ids)}
        document = nodes_document(THINGS[name], len(ids))
        answers = told_apart(callers.post(document, given, who, is_ours=True))
        if sum(len(answer.errors) for answer in answers) < MOST_ERRORS:
            return dict(zip(places, answers, strict=True))
    # Nobody in particular asks for one thing at a time.
    alone = (told_apart(callers.post(nodes_document(THINGS[name], 1), {"i0": each}, who, is_ours=True)) for each in ids)
    return dict(zip(places, (answer for (answer,) in alone), strict=True))


def _store(world: World, name: str, place: str) -> UUID | None:
    model = THINGS[name].graphene_type._meta.model
    if not is_of_stores(model):
        return None
    return world.a.other_store if place == "other" else world.a.store


def _sees(actor: Actor | None, store: UUID | None) -> bool:
    seen = seen_by(actor)
    return actor is not None and (store is None or seen is None or store in seen)


def _check_fields(answer: Answer, name: str, actor: Actor, store: UUID | None) -> None:
    if answer.value is None:
        # It hangs on another thing that the caller may not see.
        assert {error["code"] for error in answer.errors} == {"NOT_FOUND"}, (name, answer)
        return
    refused = {error["path"][0]: error["code"] for error in answer.errors}
    assert answer.value["__typename"] == name, (name, actor, answer)
    for field, _selection in selected_fields(THINGS[name]):
        needs = {TABLE[f"{name}.{field}"], *_base_of(name, field)}
        allowed = all(holds(actor, each, store) for each in needs)
        if field in refused:
            assert refused[field] == "NOT_PERMITTED" and not allowed, (name, field, actor)
            assert answer.value[field] is None
        elif len(answer.errors) < MOST_ERRORS:
            assert allowed, (name, field, actor)


def _base_of(name: str, field: str) -> set[StrEnum]:
    made = getattr(get_named_type(THINGS[name].fields[field].type), "graphene_type", None)
    node = getattr(getattr(made, "_meta", None), "node", made)
    base = getattr(getattr(node, "_meta", None), "name", "")
    return {TABLE[base]} if base in TABLE else set()


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_is_answered_with_what_the_caller_sees_and_nothing_else(
    name: str, world: World, callers: Callers
) -> None:
    needs = TABLE[f"Query.{name}"]
    for who in callers.everybody:
        actor = callers.actor(who)
        content = callers.post(QUESTIONS[name], {}, who)
        answer = orjson.loads(content)
        codes = {error["extensions"]["code"] for error in answer.get("errors", ())}
        assert "INTERNAL" not in codes, (name, who, answer)
        if who == NOBODY and needs is not Everyone.PUBLIC:
            assert codes == {"UNAUTHENTICATED"}
        elif not holds(actor, needs, None):
            assert codes == {"NOT_PERMITTED"} and answer["data"][name] is None, (name, who)
        assert world.strangers(content, seen_by(actor)) == [], (name, who)
        assert list(_not_theirs(world, answer, actor)) == [], (name, who)


def _not_theirs(world: World, answer: Any, actor: Actor | None) -> Iterator[str]:
    """Yield the things in an answer that lie at a store where the caller may not see such a thing."""
    if isinstance(answer, list):
        for each in answer:
            yield from _not_theirs(world, each, actor)
    elif isinstance(answer, dict):
        if isinstance(answer.get("id"), str):
            name, key = parse_global_id(answer["id"])
            store = world.places.get(key, ("", None))[1]
            if name in THINGS and store is not None and not holds(actor, TABLE[name], store):
                yield f"{name} of {store}"
        for each in answer.values():
            yield from _not_theirs(world, each, actor)


def test_the_matrix_has_not_shrunk(callers: Callers) -> None:
    fields = sum(len(list(selected_fields(named))) for named in THINGS.values())
    assert fields >= FEWEST_FIELDS
    assert (len(THINGS) * 4 + len(QUESTIONS)) * len(callers.everybody) >= FEWEST_ANSWERS


def test_every_type_of_the_schema_is_in_the_table_or_only_carries_others() -> None:
    for name, named in SCHEMA.type_map.items():
        if hasattr(named, "fields") and not name.startswith("__") and name in TABLE:
            assert not is_structure(named)
