"""The story of inspections that repeat by themselves, through HTTP in three languages: planned, brought, ended."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from api.base.ids import global_id
from chains.actor import system_actor
from chains.scope import scope
from inspections import tasks
from tests.conftest import Chains
from tests.graphql_caller import GraphQLCaller
from tests.journeys.days import Days

TEMPLATE = "template { id }"
PLAN = """plan { id state version nextOn availableActions inspectorName plannedByName end { reason }
  inspections(first: 20) { totalCount nodes { plannedOn state store { code } } } }"""
PLANS = """query($s: ID, $t: InspectionPlanState) { inspectionPlans(storeId: $s, state: $t, first: 5) { totalCount
  nodes { id nextOn end { reason } inspections(first: 3) { totalCount nodes { plannedOn remark } } } } }"""
LIST = """query($s: ID!) { inspections(storeId: $s, first: 20) {
  nodes { id plannedOn dueAt state inspectorName remark } } }"""
WITHOUT = "query($p: ID!) { storesWithoutInspector(planId: $p, first: 5) { nodes { code } } }"
OFFICER, SUPERVISOR, MANAGER = "QUALITY_OFFICER", "AREA_SUPERVISOR", "STORE_MANAGER"


@dataclass(frozen=True)
class Words:
    """What is said in a story, in one language."""

    language: str
    title: str
    not_both: str
    everywhere: str
    ended: str


ENGLISH = Words(
    language="en",
    title="Weekly round",
    not_both="an area or stores, not both",
    everywhere="The inspector holds none of the template's roles for these stores: S2. Name nobody, and for each store "
    "somebody who holds such a role there is chosen.",
    ended="This plan was ended already.",
)
SIMPLIFIED = Words(
    language="zh-hans",
    title="每周巡查",
    not_both="区域或门店，二者择一",
    everywhere="检查人在以下门店不担任检查表规定的角色：S2。不指定检查人时，系统会为每家门店选定担任此类角色的人。",
    ended="该检查计划已经结束。",
)
TRADITIONAL = Words(
    language="zh-hant",
    title="每週巡查",
    not_both="區域或門店，二者擇一",
    everywhere="檢查人在以下門店不擔任檢查表規定的角色：S2。不指定檢查人時，系統會為每家門店選定擔任此類角色的人。",
    ended="該檢查計畫已經結束。",
)


class Weeks(Days):
    """Days on which the round of the plans runs as well."""

    def background(self) -> None:
        """Let the plans bring what is due, after the journal's news were handed over."""
        super().background()
        with scope(self.chain.chain, system_actor()):
            self._go_round(tasks.bring_planned, tasks.miss_due)


@pytest.mark.parametrize("words", [ENGLISH, SIMPLIFIED, TRADITIONAL], ids=["en", "zh-hans", "zh-hant"])
def test_inspections_come_by_themselves_until_somebody_ends_them(
    words: Words, chains: Chains, graphql: GraphQLCaller, monkeypatch: pytest.MonkeyPatch
) -> None:
    weeks = Weeks(chains, graphql, words.language, monkeypatch)
    template = it_is_written(weeks, words)
    plan = it_is_planned_for_the_area(weeks, words, template)
    it_comes_week_by_week(weeks, plan)
    it_is_ended(weeks, words, plan)
    one_deed_plans_at_every_store(weeks, words, template)


def it_is_written(weeks: Weeks, words: Words) -> str:
    said = weeks.said(words.title)
    given = {"titles": said, "templateItems": [{"texts": said}], "inspectorRoles": [SUPERVISOR]}
    drafted = weeks.do("draftInspectionTemplate", TEMPLATE, OFFICER, **given)
    published: str = weeks.do("publishInspectionTemplate", TEMPLATE, OFFICER, templateId=drafted["id"])["id"]
    return published


