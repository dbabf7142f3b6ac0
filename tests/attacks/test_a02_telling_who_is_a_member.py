"""A02: neither an answer nor the work behind it tells who is a member.

Times are noisy, so `make bench` measures them; here what takes the time is counted: password hashings and statements.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.db import connections
from django.http import HttpResponse
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob

from api.base.ids import global_id
from chains.actor import system_actor
from chains.scope import scope
from journal.models import Entry
from members.models import User
from members.rules.happenings import Happening
from tests.conftest import Chains
from tests.factories.chains import FurnishedChain
from tests.graphql_caller import GraphQLCaller
from tests.tenants.members.browser import Browser

WRONG = "not the password"
STRANGER = "nobody@a.example"
KNOWN_ADDRESS, STRANGERS_ADDRESS = "192.0.2.1", "192.0.2.2"
INVITE = """mutation($input: InviteMemberInput!) {
    inviteMember(input: $input) { invitation { state role } userErrors { code } }
}"""
# What somebody is to be told of is journalled where there is somebody: one row, no letter yet.
ROW = 'INSERT INTO "journal_entry"'


@dataclass
class Work:
    """What answering took: the cost of each password hashing, and the kind of each statement."""

    hashings: list[tuple[int, int, int]] = field(default_factory=list)
    statements: list[str] = field(default_factory=list)


@pytest.fixture(autouse=True)
def _passwords_of_production(chains: Chains) -> Iterator[None]:
    """Hash as production does, the known member's password included."""
    with override_settings(PASSWORD_HASHERS=settings.PASSWORD_HASHERS):
        yield


@pytest.fixture
def working(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], HttpResponse]], tuple[HttpResponse, Work]]:
    """Answer, and tell the work."""

    def watched(answer: Callable[[], HttpResponse]) -> tuple[HttpResponse, Work]:
        work = Work()
        with monkeypatch.context() as patched, _statements(work):
            patched.setattr(hashlib, "scrypt", _counted(work))
            return answer(), work

    return watched


def _counted(work: Work) -> Callable[..., bytes]:
    scrypt = hashlib.scrypt

    def counted(*args: Any, n: int, r: int, p: int, **more: Any) -> bytes:
        work.hashings.append((n, r, p))
        return scrypt(*args, n=n, r=r, p=p, **more)

    return counted


@contextmanager
def _statements(work: Work) -> Iterator[None]:
    walled, shared = (CaptureQueriesContext(connections[alias]) for alias in ("default", "public"))
    with walled, shared:
        yield
    work.statements += [_text_of(query["sql"]) for queries in (walled, shared) for query in queries.captured_queries]


def _text_of(sql: str) -> str:
    """Return a statement without its values and without the number of its savepoint."""
    return re.sub(r'"s\d+_x\d+"', "?", re.sub(r"'(?:[^']|'')*'|\b\d+\b", "?", sql))


def kinds_in(chain: FurnishedChain) -> list[str]:
    with scope(chain.chain, system_actor()):
        return list(Entry.objects.in_order().values_list("kind", flat=True))


def both(chain: FurnishedChain, path: str, who: str, **more: str) -> list[Callable[[], HttpResponse]]:
    """Return how a member and a stranger are asked about, each from an address of its own."""
    browsers = [Browser(chain, address=address) for address in (KNOWN_ADDRESS, STRANGERS_ADDRESS)]
    for browser in browsers:
        browser.send("GET", "/config")
    emails = (chain.email(who), STRANGER)
    return [
        lambda browser=browser, email=email: browser.post(path, email=email, **more)
        for browser, email in zip(browsers, emails, strict=True)
    ]


