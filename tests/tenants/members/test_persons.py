"""Who acts in person, and who by a key or in somebody's place; no database."""

from dataclasses import replace

import pytest

from chains.actor import ActorKind, gate_actor, system_actor
from kit.ids import new_id
from kit.refusals import Refusal
from members.rules import actors
from members.rules.actors import Request
from members.rules.persons import PersonsOnly, must_be_a_person, people_in

USER, VISITOR = new_id(), new_id()
REQUEST = Request.unknown()
SIGNED_IN = actors.person(USER, (), REQUEST)
REPRESENTED = actors.represented(USER, (), REQUEST, visit_id=new_id(), visitor_id=VISITOR)
PERSONAL = actors.personal_token(new_id(), USER, (), scopes=[], store_ids=None, request=REQUEST)
SERVICE = actors.service_token(new_id(), scopes=[], store_ids=None, request=REQUEST)
OPERATOR = actors.visiting_operator(new_id(), new_id(), REQUEST)
NOBODY = replace(SIGNED_IN, id=None)


class InPerson(Refusal):
    """A deed's own word for it."""


def test_a_person_is_who_has_signed_in_as_themselves() -> None:
    assert must_be_a_person(SIGNED_IN) == USER


@pytest.mark.parametrize("actor", [PERSONAL, SERVICE, OPERATOR, REPRESENTED, NOBODY, system_actor(), gate_actor()])
def test_no_key_no_machine_no_operator_and_nobody_in_anothers_place_is_one(actor: actors.Actor) -> None:
    with pytest.raises(PersonsOnly):
        must_be_a_person(actor)
    with pytest.raises(InPerson):
        must_be_a_person(actor, InPerson)


def test_in_somebodys_place_there_are_two_people_and_with_a_key_there_is_none() -> None:
    assert people_in(SIGNED_IN) == {USER}
    assert people_in(REPRESENTED) == {USER, VISITOR}
    for actor in (PERSONAL, SERVICE, OPERATOR, NOBODY, system_actor()):
        assert people_in(actor) == frozenset(), actor.kind


def test_a_personal_token_stands_for_its_owner_and_a_service_token_for_nobody() -> None:
    assert (PERSONAL.user_id, SERVICE.user_id, system_actor().user_id) == (USER, None, None)
    assert PERSONAL.kind is ActorKind.TOKEN
