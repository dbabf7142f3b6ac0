"""The first story, from the operator to the satisfied customer, by HTTP and GraphQL only, in English and Chinese."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from tests.journeys.story import Person, eventually, joined, operator, working
from tests.live_server import LiveServer, serving

# Somewhere it is neither early nor late, so that the story stays within one day of its stores.
ZONE = next(
    zone
    for zone in ("Asia/Shanghai", "Europe/Berlin", "America/New_York", "America/Los_Angeles", "Pacific/Auckland")
    if 5 <= datetime.now(ZoneInfo(zone)).hour < 22
)
STAGES = ["COMPLAINT_FILED", "COMPLAINT_ACCEPTED", "INVESTIGATION_RECORDED", "RESOLUTION_PLANNED", "CUSTOMER_TOLD"]


@dataclass(frozen=True)
class Words:
    """What the people of a story write, in their language."""

    language: str
    chain: str
    stores: tuple[str, str]
    title: str
    clause: str
    customer: str
    subject: str
    findings: str
    remedy: str
    message: str
    carried_out: str
    unsatisfied: str
    cause: str
    result: str
    name: str


ENGLISH = Words(
    language="en",
    chain="Jade Noodles",
    stores=("Harbour", "Station"),
    title="Complaints are looked into on the same day",
    clause="Every complaint is looked into and verified on the day it is filed.",
    customer="Ada Customer",
    subject="The noodles were cold",
    findings="The lamp that keeps them warm was broken.",
    remedy="A fresh bowl, free of charge.",
    message="A fresh bowl is on its way.",
    carried_out="The bowl was brought.",
    unsatisfied="The second bowl was cold as well.",
    cause="A lamp that nobody had checked.",
    result="The customer is content; the lamp is new.",
    name="Person",
)
CHINESE = Words(
    language="zh-hans",
    chain="翠玉面馆",
    stores=("外滩店", "火车站店"),
    title="投诉当天调查",
    clause="每一宗投诉都在受理当天调查核实。",
    customer="王小明",
    subject="面是凉的",
    findings="保温灯坏了。",
    remedy="重做一份并免单。",
    message="新的一份马上送到。",
    carried_out="已送到。",
    unsatisfied="第二碗还是凉的。",
    cause="保温灯无人检查。",
    result="客户满意，保温灯已更换。",
    name="员工",
)


# What somebody is told who is refused, in each language.
SENTENCES = {
    "APPROVER_IS_AUTHOR": {
        "en": "Somebody other than the author must approve this version.",
        "zh-hans": "此版本须由作者以外的人批准。",
        "zh-hant": "此版本須由作者以外的人核准。",
    },
    "STALE": {
        "en": "Somebody changed this in the meantime. It is now at version 2 (Accepted): look again.",
        "zh-hans": "在此期间已有人修改。当前为版本 2（已受理），请重新查看。",
        "zh-hant": "在此期間已有人修改。目前為版本 2（已受理），請重新檢視。",
    },
    "CUSTOMER_NOT_SATISFIED": {
        "en": "The customer has not said that all is well, so the complaint can't be closed.",
        "zh-hans": "客户尚未表示满意，投诉不能结案。",
        "zh-hant": "客戶尚未表示滿意，投訴不能結案。",
    },
    "NOT_PERMITTED": {
        "en": "This needs the permission PLAN_RESOLUTION. These roles have it: Service supervisor, Store manager, "
        "Area supervisor, Quality officer, HQ administrator.",
        "zh-hans": "此操作需要权限 PLAN_RESOLUTION。拥有该权限的角色：客服主管、店长、区域督导、品质专员、总部管理员。",
        "zh-hant": "此操作需要權限 PLAN_RESOLUTION。擁有此權限的角色：客服主管、店長、區域督導、品質專員、總部管理員。",
    },
    "NOT_FOUND": {
        "en": "There is no such thing, or you may not see it.",
        "zh-hans": "该内容不存在，或您无权查看。",
        "zh-hant": "此內容不存在，或您無權檢視。",
    },
}


def told_why(somebody: Person, code: str, deed: str, **given: Any) -> None:
    """Somebody is refused, and told why in whichever language they read."""
    for language, sentence in SENTENCES[code].items():
        refusal = replace(somebody, language=language).refused(deed, **given)
        assert (refusal["code"], refusal["message"]) == (code, sentence), language


@dataclass
class Cast:
    """Everybody of one chain, and its stores' ids."""

    words: Words
    host: str
    administrator: Person
    officer: Person
    manager: Person
    staff: Person
    other_manager: Person
    store: str
    other_store: str


