"""Whoever has to pass a course is reminded by letter: a week before it is due, when it is due, and a week after."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.core import mail

from chains.actor import Actor, system_actor
from chains.scope import scope
from config.subscriptions import SUBSCRIPTIONS
from journal.models import Entry
from members.models import User
from tests.conftest import Chains
from tests.factories.chains import FurnishedChain
from tests.factories.training import enrolled, published
from training import tasks
from training.actions.enrolling import withdraw_enrolment
from training.actions.reminding import remind, reminder_of
from training.models.taking import Enrolment, EnrolmentReason
from training.rules.happenings import Happening
from training.rules.reminding import rounds_due

AsRole = Callable[..., Actor]
NOW = datetime(2026, 5, 4, 2, tzinfo=UTC)
DAY = timedelta(days=1)
DUE = NOW + 10 * DAY


def due(chains: Chains, **other: object) -> Enrolment:
    """Return that staff have to pass a course in ten days."""
    enrolment = enrolled(chains.a, published(chains.a, NOW), NOW)
    with scope(chains.a.chain, system_actor()):
        Enrolment.objects.filter(id=enrolment.id).update(due_at=DUE, **other)
    return enrolment


def reminded(chains: Chains, now: datetime, *, at_most: int = 100) -> bool:
    machine = system_actor()
    with scope(chains.a.chain, machine):
        return remind(actor=machine, now=now, at_most=at_most)


def told(chains: Chains) -> list[Entry]:
    with scope(chains.a.chain, system_actor()):
        return list(Entry.objects.filter(kind=Happening.ENROLMENT_REMINDED).order_by("at", "id"))


def letter(chains: Chains, now: datetime) -> tuple[str, str] | None:
    """Return subject and text of the letter of the last reminder."""
    entry = told(chains)[-1]
    with scope(chains.a.chain, system_actor()):
        written = reminder_of(entry, now=now)
    return None if written is None else (written.subject, written.text)


def test_the_rounds_are_a_week_before_when_it_is_due_and_a_week_after() -> None:
    assert [rounds_due(DUE, DUE + days * DAY) for days in (-8, -7, -1, 0, 6, 7, 90)] == [0, 1, 1, 2, 2, 3, 3]


def test_each_round_reminds_once_and_a_round_that_nobody_looked_at_is_left_out(chains: Chains) -> None:
    due(chains)
    for moment, reminders in ((NOW, 0), (DUE - 7 * DAY, 1), (DUE - 6 * DAY, 1), (DUE + 8 * DAY, 2), (DUE + 9 * DAY, 2)):
        assert reminded(chains, moment) is False
        assert len(told(chains)) == reminders
    last = told(chains)[-1].after
    assert last is not None
    assert (last["member_id"], last["round"]) == (str(chains.a.people["SERVICE_STAFF"]), 3)


def test_the_letter_says_by_when_in_the_members_language_and_when_it_is_overdue(chains: Chains) -> None:
    due(chains)
    with scope(chains.a.chain, system_actor()):
        User.objects.filter(id=chains.a.people["SERVICE_STAFF"]).update(language="zh-hans")
    reminded(chains, DUE - 7 * DAY)
    soon = letter(chains, DUE - 7 * DAY)
    assert soon is not None and "投诉处理" in soon[0] and "2026-05-14" in soon[1] and "之前" in soon[1]
    reminded(chains, DUE)
    late = letter(chains, DUE)
    assert late is not None and late[1] != soon[1]


def test_who_is_to_renew_a_certificate_is_told_when_it_expires(chains: Chains) -> None:
    due(chains, reason=EnrolmentReason.RENEWAL)
    reminded(chains, DUE - 7 * DAY)
    before, after = letter(chains, DUE - 7 * DAY), letter(chains, DUE + DAY)
    assert before is not None and "your certificate" in before[1] and "holds until 2026-05-14" in before[1]
    assert after is not None and "held until 2026-05-14" in after[1]


def test_who_left_or_takes_it_no_more_is_not_reminded(chains: Chains, as_role: AsRole) -> None:
    enrolment = due(chains)
    with scope(chains.a.chain, system_actor()):
        User.objects.filter(id=enrolment.member_id).update(is_active=False)
    reminded(chains, DUE)
    assert told(chains) == []
    with scope(chains.a.chain, system_actor()):
        User.objects.filter(id=enrolment.member_id).update(is_active=True)
    reminded(chains, DUE)
    assert len(told(chains)) == 1
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        withdraw_enrolment(actor=manager, enrolment_id=enrolment.id, now=DUE)
    assert letter(chains, DUE) is None


def test_more_than_fit_into_one_transaction_are_taken_up_again_at_once(chains: Chains) -> None:
    due(chains)
    assert reminded(chains, DUE, at_most=1) is True
    assert reminded(chains, DUE, at_most=1) is False


def test_a_reminder_in_the_journal_becomes_a_letter_once(fresh_chain: FurnishedChain) -> None:
    (wanted,) = (each for each in SUBSCRIPTIONS if each.task.name == tasks.mail_reminder.name)
    assert wanted.kinds == {Happening.ENROLMENT_REMINDED}
    enrolment = enrolled(fresh_chain, published(fresh_chain, NOW), NOW)
    with scope(fresh_chain.chain, system_actor()):
        Enrolment.objects.filter(id=enrolment.id).update(due_at=DUE)
    chain = {"chain": str(fresh_chain.chain.id)}
    tasks.remind.run({**chain, "arguments": {}}, now=DUE)
    with scope(fresh_chain.chain, system_actor()):
        (entry,) = Entry.objects.filter(kind=Happening.ENROLMENT_REMINDED)
    for _time in range(2):
        tasks.mail_reminder.run({**chain, "arguments": {"entry_id": str(entry.id)}}, now=DUE)
    assert [(letter.to, letter.subject) for letter in mail.outbox] == [
        ([fresh_chain.email("SERVICE_STAFF")], "Please learn: Handling complaints")
    ]
