"""Deeds: done or refused, each with its own savepoint, once per idempotency key."""

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone
from django.utils.translation import override

from api.base.memory import KEPT_FOR, IdempotencyKeyReused, KeptAnswers
from api.models import KeptAnswer
from chains.actor import system_actor
from chains.scope import scope
from stores.models import Area
from tests.graphql.conftest import Toy

RENAME = (
    "mutation($input:RenameAreaInput!){renameArea(input:$input){area{id name} secret userErrors{code message field}}}"
)


def names(toy: Toy) -> set[str]:
    with scope(toy.chain.chain, system_actor()):
        return set(Area.objects.values_list("name", flat=True))


@pytest.fixture
def area(toy: Toy) -> str:
    text: str = toy("{areas(last:1){nodes{id}}}")["data"]["areas"]["nodes"][0]["id"]
    return text


def rename(toy: Toy, area: str, name: str, as_: str = "HQ_ADMINISTRATOR", **more: Any) -> Any:
    return toy(RENAME, as_=as_, input={"areaId": area, "name": name, **more})["data"]["renameArea"]


def test_a_deed_is_done_and_shows_the_thing(toy: Toy, area: str) -> None:
    assert rename(toy, area, " North ") == {"area": {"id": area, "name": "North"}, "secret": "sesame", "userErrors": []}
    assert "North" in names(toy)


def test_a_refused_deed_leaves_nothing_and_shows_how_the_thing_is(toy: Toy, area: str) -> None:
    before = names(toy)
    answer = rename(toy, area, "North", expectedVersion=1)
    assert [error["code"] for error in answer["userErrors"]] == ["STALE"]
    assert answer["area"]["id"] == area
    assert names(toy) == before


def test_a_refusal_is_told_in_the_callers_language(toy: Toy, area: str) -> None:
    with override("zh-hans"):
        told = rename(toy, area, "x" * 21)["userErrors"]
    assert [(error["code"], error["field"]) for error in told] == [("TOO_LONG", ["name"])]


def test_the_permission_is_asked_before_anything_else(toy: Toy) -> None:
    for area in ("nonsense", "QXJlYTox"):
        (error,) = rename(toy, area, "North", as_="STORE_MANAGER")["userErrors"]
        assert error["code"] == "NOT_PERMITTED"
        assert "DRAW_AREA" in error["message"]


def test_deeds_stand_alone_so_that_one_is_refused_and_the_other_done(toy: Toy, area: str) -> None:
    answer = toy(
        "mutation($a:RenameAreaInput!,$b:RenameAreaInput!)"
        "{a:renameArea(input:$a){userErrors{code}} b:renameArea(input:$b){userErrors{code}}}",
        a={"areaId": area, "name": "Bad", "expectedVersion": 1},
        b={"areaId": area, "name": "Good"},
    )
    assert answer["data"] == {"a": {"userErrors": [{"code": "STALE"}]}, "b": {"userErrors": []}}
    assert "Good" in names(toy) and "Bad" not in names(toy)


def test_an_unexpected_error_takes_back_every_deed_of_the_request_and_stops(toy: Toy, area: str) -> None:
    before = names(toy)
    answer = toy(
        "mutation($a:RenameAreaInput!,$b:RenameAreaInput!,$c:RenameAreaInput!)"
        "{a:renameArea(input:$a){userErrors{code}} b:renameArea(input:$b){userErrors{code}}"
        " c:renameArea(input:$c){userErrors{code}}}",
        a={"areaId": area, "name": "First"},
        b={"areaId": area, "name": "boom"},
        c={"areaId": area, "name": "Third"},
    )
    assert answer["data"] is None
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["INTERNAL"]
    assert names(toy) == before


def test_c02_a_deed_sent_again_is_answered_and_not_done(toy: Toy, area: str) -> None:
    first = rename(toy, area, "Once", idempotencyKey="k")
    rename(toy, area, "Other")
    assert rename(toy, area, "Once", idempotencyKey="k") == first
    assert "Other" in names(toy)


def test_a_key_used_for_something_else_is_refused(toy: Toy, area: str) -> None:
    rename(toy, area, "Once", idempotencyKey="k")
    (error,) = rename(toy, area, "Twice", idempotencyKey="k")["userErrors"]
    assert (error["code"], error["field"]) == ("IDEMPOTENCY_KEY_REUSED", ["idempotencyKey"])
    assert "Twice" not in names(toy)


def test_a_refused_deed_does_not_use_up_its_key(toy: Toy, area: str) -> None:
    assert rename(toy, area, "x", expectedVersion=1, idempotencyKey="k")["userErrors"]
    assert rename(toy, area, "y", idempotencyKey="k")["userErrors"] == []


def test_a_key_belongs_to_one_caller(toy: Toy, area: str) -> None:
    with scope(toy.chain.chain, system_actor()):
        KeptAnswer.objects.create(
            actor_id=toy.chain.people["HQ_TRAINER"], key="k", fingerprint="x", claimed_at=timezone.now()
        )
    assert rename(toy, area, "Mine", idempotencyKey="k")["userErrors"] == []


def test_a_key_is_free_again_after_a_day(toy: Toy) -> None:
    now = timezone.now()
    memory, actor = KeptAnswers(KeptAnswer), _person(toy)
    with scope(toy.chain.chain, actor):
        memory.claim(actor=actor, key="k", fingerprint="a", now=now)
        with pytest.raises(IdempotencyKeyReused):
            memory.claim(actor=actor, key="k", fingerprint="b", now=now + KEPT_FOR)
        later = now + KEPT_FOR + timedelta(seconds=1)
        assert memory.claim(actor=actor, key="k", fingerprint="b", now=later).answer is None
        assert memory.forget(now=later) == 0
        assert memory.forget(now=later + KEPT_FOR + timedelta(seconds=1)) == 1


def test_c02_two_that_arrive_together_do_it_once_and_are_answered_alike(fresh_chain: Any) -> None:
    toy = Toy(fresh_chain)
    area = toy("{areas(last:1){nodes{id}}}")["data"]["areas"]["nodes"][0]["id"]
    together, answers = Barrier(4), []

    def send() -> None:
        mine = Toy(fresh_chain)
        together.wait()
        answers.append(rename(mine, area, "Together", idempotencyKey="k"))
        connections.close_all()

    threads = [Thread(target=send) for _each in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 4 and all(answer == answers[0] for answer in answers)
    assert answers[0]["userErrors"] == []
    with scope(fresh_chain.chain, system_actor()):
        assert KeptAnswer.objects.count() == 1


def _person(toy: Toy) -> Any:
    toy("{hello}")
    return toy.actor