def opened_chain(server: LiveServer, words: Words) -> tuple[str, Person]:
    """An operator opens a chain; its founder reads the mail, accepts and signs in."""
    mark = uuid4().hex[:8]
    host, founder = f"jade{mark}.onebanner.localhost", f"founder-{mark}@jade.example"
    olga = operator(server, f"olga-{mark}@onebanner.example")
    chain = olga.do(
        "openChain",
        "chain { name state }",
        name=words.chain,
        domain=host,
        founderEmail=founder,
        language=words.language,
    )["chain"]
    assert chain == {"name": words.chain, "state": "PROVISIONING"}
    return host, joined(server, host, founder, f"{words.name} 1", words.language)


def cast_of(server: LiveServer, words: Words) -> Cast:
    """The HQ administrator opens two stores and invites people, who accept."""
    host, administrator = opened_chain(server, words)
    stores = [
        administrator.do(
            "openStore", "store { id name }", code=f"S{number}", name=name, kind="COMPANY_OWNED", timeZone=ZONE
        )["store"]["id"]
        for number, name in enumerate(words.stores, start=1)
    ]
    invited: dict[str, Person] = {}
    mark = uuid4().hex[:8]
    places = {
        "QUALITY_OFFICER": None,
        "STORE_MANAGER": stores[0],
        "SERVICE_STAFF": stores[0],
        "STORE_MANAGER_2": stores[1],
    }
    for who, store in places.items():
        email = f"{who.lower()}-{mark}@jade.example"
        place = {} if store is None else {"storeId": store}
        administrator.do("inviteMember", "invitation { state }", email=email, role=who.removesuffix("_2"), **place)
    for who in places:
        email = f"{who.lower()}-{mark}@jade.example"
        invited[who] = joined(server, host, email, f"{words.name} {who}", words.language)
    return Cast(
        words=words,
        host=host,
        administrator=administrator,
        officer=invited["QUALITY_OFFICER"],
        manager=invited["STORE_MANAGER"],
        staff=invited["SERVICE_STAFF"],
        other_manager=invited["STORE_MANAGER_2"],
        store=stores[0],
        other_store=stores[1],
    )


def standard_in_force(cast: Cast) -> str:
    """The officer drafts and submits, the administrator approves, the officer pushes, the staff acknowledge."""
    words = cast.words
    rule = {
        "kind": "FOLLOWED_BY",
        "trigger": "COMPLAINT_FILED",
        "response": "INVESTIGATION_RECORDED",
        "within": "SAME_DAY",
        "share": 96,
    }
    draft = cast.officer.do(
        "draftStandard",
        "version { id title state revision findings { criterion } availableActions }",
        titles=[{"language": words.language, "text": words.title}],
        clauses=[{"number": "1", "texts": [{"language": words.language, "text": words.clause}], "rule": rule}],
    )["version"]
    assert (draft["title"], draft["state"], draft["findings"]) == (words.title, "DRAFT", [])
    version = draft["id"]
    cast.officer.do("submitStandard", "version { state }", versionId=version, expectedVersion=draft["revision"])
    told_why(cast.officer, "APPROVER_IS_AUTHOR", "approveStandard", versionId=version)
    assert cast.administrator.do("approveStandard", "version { state }", versionId=version)["version"] == {
        "state": "APPROVED"
    }
    assert cast.staff.ask("{ standards(first: 10) { totalCount } }")["standards"]["totalCount"] == 0
    pushed = cast.officer.do(
        "pushStandard",
        "version { state } rollout { stores(first: 10) { nodes { store { name } } } }",
        versionId=version,
        storeIds=[cast.store, cast.other_store],
    )
    assert pushed["version"]["state"] == "EFFECTIVE"
    names = [node["store"]["name"] for node in pushed["rollout"]["stores"]["nodes"]]
    assert sorted(names) == sorted(words.stores)
    read = "storeStandard { seenAt acknowledgedAt }"
    seen = cast.staff.do("acknowledgeStandard", read, versionId=version, storeId=cast.store)["storeStandard"]
    assert seen["seenAt"] is not None
    assert seen["acknowledgedAt"] is not None
    return str(version)