def it_is_planned_for_the_area(weeks: Weeks, words: Words, template: str) -> str:
    first = weeks.first_day + timedelta(days=3)
    weekly = {"templateId": template, "startsOn": first.isoformat(), "every": 1, "unit": "WEEK", "openDays": 2}
    weekly |= {"isAnnounced": False, "areaId": global_id("Area", weeks.chain.area)}
    code, sentence = weeks.refused("planInspections", SUPERVISOR, **weekly, storeIds=[weeks.store])
    assert (code, words.not_both in sentence) == ("INVALID", True)
    assert weeks.refused("planInspections", MANAGER, **weekly)[0] == "NOT_PERMITTED"
    plan = weeks.do("planInspections", PLAN, SUPERVISOR, **weekly)
    assert (plan["state"], plan["nextOn"], plan["availableActions"]) == (
        "GOING_ON",
        first.isoformat(),
        ["END_INSPECTION_PLAN"],
    )
    assert plan["inspections"]["totalCount"] == 0
    weeks.background()
    made: str = plan["id"]
    return made


def it_comes_week_by_week(weeks: Weeks, plan: str) -> None:
    """It is there a week ahead; the store knows nothing of it, and what nobody starts is missed."""
    first = weeks.first_day + timedelta(days=3)
    (coming,) = weeks.ask(LIST, SUPERVISOR, s=weeks.store)["nodes"]
    assert (coming["plannedOn"], coming["state"]) == (first.isoformat(), "SCHEDULED")
    assert weeks.ask(LIST, MANAGER, s=weeks.store)["nodes"] == []
    weeks.later(days=3)
    weeks.later(hours=1)
    weeks.do("startInspection", "inspection { plannedOn plan { id } }", SUPERVISOR, inspectionId=coming["id"])
    weeks.later(days=10)
    found = weeks.ask(PLANS, SUPERVISOR, s=weeks.store)["nodes"][0]
    days = [(first + timedelta(days=shift)).isoformat() for shift in (0, 7, 14)]
    assert (found["id"], found["inspections"]["totalCount"]) == (plan, 3)
    assert [each["plannedOn"] for each in found["inspections"]["nodes"]] == days
    states = [each["state"] for each in weeks.ask(LIST, SUPERVISOR, s=weeks.store)["nodes"]]
    assert states == ["STARTED", "MISSED", "SCHEDULED"]


def it_is_ended(weeks: Weeks, words: Words, plan: str) -> None:
    ended = weeks.do("endInspectionPlan", PLAN, SUPERVISOR, planId=plan, reason=words.title, expectedVersion=1)
    assert (ended["state"], ended["nextOn"], ended["availableActions"]) == ("ENDED", None, [])
    assert ended["end"] == {"reason": words.title}
    again = weeks.refused("endInspectionPlan", SUPERVISOR, planId=plan, reason=words.title)
    assert again == ("INSPECTION_PLAN_ENDED", words.ended)
    weeks.later(days=14)
    rows = weeks.ask(LIST, SUPERVISOR, s=weeks.store)["nodes"]
    assert [(each["state"], each["remark"]) for each in rows][1:] == [("MISSED", ""), ("CANCELLED", words.title)]
    assert weeks.ask(PLANS, SUPERVISOR, t="GOING_ON")["totalCount"] == 0
    assert weeks.ask(PLANS, SUPERVISOR, t="ENDED")["totalCount"] == 1


def one_deed_plans_at_every_store(weeks: Weeks, words: Words, template: str) -> None:
    on = (weeks.now.date() + timedelta(days=40)).isoformat()
    once: dict[str, Any] = {"templateId": template, "startsOn": on, "openDays": 5, "isAnnounced": True}
    named = {"inspectorId": global_id("Member", weeks.chain.people[SUPERVISOR])}
    refused = weeks.refused("planInspections", OFFICER, **once, **named)
    assert refused == ("INSPECTOR_NOT_FIT_EVERYWHERE", words.everywhere)
    plan = weeks.do("planInspections", PLAN, OFFICER, **once)
    weeks.background()
    (brought,) = weeks.ask(PLANS, OFFICER, t="GOING_ON")["nodes"]
    assert (brought["nextOn"], brought["inspections"]["totalCount"]) == (on, 1)
    assert weeks.ask(WITHOUT, OFFICER, p=plan["id"])["nodes"] == [{"code": "S2"}]
    assert on in [each["plannedOn"] for each in weeks.ask(LIST, MANAGER, s=weeks.store)["nodes"]]
