"""The closing form of a complaint (C4): what is on it, in which language, and who may read it where and how long."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override
from pypdf import PdfReader

from api.base.ids import global_id
from chains.actor import Actor, gate_actor
from chains.papers import PaperLink, sign_paper
from chains.scope import scope
from complaints.actions.ending import close_complaint
from complaints.actions.printing import print_closing_form, read_closing_form
from complaints.models.complaints import Complaint
from complaints.models.steps import CustomerNotice, Step
from complaints.rules.closing_form import TOLD, ComplaintStillOpen
from customers.actions.erasing import erase_customer
from journal.models import Entry
from kit.papers import Facts, Paper, Said
from kit.refusals import NotFound, NotPermitted
from members.models import User
from members.rules.permissions import Permission
from tests.factories.chains import FurnishedChain
from tests.factories.complaints import filed, settled
from tests.graphql_caller import canaries_of

AsRole = Callable[..., Actor]
READ_ONLY = frozenset({Permission.READ_COMPLAINTS})
PRINT = """
mutation ($id: ID!) {
  printClosingForm(input: {complaintId: $id}) { url expiresAt userErrors { code } complaint { reference } }
}
"""
NOON = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
NOW = NOON - timedelta(days=1)


def closed(manager: Actor, store_id: Any) -> Complaint:
    """Bring a complaint to its end."""
    complaint = settled(manager, store_id, NOW)
    return close_complaint(
        actor=manager, complaint_id=complaint.id, cause="灯坏了 <b>lamp</b>", result="换了新灯。", now=NOW
    ).complaint


def said_in(paper: Paper) -> dict[str, str]:
    """Return the short facts of a paper by their names."""
    (facts,) = [part for part in paper.parts if isinstance(part, Facts)]
    return {each.name: each.text for each in facts.facts}


def texts_of(paper: Paper) -> str:
    told: list[str] = []
    for part in paper.parts:
        steps = [] if isinstance(part, Facts) else part.steps
        told += [part.title, *(step.line for step in steps)]
        said: list[Said] = list(part.facts) if isinstance(part, Facts) else [each for s in steps for each in s.said]
        told += [f"{each.name}: {each.text}" for each in said]
    return "\n".join(told)


def link_for(chain: FurnishedChain, as_role: AsRole, graphql: Any, *, language: str = "en") -> tuple[Complaint, str]:
    manager = as_role(chain, "STORE_MANAGER")
    with scope(chain.chain, manager):
        complaint = closed(manager, chain.store)
    answer = graphql(chain, PRINT, {"id": global_id("Complaint", complaint.id)}, as_="STORE_MANAGER", language=language)
    told = answer["data"]["printClosingForm"]
    assert told["userErrors"] == []
    return complaint, told["url"]


def ask(client: Client, chain: FurnishedChain, path: str, method: str = "get") -> tuple[int, bytes]:
    answer = getattr(client, method)(path, headers={"Host": chain.host}, secure=True)
    return answer.status_code, answer.content


def text_in(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def test_every_kind_of_step_is_told_on_the_form() -> None:
    assert set(TOLD) == set(Step.__subclasses__())


@pytest.mark.parametrize(
    ("language", "title", "customer", "end"),
    [
        ("en", "Closing form of a complaint", "Customer", "Cause and result"),
        ("zh-hans", "投诉结案表", "客户", "原因与结果"),
        ("zh-hant", "投訴結案表", "客戶", "原因與結果"),
    ],
)
def test_the_form_tells_who_did_what_when_in_the_readers_language_and_the_stores_time(
    chains: Any, as_role: AsRole, language: str, title: str, customer: str, end: str
) -> None:
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager), override(language):
        complaint = closed(manager, chains.a.store)
        paper = read_closing_form(actor=manager, complaint_id=complaint.id, store_id=chains.a.store, now=NOW)
        name = User.objects.get(id=manager.id).name
        told = texts_of(paper)
    assert (paper.title, paper.language, len(paper.signatures)) == (title, language, 3)
    assert said_in(paper)[customer] == "王小明 · 13812345678"
    assert "灯坏了 <b>lamp</b>" in told.partition(end)[2]
    for step in (
        "The lamp was broken.",
        "A new bowl, free of charge.",
        "A new bowl is coming.",
        "The bowl was brought.",
    ):
        assert step in told
    assert told.count(f" · {name} · ") >= 6
    assert f"{NOON:%H:%M}" not in told if language == "en" else f"20:00 · {name}" in told
    assert "Asia/Shanghai" in paper.printed


def test_the_form_is_a_pdf_at_an_address_of_the_callers_own(chains: Any, as_role: AsRole, graphql: Any) -> None:
    complaint, path = link_for(chains.a, as_role, graphql)
    client = graphql.signed_in(chains.a, "STORE_MANAGER")
    answer = client.get(path, headers={"Host": chains.a.host}, secure=True)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer["Content-Disposition"] == f'attachment; filename="S1-C{complaint.number:05d}.pdf"'
    assert (answer["X-Content-Type-Options"], answer["Cache-Control"]) == ("nosniff", "private, no-store")
    text = text_in(answer.content)
    assert "王小明" in text
    assert "Golden Wok 金锅" in text
    assert "灯坏了 <b>lamp</b>" in text
    assert client.get(path, headers={"Host": chains.a.host}, secure=True).status_code == 200
    with scope(chains.a.chain, as_role(chains.a, "HQ_ADMINISTRATOR")):
        kinds = list(Entry.objects.filter(subject_id=complaint.id, kind__startswith="CLOSING_FORM").in_order())
    assert [each.kind for each in kinds] == ["CLOSING_FORM_REQUESTED", "CLOSING_FORM_READ", "CLOSING_FORM_READ"]
    assert {each.actor_id for each in kinds} == {chains.a.people["STORE_MANAGER"]}
    assert {each.customer_id for each in kinds} == {complaint.customer_id}


@pytest.mark.parametrize(("language", "title"), [("zh-hans", "投诉结案表"), ("zh-hant", "投訴結案表")])
def test_t23_a_chinese_reader_gets_it_in_chinese_and_nothing_of_the_other_chain(
    chains: Any, as_role: AsRole, graphql: Any, language: str, title: str
) -> None:
    _complaint, path = link_for(chains.a, as_role, graphql, language=language)
    status, pdf = ask(graphql.signed_in(chains.a, "STORE_MANAGER"), chains.a, path)
    text = text_in(pdf)
    assert status == 200
    assert title in text
    assert "王小明" in text
    assert not [canary for canary in canaries_of(chains.b) if canary in pdf or canary.decode() in text]


def test_who_asks_too_often_is_told_to_wait(chains: Any, as_role: AsRole, graphql: Any, settings: Any) -> None:
    _complaint, path = link_for(chains.a, as_role, graphql)
    settings.GATE_CALLER_RATE = (500, 0.001)
    client = graphql.signed_in(chains.a, "STORE_MANAGER")
    assert [ask(client, chains.a, path)[0] for _time in range(2)] == [200, 429]


def test_t14_nobody_else_gets_it_anywhere(chains: Any, as_role: AsRole, graphql: Any) -> None:
    _complaint, path = link_for(chains.a, as_role, graphql)
    refused = ask(Client(), chains.a, path)
    assert refused[0] == 404
    for who in ("HQ_ADMINISTRATOR", "SERVICE_STAFF", "STORE_MANAGER_2"):
        assert ask(graphql.signed_in(chains.a, who), chains.a, path) == refused
    assert ask(graphql.signed_in(chains.b, "STORE_MANAGER"), chains.b, path) == refused
    manager = graphql.signed_in(chains.a, "STORE_MANAGER")
    assert ask(manager, chains.b, path) == refused
    assert ask(manager, chains.a, path, method="head")[0] == 404
    assert ask(manager, chains.a, path, method="post")[0] in (403, 404)
    with scope(chains.a.chain, gate_actor()):
        manager.session.flush()
    assert ask(manager, chains.a, path) == refused


def test_an_address_is_over_after_its_time_and_cannot_be_bent(
    chains: Any, as_role: AsRole, graphql: Any, settings: Any
) -> None:
    complaint, path = link_for(chains.a, as_role, graphql)
    actor, client = as_role(chains.a, "STORE_MANAGER"), graphql.signed_in(chains.a, "STORE_MANAGER")
    right = PaperLink("closing", complaint.id, chains.a.store, "en")

    def signed(link: PaperLink, chain: FurnishedChain = chains.a, age: int = 0) -> str:
        at = timezone.now() - timedelta(seconds=age)
        return sign_paper(link, chain=chain.chain, actor=actor, now=at).path

    assert ask(client, chains.a, signed(right, age=settings.MEDIA_LINK_SECONDS - 30))[0] == 200
    kind, subject, store, language, until, signature = path.removeprefix("/media/papers/").split(".")
    bent = [
        signed(right, age=settings.MEDIA_LINK_SECONDS),
        signed(right, chains.b),
        # Rightly signed, and still another store's: the address is for one store alone.
        signed(PaperLink("closing", complaint.id, chains.a.other_store, "en")),
        signed(PaperLink("closing", chains.a.store, chains.a.store, "en")),
        f"/media/papers/{kind}.{subject}.{store}.{language}.{int(until) + 60}.{signature}",
        f"/media/papers/{kind}.{subject}.{store}.zh-hans.{until}.{signature}",
        f"/media/papers/{kind}.{subject}.{chains.a.other_store.hex}.{language}.{until}.{signature}",
        f"/media/papers/{kind}.{chains.b.store.hex}.{store}.{language}.{until}.{signature}",
        f"/media/papers/{kind}.{subject}.{store}.{language}.{until}.{'0' * 64}",
        f"/media/papers/{kind}.{subject}.{store}.{language}.{'9' * 10}.{signature}",
        f"/media/papers/{kind}.{subject}",
        f"{path}/..",
        f"{path}%00",
        "/media/papers/..%2f..%2fetc%2fpasswd",
    ]
    assert [ask(client, chains.a, each)[0] for each in bent] == [404] * len(bent)


def test_it_is_for_who_may_read_the_complaint_and_only_at_its_end(chains: Any, as_role: AsRole) -> None:
    manager, other = as_role(chains.a, "STORE_MANAGER"), as_role(chains.a, "STORE_MANAGER_2")
    with scope(chains.a.chain, manager):
        still_open, ended = filed(manager, chains.a.store, NOW).complaint, closed(manager, chains.a.store)
        with pytest.raises(ComplaintStillOpen):
            print_closing_form(actor=manager, complaint_id=still_open.id, now=NOW)
        with pytest.raises(NotFound):
            read_closing_form(actor=manager, complaint_id=ended.id, store_id=chains.a.other_store, now=NOW)
    with scope(chains.a.chain, other), pytest.raises(NotFound):
        print_closing_form(actor=other, complaint_id=ended.id, now=NOW)
    reader = replace(manager, grants=tuple(replace(each, permissions=frozenset()) for each in manager.grants))
    with scope(chains.a.chain, reader), pytest.raises(NotPermitted):
        print_closing_form(actor=reader, complaint_id=ended.id, now=NOW)


def test_whoever_may_not_know_a_contact_reads_it_masked_and_an_erased_customer_is_not_on_it(
    chains: Any, as_role: AsRole
) -> None:
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        complaint = closed(manager, chains.a.store)
        masked = replace(manager, grants=tuple(replace(each, permissions=READ_ONLY) for each in manager.grants))
        paper = read_closing_form(actor=masked, complaint_id=complaint.id, store_id=chains.a.store, now=NOW)
        assert "13812345678" not in texts_of(paper)
    administrator = as_role(chains.a, "HQ_ADMINISTRATOR")
    with scope(chains.a.chain, administrator):
        erase_customer(actor=administrator, customer_id=complaint.customer_id, now=NOON)
        given = {"complaint_id": complaint.id, "store_id": chains.a.store, "now": NOON}
        paper = read_closing_form(actor=administrator, **given)
        assert "lamp" not in texts_of(paper)
        assert said_in(paper)["Customer"] == "███"


def test_reading_takes_as_many_statements_for_many_steps_as_for_few(chains: Any, as_role: AsRole) -> None:
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        complaint = closed(manager, chains.a.store)
        counts = []
        for more in (0, 20):
            for _ in range(more):
                CustomerNotice.objects.create(
                    store_id=chains.a.store, complaint=complaint, round=1, done_at=NOW, channel="PHONE", message="Yes"
                )
            with CaptureQueriesContext(connections["default"]) as caught:
                read_closing_form(actor=manager, complaint_id=complaint.id, store_id=chains.a.store, now=NOW)
            counts.append(len(caught))
    assert counts[0] == counts[1] <= 10