def filed_complaint(cast: Cast) -> dict[str, Any]:
    """The staff take down what the customer says; a clock starts."""
    filed = cast.staff.do(
        "fileComplaint",
        "complaint { id version stage reference orderNumber dueAt isOverdue availableActions "
        "customer { name maskedPhone } } standardsApplied { clause effect dueAt }",
        storeId=cast.store,
        customerName=cast.words.customer,
        customerPhone="+86 138 1234 5678",
        customerLanguage=cast.words.language,
        subject=cast.words.subject,
        orderNumber="W-2026-0042",
        channel="PHONE",
        severity="SERIOUS",
    )
    complaint: dict[str, Any] = filed["complaint"]
    (applied,) = filed["standardsApplied"]
    assert (applied["clause"], applied["effect"]) == (cast.words.clause, "STARTED")
    assert complaint["dueAt"] == applied["dueAt"]
    midnight = datetime.fromisoformat(applied["dueAt"]).astimezone(ZoneInfo(ZONE))
    assert (midnight.hour, midnight.minute) == (0, 0)
    assert (complaint["stage"], complaint["isOverdue"], complaint["reference"]) == ("FILED", False, "S1-C00001")
    assert complaint["orderNumber"] == "W-2026-0042"
    assert complaint["customer"] == {"name": cast.words.customer, "maskedPhone": "•••5678"}
    assert complaint["availableActions"][0] == "ACCEPT_COMPLAINT"
    return complaint


def worked_once(cast: Cast, complaint: str, *, is_satisfied: bool) -> dict[str, Any]:
    """Looked into, planned, told, carried out; the customer says whether all is well."""
    words, now = cast.words, datetime.now(UTC)
    at = {"complaintId": complaint}
    cast.staff.do("recordInvestigation", "complaint { stage }", **at, findings=words.findings)
    told_why(cast.staff, "NOT_PERMITTED", "planResolution", **at, remedy=words.remedy)
    expected_at = _written(now + timedelta(hours=2))
    cast.manager.do("planResolution", "complaint { stage }", **at, remedy=words.remedy, expectedAt=expected_at)
    cast.staff.do("tellCustomer", "complaint { stage }", **at, channel="PHONE", message=words.message)
    reason = {} if is_satisfied else {"reason": words.unsatisfied}
    done: dict[str, Any] = cast.staff.do(
        "recordOutcome",
        "complaint { stage round version }",
        **at,
        carriedOut=words.carried_out,
        isSatisfied=is_satisfied,
        **reason,
    )["complaint"]
    return done


def the_complaint_goes_its_way(cast: Cast) -> str:
    """Filed, accepted, worked, worked again because the customer is not satisfied, and closed by the manager."""
    complaint = filed_complaint(cast)
    key, form = str(complaint["id"]), {"cause": cast.words.cause, "result": cast.words.result}
    accepted = cast.staff.do("acceptComplaint", "complaint { stage ownerName }", complaintId=key, expectedVersion=1)
    assert accepted["complaint"]["stage"] == "ACCEPTED"
    told_why(cast.manager, "STALE", "acceptComplaint", complaintId=key, expectedVersion=1)
    told_why(cast.manager, "CUSTOMER_NOT_SATISFIED", "closeComplaint", complaintId=key, **form)
    again = worked_once(cast, key, is_satisfied=False)
    assert (again["stage"], again["round"]) == ("REWORK", 2)
    settled = worked_once(cast, key, is_satisfied=True)
    assert (settled["stage"], settled["round"]) == ("SETTLED", 2)
    closed = cast.manager.do("closeComplaint", "complaint { stage availableActions }", complaintId=key, **form)
    actions = ["RECORD_CUSTOMER_WORD", "REWORK_COMPLAINT"]
    assert closed["complaint"] == {"stage": "CLOSED", "availableActions": actions}
    return key


