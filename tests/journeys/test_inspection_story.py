"""The story of an inspection through HTTP, in three languages: from the template to what was put right."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as installed
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from api.base.ids import global_id
from chains.actor import system_actor
from chains.scope import scope
from clocks.models import Clock
from inspections.actions.correcting import escalate_by_clock
from inspections.models.corrections import CorrectiveAction
from standards.models.texts import Clause
from tests.conftest import Chains
from tests.factories.files import photo
from tests.factories.standards import approved
from tests.graphql_caller import GraphQLCaller

TEMPLATE = "template { id state items(first: 5) { nodes { id text weight isCritical } } }"
INSPECTION = """inspection { id reference state version scoreBasisPoints isPassed availableActions inspectorName
    template { items(first: 5) { nodes { id text } } } lastResults { position result note }
    findings(first: 5) { nodes { id result note photos(first: 5) { nodes { file { url } } } } } }"""
CORRECTION = """correctiveAction { id state level round version ownerName availableActions
    withdrawal { reason } clocks(first: 3) { nodes { words stoppedAt } } finding { note inspection { reference } }
    evidence(first: 5) { nodes { round note isAccepted remark submittedByName verifiedByName } } }"""
OF_A_STORE = "query($s: ID!) { inspections(storeId: $s, first: 9) { nodes { reference state } } }"
LATE = "query($s: ID!) { correctiveActions(storeId: $s, levels: [AREA], first: 9) { nodes { what level } } }"

TAKEN_BACK = "query($s: ID!) { correctiveActions(storeId: $s, states: [WITHDRAWN], first: 9) { nodes { what } } }"


@dataclass(frozen=True)
class Words:
    """What is said in a story, in one language."""

    language: str
    title: str
    counter: str
    complaints: str
    dusty: str
    clean_it: str
    wiped: str
    corner: str
    clock: str
    say_what: str
    own_work: str
    taken_back: str


ENGLISH = Words(
    language="en",
    title="Monthly look around",
    counter="The counter is clean.",
    complaints="Complaints are looked into.",
    dusty="Dust on the counter.",
    clean_it="Clean the counter.",
    wiped="Wiped.",
    corner="The corner is still dusty.",
    clock="what an inspection found is put right",
    say_what="Say what was found.",
    own_work="Somebody else than the owner and whoever gave the evidence has to verify it.",
    taken_back="This was taken back: it need not be put right any more.",
)
SIMPLIFIED = Words(
    language="zh-hans",
    title="月度检查",
    counter="柜台干净。",
    complaints="投诉得到调查。",
    dusty="柜台上有灰尘。",
    clean_it="清洁柜台。",
    wiped="已擦拭。",
    corner="角落仍有灰尘。",
    clock="检查发现的问题得到整改",
    say_what="请说明发现的情况。",
    own_work="须由负责人和提交凭证者以外的人核实。",
    taken_back="该整改项已撤回，无须再整改。",
)
TRADITIONAL = Words(
    language="zh-hant",
    title="月度檢查",
    counter="櫃檯乾淨。",
    complaints="投訴得到調查。",
    dusty="櫃檯上有灰塵。",
    clean_it="清潔櫃檯。",
    wiped="已擦拭。",
    corner="角落仍有灰塵。",
    clock="檢查發現的問題得到改善",
    say_what="請說明發現的情況。",
    own_work="須由負責人和提交憑證者以外的人核實。",
    taken_back="該改善項目已撤回，無須再改善。",
)


class Round:
    """The people who inspect a store and who are inspected, in one language."""

    def __init__(self, chains: Chains, graphql: GraphQLCaller, words: Words) -> None:
        self.chain, self.graphql, self.words = chains.a, graphql, words
        self.store = global_id("Store", chains.a.store)

    def send(self, deed: str, wanted: str, as_: str, **given: Any) -> Any:
        return self.graphql.attempt(self.chain, deed, wanted, given, as_=as_, language=self.words.language)

    def do(self, deed: str, wanted: str, as_: str, **given: Any) -> Any:
        payload = self.send(deed, wanted, as_, **given)
        assert payload["userErrors"] == [], payload
        return payload[wanted.split()[0]]

    def refused(self, deed: str, as_: str, **given: Any) -> tuple[str, str]:
        (error,) = self.send(deed, "__typename", as_, **given)["userErrors"]
        return error["code"], error["message"]

    def asked(self, document: str, as_: str) -> Any:
        answer = self.graphql(self.chain, document, {"s": self.store}, as_=as_, language=self.words.language)
        (found,) = answer["data"].values()
        return found["nodes"]

    def member(self, who: str) -> str:
        return global_id("Member", self.chain.people[who])

    def photo(self, as_: str) -> str:
        client = self.graphql.signed_in(self.chain, as_)
        token = client.cookies[installed.CSRF_COOKIE_NAME].value
        head = {"Host": self.chain.host, "Origin": f"https://{self.chain.host}", "X-CSRFToken": token}
        form = {"purpose": "EVIDENCE", "storeId": self.store, "file": SimpleUploadedFile("photo.jpg", photo())}
        answer = client.post("/files/", form, headers=head, secure=True)
        assert answer.status_code == 201, answer.content
        sent: str = answer.json()["file"]["id"]
        return sent

    def template(self) -> Any:
        version = approved(self.chain, timezone.now())
        with scope(self.chain.chain, system_actor()):
            clause = global_id("Clause", Clause.objects.get(version=version).id)
        drafted = self.do(
            "draftInspectionTemplate",
            TEMPLATE,
            "QUALITY_OFFICER",
            titles=self.said(self.words.title),
            templateItems=[
                {"texts": self.said(self.words.counter), "weight": 3, "evidence": "WANTED"},
                {"texts": self.said(self.words.complaints), "clauseId": clause, "isCritical": True},
            ],
            inspectorRoles=["AREA_SUPERVISOR"],
        )
        return self.do("publishInspectionTemplate", TEMPLATE, "QUALITY_OFFICER", templateId=drafted["id"])

    def said(self, text: str) -> list[dict[str, str]]:
        return [{"language": self.words.language, "text": text}]


@pytest.fixture(autouse=True)
def _files_of_this_test(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(params=[ENGLISH, SIMPLIFIED, TRADITIONAL], ids=["en", "zh-hans", "zh-hant"])
def story(request: pytest.FixtureRequest, chains: Chains, graphql: GraphQLCaller) -> Round:
    return Round(chains, graphql, request.param)


def test_an_inspection_from_the_template_to_what_was_put_right(story: Round) -> None:
    finding = it_is_carried_out(story, story.template())
    correction = it_has_to_be_put_right(story, finding)
    it_is_shown_and_verified(story, correction)


def test_what_is_not_put_right_in_time_is_known_to_the_area(story: Round) -> None:
    it_has_to_be_put_right(story, it_is_carried_out(story, story.template()))
    assert story.asked(LATE, "AREA_SUPERVISOR") == []
    machine = system_actor()
    with scope(story.chain.chain, machine):
        about, clock = CorrectiveAction.objects.get(), Clock.objects.get(subject_type="CorrectiveAction")
        later = about.due_at + timedelta(seconds=1)
        escalate_by_clock(actor=machine, correction_id=about.id, clock_id=clock.id, now=later)
    assert story.asked(LATE, "AREA_SUPERVISOR") == [{"what": story.words.clean_it, "level": "AREA"}]


def test_what_was_required_by_mistake_is_taken_back(story: Round) -> None:
    supervisor = "AREA_SUPERVISOR"
    key = it_has_to_be_put_right(story, it_is_carried_out(story, story.template()))["id"]
    given = {"correctionId": key, "reason": story.words.corner}
    assert story.refused("withdrawCorrectiveAction", "SERVICE_STAFF", **given)[0] == "NOT_PERMITTED"
    withdrawn = story.do("withdrawCorrectiveAction", CORRECTION, supervisor, **given, expectedVersion=1)
    assert (withdrawn["state"], withdrawn["availableActions"]) == ("WITHDRAWN", [])
    assert withdrawn["withdrawal"] == {"reason": story.words.corner}
    assert all(clock["stoppedAt"] for clock in withdrawn["clocks"]["nodes"])
    refused = story.refused("submitEvidence", "STORE_MANAGER", correctionId=key, note=story.words.wiped)
    assert refused == ("CORRECTION_WITHDRAWN", story.words.taken_back)
    assert story.asked(TAKEN_BACK, "STORE_MANAGER") == [{"what": story.words.clean_it}]


def it_is_carried_out(story: Round, template: Any) -> str:
    """Return what was found not to be met, on an inspection of which the store knew nothing before."""
    supervisor, words = "AREA_SUPERVISOR", story.words
    counter, complaints = (item["id"] for item in template["items"]["nodes"])
    planned = story.do(
        "scheduleInspection",
        INSPECTION,
        supervisor,
        storeId=story.store,
        templateId=template["id"],
        inspectorId=story.member(supervisor),
        dueAt=(timezone.now() + timedelta(days=3)).isoformat(),
        isAnnounced=False,
    )
    assert (planned["state"], planned["reference"]) == ("SCHEDULED", None)
    assert story.asked(OF_A_STORE, "STORE_MANAGER") == []
    key = planned["id"]
    started = story.do("startInspection", INSPECTION, supervisor, inspectionId=key)
    assert started["availableActions"] == ["REASSIGN_INSPECTION", "RECORD_FINDING", "COMPLETE_INSPECTION"]
    assert story.asked(OF_A_STORE, "STORE_MANAGER") == [{"reference": "S1-I00001", "state": "STARTED"}]
    about = {"inspectionId": key, "itemId": counter, "result": "NOT_MET"}
    assert story.refused("recordFinding", supervisor, **about) == ("NOTE_NEEDED", words.say_what)
    seen = {"note": words.dusty, "photoIds": [story.photo(supervisor)]}
    story.do("recordFinding", INSPECTION, supervisor, **about, **seen)
    story.do("recordFinding", INSPECTION, supervisor, inspectionId=key, itemId=complaints, result="MET")
    done = story.do("completeInspection", INSPECTION, supervisor, inspectionId=key)
    assert (done["state"], done["scoreBasisPoints"], done["isPassed"]) == ("COMPLETED", 2500, False)
    wrong, _fine = done["findings"]["nodes"]
    assert (wrong["note"], len(wrong["photos"]["nodes"])) == (words.dusty, 1)
    found: str = wrong["id"]
    return found


def it_has_to_be_put_right(story: Round, finding: str) -> Any:
    due_at = (timezone.now() + timedelta(days=2)).isoformat()
    given = {"findingId": finding, "what": story.words.clean_it, "ownerId": story.member("STORE_MANAGER")}
    required = story.do("requireCorrectiveAction", CORRECTION, "AREA_SUPERVISOR", dueAt=due_at, **given)
    assert required["clocks"]["nodes"] == [{"words": story.words.clock, "stoppedAt": None}]
    assert required["finding"]["inspection"]["reference"] == "S1-I00001"
    return required


def it_is_shown_and_verified(story: Round, correction: Any) -> None:
    words, key = story.words, correction["id"]
    shown = story.do("submitEvidence", CORRECTION, "SERVICE_STAFF", correctionId=key, note=words.wiped)
    assert (shown["state"], shown["availableActions"]) == ("SUBMITTED", [])
    refused = story.refused("verifyCorrectiveAction", "STORE_MANAGER", correctionId=key, isAccepted=True)
    assert refused == ("OWN_WORK", words.own_work)
    again = {"isAccepted": False, "remark": words.corner, "dueAt": (timezone.now() + timedelta(days=1)).isoformat()}
    sent_back = story.do("verifyCorrectiveAction", CORRECTION, "AREA_SUPERVISOR", correctionId=key, **again)
    assert (sent_back["state"], sent_back["round"]) == ("REQUIRED", 2)
    files = [story.photo("STORE_MANAGER")]
    story.do("submitEvidence", CORRECTION, "STORE_MANAGER", correctionId=key, fileIds=files)
    done = story.do("verifyCorrectiveAction", CORRECTION, "AREA_SUPERVISOR", correctionId=key, isAccepted=True)
    assert done["state"] == "VERIFIED"
    assert [(each["isAccepted"], each["remark"]) for each in done["evidence"]["nodes"]] == [
        (False, words.corner),
        (True, ""),
    ]
    assert all(clock["stoppedAt"] for clock in done["clocks"]["nodes"])
