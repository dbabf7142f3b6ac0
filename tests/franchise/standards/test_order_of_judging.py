"""Whoever judges many cases locks them in one order, whichever is the most urgent: two of them never wait in a ring."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import connections
from django.test.utils import CaptureQueriesContext

from chains.actor import Actor, system_actor
from chains.scope import CHAINS_ALIAS, scope
from complaints.actions.filing import accept_complaint
from journal.models import Entry
from standards.actions.measuring import judge_by_new_hours, judge_due, judge_unknown, measure_entry
from standards.models.verdicts import Span
from stores.models import OpeningHours
from tests.conftest import Chains
from tests.factories.complaints import filed
from tests.factories.standards import in_force, same_day_clause

AsRole = Callable[..., Actor]
# Ten in the morning in Shanghai, where the furnished stores are open from 9 to 21.
TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)
A_DAY = timedelta(days=1)
MACHINE = system_actor()
_LOCKED = re.compile(r'"standards_span"\."id" = \'([0-9a-f]{32})\'::uuid.* FOR UPDATE')


def locked_by(deed: Callable[[], object]) -> list[UUID]:
    """Return which spans a deed locks, in this order."""
    with CaptureQueriesContext(connections[CHAINS_ALIAS]) as captured:
        deed()
    found = (_LOCKED.search(query["sql"]) for query in captured.captured_queries)
    return [UUID(each[1]) for each in found if each]


def measured_backwards(hq: Actor, store_id: UUID) -> list[UUID]:
    """Have complaints of three days measured, the newest first and none due by then; return their spans by key."""
    for day in range(3):
        key = filed(hq, store_id, TEN + day * A_DAY).complaint.id
        accept_complaint(actor=hq, complaint_id=key, now=TEN + day * A_DAY)
    for entry in Entry.objects.filter(kind="COMPLAINT_FILED").order_by("-at"):
        measure_entry(actor=MACHINE, entry=entry, now=TEN)
    spans = list(Span.objects.order_by("id").values_list("id", flat=True))
    assert spans == list(Span.objects.order_by("-started_at").values_list("id", flat=True))
    return spans


def test_the_longest_overdue_are_chosen_and_locked_by_their_keys(chains: Chains, as_role: AsRole) -> None:
    in_force(chains.a, TEN - A_DAY)
    hq, later = as_role(chains.a, "HQ_ADMINISTRATOR"), TEN + 5 * A_DAY
    with scope(chains.a.chain, hq):
        newest, middle, oldest = measured_backwards(hq, chains.a.store)
        assert locked_by(lambda: judge_due(actor=MACHINE, now=later, at_most=2)) == [middle, oldest]
        assert locked_by(lambda: judge_due(actor=MACHINE, now=later)) == [newest]


def test_so_are_those_whose_hours_become_known(chains: Chains, as_role: AsRole) -> None:
    in_force(chains.a, TEN - A_DAY, same_day_clause(within="PT5H", time="WORKING"))
    hq = as_role(chains.a, "HQ_ADMINISTRATOR")
    with scope(chains.a.chain, MACHINE):
        kept = list(OpeningHours.objects.filter(store_id=chains.a.store))
        OpeningHours.objects.filter(store_id=chains.a.store).delete()
    with scope(chains.a.chain, hq):
        spans = measured_backwards(hq, chains.a.store)
        OpeningHours.objects.bulk_create(kept)
        assert locked_by(lambda: judge_unknown(actor=MACHINE, now=TEN + 2 * A_DAY)) == spans
        changed = Entry(kind="HOURS_SET", subject_type="Store", subject_id=chains.a.store, at=TEN - A_DAY)
        assert locked_by(lambda: judge_by_new_hours(actor=MACHINE, entry=changed, now=TEN + 2 * A_DAY)) == spans
