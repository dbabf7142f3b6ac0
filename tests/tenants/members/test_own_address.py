"""One's own e-mail address: asked for with a fresh proof, confirmed in the new mailbox, an oracle to nobody."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail

from chains.actor import gate_actor, system_actor
from chains.scope import scope
from journal.models import Entry
from members.actions.own_address import forget_email_changes
from members.models import EmailChange, User
from members.rules.own_address import CONFIRM_WITHIN, KEPT
from members.signin.keys import email_change_secret
from members.tasks import mail_address_notice, mail_email_change
from tests.conftest import Chains
from tests.factories.chains import PASSWORD, FurnishedChain
from tests.tenants.members.browser import Browser
from tests.tenants.members.test_letters import last_entry, run

NEW = "new.address@example.com"
VERIFY = "/auth/email/verify"


def signed_in(chain: FurnishedChain, who: str = "MENTOR", *, is_proven: bool = True) -> Browser:
    browser = Browser(chain)
    assert browser.sign_in(who).status_code == 200
    if is_proven:
        assert browser.post("/auth/reauthenticate", password=PASSWORD).status_code == 200
    return browser


def secret_of(chain: FurnishedChain) -> str:
    with scope(chain.chain, gate_actor()):
        return email_change_secret(EmailChange.objects.select_related("user").get(confirmed_at=None))


def address_of(chain: FurnishedChain, who: str = "MENTOR") -> str:
    with scope(chain.chain, system_actor()):
        return User.objects.get(id=chain.people[who]).email


def key_tells(chain: FurnishedChain, key: str) -> tuple[int, dict]:
    """Return the answer to somebody who looks at what a key would change."""
    answer = Browser(chain).client.get(
        f"/_allauth/browser/v1{VERIFY}", headers={"X-Email-Verification-Key": key}, secure=True
    )
    return answer.status_code, answer.json()


def test_a_new_address_is_asked_for_confirmed_by_its_mail_and_signs_in(fresh_chain: FurnishedChain) -> None:
    browser, former = signed_in(fresh_chain), fresh_chain.email("MENTOR")
    assert browser.post("/account/email", email="New.Address@example.com").status_code == 200
    assert mail.outbox == []
    entry = last_entry(fresh_chain, "EMAIL_CHANGE_ASKED")
    assert NEW not in str([entry.before, entry.after])
    run(mail_email_change, fresh_chain, entry.id)
    run(mail_address_notice, fresh_chain, entry.id)
    letter, notice = mail.outbox
    assert (letter.to, notice.to) == ([NEW], [former])
    link = re.search(rf"https://{re.escape(fresh_chain.host)}/account/email/(\S+)", letter.body)
    assert link
    assert NEW not in notice.body
    assert key_tells(fresh_chain, link[1]) == (200, {"status": 200, "data": {"email": NEW}})

    assert Browser(fresh_chain).post(VERIFY, key=link[1]).status_code == 200
    assert browser.is_signed_in
    run(mail_address_notice, fresh_chain, last_entry(fresh_chain, "EMAIL_CHANGED").id)
    assert mail.outbox[-1].to == [former]
    other = Browser(fresh_chain, address="192.0.2.2")
    assert other.post("/auth/login", email=former, password=PASSWORD).status_code == 400
    assert other.post("/auth/login", email=NEW, password=PASSWORD).status_code == 200
    assert Browser(fresh_chain).post(VERIFY, key=link[1]).status_code == 400


def test_without_a_session_or_a_fresh_proof_nothing_is_asked(chains: Chains) -> None:
    assert Browser(chains.a).post("/account/email", email=NEW).status_code == 401
    browser = signed_in(chains.a, is_proven=False)
    answer = browser.post("/account/email", email=NEW)
    assert answer.status_code == 401
    assert {"id": "reauthenticate"} in answer.json()["data"]["flows"]
    with scope(chains.a.chain, system_actor()):
        assert not EmailChange.objects.exists()


def test_another_members_address_is_answered_alike_and_gets_no_mail(fresh_chain: FurnishedChain) -> None:
    browser = signed_in(fresh_chain)
    free = browser.post("/account/email", email=NEW)
    taken = browser.post("/account/email", email=fresh_chain.email("STORE_MANAGER"))
    assert (taken.status_code, taken.json()) == (free.status_code, free.json())
    run(mail_email_change, fresh_chain, last_entry(fresh_chain, "EMAIL_CHANGE_ASKED").id)
    assert mail.outbox == []


def test_an_address_that_became_somebody_elses_meanwhile_is_not_taken_away(chains: Chains) -> None:
    signed_in(chains.a).post("/account/email", email=NEW)
    secret, before = secret_of(chains.a), address_of(chains.a)
    with scope(chains.a.chain, system_actor()):
        User.objects.filter(id=chains.a.people["STORE_MANAGER"]).update(email=NEW)
    assert Browser(chains.a).post(VERIFY, key=secret).status_code == 400
    assert address_of(chains.a) == before


@pytest.mark.parametrize(
    ("email", "code"),
    [("no address", "invalid"), ("a@b.example\nBcc: c@d.example", "invalid"), ("x" * 250, "too_long")],
)
def test_what_is_no_address_is_refused_at_its_field(chains: Chains, email: str, code: str) -> None:
    (error,) = signed_in(chains.a).post("/account/email", email=f"{email}@a.example").json()["errors"]
    assert (error["code"], error["param"]) == (code, "email")


def test_the_address_one_has_is_no_new_one(chains: Chains) -> None:
    (error,) = signed_in(chains.a).post("/account/email", email=chains.a.email("MENTOR").upper()).json()["errors"]
    assert (error["code"], error["param"]) == ("same_email", "email")


def test_a_second_wish_takes_the_place_of_the_first(chains: Chains) -> None:
    browser = signed_in(chains.a)
    browser.post("/account/email", email="first@example.com")
    first = secret_of(chains.a)
    browser.post("/account/email", email=NEW)
    assert Browser(chains.a).post(VERIFY, key=first).status_code == 400
    assert Browser(chains.a).post(VERIFY, key=secret_of(chains.a)).status_code == 200
    assert address_of(chains.a) == NEW


def test_a_key_is_dead_in_another_chain_when_altered_too_old_or_its_user_deactivated(chains: Chains) -> None:
    signed_in(chains.a).post("/account/email", email=NEW)
    secret = secret_of(chains.a)
    assert key_tells(chains.b, secret)[0] == 400
    assert key_tells(chains.a, secret[:-1])[0] == 400
    assert key_tells(chains.a, "no key at all")[0] == 400
    with scope(chains.a.chain, system_actor()):
        User.objects.filter(id=chains.a.people["MENTOR"]).update(is_active=False)
    assert key_tells(chains.a, secret)[0] == 400
    with scope(chains.a.chain, system_actor()):
        User.objects.filter(id=chains.a.people["MENTOR"]).update(is_active=True)
        EmailChange.objects.update(asked_at=datetime.now(UTC) - CONFIRM_WITHIN)
    assert key_tells(chains.a, secret)[0] == 400


def test_a_new_password_ends_a_change_that_somebody_else_has_asked_for(chains: Chains) -> None:
    signed_in(chains.a).post("/account/email", email=NEW)
    secret = secret_of(chains.a)
    owner = Browser(chains.a, address="192.0.2.2")
    owner.sign_in("MENTOR")
    changed = owner.post("/account/password/change", current_password=PASSWORD, new_password="a new horse staple")
    assert changed.status_code == 200
    assert Browser(chains.a).post(VERIFY, key=secret).status_code == 400


def test_wishes_and_tries_are_limited(chains: Chains) -> None:
    browser = signed_in(chains.a)
    answers = [browser.post("/account/email", email=f"n{number}@example.com").status_code for number in range(6)]
    assert answers == [200, 200, 200, 200, 200, 429]
    tries = [Browser(chains.a, address="192.0.2.9").post(VERIFY, key="guess").status_code for _ in range(21)]
    assert tries == [400] * 20 + [429]


def test_changes_that_are_long_over_are_forgotten(chains: Chains) -> None:
    signed_in(chains.a).post("/account/email", email=NEW)
    now = datetime.now(UTC)
    with scope(chains.a.chain, system_actor()):
        assert forget_email_changes(now=now) == 0
        assert forget_email_changes(now=now + KEPT + timedelta(minutes=1)) == 1
        assert Entry.objects.filter(kind="EMAIL_CHANGE_ASKED").exists()
