"""Misses are found by themselves: a job at the limit, and a round for what a lost job left."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from procrastinate.contrib.django.models import ProcrastinateJob

from chains.actor import Actor, system_actor
from chains.scope import scope
from config.subscriptions import SUBSCRIPTIONS
from journal.models import Entry
from standards import tasks
from standards.models.verdicts import Verdict, VerdictState
from standards.rules.events import measurable_events
from tests.factories.chains import FurnishedChain
from tests.factories.complaints import filed
from tests.factories.standards import in_force

AsRole = Callable[..., Actor]
TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)
MIDNIGHT = datetime(2026, 5, 4, 16, tzinfo=UTC)
A_SECOND = timedelta(seconds=1)


def envelope(chain: FurnishedChain, **arguments: UUID) -> dict[str, Any]:
    told = {name: str(value) for name, value in arguments.items()}
    return {"chain": str(chain.chain.id), "arguments": told}


def filed_and_measured(chain: FurnishedChain, as_role: AsRole) -> None:
    in_force(chain, TEN - timedelta(hours=1))
    staff = as_role(chain, "SERVICE_STAFF")
    with scope(chain.chain, staff):
        key = filed(staff, chain.store, TEN).complaint.id
        entry = Entry.objects.get(kind="COMPLAINT_FILED", subject_id=key)
    for _time in range(2):
        tasks.measure_entry.run(envelope(chain, entry_id=entry.id), now=TEN)


def state_in(chain: FurnishedChain) -> str:
    with scope(chain.chain, system_actor()):
        return Verdict.objects.standing().get().state


def test_a_job_waits_for_the_limit_and_finds_the_miss(fresh_chain: FurnishedChain, as_role: AsRole) -> None:
    filed_and_measured(fresh_chain, as_role)
    assert state_in(fresh_chain) == VerdictState.OPEN
    waiting = ProcrastinateJob.objects.filter(task_name=tasks.judge_span.name, args__chain=str(fresh_chain.chain.id))
    (job,) = waiting
    assert job.scheduled_at == MIDNIGHT + A_SECOND
    tasks.judge_span.run(job.args, now=MIDNIGHT + A_SECOND)
    assert state_in(fresh_chain) == VerdictState.MISSED


def test_a_round_finds_the_miss_when_that_job_was_lost(fresh_chain: FurnishedChain, as_role: AsRole) -> None:
    filed_and_measured(fresh_chain, as_role)
    for _time in range(2):
        tasks.judge_due.run(envelope(fresh_chain), now=MIDNIGHT + timedelta(minutes=10))
    assert state_in(fresh_chain) == VerdictState.MISSED
    with scope(fresh_chain.chain, system_actor()):
        assert Entry.objects.filter(kind="CLAUSE_MISSED").count() == 1


def test_the_relay_hands_over_whatever_a_rule_may_speak_of() -> None:
    (kinds,) = (each.kinds for each in SUBSCRIPTIONS if each.task is tasks.measure_entry)
    assert kinds == {event.kind for event in measurable_events()}
    assert "INVESTIGATION_RECORDED" in kinds
