"""Corpus C04: two people move one complaint from the same version at the same moment; numbers stay without gaps."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier
from uuid import UUID

import pytest
from django.db import connections

from chains.actor import Actor
from chains.scope import scope
from complaints.actions.filing import accept_complaint
from complaints.models.complaints import Complaint
from complaints.models.steps import Acceptance
from journal.models import Entry
from kit.refusals import Stale
from tests.factories.chains import FurnishedChain
from tests.factories.complaints import filed
from tests.patience import PATIENCE_SECONDS

AsRole = Callable[..., Actor]
TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)


def at_once(deeds: list[Callable[[], str]]) -> list[str]:
    """Do deeds in threads that start together, and return what became of each."""
    barrier = Barrier(len(deeds))

    def run(deed: Callable[[], str]) -> str:
        try:
            barrier.wait(timeout=PATIENCE_SECONDS)
            return deed()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return sorted(pool.map(run, deeds))


def test_of_two_who_accept_the_same_version_one_wins_and_the_other_is_stale(
    fresh_chain: FurnishedChain, as_role: AsRole
) -> None:
    people = [as_role(fresh_chain, "STORE_MANAGER"), as_role(fresh_chain, "SERVICE_STAFF")]
    with scope(fresh_chain.chain, people[0]):
        key: UUID = filed(people[0], fresh_chain.store, TEN).complaint.id

    def accepting(actor: Actor) -> Callable[[], str]:
        def deed() -> str:
            with scope(fresh_chain.chain, actor):
                try:
                    done = accept_complaint(actor=actor, complaint_id=key, expected_version=1, now=TEN)
                    return str(done.complaint.stage)
                except Stale as refused:
                    return f"{refused.code} {refused.details['state']}"

        return deed

    assert at_once([accepting(actor) for actor in people]) == ["ACCEPTED", "STALE ACCEPTED"]
    with scope(fresh_chain.chain, people[0]):
        assert Acceptance.objects.count() == 1
        assert Entry.objects.filter(kind="COMPLAINT_ACCEPTED").count() == 1
        assert Complaint.objects.get().version == 2


@pytest.mark.parametrize("how_many", [6])
def test_complaints_filed_at_the_same_moment_get_numbers_without_gaps(
    fresh_chain: FurnishedChain, as_role: AsRole, how_many: int
) -> None:
    staff = as_role(fresh_chain, "SERVICE_STAFF")

    def filing() -> str:
        with scope(fresh_chain.chain, staff):
            return str(filed(staff, fresh_chain.store, TEN).complaint.number)

    assert at_once([filing] * how_many) == [str(number) for number in range(1, how_many + 1)]
