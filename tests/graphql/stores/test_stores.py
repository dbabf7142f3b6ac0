"""Stores through the API: what HQ, a manager and staff send and get."""

from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from api.base.ids import global_id
from chains.actor import system_actor
from chains.scope import scope
from stores.models import Duty, Layer, Position, StaffPosition
from tests.conftest import Chains
from tests.factories.stores import NOW
from tests.graphql_caller import GraphQLCaller

OPEN_STORE = """mutation($input: OpenStoreInput!) { openStore(input: $input) {
  store { id code name kind franchiseeName timeZone currency state version isOpenNow availableActions area { name } }
  userErrors { code field message } } }"""
SET_HOURS = """mutation($input: SetOpeningHoursInput!) { setOpeningHours(input: $input) {
  store { version openingHours(first: 20) { nodes { validFrom weekday opens closes } } }
  userErrors { code field } } }"""
SET_HOLIDAYS = """mutation($input: SetHolidaysInput!) { setHolidays(input: $input) {
  store { version holidays(first: 9) { nodes { observedOn name hours(first: 6) { nodes { opens closes } } } } }
  userErrors { code field } } }"""
CLOSE_STORE = """mutation($input: CloseStoreInput!) { closeStore(input: $input) {
  store { state version availableActions closures(first: 5) { nodes { reason closedById reopenedAt } } }
  userErrors { code field message } } }"""
STORES = """query($first: Int!, $state: StoreState) { stores(first: $first, state: $state) { totalCount nodes {
  code isOpenNow area { name } openingHours(first: 7) { nodes { weekday opens } } holidays(first: 3) { totalCount }
  heldPositions(first: 5) { nodes { position { name duties(first: 5) { nodes { text } } } member { name } } } } } }"""

WEEK = [
    {"weekday": "MONDAY", "intervals": [{"opens": "09:00", "closes": "12:00"}, {"opens": "17:00", "closes": "01:30"}]},
    {"weekday": "SUNDAY", "intervals": [{"opens": "00:00", "closes": "00:00"}]},
]


def store(key: UUID) -> str:
    return global_id("Store", key)


def area(key: UUID) -> str:
    return global_id("Area", key)


def test_hq_opens_a_store_sets_its_hours_and_closes_it(chains: Chains, graphql: GraphQLCaller) -> None:
    hq = {"as_": "HQ_ADMINISTRATOR"}
    given = {
        "code": "bund-1",
        "name": "Bund",
        "kind": "FRANCHISED",
        "franchiseeName": "Chen & Sons",
        "timeZone": "Asia/Shanghai",
        "areaId": area(chains.a.area),
    }
    opened = graphql(chains.a, OPEN_STORE, {"input": given}, **hq)["data"]["openStore"]
    key = opened["store"].pop("id")
    assert opened == {
        "store": {
            "code": "BUND-1",
            "name": "Bund",
            "kind": "FRANCHISED",
            "franchiseeName": "Chen & Sons",
            "timeZone": "Asia/Shanghai",
            "currency": "CNY",
            "state": "OPEN",
            "version": 1,
            "isOpenNow": None,
            "availableActions": [
                "CORRECT_STORE",
                "MOVE_STORE",
                "CLOSE_STORE",
                "SET_OPENING_HOURS",
                "SET_HOLIDAYS",
                "ASSIGN_POSITION",
            ],
            "area": {"name": "Area 1"},
        },
        "userErrors": [],
    }
    hours = {"storeId": key, "validFrom": "2026-01-05", "days": WEEK, "expectedVersion": 1}
    set_hours = graphql(chains.a, SET_HOURS, {"input": hours}, **hq)["data"]["setOpeningHours"]
    assert set_hours["userErrors"] == []
    assert set_hours["store"]["openingHours"]["nodes"] == [
        {"validFrom": "2026-01-05", "weekday": "MONDAY", "opens": "09:00", "closes": "12:00"},
        {"validFrom": "2026-01-05", "weekday": "MONDAY", "opens": "17:00", "closes": "01:30"},
        {"validFrom": "2026-01-05", "weekday": "SUNDAY", "opens": "00:00", "closes": "00:00"},
    ]
    closed = graphql(chains.a, CLOSE_STORE, {"input": {"storeId": key, "reason": "Lease ended"}}, **hq)["data"]
    assert closed["closeStore"] == {
        "store": {
            "state": "CLOSED",
            "version": 3,
            "availableActions": ["MOVE_STORE", "REOPEN_STORE"],
            "closures": {
                "nodes": [
                    {
                        "reason": "Lease ended",
                        "closedById": global_id("Member", chains.a.people["HQ_ADMINISTRATOR"]),
                        "reopenedAt": None,
                    }
                ]
            },
        },
        "userErrors": [],
    }
    again = graphql(chains.a, CLOSE_STORE, {"input": {"storeId": key, "reason": "Again"}}, **hq)["data"]["closeStore"]
    assert again == {
        "store": None,
        "userErrors": [
            {
                "code": "STORE_CLOSED",
                "field": [],
                "message": "The store Bund is closed. Its history can be read; nothing new can begin there.",
            }
        ],
    }


