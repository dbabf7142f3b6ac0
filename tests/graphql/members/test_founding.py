"""An operator's chain, from the public host to the founder's first sign-in; suspended, resumed and closed again."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.core import mail
from django.db import connections
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.actions import appoint_operator
from accounts.models import Founder
from api.base.ids import global_id, key_in
from chains.actor import system_actor
from chains.models import Chain, ChainState, Turn
from chains.provisioning import provision, remove
from chains.queries import chain_at
from chains.scope import scope
from config.commands import main
from journal.models import Entry
from members.actions.founding import FOUND_CHAIN, TELL_TURN
from members.models import Invitation, InvitationState
from members.tasks import (
    LOOK_AGAIN_AFTER,
    WAITED_LONG,
    found_chain,
    found_waiting_chains,
    mail_invitation,
    tell_turn,
)
from tests.attacks.test_a12_visits import at_public_host
from tests.factories.chains import demolish
from tests.installation import ADD_A_COLUMN, release_with

OPEN = """mutation ($input: OpenChainInput!) { openChain(input: $input) {
    chain { id name state domain } userErrors { code field } } }"""
TURN = """mutation ($input: %(Deed)sInput!) { %(deed)s(input: $input) {
    chain { state } userErrors { code field } } }"""
FOUNDER = "founder@example.com"


@pytest.fixture
def operators_secret(committed: None) -> str:
    return appoint_operator(email=f"{uuid4().hex}@onebanner.example", name="Olga", now=timezone.now())[1]


@pytest.fixture
def host() -> str:
    return f"o{uuid4().hex[:12]}.onebanner.localhost"


@pytest.fixture
def opened(operators_secret: str, host: str) -> Iterator[Chain]:
    """A chain just asked for by HTTP, its schema not yet made."""
    given = {"input": {"name": "Steaming Bun", "domain": host, "founderEmail": FOUNDER, "language": "zh-hans"}}
    answer = at_public_host(operators_secret, OPEN, given)[1]["data"]["openChain"]
    assert answer["userErrors"] == []
    assert (answer["chain"]["state"], answer["chain"]["domain"]) == ("PROVISIONING", host)
    chain = Chain.objects.get(id=key_in(answer["chain"]["id"], "OperatedChain"))
    yield chain
    chain.refresh_from_db()
    if chain.state != ChainState.CLOSED:
        demolish(chain)


def turn(secret: str, deed: str, chain_id: str) -> dict:
    document = TURN % {"deed": deed, "Deed": deed[0].upper() + deed[1:]}
    answer: dict = at_public_host(secret, document, {"input": {"chainId": chain_id}})[1]["data"][deed]
    return answer


def test_an_opened_chain_is_made_by_a_job_that_invites_its_founder(opened: Chain) -> None:
    job = ProcrastinateJob.objects.get(task_name="members.found_chain", args__customer_id=str(opened.id))
    assert FOUNDER not in str(job.args)
    founder = Founder.objects.get(customer_id=opened.id)
    found_chain(customer_id=str(opened.id))
    found_chain(customer_id=str(opened.id))
    chain = Chain.objects.get(id=opened.id)
    assert chain.state == ChainState.ACTIVE
    assert not Founder.objects.filter(customer_id=opened.id).exists()
    with scope(chain, system_actor()):
        invitation = Invitation.objects.get()
        assert (invitation.email, invitation.role, invitation.language) == (FOUNDER, "HQ_ADMINISTRATOR", "zh-hans")
        kinds = list(Entry.objects.order_by("id").values_list("kind", "actor_kind"))
        entry_id = Entry.objects.get(kind="MEMBER_INVITED").id
        # The operator's request, not the job's.
        told = dict(Entry.objects.values_list("kind", "address"))
        assert set(Entry.objects.values_list("request_id", flat=True)) == {founder.request_id}
    assert sorted(kinds) == [("CHAIN_OPENED", "OPERATOR"), ("MEMBER_INVITED", "SYSTEM")]
    assert told == {"CHAIN_OPENED": "127.0.0.1", "MEMBER_INVITED": None}
    mail_invitation.run({"chain": str(chain.id), "arguments": {"entry_id": str(entry_id)}}, now=datetime.now(UTC))
    assert re.search(r"/invitation/\S+", mail.outbox[-1].body)


def test_a_founder_is_invited_once_whatever_became_of_the_job_and_the_invitation(opened: Chain) -> None:
    founder = Founder.objects.get(customer_id=opened.id)
    found_chain(customer_id=str(opened.id))
    with scope(Chain.objects.get(id=opened.id), system_actor()):
        Invitation.objects.update(state=InvitationState.ACCEPTED)
    # As if the job had been killed right before it cleared the founder's row away.
    founder.save(force_insert=True)
    found_chain(customer_id=str(opened.id))
    with scope(Chain.objects.get(id=opened.id), system_actor()):
        assert Invitation.objects.count() == 1
        assert Entry.objects.filter(kind="CHAIN_OPENED").count() == 1


def test_before_the_release_has_a_blueprint_the_chain_waits_and_is_made_afterwards(
    opened: Chain, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    _forget_jobs(opened)
    with release_with(tmp_path, "stores", m9001_fax=ADD_A_COLUMN):
        found_chain(customer_id=str(opened.id))
    (job,) = _jobs(opened)
    assert timezone.now() < job.scheduled_at <= timezone.now() + LOOK_AGAIN_AFTER
    assert any("onebanner migrate" in record.getMessage() for record in caplog.records)
    assert Chain.objects.get(id=opened.id).state == ChainState.PROVISIONING

    found_chain(**job.args)

    assert Chain.objects.get(id=opened.id).state == ChainState.ACTIVE
    assert not Founder.objects.filter(customer_id=opened.id).exists()


def test_the_command_that_opens_a_chain_enters_nothing_before_there_is_a_blueprint(
    committed: None, host: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with release_with(tmp_path, "stores", m9001_fax=ADD_A_COLUMN):
        assert main(["fleet", "open", "Steaming Bun", host, FOUNDER]) == 1

    assert "onebanner migrate" in capsys.readouterr().err
    assert chain_at(host) is None


def test_a_founder_whose_chain_the_reaper_has_made_is_invited_by_the_sweep(opened: Chain) -> None:
    _forget_jobs(opened)
    _sweep()
    assert _jobs(opened) == []
    provision(opened.id, now=timezone.now())
    _sweep()
    _sweep()
    (job,) = _jobs(opened)
    found_chain(**job.args)
    assert not Founder.objects.filter(customer_id=opened.id).exists()
    with scope(Chain.objects.get(id=opened.id), system_actor()):
        assert Invitation.objects.get().email == FOUNDER


def test_a_founder_whose_chain_was_given_up_is_forgotten_and_told_in_the_log(
    opened: Chain, caplog: pytest.LogCaptureFixture
) -> None:
    remove(opened.id, now=timezone.now())
    _forget_jobs(opened)
    _sweep()
    (job,) = _jobs(opened)
    found_chain(**job.args)
    assert not Founder.objects.filter(customer_id=opened.id).exists()
    assert [record.levelname for record in caplog.records if "given up" in record.message] == ["ERROR"]
    _forget_jobs(opened)
    _sweep()
    assert _jobs(opened) == []


def test_a_founder_whose_chain_is_suspended_waits_until_it_works_again(opened: Chain, operators_secret: str) -> None:
    provision(opened.id, now=timezone.now())
    chain_id = global_id("OperatedChain", opened.id)
    turn(operators_secret, "suspendChain", chain_id)
    found_chain(customer_id=str(opened.id))
    _forget_jobs(opened)
    _sweep()
    assert (_jobs(opened), Founder.objects.filter(customer_id=opened.id).count()) == ([], 1)
    turn(operators_secret, "resumeChain", chain_id)
    _sweep()
    (job,) = _jobs(opened)
    found_chain(**job.args)
    assert not Founder.objects.filter(customer_id=opened.id).exists()


def test_a_chain_is_suspended_closed_and_resumed_and_its_journal_tells_by_whom(
    opened: Chain, operators_secret: str
) -> None:
    found_chain(customer_id=str(opened.id))
    chain_id = global_id("OperatedChain", opened.id)
    for deed, state in (("suspendChain", "SUSPENDED"), ("closeChain", "CLOSING"), ("resumeChain", "ACTIVE")):
        assert turn(operators_secret, deed, chain_id) == {"chain": {"state": state}, "userErrors": []}
    for job in [*_jobs(opened, TELL_TURN), *_jobs(opened, TELL_TURN)]:
        tell_turn.run(job.args, now=timezone.now())
    with scope(Chain.objects.get(id=opened.id), system_actor()):
        told = Entry.objects.filter(subject_type="Chain").exclude(kind="CHAIN_OPENED").in_order()
        steps = [(entry.kind, entry.actor_kind, entry.before["state"], entry.after["state"]) for entry in told]
    assert steps == [
        ("CHAIN_SUSPENDED", "OPERATOR", "ACTIVE", "SUSPENDED"),
        ("CHAIN_CLOSED", "OPERATOR", "SUSPENDED", "CLOSING"),
        ("CHAIN_RESUMED", "OPERATOR", "CLOSING", "ACTIVE"),
    ]


def test_a_step_that_is_refused_leaves_neither_a_job_nor_a_trace(opened: Chain, operators_secret: str) -> None:
    found_chain(customer_id=str(opened.id))
    answer = turn(operators_secret, "resumeChain", global_id("OperatedChain", opened.id))
    assert [error["code"] for error in answer["userErrors"]] == ["CHAIN_CANNOT_BECOME"]
    assert (_jobs(opened, TELL_TURN), Turn.objects.filter(chain=opened).count()) == ([], 0)


def _sweep() -> None:
    later = timezone.now() + WAITED_LONG + timedelta(minutes=1)
    found_waiting_chains(timestamp=int(later.timestamp()))


def _jobs(chain: Chain, task: str = FOUND_CHAIN) -> list[ProcrastinateJob]:
    return list(ProcrastinateJob.objects.filter(task_name=task, lock=f"{chain.id}:{task}").order_by("id"))


def _forget_jobs(chain: Chain) -> None:
    with connections["public"].cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE lock LIKE %s", [f"{chain.id}:%"])


@pytest.mark.parametrize("deed", ["suspendChain", "resumeChain", "closeChain"])
def test_a_chain_that_is_not_there_is_not_found(operators_secret: str, deed: str) -> None:
    answer = turn(operators_secret, deed, global_id("OperatedChain", uuid4()))
    assert answer["userErrors"] == [{"code": "NOT_FOUND", "field": ["chainId"]}]


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("domain", "onebanner.localhost", "DOMAIN_RESERVED"),
        ("domain", "not a host", "BAD_DOMAIN"),
        ("founderEmail", "nobody", "INVALID"),
        ("language", "tlh", "INVALID"),
    ],
)
def test_a_chain_that_can_not_be_is_refused_and_leaves_nothing(
    operators_secret: str, host: str, field: str, value: str, code: str
) -> None:
    before = Chain.objects.count()
    given = {"name": "Bun", "domain": host, "founderEmail": FOUNDER, field: value}
    answer = at_public_host(operators_secret, OPEN, {"input": given})[1]["data"]["openChain"]
    assert [error["code"] for error in answer["userErrors"]] == [code]
    assert (Chain.objects.count(), Founder.objects.filter(email=FOUNDER).count()) == (before, 0)
