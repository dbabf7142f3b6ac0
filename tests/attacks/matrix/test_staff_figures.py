"""Where a kind of store shows figures of the store only, no answer tells who works there to who is not of the store."""

from collections.abc import Iterator
from uuid import UUID

import orjson
import pytest
from django.utils import timezone

from api.base.ids import BadId, parse_global_id
from chains.actor import system_actor
from chains.scope import scope
from members.models import Assignment, User
from standards.models.staffing import StaffFigures, StaffFiguresPolicy
from stores.models import StoreKind
from tests.attacks.matrix.callers import Callers
from tests.attacks.matrix.conftest import THINGS, World
from tests.attacks.matrix.documents import QUESTIONS, node_document
from tests.attacks.matrix.test_arguments import NAMES, ask

# Who has an account, which role and which position is kept by HQ: a register, and no figure (decision 0015).
REGISTER = {"Member", "Assignment", "StaffPosition", "Invitation", "AccessToken"}
OUTSIDERS = ("HQ_ADMINISTRATOR", "QUALITY_OFFICER", "HQ_TRAINER", "AREA_SUPERVISOR", "TOKEN_OF_STORE", "VISITOR")


@pytest.fixture(scope="module")
def hidden(world: World) -> Iterator[dict[UUID, str]]:
    """The staff of chain A's stores, by their keys, under names that are found again; both stores are of one kind."""
    with scope(world.a.chain, system_actor()):
        of_chain = Assignment.objects.filter(store_id=None).values("user_id")
        staff = User.objects.filter(id__in=Assignment.objects.values("user_id")).exclude(id__in=of_chain)
        names = dict(staff.values_list("id", "name"))
        for number, key in enumerate(names):
            User.objects.filter(id=key).update(name=f"Nobody knows {number}")
        StaffFiguresPolicy.objects.create(
            kind=StoreKind.COMPANY_OWNED, sees=StaffFigures.STORE_ONLY, set_at=timezone.now()
        )
    yield names
    with scope(world.a.chain, system_actor()):
        StaffFiguresPolicy.objects.all().delete()
        for key, name in names.items():
            User.objects.filter(id=key).update(name=name)


def told(content: bytes, hidden: dict[UUID, str]) -> list[str]:
    """Return what an answer tells of hidden people: their names, their keys, their global ids."""
    text = content.decode()
    found = [name for name in ("Nobody knows",) if name in text]
    found += [str(key) for key in hidden if str(key) in text]
    return found + [text for text in _texts(orjson.loads(content)) if _is_of(text, hidden)]


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def _is_of(text: str, hidden: dict[UUID, str]) -> bool:
    try:
        _name, key = parse_global_id(text)
    except BadId:
        return False
    return key in hidden


@pytest.mark.parametrize("name", sorted(THINGS.keys() - REGISTER))
def test_no_thing_tells_an_outsider_who_works_at_a_store_that_hides_its_staff(
    name: str, world: World, callers: Callers, hidden: dict[UUID, str]
) -> None:
    document = node_document(THINGS[name])
    for who in OUTSIDERS:
        for place in ("own", "other"):
            content = callers.post(document, {"id": world.id_of(name, place)}, who, is_ours=True)
            assert b'"INTERNAL"' not in content, (name, who, content)
            assert told(content, hidden) == [], (name, who, place)


@pytest.mark.parametrize("name", sorted(QUESTIONS.keys() - {"members", "viewer"}))
def test_no_question_tells_an_outsider_who_works_at_a_store_that_hides_its_staff(
    name: str, callers: Callers, hidden: dict[UUID, str]
) -> None:
    for who in OUTSIDERS:
        content = callers.post(QUESTIONS[name], {}, who, is_ours=True)
        assert b'"INTERNAL"' not in content, (name, who, content)
        assert told(content, hidden) == [], (name, who)


@pytest.mark.parametrize("argument", [name for name in NAMES if name != "node.id"])
def test_no_question_about_something_tells_an_outsider_who_works_there(
    argument: str, world: World, callers: Callers, hidden: dict[UUID, str]
) -> None:
    for who in OUTSIDERS:
        values = [world.id_of(thing, place) for thing in NAMES[argument] for place in ("own", "other")]
        for answer in ask(callers, world, argument, values, who):
            assert told(answer.content, hidden) == [], (argument, who)


def test_the_stores_own_people_are_told_who_did_what(world: World, callers: Callers, hidden: dict[UUID, str]) -> None:
    document = node_document(THINGS["Enrolment"])
    content = callers.post(document, {"id": world.id_of("Enrolment", "own")}, "STORE_MANAGER", is_ours=True)
    assert told(content, hidden) != []
