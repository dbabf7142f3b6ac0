"""Deadlocks are tried again; what takes too long is stopped, and the connection is clean after it (C14, G22)."""

from threading import Barrier, Thread
from typing import Any

import graphene
import orjson
import pytest
from django.db import connections
from django.db.utils import OperationalError

from api.base.deeds import Deed
from api.base.permitted import Everyone
from api.gate.chain_entrance import ChainEntrance
from api.gate.door import Door
from api.gate.fields import public_fields, seal
from chains.actor import system_actor
from chains.scope import scope
from members.rules.permissions import Permission
from stores.models import Area
from tests.graphql.conftest import Toy
from tests.patience import PATIENCE_SECONDS

meeting: list[Barrier] = []
tries: list[str] = []


class CrossAreas(Deed):
    """Touch two areas, one after the other."""

    class Input:
        first = graphene.Int(required=True, description="Which area first.")
        broken = graphene.Boolean(description="Whether it always fails.")

    @classmethod
    def perform(cls, actor: Any, now: Any, *, first: int, broken: bool = False) -> dict[str, Any]:
        tries.append(str(first))
        if broken:
            raise OperationalError from _Crossed()
        areas = list(Area.objects.order_by("name"))
        Area.objects.filter(pk=areas[first].pk).update(drawn_at=now)
        if len(tries) <= 2 and meeting:
            meeting[0].wait(timeout=PATIENCE_SECONDS)
        Area.objects.filter(pk=areas[1 - first].pk).update(drawn_at=now)
        return {}


class _Crossed(Exception):
    sqlstate = "40001"


class Query(graphene.ObjectType):
    """Asks."""

    slow = graphene.String(description="Takes longer than it may.")

    @staticmethod
    def resolve_slow(_root: Any, _info: Any) -> None:
        with connections["default"].cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = '30ms'")
            cursor.execute("SELECT pg_sleep(5)")


class Mutation(graphene.ObjectType):
    """Does."""

    cross_areas = CrossAreas.mounted()


TABLE = {"Query.slow": Everyone.MEMBER, "Mutation.crossAreas": Permission.DRAW_AREA}
SCHEMA = seal(graphene.Schema(query=Query, mutation=Mutation).graphql_schema, TABLE)
CROSS = "mutation($i:CrossAreasInput!){crossAreas(input:$i){userErrors{code}}}"


def caller(chain: Any) -> Toy:
    toy = Toy(chain)
    toy.door = Door(
        schema=SCHEMA,
        table=TABLE,
        public=public_fields(TABLE),
        explorer=Permission.READ_SCHEMA,
        entrance=ChainEntrance(lambda request, *, now: toy.actor),
    )
    tries.clear()
    meeting.clear()
    return toy


def test_c14_two_that_cross_each_other_both_get_done(fresh_chain: Any) -> None:
    answers: list[Any] = []
    callers = [caller(fresh_chain), caller(fresh_chain)]
    meeting.append(Barrier(2))

    def send(toy: Toy, first: int) -> None:
        answers.append(toy(CROSS, i={"first": first}))
        connections.close_all()

    threads = [Thread(target=send, args=(toy, first)) for first, toy in enumerate(callers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [{"data": {"crossAreas": {"userErrors": []}}}] * 2
    assert 3 <= len(tries) <= 4


def test_c14_what_crosses_every_time_is_given_up_after_three_tries(chains: Any) -> None:
    toy = caller(chains.a)
    response = toy.post({"query": CROSS, "variables": {"i": {"first": 0, "broken": True}}})
    assert (response.status_code, response["Retry-After"]) == (503, "1")
    assert orjson.loads(response.content)["errors"][0]["extensions"]["code"] == "BUSY"
    assert len(tries) == 3


def test_g22_a_slow_question_is_stopped_and_the_connection_is_clean(fresh_chain: Any) -> None:
    toy = caller(fresh_chain)
    response = toy.post({"query": "{slow}"})
    assert response.status_code == 504
    (error,) = orjson.loads(response.content)["errors"]
    assert error["extensions"] == {"code": "TIMED_OUT"}
    connection = connections["default"]
    assert not connection.in_atomic_block
    with scope(fresh_chain.chain, system_actor()), connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("5s",)
        assert Area.objects.count() == 2


@pytest.mark.parametrize("alias", ["default", "public"])
def test_every_connection_of_a_request_has_its_timeouts(chains: Any, alias: str) -> None:
    with scope(chains.a.chain, system_actor()), connections[alias].cursor() as cursor:
        cursor.execute("SELECT current_setting('statement_timeout'), current_setting('lock_timeout')")
        assert cursor.fetchone() == ("5s", "3s")
