"""Lists in pages, forward and backward, with a steady number of statements."""

from typing import Any

import pytest
from django.utils import timezone

from chains.actor import system_actor
from chains.scope import scope
from stores.models import Area, Store, StoreKind

PAGE = "nodes{name} edges{cursor node{name}} pageInfo{hasNextPage hasPreviousPage startCursor endCursor} totalCount"
DEEP = (
    "{areas(first:100){nodes{name stores(first:5)"
    "{totalCount nodes{name rank area{name stores(last:2){nodes{code}}}}}}}}"
)


@pytest.fixture
def many(toy: Any) -> Any:
    """Seven stores more in the first area, opened at the same moment, and three areas more."""
    now = timezone.now()
    with scope(toy.chain.chain, system_actor()):
        for number in range(7):
            Store.objects.create(
                code=f"M{number}",
                name=f"Many {number}",
                kind=StoreKind.COMPANY_OWNED,
                area_id=toy.chain.area,
                time_zone="Asia/Shanghai",
                currency="CNY",
                opened_at=now,
            )
        for number in range(3):
            Area.objects.create(name=f"Empty {number}", drawn_at=now)
    return toy


def walk(toy: Any, field: str, size: int, *, forward: bool) -> list[str]:
    """Follow the cursors to the end and return every name met."""
    names: list[str] = []
    cursor = None
    for _page in range(20):
        paging = "first:$n,after:$c" if forward else "last:$n,before:$c"
        answer = toy(f"query($n:Int,$c:String){{{field}({paging}){{{PAGE}}}}}", n=size, c=cursor)
        page = answer["data"][field]
        here = [edge["node"]["name"] for edge in page["edges"]]
        assert here == [node["name"] for node in page["nodes"]]
        names = names + here if forward else here + names
        cursor = page["pageInfo"]["endCursor" if forward else "startCursor"]
        if not page["pageInfo"]["hasNextPage" if forward else "hasPreviousPage"]:
            return names
    raise AssertionError("The list has no end.")


@pytest.mark.parametrize("size", [1, 2, 3, 9, 100])
def test_every_row_is_met_once_in_the_same_order_both_ways(many: Any, size: int) -> None:
    whole = walk(many, "stores", 100, forward=True)
    assert len(whole) == len(set(whole)) == 9
    assert walk(many, "stores", size, forward=True) == whole
    assert walk(many, "stores", size, forward=False) == whole


def test_a_page_tells_what_lies_beside_it(many: Any) -> None:
    first = many(f"{{stores(first:4){{{PAGE}}}}}")["data"]["stores"]
    assert first["totalCount"] == 9
    assert first["pageInfo"]["hasNextPage"] and not first["pageInfo"]["hasPreviousPage"]
    after = many(f"query($c:String){{stores(first:5,after:$c){{{PAGE}}}}}", c=first["pageInfo"]["endCursor"])
    page = after["data"]["stores"]["pageInfo"]
    assert page["hasPreviousPage"] and not page["hasNextPage"]


def test_a_row_added_meanwhile_shifts_nothing(many: Any) -> None:
    first = many(f"{{areas(first:2){{{PAGE}}}}}")["data"]["areas"]
    with scope(many.chain.chain, system_actor()):
        Area.objects.create(name="Zzz", drawn_at=timezone.now())
    rest = many(f"query($c:String){{areas(first:9,after:$c){{{PAGE}}}}}", c=first["pageInfo"]["endCursor"])
    met = [node["name"] for page in (first, rest["data"]["areas"]) for node in page["nodes"]]
    assert met == ["Empty 2", "Empty 1", "Empty 0", "Area 2", "Area 1"]


def test_a_page_of_nothing_is_a_page(toy: Any) -> None:
    page = toy(f'{{stores(first:0,named:"nobody"){{{PAGE}}}}}')["data"]["stores"]
    assert page["nodes"] == [] and page["pageInfo"]["startCursor"] is None and page["totalCount"] == 0


def test_rows_beneath_are_counted_whatever_page_of_them_is_asked_for_and_however(many: Any) -> None:
    beneath = """fragment Count on StoreConnection { totalCount }
      {areas(first:100){nodes{name plain:stores(first:2){nodes{name}} some:stores(first:2){totalCount nodes{name}}
      last:stores(last:2){...Count} none:stores(first:0){... on StoreConnection{totalCount}}}}}"""
    areas = many(beneath)["data"]["areas"]["nodes"]
    counts = {area["name"]: {area[name]["totalCount"] for name in ("some", "last", "none")} for area in areas}
    assert counts == {"Area 1": {8}, "Area 2": {1}, "Empty 0": {0}, "Empty 1": {0}, "Empty 2": {0}}
    assert all(area["plain"]["nodes"] == area["some"]["nodes"] for area in areas)
    paged = "query($c:String){areas(last:1){nodes{stores(first:3,after:$c){totalCount pageInfo{endCursor}}}}}"
    (area,) = many(paged)["data"]["areas"]["nodes"]
    after = many(paged, c=area["stores"]["pageInfo"]["endCursor"])["data"]["areas"]["nodes"]
    assert (area["stores"]["totalCount"], after[0]["stores"]["totalCount"]) == (8, 8)


NO_CURSORS = ["", "x", "e30", "W10", "WyJhIl0", "WzEsMl0", "!!!", "\x00", "x" * 5000, "WyJcdTAwMDAiLCAiYSJd"]


@pytest.mark.parametrize("cursor", [*NO_CURSORS, "W251bGwsIG51bGxd"])
def test_what_is_no_cursor_is_refused_and_never_breaks(toy: Any, cursor: str) -> None:
    answer = toy("query($c:String){areas(first:1,after:$c){nodes{name}}}", c=cursor)
    assert {error["extensions"]["code"] for error in answer.get("errors", [])} <= {"BAD_CURSOR"}


def test_g20_statements_do_not_grow_with_the_rows(toy: Any, statements: Any) -> None:
    with statements() as few:
        toy(DEEP)
    now = timezone.now()
    with scope(toy.chain.chain, system_actor()):
        areas = [Area.objects.create(name=f"More {number}", drawn_at=now) for number in range(30)]
        Store.objects.bulk_create(
            Store(
                code=f"{area.name}{number}",
                name=f"{area.name} {number}",
                kind=StoreKind.COMPANY_OWNED,
                area=area,
                time_zone="Asia/Shanghai",
                currency="CNY",
                opened_at=now,
            )
            for area in areas
            for number in range(8)
        )
    with statements() as many:
        answer = toy(DEEP)
    assert len(many) == len(few) <= 20
    for area in answer["data"]["areas"]["nodes"]:
        if area["name"].startswith("More"):
            assert area["stores"]["totalCount"] == 8
            assert [store["name"] for store in area["stores"]["nodes"]] == [f"{area['name']} {n}" for n in range(5)]
            back = area["stores"]["nodes"][0]["area"]["stores"]["nodes"]
            assert [store["code"] for store in back] == [f"{area['name']}6", f"{area['name']}7"]