@pytest.mark.parametrize("tries", [1, 5])
def test_a02_a_wrong_password_costs_the_same_work_and_tells_the_same_of_a_member_and_of_a_stranger(
    chains: Chains, working: Any, tries: int
) -> None:
    known, unknown = both(chains.a, "/auth/login", "MENTOR", password=WRONG)
    for _ in range(tries):
        (known_answer, known_work), (unknown_answer, unknown_work) = working(known), working(unknown)
        assert (known_answer.status_code, known_answer.content) == (unknown_answer.status_code, unknown_answer.content)
        assert known_work == unknown_work
    # The hashing is the work that could be felt from outside.
    assert len(known_work.hashings) == 1


def test_a02_a_closed_account_costs_the_same_work_as_a_stranger_and_its_owner_is_told_once(
    chains: Chains, working: Any
) -> None:
    known, unknown = both(chains.a, "/auth/login", "MENTOR", password=WRONG)
    for _ in range(5):
        known(), unknown()
    assert _without(working(known)[1].statements, ROW) == working(unknown)[1].statements
    (known_answer, known_work), (unknown_answer, unknown_work) = working(known), working(unknown)
    assert (known_answer.status_code, known_answer.content) == (unknown_answer.status_code, unknown_answer.content)
    assert known_work == unknown_work


def test_a02_a_deactivated_member_costs_the_same_work_as_a_stranger(chains: Chains, working: Any) -> None:
    with scope(chains.a.chain, system_actor()):
        User.objects.filter(id=chains.a.people["MENTOR"]).update(is_active=False)
    known, unknown = both(chains.a, "/auth/login", "MENTOR", password=WRONG)
    assert working(known)[1] == working(unknown)[1]


def test_a02_asking_for_a_new_password_answers_alike_and_writes_one_row_more_for_a_member(
    chains: Chains, working: Any
) -> None:
    known, unknown = both(chains.a, "/auth/password/request", "MENTOR")
    (known_answer, known_work), (unknown_answer, unknown_work) = working(known), working(unknown)
    assert (known_answer.status_code, known_answer.content) == (unknown_answer.status_code, unknown_answer.content)
    assert known_work.hashings == unknown_work.hashings == []
    assert _without(known_work.statements, "SAVEPOINT", ROW) == unknown_work.statements


def test_a02_letters_are_written_after_the_answer_and_strangers_get_none(chains: Chains) -> None:
    # What other tests committed to the queue is none of this one's.
    waiting = set(ProcrastinateJob.objects.values_list("id", flat=True))
    for ask in both(chains.a, "/auth/password/request", "MENTOR"):
        ask()
    assert kinds_in(chains.a).count(Happening.PASSWORD_RESET_ASKED) == 1
    # The relay makes the letter's job out of the journal, some time later.
    assert mail.outbox == []
    assert set(ProcrastinateJob.objects.values_list("id", flat=True)) == waiting


def test_a02_inviting_a_member_costs_the_same_work_and_tells_the_same_as_inviting_a_stranger(
    chains: Chains, graphql: GraphQLCaller, working: Any
) -> None:
    def invite(email: str) -> Callable[[], HttpResponse]:
        given = {"email": email, "role": "MENTOR", "storeId": global_id("Store", chains.a.store)}
        body = {"query": INVITE, "variables": {"input": given}}
        return lambda: graphql.post(chains.a, body, as_="STORE_MANAGER")

    # The first call makes the row that calls are counted in.
    invite("somebody@a.example")()
    (unknown, unknown_work) = working(invite(STRANGER))
    (known, known_work) = working(invite(chains.a.email("HQ_ADMINISTRATOR")))
    assert known.json() == unknown.json()
    assert known.json()["data"]["inviteMember"]["userErrors"] == []
    assert known_work == unknown_work
    assert known_work.hashings == []


def _without(statements: list[str], *beginnings: str) -> list[str]:
    """Return the statements without those that begin so, one after the other, which have to be there once."""
    count = len(beginnings)
    (place,) = [
        place
        for place in range(len(statements) - count + 1)
        if all(map(str.startswith, statements[place : place + count], beginnings))
    ]
    return statements[:place] + statements[place + count :]
