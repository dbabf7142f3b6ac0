"""A01: guessing is slowed down and told, and nobody else is locked out."""

from threading import Thread
from time import monotonic

from django.core import mail
from django.db import connections
from django.utils import timezone

from api.schema import schema
from chains.actor import system_actor
from chains.scope import scope
from journal.models import Entry
from members.rules.happenings import Happening
from members.tasks import mail_notice
from tests.conftest import Chains
from tests.factories.chains import FurnishedChain
from tests.tenants.members.browser import Browser

WRONG = "not the password"


def kinds_in(chain: FurnishedChain) -> list[str]:
    with scope(chain.chain, system_actor()):
        return list(Entry.objects.in_order().values_list("kind", flat=True))


def codes_of(answer: object) -> list[str]:
    return [error["code"] for error in answer.json()["errors"]]


def test_a01_five_failures_close_the_account_even_for_the_right_password(chains: Chains) -> None:
    for number in range(5):
        assert codes_of(Browser(chains.a, address=f"192.0.2.{number}").sign_in(password=WRONG)) == [
            "email_password_mismatch"
        ]
    right = Browser(chains.a, address="192.0.2.9").sign_in()
    assert (right.status_code, codes_of(right)) == (400, ["too_many_login_attempts"])


def test_a01_twenty_failures_tell_the_owner_once(chains: Chains) -> None:
    for number in range(20):
        Browser(chains.a, address=f"192.0.2.{number % 10}").sign_in(password=WRONG)
    assert kinds_in(chains.a).count(Happening.SIGN_IN_LOCKED) == 1


def test_a01_other_members_of_the_chain_still_sign_in(chains: Chains) -> None:
    for number in range(20):
        Browser(chains.a, address=f"192.0.2.{number % 10}").sign_in(password=WRONG)
    assert Browser(chains.a, address="192.0.2.1").sign_in("SERVICE_STAFF").status_code == 200


def test_a01_the_same_account_in_the_other_chain_is_not_closed(chains: Chains) -> None:
    for _number in range(6):
        Browser(chains.a).sign_in(password=WRONG)
    assert Browser(chains.b).sign_in().status_code == 200


def test_a01_one_password_for_many_accounts_from_one_address_is_stopped_and_tells_no_owner(chains: Chains) -> None:
    browser = Browser(chains.a, address="203.0.113.5")
    began = monotonic()
    answers = [
        browser.post("/auth/login", email=f"member{number}@a.example", password="Summer2026!") for number in range(100)
    ]
    minutes = int(monotonic() - began) // 60 + 1
    judged = [answer for answer in answers if codes_of(answer) == ["email_password_mismatch"]]
    assert 10 <= len(judged) <= 10 * minutes
    assert Happening.SIGN_IN_LOCKED not in kinds_in(chains.a)
    assert Browser(chains.a, address="203.0.113.6").sign_in().status_code == 200


def test_a01_a_good_sign_in_in_between_gives_no_more_guesses(chains: Chains) -> None:
    for _number in range(4):
        Browser(chains.a).sign_in(password=WRONG)
    assert Browser(chains.a).sign_in().status_code == 200
    Browser(chains.a).sign_in(password=WRONG)
    assert codes_of(Browser(chains.a).sign_in(password=WRONG)) == ["too_many_login_attempts"]


def test_a01_guesses_at_the_same_moment_are_counted_one_by_one(fresh_chain: FurnishedChain) -> None:
    answers: list[list[str]] = []

    def guess(number: int) -> None:
        answers.append(codes_of(Browser(fresh_chain, address=f"192.0.2.{number}").sign_in(password=WRONG)))
        connections.close_all()

    threads = [Thread(target=guess, args=(number,)) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers.count(["email_password_mismatch"]) <= 5
    assert len(answers) == 10


def test_a01_the_owner_is_told_by_a_letter_in_their_own_mailbox(fresh_chain: FurnishedChain) -> None:
    for number in range(6):
        Browser(fresh_chain, address=f"192.0.2.{number}").sign_in(password=WRONG)
    with scope(fresh_chain.chain, system_actor()):
        entry_id = Entry.objects.get(kind=Happening.SIGN_IN_LOCKED).id
    envelope = {"chain": str(fresh_chain.chain.id), "arguments": {"entry_id": str(entry_id)}}
    mail_notice.run(envelope, now=timezone.now())
    (letter,) = mail.outbox
    assert letter.to == [fresh_chain.email("STORE_MANAGER")]
    assert "wrong password" in letter.body


def test_a01_one_password_for_many_accounts_from_ten_addresses_is_stopped_at_each(chains: Chains) -> None:
    browsers = [Browser(chains.a, address=f"203.0.113.{number}") for number in range(10)]
    began = monotonic()
    answers = [
        browser.post("/auth/login", email=f"member{number}@a.example", password="Summer2026!")
        for number in range(15)
        for browser in browsers
    ]
    minutes = int(monotonic() - began) // 60 + 1
    judged = [answer for answer in answers if codes_of(answer) == ["email_password_mismatch"]]
    assert len(judged) <= 10 * len(browsers) * minutes
    assert len(judged) < len(answers)
    assert Browser(chains.a, address="203.0.113.99").sign_in().status_code == 200


def test_a01_sign_ins_come_one_at_a_time(chains: Chains) -> None:
    browser = Browser(chains.a)
    browser.send("GET", "/config")
    one = {"email": chains.a.email("STORE_MANAGER"), "password": WRONG}
    for body in ([one] * 5, {"batch": [one] * 5}, {**one, "email": [one["email"]] * 5}):
        answer = browser.send("POST", "/auth/login", body)
        assert answer.status_code == 400
        assert "email_password_mismatch" not in answer.content.decode()


def test_a01_no_deed_of_the_api_judges_a_password(chains: Chains) -> None:
    mutations = schema.graphql_schema.mutation_type.fields
    asked = {
        name
        for name, field in mutations.items()
        if any("password" in each.lower() for each in field.args["input"].type.of_type.fields)
    }
    # Who accepts an invitation chooses a password; none is compared.
    assert asked == {"acceptInvitation"}