def test_a_code_that_is_taken_is_told_on_its_field(chains: Chains, graphql: GraphQLCaller) -> None:
    given = {"code": "s1", "name": "Twin", "kind": "COMPANY_OWNED", "timeZone": "Asia/Shanghai"}
    answer = graphql(chains.a, OPEN_STORE, {"input": given}, as_="HQ_ADMINISTRATOR")["data"]["openStore"]
    assert answer == {
        "store": None,
        "userErrors": [
            {"code": "STORE_CODE_TAKEN", "field": ["code"], "message": "Another store has the code S1 already."}
        ],
    }


@pytest.mark.parametrize(
    ("days", "code"),
    [
        ([], "NO_OPENING_HOURS"),
        ([WEEK[0], WEEK[0]], "INVALID"),
        ([{"weekday": "MONDAY", "intervals": [{"opens": "09:00", "closes": "12:00"}] * 2}], "OPENINGS_OVERLAP"),
    ],
    ids=["none", "a day named twice", "overlapping"],
)
def test_hours_that_are_none_are_told_on_their_field(
    chains: Chains, graphql: GraphQLCaller, days: list[Any], code: str
) -> None:
    given = {"storeId": store(chains.a.store), "validFrom": "2099-01-05", "days": days}
    answer = graphql(chains.a, SET_HOURS, {"input": given}, as_="STORE_MANAGER")["data"]["setOpeningHours"]
    assert answer == {"store": None, "userErrors": [{"code": code, "field": ["days"]}]}


@pytest.mark.parametrize("moment", ["24:00", "9:00", "09:60", "09:00:00", "", "noon", "０９:00"])
def test_a_time_of_day_has_one_written_form(chains: Chains, graphql: GraphQLCaller, moment: str) -> None:
    days = [{"weekday": "MONDAY", "intervals": [{"opens": moment, "closes": "12:00"}]}]
    given = {"storeId": store(chains.a.store), "validFrom": "2099-01-05", "days": days}
    answer = graphql.post(chains.a, {"query": SET_HOURS, "variables": {"input": given}}, as_="STORE_MANAGER")
    assert [error["extensions"]["code"] for error in answer.json()["errors"]] == ["INVALID_VARIABLES"]
    assert answer.json().get("data") is None


def test_a_manager_says_all_holidays_of_a_period(chains: Chains, graphql: GraphQLCaller) -> None:
    # What lies behind is settled: any day of the calendar will be past some day.
    today = timezone.now().astimezone(ZoneInfo("Asia/Shanghai")).date()
    first_on, eve, new_year, last_on = ((today + timedelta(days=ahead)).isoformat() for ahead in (70, 74, 75, 97))
    given = {
        "storeId": store(chains.a.store),
        "firstOn": first_on,
        "lastOn": last_on,
        "days": [
            {"observedOn": new_year, "name": "New Year", "intervals": []},
            {"observedOn": eve, "name": "Eve", "intervals": [{"opens": "09:00", "closes": "12:00"}]},
        ],
    }
    answer = graphql(chains.a, SET_HOLIDAYS, {"input": given}, as_="STORE_MANAGER")["data"]["setHolidays"]
    assert answer == {
        "store": {
            "version": 2,
            "holidays": {
                "nodes": [
                    {
                        "observedOn": eve,
                        "name": "Eve",
                        "hours": {"nodes": [{"opens": "09:00", "closes": "12:00"}]},
                    },
                    {"observedOn": new_year, "name": "New Year", "hours": {"nodes": []}},
                ]
            },
        },
        "userErrors": [],
    }


def test_who_saw_an_older_version_is_shown_the_store_as_it_is(chains: Chains, graphql: GraphQLCaller) -> None:
    document = """mutation($input: CorrectStoreInput!) { correctStore(input: $input) {
      store { name version } userErrors { code field } } }"""
    given = {"storeId": store(chains.a.store), "name": "West Gate", "expectedVersion": 1}
    for name, expected in (
        ("West Gate", {"store": {"name": "West Gate", "version": 2}, "userErrors": []}),
        (
            "East Gate",
            {
                "store": {"name": "West Gate", "version": 2},
                "userErrors": [{"code": "STALE", "field": ["expectedVersion"]}],
            },
        ),
    ):
        answer = graphql(chains.a, document, {"input": {**given, "name": name}}, as_="STORE_MANAGER")
        assert answer["data"]["correctStore"] == expected


