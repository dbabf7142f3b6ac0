"""The web app in a real browser, against a real server: people sign in, set up the second step, use GraphiQL."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connections
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker

from chains.actor import gate_actor, system_actor
from chains.scope import scope
from config.commands.serve import free_port
from customers.models import Customer
from feedback.models.surveys import MatterKind, Survey, SurveyQuestion
from kit.ids import new_id
from members.actions.inviting import invite_member
from members.actions.own_address import ask_email_change
from members.actions.tokens import create_access_token
from members.models import Assignment, TokenKind, User
from members.rules.actors import Request
from members.rules.holders import PERMISSIONS_OF
from members.rules.permissions import REACH_OF, Permission, Reach, Role
from members.rules.reach import Place
from members.rules.scopes import Scope
from members.signin.keys import email_change_secret, invitation_secret, reset_key
from tests.factories.chains import (
    PASSWORD,
    FurnishedChain,
    demolish,
    furnish,
    give_passwords,
    opened_chain,
    read_furnished,
)
from tests.factories.feedback import opened_by_link
from tests.factories.people import actor_of_role
from tests.patience import PATIENCE_SECONDS
from tests.programs import needed_program

HERE = Path(__file__).parent
TREE = HERE.parents[2]
# Corpus I08: a name that would be code, if any page took it for that.
HOSTILE_NAME = "<img src=x onerror=alert(1)> {{7*7}} ${7*7}"


@dataclass(frozen=True)
class Site:
    """A chain that is being served, and how a browser walks through it."""

    chain: FurnishedChain
    port: int
    chromium: str
    log: Path

    def newcomer(self, name: str) -> User:
        """Return a member of the staff whom no other test knows."""
        now = timezone.now()
        with scope(self.chain.chain, system_actor()):
            user = User.objects.create(
                email=f"{uuid4().hex}.{uuid4().hex[:24]}@a.example",
                name=name,
                joined_at=now,
            )
            Assignment.objects.create(user=user, role=Role.SERVICE_STAFF, store_id=self.chain.store, since=now)
        give_passwords(self.chain.chain)
        return user

    def walk(self, script: str, **job: object) -> None:
        """Run one walk; it fails with what the walk says."""
        told = {"base": f"http://{self.chain.host}:{self.port}", "chromium": self.chromium, "password": PASSWORD, **job}
        walked = subprocess.run(
            ["node", str(HERE / f"{script}.mjs"), json.dumps(told)],
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
        assert walked.returncode == 0, f"{walked.stderr[-2000:]}\nThe server said:\n{_end_of(self.log)}"


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser of this machine."""
    found = os.environ.get("ONEBANNER_CHROMIUM") or needed_program(
        "chromium", "chromium-browser", "google-chrome", package="chromium"
    )
    assert (TREE / "frontend" / "dist" / "index.html").is_file(), (
        "The web app is not built: `npm run build` in frontend/."
    )
    return found