def the_manager_sees_whether_the_clause_was_met(cast: Cast, complaint: str) -> None:
    """The verdict stands soon after the deed, with its reason in words and the entries it rests on."""
    query = """query Verdicts($subject: ID!) { verdicts(first: 10, subjectId: $subject) { nodes {
        state reason reasonInWords dueAt entryIds store { name }
        clause { text number version { title number } } span { wallSeconds } } } }"""

    def settled() -> list[dict[str, Any]]:
        nodes = cast.manager.ask(query, subject=complaint)["verdicts"]["nodes"]
        return [node for node in nodes if node["state"] != "OPEN"]

    (verdict,) = eventually(settled)
    assert (verdict["state"], verdict["reason"]) == ("MET", "IN_TIME")
    assert verdict["store"]["name"] == cast.words.stores[0]
    assert verdict["clause"]["text"] == cast.words.clause
    assert verdict["clause"]["version"] == {"title": cast.words.title, "number": 1}
    assert len(verdict["entryIds"]) == 2
    assert verdict["reasonInWords"]
    assert verdict["span"]["wallSeconds"] < 600
    now = datetime.now(UTC)
    kept = cast.manager.ask(
        """query Kept($store: ID!, $since: DateTime!, $until: DateTime!) {
            conformance(storeId: $store, since: $since, until: $until) { shareMet isKept tallies { state count } } }""",
        store=cast.store,
        since=_written(now - timedelta(days=1)),
        until=_written(now + timedelta(days=1)),
    )["conformance"]
    assert [(each["shareMet"], each["isKept"]) for each in kept] == [(100.0, True)]


def the_journal_tells_it_all(cast: Cast, complaint: str) -> None:
    """Every step is there once, in order, with who did it and what it changed."""
    query = """query Told($subject: ID!) { journal(first: 50, subjectId: $subject) { nodes {
        kind actorKind actorName at before after } } }"""
    nodes = cast.manager.ask(query, subject=complaint)["journal"]["nodes"][::-1]
    kinds = [node["kind"] for node in nodes if node["actorKind"] == "USER"]
    assert kinds == [*STAGES, "COMPLAINT_REWORKED", *STAGES[2:], "CUSTOMER_SATISFIED", "COMPLAINT_CLOSED"]
    assert "CLAUSE_MET" in {node["kind"] for node in nodes if node["actorKind"] == "SYSTEM"}
    assert all(node["actorName"] for node in nodes if node["actorKind"] == "USER")
    assert [node["at"] for node in nodes] == sorted(node["at"] for node in nodes)


def nobody_else_sees_anything(cast: Cast, rival: Person, complaint: str) -> None:
    """The other store and the other chain get the same answer as for a thing that does not exist."""
    look = "query Look($id: ID!) { node(id: $id) { id } }"
    listed = """query Listed($subject: ID!) { complaints(first: 100) { nodes { id } }
        verdicts(first: 10, subjectId: $subject) { totalCount }
        journal(first: 100, subjectId: $subject) { totalCount } }"""
    for somebody in (cast.other_manager, rival):
        answer = somebody.answer(look, id=complaint)
        assert answer["errors"][0]["extensions"]["code"] == "NOT_FOUND"
        told_why(somebody, "NOT_FOUND", "acceptComplaint", complaintId=complaint)
        found = somebody.ask(listed, subject=complaint)
        assert complaint not in {node["id"] for node in found["complaints"]["nodes"]}
        assert (found["verdicts"]["totalCount"], found["journal"]["totalCount"]) == (0, 0)


def test_a_standard_is_lived_from_headquarters_to_the_customer_in_two_languages(installation: str) -> None:
    with serving() as server, working():
        casts = [cast_of(server, words) for words in (ENGLISH, CHINESE)]
        complaints = []
        for cast in casts:
            standard_in_force(cast)
            complaints.append(the_complaint_goes_its_way(cast))
        for cast, complaint, rival in zip(casts, complaints, reversed(casts), strict=True):
            the_manager_sees_whether_the_clause_was_met(cast, complaint)
            the_journal_tells_it_all(cast, complaint)
            nobody_else_sees_anything(cast, rival.manager, complaint)


def _written(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
