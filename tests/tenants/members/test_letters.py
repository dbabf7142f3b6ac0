"""Letters follow from the journal, after the commit, with secrets that are derived where they are written."""

import re
from datetime import UTC, datetime

import pytest
from django.core import mail
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from chains.actor import system_actor
from chains.scope import scope
from config.subscriptions import SUBSCRIPTIONS
from journal.actions import append
from journal.models import Entry
from members.actions.inviting import invite_member, withdraw_invitation
from members.models import User
from members.rules.permissions import Role
from members.rules.reach import Place
from members.tasks import mail_invitation, mail_notice, mail_password_reset
from tests.factories.chains import PASSWORD, FurnishedChain
from tests.tenants.members.browser import Browser
from tests.workers import hand_over_all

NEW = "new@example.com"


def run(task: object, chain: FurnishedChain, entry_id: object) -> None:
    envelope = {"chain": str(chain.chain.id), "arguments": {"entry_id": str(entry_id)}}
    task.run(envelope, now=datetime.now(UTC))


def last_entry(chain: FurnishedChain, kind: str) -> Entry:
    with scope(chain.chain, system_actor()):
        return Entry.objects.filter(kind=kind).latest("at")


def test_an_invitation_is_mailed_once_with_a_link_that_opens_it(fresh_chain: FurnishedChain) -> None:
    with scope(fresh_chain.chain, system_actor()):
        invite_member(
            actor=system_actor(),
            email=NEW,
            role=Role.HQ_TRAINER,
            place=Place(),
            language="zh-hans",
            now=timezone.now(),
        )
    assert mail.outbox == []
    entry = last_entry(fresh_chain, "MEMBER_INVITED")
    run(mail_invitation, fresh_chain, entry.id)
    run(mail_invitation, fresh_chain, entry.id)
    (letter,) = mail.outbox
    assert letter.to == [NEW]
    link = re.search(rf"https://{re.escape(fresh_chain.host)}/invitation/(\S+)", letter.body)
    assert link
    answer = Browser(fresh_chain).client.post(
        "/graphql/",
        data={
            "query": "query ($token: String!) { invitation(token: $token) { email role isMember } }",
            "variables": {"token": link[1]},
        },
        content_type="application/json",
        headers={"Origin": f"https://{fresh_chain.host}"},
        secure=True,
    )
    assert answer.json()["data"]["invitation"] == {"email": NEW, "role": "HQ_TRAINER", "isMember": False}


def test_an_invitation_that_is_over_is_not_mailed(fresh_chain: FurnishedChain) -> None:
    with scope(fresh_chain.chain, system_actor()):
        invitation = invite_member(
            actor=system_actor(), email=NEW, role=Role.HQ_TRAINER, place=Place(), now=timezone.now()
        )
        withdraw_invitation(actor=system_actor(), invitation_id=invitation.id, now=timezone.now())
    run(mail_invitation, fresh_chain, last_entry(fresh_chain, "MEMBER_INVITED").id)
    assert mail.outbox == []


def test_a_forgotten_password_is_replaced_by_the_link_in_the_mail(fresh_chain: FurnishedChain) -> None:
    browser = Browser(fresh_chain)
    browser.post("/auth/password/request", email=fresh_chain.email("MENTOR"))
    assert mail.outbox == []
    run(mail_password_reset, fresh_chain, last_entry(fresh_chain, "PASSWORD_RESET_ASKED").id)
    link = re.search(r"/password/reset/([\w-]+)", mail.outbox[-1].body)
    assert link
    assert browser.post("/auth/password/reset", key=link[1], password="a new horse staple").status_code == 401
    assert (
        browser.post("/auth/login", email=fresh_chain.email("MENTOR"), password="a new horse staple").status_code == 200
    )


@pytest.mark.parametrize("kind", ["PASSWORD_CHANGED", "SECOND_FACTOR_CHANGED", "SIGN_IN_LOCKED"])
def test_the_owner_is_told_in_their_language_what_happened(fresh_chain: FurnishedChain, kind: str) -> None:
    user_id = fresh_chain.people["MENTOR"]
    with scope(fresh_chain.chain, system_actor()):
        User.objects.filter(id=user_id).update(language="zh-hant")
        entry = append(
            actor=system_actor(),
            kind=kind,
            subject_type="User",
            subject_id=user_id,
            store_id=None,
            now=timezone.now(),
        )
    run(mail_notice, fresh_chain, entry.id)
    assert mail.outbox[-1].to == [fresh_chain.email("MENTOR")]
    assert "/password/forgotten" in mail.outbox[-1].body


def test_the_relay_turns_an_invitation_into_a_job_that_names_no_address(fresh_chain: FurnishedChain) -> None:
    with scope(fresh_chain.chain, system_actor()):
        invite_member(actor=system_actor(), email=NEW, role=Role.HQ_TRAINER, place=Place(), now=timezone.now())
    hand_over_all(fresh_chain.chain, SUBSCRIPTIONS)
    jobs = [job for job in ProcrastinateJob.objects.all() if job.args.get("chain") == str(fresh_chain.chain.id)]
    assert "members.mail_invitation" in {job.task_name for job in jobs}
    assert NEW not in str([job.args for job in jobs])


def test_a_changed_password_is_journalled_and_told(fresh_chain: FurnishedChain) -> None:
    browser = Browser(fresh_chain)
    browser.sign_in("MENTOR")
    answer = browser.post("/account/password/change", current_password=PASSWORD, new_password="a new horse staple")
    assert answer.status_code == 200
    run(mail_notice, fresh_chain, last_entry(fresh_chain, "PASSWORD_CHANGED").id)
    assert mail.outbox[-1].to == [fresh_chain.email("MENTOR")]