@pytest.fixture(scope="module")
def site(
    run_database: str, django_db_blocker: DjangoDbBlocker, chromium: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A chain of these tests' own, served on a free port by a process of its own; a failing walk shows its log."""
    host = f"w{uuid4().hex[:12]}.onebanner.localhost"
    log = tmp_path_factory.mktemp("web") / "serve.log"
    with django_db_blocker.unblock():
        chain = opened_chain("Fresh", host)
        furnish(chain)
        with _serving(host, log) as port:
            yield Site(read_furnished(host), port, chromium, log)
        demolish(chain)
        connections.close_all()


@contextmanager
def _serving(host: str, log: Path) -> Iterator[int]:
    port = free_port("127.0.0.1")
    command = [sys.executable, "-m", "config.commands", "serve", "--port", str(port), "--workers", "2"]
    environment = {**os.environ, "ONEBANNER_DEBUG": "1"}
    with log.open("wb") as output, subprocess.Popen(command, env=environment, stdout=output, stderr=output) as server:
        try:
            _wait_for(server, host, port, log)
            yield port
        finally:
            server.terminate()


def test_everybody_signs_in_and_finds_their_own_stores(site: Site) -> None:
    site.walk("every_role", people=[_person(site.chain, role) for role in Role])


def test_a_wrong_password_is_told_and_the_sixth_one_locks(site: Site) -> None:
    site.walk("refusals", email=site.newcomer("Wang Wei").email)


def test_the_second_step_is_set_up_and_a_recovery_code_lets_in(site: Site) -> None:
    site.walk("second_step", email=site.newcomer("Zhang Min").email)


def test_people_change_their_password_and_address_and_get_in_by_a_passkey(site: Site) -> None:
    words = {
        "usePasskey": "使用通行密鑰",
        "signInByPasskey": "使用通行密鑰登入",
        "kept": "我已保存",
        "remove": "移除",
        "removeIt": "移除",
        "signOut": "登出",
    }
    site.walk("own_access", email=site.newcomer("Zhao Lei").email, newEmail="lei@example.com", words=words)


def test_a_new_address_is_confirmed_by_the_link_in_its_mail(site: Site) -> None:
    mover, address = site.newcomer("Zhou Fang"), f"{uuid4().hex}@example.com"
    with scope(site.chain.chain, gate_actor()):
        asked = Request(id=new_id(), address=None, language="en")
        change = ask_email_change(user=mover, email=address, request=asked, now=timezone.now())
        key = email_change_secret(change)
    site.walk("new_address", email=mover.email, newEmail=address, key=key)


def test_graphiql_asks_as_the_signed_in_person_and_as_a_tokens_owner(site: Site) -> None:
    who = "QUALITY_OFFICER"
    officer = actor_of_role(site.chain, who)
    now = timezone.now()
    with scope(site.chain.chain, officer):
        _token, secret = create_access_token(
            actor=officer,
            kind=TokenKind.PERSONAL,
            name="GraphiQL",
            scopes=[Scope.STANDARDS_READ],
            store_ids=None,
            expires_at=now + timedelta(hours=1),
            now=now,
        )
    site.walk("graphiql", email=site.chain.email(who), name=_name_of(site.chain, who), token=secret)


def test_operators_have_graphiql_on_the_public_host(site: Site) -> None:
    site.walk("operators", public=f"http://{settings.ONEBANNER_PUBLIC_HOST}:{site.port}")


def test_an_invitation_is_accepted_and_a_forgotten_password_replaced(site: Site) -> None:
    forgetful = site.newcomer("Chen Jing")
    with scope(site.chain.chain, system_actor()):
        invited = invite_member(
            actor=system_actor(),
            email="newcomer@a.example",
            role=Role.SERVICE_STAFF,
            place=Place(store_id=site.chain.store),
            now=timezone.now(),
        )
        key = reset_key(User.objects.get(id=forgetful.id))
        secret = invitation_secret(invited.id)
    site.walk("arriving", invitation=secret, invited=invited.email, key=key, email=forgetful.email)


def test_customers_answer_a_survey_by_its_link(site: Site) -> None:
    links = {
        "chinese": _survey(site.chain, "zh-hans"),
        "english": _survey(site.chain, "en"),
        "expired": _survey(site.chain, "zh-hans", expires_at=timezone.now() - timedelta(hours=1)),
        "withdrawn": _survey(site.chain, "zh-hans", state="WITHDRAWN", withdrawn_at=timezone.now()),
    }
    site.walk("survey", **links)
    with scope(site.chain.chain, system_actor()):
        told = dict(Survey.objects.order_by("language").values_list("language", "score_sum").filter(state="ANSWERED"))
        assert told == {"en": 6, "zh-hans": 6}


def test_every_page_is_accessible_in_every_language_size_and_colour(site: Site) -> None:
    site.walk("every_page", email=site.newcomer(HOSTILE_NAME).email, name=HOSTILE_NAME)


def test_signing_in_needs_no_mouse(site: Site) -> None:
    site.walk("keyboard", email=site.newcomer("Liu Yang").email)


def _person(chain: FurnishedChain, role: Role) -> dict[str, object]:
    reaches = {Reach.CHAIN: ["Store 1", "Store 2"], Reach.AREA: ["Store 1"], Reach.STORE: ["Store 1"]}
    return {
        "email": chain.email(role.value),
        "stores": reaches[REACH_OF[role]],
        "mayExplore": Permission.READ_SCHEMA in PERMISSIONS_OF[role],
    }


def _survey(chain: FurnishedChain, language: str, **values: object) -> str:
    """Return the secret of a survey's link, sent yesterday to a new customer in this language."""
    now, key = timezone.now(), new_id()
    with scope(chain.chain, system_actor()):
        customer = Customer.objects.create(
            store_id=chain.store,
            number=key.int % 10**9,
            name="Li",
            phone=key.hex[-8:],
            language=language,
            registered_at=now,
        )
        survey = Survey.objects.create(
            store_id=chain.store,
            customer=customer,
            matter_kind=MatterKind.INQUIRY,
            matter_id=key,
            matter_version=1,
            reference="S1-Q00001",
            language=language,
            questions=list(SurveyQuestion.values),
            sent_at=now - timedelta(days=1),
            sent_month=202605,
            **{"expires_at": now + timedelta(days=1), **values},
        )
        return opened_by_link(survey, now)


def _name_of(chain: FurnishedChain, who: str) -> str:
    with scope(chain.chain, system_actor()):
        name: str = User.objects.get(id=chain.people[who]).name
        return name


def _wait_for(server: "subprocess.Popen[bytes]", host: str, port: int, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        assert server.poll() is None, f"The server ended by itself:\n{_end_of(log)}"
        connection = HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("GET", "/sign-in", headers={"Host": f"{host}:{port}"})
            status = connection.getresponse().status
            assert status == 200, f"/sign-in answers {status}:\n{_end_of(log)}"
            return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise AssertionError(f"The server does not answer:\n{_end_of(log)}")


def _end_of(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")[-2000:]
