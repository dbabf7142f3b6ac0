"""I08, I01, I14 where standards are written, taught and inspected: odd texts are text to the letter, or refused."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from api.base.ids import global_id
from chains.actor import system_actor
from chains.scope import scope
from journal.models import Entry
from standards.actions.drafting import approve_standard, draft_standard, submit_standard
from standards.actions.reminding import remind, reminder_of
from standards.actions.rollout import push_standard
from standards.rules.drafts import ClauseDraft
from standards.rules.happenings import Happening
from tests.attacks.test_i08_desk_inputs import PLAIN, REFUSED
from tests.conftest import Chains
from tests.factories.people import actor_of_role
from tests.factories.standards import TEXTS
from tests.graphql_caller import GraphQLCaller

CHARTER = "query { charter { chapters { clauses { standard text } } } }"
OFFICER, TRAINER, MANAGER = "QUALITY_OFFICER", "HQ_TRAINER", "STORE_MANAGER"


def said(text: str) -> list[dict[str, str]]:
    return [{"language": "en", "text": text}]


class Headquarters:
    """Calls of those who write for the whole chain, in short."""

    def __init__(self, chains: Chains, graphql: GraphQLCaller) -> None:
        self.chain, self.graphql, self.store = chains.a, graphql, global_id("Store", chains.a.store)

    def do(self, deed: str, wanted: str, who: str, **given: Any) -> dict[str, Any]:
        told: dict[str, Any] = self.graphql.attempt(self.chain, deed, wanted, given, as_=who)
        return told

    def drafted(self, text: str) -> dict[str, Any]:
        question = {"texts": said(text), "options": [{"texts": said(text)}, {"texts": said("No")}], "right": 0}
        clause = {"number": "1", "texts": said(text), "questions": [question, question]}
        wanted = "version { title clauses(first: 1) { nodes { text questions { text options } } } }"
        return self.do("draftStandard", wanted, OFFICER, titles=said(text), clauses=[clause])

    def taught(self, text: str, **lesson: Any) -> dict[str, Any]:
        lesson = {"kind": "TEXT", "titles": said(text), "texts": said(text), **lesson}
        wanted = "version { title lessons(first: 1) { nodes { title text } } }"
        return self.do("draftCourse", wanted, TRAINER, titles=said(text), subject="CULTURE", lessons=[lesson])

    def looked_at(self, text: str) -> dict[str, Any]:
        wanted = "template { title items(first: 1) { nodes { text } } }"
        items, roles = [{"texts": said(text)}], ["AREA_SUPERVISOR"]
        given = {"titles": said(text), "templateItems": items, "inspectorRoles": roles}
        return self.do("draftInspectionTemplate", wanted, OFFICER, **given)

    def held(self, text: str) -> dict[str, Any]:
        now = timezone.now()
        times = {"startsAt": (now + timedelta(days=1)).isoformat(), "endsAt": (now + timedelta(days=2)).isoformat()}
        given = {"storeId": self.store, "title": text, "expertName": text, "meetingPlace": text, **times}
        return self.do("scheduleSession", "session { title expertName meetingPlace }", MANAGER, **given)


@pytest.fixture
def headquarters(chains: Chains, graphql: GraphQLCaller, settings: Any) -> Headquarters:
    settings.GATE_CALLER_RATE = settings.GATE_CHAIN_RATE = (10**9, 10**6)
    return Headquarters(chains, graphql)


@pytest.mark.parametrize("text", PLAIN)
def test_i08_what_headquarters_writes_is_told_to_the_letter(text: str, headquarters: Headquarters) -> None:
    drafted = headquarters.drafted(text)
    assert drafted["userErrors"] == []
    (clause,) = drafted["version"]["clauses"]["nodes"]
    assert (drafted["version"]["title"], clause["text"]) == (text, text)
    assert clause["questions"] == [{"text": text, "options": [text, "No"]}] * 2
    taught = headquarters.taught(text)["version"]
    assert (taught["title"], taught["lessons"]["nodes"]) == (text, [{"title": text, "text": text}])
    template = headquarters.looked_at(text)["template"]
    assert (template["title"], template["items"]["nodes"]) == (text, [{"text": text}])
    assert headquarters.held(text)["session"] == {"title": text, "expertName": text, "meetingPlace": text}


@pytest.mark.parametrize("text", REFUSED, ids=ascii)
def test_i01_what_no_text_may_hold_is_refused_wherever_it_is_written(text: str, headquarters: Headquarters) -> None:
    for deed in (headquarters.drafted, headquarters.taught, headquarters.looked_at, headquarters.held):
        codes = {error["code"] for error in deed(text)["userErrors"]}
        # Nothing but blanks is nobody's name.
        assert codes and codes <= {"INVALID", "TRAINER_NEEDED"}, deed.__name__


def test_i08_the_address_of_a_video_is_a_secure_one_and_no_program(headquarters: Headquarters) -> None:
    addresses = (
        "javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "http://video.example/1",
        "//video.example/1",
        "https://user:secret@video.example/1",
        "https:///1",
        "https://video.example/ 1",
        "https://video.example/\r\nX: y",
        "JaVaScRiPt:alert(1)//https://video.example",
        "\u0001https://video.example",
    )
    for address in addresses:
        refused = headquarters.taught("Look", kind="VIDEO", texts=[], videoAddress=address)
        assert [error["code"] for error in refused["userErrors"]] == ["INVALID"], address


def test_i08_i14_a_reminder_and_the_charter_carry_a_title_as_text(headquarters: Headquarters) -> None:
    """The one is a letter without any markup, whose head nothing gets into; the other is told as JSON to everybody."""
    title = "<script>alert(1)</script> %(name)s {{7*7}} Bcc: x@evil.example"
    text = f"{TEXTS['en']} <img src=x onerror=alert(1)>"
    rule = {"kind": "BY_INSPECTION"}
    in_force(headquarters, title, ClauseDraft("1", {"en": text}, rule, is_public=True))
    now, machine = timezone.now() + timedelta(days=3, hours=1), system_actor()
    with scope(headquarters.chain.chain, machine):
        remind(actor=machine, now=now)
        entry = Entry.objects.filter(kind=Happening.ACKNOWLEDGEMENT_REMINDED).in_order().first()
        assert entry is not None
        letter = reminder_of(entry, now=now)
    assert letter is not None
    letter.send()
    (sent,) = mail.outbox
    assert sent.subject.endswith(title) and title in sent.body and "\n" not in sent.subject
    assert sent.recipients() == sent.to and len(sent.to) == 1
    assert not getattr(sent, "alternatives", [])
    answer = headquarters.graphql.post(headquarters.chain, {"query": CHARTER})
    assert answer["Content-Type"].startswith("application/") and answer["X-Content-Type-Options"] == "nosniff"
    (chapter,) = answer.json()["data"]["charter"]["chapters"]
    assert chapter["clauses"] == [{"standard": title, "text": text}]


def in_force(headquarters: Headquarters, title: str, clause: ClauseDraft) -> None:
    chain, now = headquarters.chain, timezone.now()
    officer, administrator = actor_of_role(chain, OFFICER), actor_of_role(chain, "HQ_ADMINISTRATOR")
    with scope(chain.chain, officer):
        version = draft_standard(actor=officer, titles={"en": title}, clauses=[clause], now=now)
        submit_standard(actor=officer, version_id=version.id, now=now)
    with scope(chain.chain, administrator):
        approve_standard(actor=administrator, version_id=version.id, now=now)
        push_standard(actor=administrator, version_id=version.id, now=now)