def test_a_moved_store_is_in_its_new_area_and_areas_list_their_stores(chains: Chains, graphql: GraphQLCaller) -> None:
    document = """mutation($input: MoveStoreInput!) { moveStore(input: $input) {
      store { area { name stores(first: 5) { totalCount nodes { code } } } } userErrors { code } } }"""
    given = {"storeId": store(chains.a.other_store), "areaId": area(chains.a.area)}
    answer = graphql(chains.a, document, {"input": given}, as_="HQ_ADMINISTRATOR")["data"]["moveStore"]
    assert answer["store"]["area"] == {
        "name": "Area 1",
        "stores": {"totalCount": 2, "nodes": [{"code": "S1"}, {"code": "S2"}]},
    }
    shown = graphql(chains.a, "{ areas(first: 5) { nodes { name } } }", as_="AREA_SUPERVISOR")
    assert shown["data"]["areas"]["nodes"] == [{"name": "Area 1"}]


def test_everybody_sees_their_stores_and_no_others(chains: Chains, graphql: GraphQLCaller) -> None:
    for who, codes in (
        ("HQ_ADMINISTRATOR", ["S1", "S2"]),
        ("QUALITY_OFFICER", ["S1", "S2"]),
        ("AREA_SUPERVISOR", ["S1"]),
        ("STORE_MANAGER", ["S1"]),
        ("SERVICE_STAFF_2", ["S2"]),
    ):
        page = graphql(chains.a, STORES, {"first": 10}, as_=who)["data"]["stores"]
        assert (page["totalCount"], [node["code"] for node in page["nodes"]]) == (len(codes), codes)


def test_a_store_that_is_not_yours_looks_like_a_missing_one(chains: Chains, graphql: GraphQLCaller) -> None:
    document = "query($id: ID!) { store(id: $id) { name } }"
    answers = {
        repr(graphql(chains.a, document, {"id": store(key)}, as_="STORE_MANAGER"))
        for key in (chains.a.other_store, chains.b.store, UUID(int=7))
    }
    assert len(answers) == 1
    assert "NOT_FOUND" in answers.pop()
    assert graphql(chains.a, document, {"id": store(chains.a.store)}, as_="STORE_MANAGER")["data"] == {
        "store": {"name": "Store 1"}
    }


def test_a_position_is_defined_held_and_withdrawn(chains: Chains, graphql: GraphQLCaller) -> None:
    define = """mutation($input: DefinePositionInput!) { definePosition(input: $input) {
      position { id layer duties(first: 5) { nodes { number text } } } userErrors { code field } } }"""
    assign = """mutation($input: AssignPositionInput!) { assignPosition(input: $input) {
      heldPosition { id withdrawnAt position { name } member { name } store { code } } userErrors { code field } } }"""
    withdraw = """mutation($input: WithdrawPositionInput!) { withdrawPosition(input: $input) {
      heldPosition { withdrawnAt } userErrors { code } } }"""
    given = {"name": "Greeter", "layer": "OPERATING", "duties": [{"text": "Greet"}, {"text": "Smile"}]}
    position = graphql(chains.a, define, {"input": given}, as_="HQ_TRAINER")["data"]["definePosition"]["position"]
    assert position["duties"]["nodes"] == [{"number": 1, "text": "Greet"}, {"number": 2, "text": "Smile"}]
    given = {
        "storeId": store(chains.a.store),
        "memberId": global_id("Member", chains.a.people["SERVICE_STAFF"]),
        "positionId": position["id"],
    }
    held = graphql(chains.a, assign, {"input": given}, as_="STORE_MANAGER")["data"]["assignPosition"]["heldPosition"]
    key = held.pop("id")
    assert held == {
        "withdrawnAt": None,
        "position": {"name": "Greeter"},
        "member": {"name": "Service staff"},
        "store": {"code": "S1"},
    }
    answer = graphql(chains.a, withdraw, {"input": {"heldPositionId": key}}, as_="STORE_MANAGER")["data"]
    assert answer["withdrawPosition"]["heldPosition"]["withdrawnAt"] is not None
    names = graphql(chains.a, "{ positions(first: 5) { nodes { name } } }", as_="SERVICE_STAFF")
    assert names["data"]["positions"]["nodes"] == [{"name": "Greeter"}]


def test_the_list_of_stores_takes_as_many_statements_for_many_as_for_one(
    chains: Chains, graphql: GraphQLCaller
) -> None:
    with scope(chains.a.chain, system_actor()):
        for store_id, who in ((chains.a.store, "SERVICE_STAFF"), (chains.a.other_store, "SERVICE_STAFF_2")):
            position = Position.objects.create(name=who, layer=Layer.OPERATING, defined_at=NOW)
            Duty.objects.create(position=position, number=1, text="Greet")
            StaffPosition.objects.create(
                store_id=store_id, member_id=chains.a.people[who], position=position, assigned_at=NOW
            )
    counts = []
    for first in (1, 2):
        with CaptureQueriesContext(connections["default"]) as statements:
            page = graphql(chains.a, STORES, {"first": first}, as_="HQ_ADMINISTRATOR")["data"]["stores"]
        assert [node["heldPositions"]["nodes"][0]["position"]["duties"]["nodes"] for node in page["nodes"]] == [
            [{"text": "Greet"}]
        ] * first
        counts.append(sum('FROM "stores_' in each["sql"] for each in statements))
    assert counts[0] == counts[1] <= 10
