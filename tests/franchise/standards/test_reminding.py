"""Whoever has not acknowledged what came to their store is reminded: some days after, once a round, by letter."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.core import mail

from chains.actor import Actor, system_actor
from chains.scope import scope
from config.subscriptions import SUBSCRIPTIONS
from journal.models import Entry
from members.models import User
from standards import tasks
from standards.actions.acknowledging import acknowledge_standard
from standards.actions.drafting import withdraw_standard
from standards.actions.reminding import remind, reminder_of
from standards.models.rollouts import StoreStandard
from standards.rules.happenings import Happening
from standards.rules.reminding import rounds_due
from tests.conftest import Chains
from tests.factories.chains import FurnishedChain
from tests.factories.standards import in_force

AsRole = Callable[..., Actor]
NOW = datetime(2026, 5, 4, 2, tzinfo=UTC)
DAY = timedelta(days=1)


def reminded(chains: Chains, now: datetime, *, at_most: int = 100) -> bool:
    machine = system_actor()
    with scope(chains.a.chain, machine):
        return remind(actor=machine, now=now, at_most=at_most)


def told(chains: Chains) -> list[Entry]:
    with scope(chains.a.chain, system_actor()):
        return list(Entry.objects.filter(kind=Happening.ACKNOWLEDGEMENT_REMINDED).order_by("at", "id"))


def members_told(chains: Chains) -> set[str]:
    return {(entry.after or {})["member_id"] for entry in told(chains)}


def test_there_are_three_rounds() -> None:
    assert [rounds_due(NOW, NOW + days * DAY) for days in (2, 3, 6, 7, 14, 99)] == [0, 1, 1, 2, 3, 3]


def test_those_who_have_not_read_it_are_reminded_once_a_round(chains: Chains, as_role: AsRole) -> None:
    version = in_force(chains.a, NOW, stores=(chains.a.store,))
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        acknowledge_standard(actor=staff, version_id=version.id, store_id=chains.a.store, now=NOW)
    reminded(chains, NOW + 2 * DAY)
    assert told(chains) == []
    reminded(chains, NOW + 3 * DAY)
    first = told(chains)
    assert members_told(chains) >= {str(chains.a.people["STORE_MANAGER"])}
    assert str(staff.id) not in members_told(chains)
    assert {(each.store_id, each.subject_id) for each in first} == {(chains.a.store, version.id)}
    assert (first[0].after or {})["clauses"] == ["1"]
    reminded(chains, NOW + 4 * DAY)
    assert len(told(chains)) == len(first)
    # The second round was slept through: it is not made up for.
    reminded(chains, NOW + 15 * DAY)
    reminded(chains, NOW + 16 * DAY)
    assert len(told(chains)) == 2 * len(first)
    assert (told(chains)[-1].after or {})["round"] == 3


def test_many_stores_are_reminded_bit_by_bit(chains: Chains) -> None:
    in_force(chains.a, NOW)
    assert reminded(chains, NOW + 3 * DAY, at_most=1)
    assert reminded(chains, NOW + 3 * DAY, at_most=1)
    assert not reminded(chains, NOW + 3 * DAY, at_most=1)
    with scope(chains.a.chain, system_actor()):
        assert set(StoreStandard.objects.values_list("reminders", flat=True)) == {1}
    assert {each.store_id for each in told(chains)} == {chains.a.store, chains.a.other_store}


def test_what_was_withdrawn_reminds_nobody(chains: Chains, as_role: AsRole) -> None:
    version = in_force(chains.a, NOW)
    officer = as_role(chains.a, "QUALITY_OFFICER")
    with scope(chains.a.chain, officer):
        withdraw_standard(actor=officer, version_id=version.id, reason="Wrong.", now=NOW)
    reminded(chains, NOW + 3 * DAY)
    assert told(chains) == []


def test_the_letter_is_in_the_reader_s_language_and_needless_once_it_is_read(chains: Chains, as_role: AsRole) -> None:
    version = in_force(chains.a, NOW, stores=(chains.a.store,))
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, system_actor()):
        User.objects.filter(id=staff.id).update(language="zh-hans")
    reminded(chains, NOW + 3 * DAY)
    (entry,) = (each for each in told(chains) if (each.after or {})["member_id"] == str(staff.id))
    with scope(chains.a.chain, system_actor()):
        letter = reminder_of(entry, now=NOW + 3 * DAY)
        assert letter is not None
        assert letter.subject == "请阅读：投诉当天调查"
        assert chains.a.host in letter.text
    with scope(chains.a.chain, staff):
        acknowledge_standard(actor=staff, version_id=version.id, store_id=chains.a.store, now=NOW + 3 * DAY)
    with scope(chains.a.chain, system_actor()):
        assert reminder_of(entry, now=NOW + 3 * DAY) is None


def test_a_reminder_in_the_journal_becomes_a_letter_once(fresh_chain: FurnishedChain) -> None:
    (wanted,) = (each for each in SUBSCRIPTIONS if each.task.name == tasks.mail_reminder.name)
    assert wanted.kinds == {Happening.ACKNOWLEDGEMENT_REMINDED}
    in_force(fresh_chain, NOW, stores=(fresh_chain.store,))
    chain = {"chain": str(fresh_chain.chain.id)}
    tasks.remind.run({**chain, "arguments": {}}, now=NOW + 3 * DAY)
    with scope(fresh_chain.chain, system_actor()):
        entry = Entry.objects.filter(kind=Happening.ACKNOWLEDGEMENT_REMINDED).order_by("id")[0]
        email = User.objects.get(id=(entry.after or {})["member_id"]).email
    for _time in range(2):
        tasks.mail_reminder.run({**chain, "arguments": {"entry_id": str(entry.id)}}, now=NOW + 3 * DAY)
    assert [letter.to for letter in mail.outbox] == [[email]]
