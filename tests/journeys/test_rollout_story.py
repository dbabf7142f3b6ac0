"""The story of a rollout through HTTP, in English and Chinese: in waves, held up, gone on with, taken up (S7)."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from api.base.ids import global_id
from chains.actor import system_actor
from chains.scope import scope
from standards.actions.adopting import note_adoption
from standards.actions.waves import start_waves
from tests.conftest import Chains
from tests.factories.standards import approved
from tests.graphql_caller import GraphQLCaller

ROLLOUT = """rollout { id state targets { storeIds areaIds storeKinds }
  stopRule { leastShareMet clauseNumber fewestCases mostComplaints }
  waves(first: 5) { nodes { position share storeIds startsAt startedAt cancelledAt } }
  pauses(first: 5) { nodes { reason pausedByName resumedByName figures { cases } } }
  stores(first: 5) { nodes { store { code } trainedAt firstConformingAt sustainedAt } } }"""
DUE = "query Due($store: ID!) { acknowledgementsDue(storeId: $store, first: 1) { totalCount } }"
ADOPTION = """query Adoption($rollout: ID!) { adoption(rolloutId: $rollout) { meant steps { step stores people }
  days { pushed acknowledged conforming sustained } } }"""


@dataclass(frozen=True)
class Words:
    """What is said in a story, in one language."""

    language: str
    paused: str
    runs: str
    nothing_stops: str


ENGLISH = Words(
    language="en",
    paused="This rollout is paused already.",
    runs="This rollout is not paused.",
    nothing_stops="This value can't be taken: a share that has to be met, or how many complaints may come",
)
CHINESE = Words(
    language="zh-hans",
    paused="该下发已经暂停。",
    runs="该下发并未暂停。",
    nothing_stops="无法接受此值：必须达到的比例，或可容许的投诉数量",
)


class Headquarters:
    """A chain whose headquarters brings a standard to two stores, everybody in one language."""

    def __init__(self, chains: Chains, graphql: GraphQLCaller, words: Words) -> None:
        self.chain, self.graphql, self.words = chains.a, graphql, words
        self.now = timezone.now()
        self.version = global_id("Version", approved(self.chain, self.now - timedelta(minutes=1)).id)
        self.store = global_id("Store", self.chain.store)

    def do(self, deed: str, who: str, *, wanted: str = ROLLOUT, **given: Any) -> dict[str, Any]:
        """Try a deed, refused or not, and return its payload."""
        language = self.words.language
        payload: dict[str, Any] = self.graphql.attempt(self.chain, deed, wanted, given, as_=who, language=language)
        return payload

    def due(self, who: str, store_id: UUID) -> int:
        """Return how many clauses somebody has to acknowledge."""
        answer = self.graphql(self.chain, DUE, {"store": global_id("Store", store_id)}, as_=who)
        count: int = answer["data"]["acknowledgementsDue"]["totalCount"]
        return count

    def push(self) -> dict[str, Any]:
        """Bring the standard to the first store now and to the other one in an hour; return the rollout."""
        waves = [{"storeIds": [self.store]}, {"startsAt": (self.now + timedelta(hours=1)).isoformat()}]
        plan: dict[str, Any] = {"versionId": self.version, "waves": waves}
        (refusal,) = self.do("pushStandard", "QUALITY_OFFICER", **plan, stopRule={})["userErrors"]
        assert (refusal["field"], refusal["message"]) == (["stopRule"], self.words.nothing_stops)
        assert self.do("pushStandard", "STORE_MANAGER", **plan)["userErrors"][0]["code"] == "NOT_PERMITTED"
        pushed = self.do(
            "pushStandard",
            "QUALITY_OFFICER",
            wanted=f"version {{ state }} {ROLLOUT}",
            **plan,
            stopRule={"leastShareMet": 90, "fewestCases": 5},
        )
        assert pushed["userErrors"] == []
        assert pushed["version"]["state"] == "EFFECTIVE"
        rollout: dict[str, Any] = pushed["rollout"]
        return rollout

    def hold_up(self, rollout_id: str) -> dict[str, Any]:
        """Pause the rollout and go on with it; return it."""
        named = {"rolloutId": rollout_id}
        assert self.do("resumeRollout", "QUALITY_OFFICER", **named)["userErrors"][0]["message"] == self.words.runs
        held = self.do("pauseRollout", "QUALITY_OFFICER", **named, reason="The till's update is late.")
        assert (held["userErrors"], held["rollout"]["state"]) == ([], "PAUSED")
        (refusal,) = self.do("pauseRollout", "QUALITY_OFFICER", **named, reason="Once more.")["userErrors"]
        assert (refusal["code"], refusal["message"]) == ("ROLLOUT_PAUSED", self.words.paused)
        resumed: dict[str, Any] = self.do("resumeRollout", "HQ_ADMINISTRATOR", **named)["rollout"]
        return resumed

    def wait(self, hours: int) -> None:
        """Let the jobs do what is due in some hours."""
        machine = system_actor()
        with scope(self.chain.chain, machine):
            start_waves(actor=machine, now=self.now + timedelta(hours=hours))
            note_adoption(now=self.now + timedelta(hours=hours))


@pytest.mark.parametrize("words", [ENGLISH, CHINESE], ids=["en", "zh-hans"])
def test_a_standard_comes_in_waves_is_held_up_and_taken_up(
    words: Words, chains: Chains, graphql: GraphQLCaller
) -> None:
    headquarters = Headquarters(chains, graphql, words)
    rollout = headquarters.push()
    assert rollout["state"] == "WAITING"
    assert rollout["targets"] == {"storeIds": [], "areaIds": [], "storeKinds": []}
    kept = {"leastShareMet": 90, "clauseNumber": None, "fewestCases": 5, "mostComplaints": None}
    assert rollout["stopRule"] == kept
    waves = rollout["waves"]["nodes"]
    assert [(wave["share"], wave["storeIds"]) for wave in waves] == [(None, [headquarters.store]), (100, None)]
    assert [each["store"]["code"] for each in rollout["stores"]["nodes"]] == ["S1"]
    due = headquarters.due
    assert (due("SERVICE_STAFF", chains.a.store), due("SERVICE_STAFF_2", chains.a.other_store)) == (1, 0)

    resumed = headquarters.hold_up(rollout["id"])
    (pause,) = resumed["pauses"]["nodes"]
    told = ("The till's update is late.", "Quality officer", None)
    assert (pause["reason"], pause["pausedByName"], pause["figures"]) == told
    assert resumed["waves"]["nodes"][1]["startsAt"] > waves[1]["startsAt"]

    place = {"versionId": headquarters.version, "storeId": headquarters.store}
    wanted = "storeStandard { acknowledgedAt }"
    read = headquarters.do("acknowledgeStandard", "SERVICE_STAFF", wanted=wanted, **place)
    assert read["storeStandard"]["acknowledgedAt"] is not None
    headquarters.wait(hours=2)
    found = graphql(chains.a, ADOPTION, {"rollout": rollout["id"]}, as_="QUALITY_OFFICER")["data"]["adoption"]
    assert found["meant"] == 2
    steps = {each["step"]: (each["stores"], each["people"]) for each in found["steps"]}
    assert steps["PUSHED"][0] == 2
    assert (steps["ACKNOWLEDGED"], steps["CONFORMING"]) == ((1, 1), (0, None))
    assert found["days"][-1] == {"pushed": 2, "acknowledged": 1, "conforming": 0, "sustained": 0}
