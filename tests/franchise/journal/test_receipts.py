"""A consumer takes an entry once, and one that is not there not at all."""

import pytest
from django.db import transaction
from django.utils import timezone

from chains.actor import system_actor
from chains.scope import CHAINS_ALIAS, scope
from journal.actions import append, take, take_entry
from journal.models import Entry, Receipt
from kit.ids import new_id
from tests.conftest import Chains

CONSUMER = "tests.note_something"


def test_an_entry_is_taken_once_by_each_consumer_whichever_way(chains: Chains) -> None:
    now, actor = timezone.now(), system_actor()
    with scope(chains.a.chain, actor):
        entry = append(
            actor=actor,
            kind="SOMETHING_HAPPENED",
            subject_type="Store",
            subject_id=chains.a.store,
            store_id=chains.a.store,
            now=now,
            after={"is": "so"},
        )
        taken = take_entry(consumer=CONSUMER, entry_id=entry.id, now=now)
        assert taken
        assert taken.content() == Entry.objects.get(id=entry.id).content()
        assert take_entry(consumer=CONSUMER, entry_id=entry.id, now=now) is None
        assert not take(consumer=CONSUMER, entry_id=entry.id, now=now)
        assert take(consumer="tests.note_more", entry_id=entry.id, now=now)
        assert Receipt.objects.filter(entry_id=entry.id).count() == 2


def test_a_job_for_an_entry_that_is_not_there_fails_and_leaves_no_receipt(chains: Chains) -> None:
    missing = new_id()
    with scope(chains.a.chain, system_actor()):
        with pytest.raises(Entry.DoesNotExist), transaction.atomic(CHAINS_ALIAS):
            take_entry(consumer=CONSUMER, entry_id=missing, now=timezone.now())
        assert not Receipt.objects.filter(entry_id=missing).exists()
