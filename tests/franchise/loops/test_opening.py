"""A matter is brought back to the clause in force there and then, and to whom it had reached (C4, M3)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from chains.actor import Actor, system_actor
from chains.scope import scope
from complaints.actions.filing import Links
from complaints.models.complaints import Complaint
from journal.models import Entry
from loops.actions.opening import open_loops
from loops.models.loops import Loop, LoopMissing, LoopOutcome, LoopPerson
from loops.queries.loops import loops_for
from members.models import Assignment
from standards.actions.acknowledging import acknowledge_standard
from standards.actions.waiving import waive_clause
from standards.models.texts import Clause, Version
from standards.rules.acknowledging import Answers
from tests.conftest import Chains
from tests.factories.complaints import filed
from tests.factories.standards import in_force
from tests.factories.training import published
from training.models.courses import CourseVersion, Lesson, LessonKind, TaughtClause
from training.models.taking import Enrolment, EnrolmentReason, LessonCompletion

AsRole = Callable[..., Actor]
NOW = timezone.now()
HOUR = timedelta(hours=1)


def clause_of(chains: Chains, version: Version) -> Clause:
    with scope(chains.a.chain, system_actor()):
        return Clause.objects.get(version=version)


def acknowledged(chains: Chains, as_role: AsRole, version: Version, who: str) -> None:
    actor = as_role(chains.a, who)
    with scope(chains.a.chain, actor):
        acknowledge_standard(
            actor=actor,
            version_id=version.id,
            store_id=chains.a.store,
            answers=[Answers("1", (0, 1))],
            now=timezone.now(),
        )


def complained(chains: Chains, as_role: AsRole, clause: Clause, **other: Any) -> Complaint:
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        return filed(staff, chains.a.store, timezone.now(), links=Links(clause_id=clause.id), **other).complaint


def opened(chains: Chains, kind: str = "COMPLAINT_FILED") -> list[Loop]:
    machine = system_actor()
    with scope(chains.a.chain, machine):
        entry = Entry.objects.filter(kind=kind).in_order().last()
        assert entry is not None
        return open_loops(actor=machine, entry=entry, now=timezone.now())


def outcomes(chains: Chains) -> dict[str, tuple[str, list[str]]]:
    names = {user_id: who for who, user_id in chains.a.people.items()}
    with scope(chains.a.chain, system_actor()):
        return {names[each.member_id]: (each.outcome, each.missing) for each in LoopPerson.objects.all()}


def taught(chains: Chains, clause: Clause) -> CourseVersion:
    course = published(chains.a, timezone.now())
    with scope(chains.a.chain, system_actor()):
        text = Lesson.objects.get(course_version=course, kind=LessonKind.TEXT)
        TaughtClause.objects.create(lesson=text, lineage_id=clause.lineage_id)
    return course


def test_one_complaint_reaches_whom_the_clause_had_reached_and_nobody_else(chains: Chains, as_role: AsRole) -> None:
    version = in_force(chains.a, NOW)
    acknowledged(chains, as_role, version, "SERVICE_STAFF")
    clause = clause_of(chains, version)
    complained(chains, as_role, clause)
    (loop,) = opened(chains)
    assert (loop.clause_id, loop.matter_kind, loop.needed) == (clause.id, "COMPLAINT", 5)
    found = outcomes(chains)
    assert found["SERVICE_STAFF"] == (LoopOutcome.REACHED, [])
    assert found["MENTOR"] == (LoopOutcome.NOT_REACHED, [LoopMissing.NOT_ACKNOWLEDGED])
    assert "AREA_SUPERVISOR" not in found and "SERVICE_STAFF_2" not in found
    assert opened(chains) == []


def test_what_is_taught_has_to_have_been_learnt_and_is_assigned_to_whom_it_had_reached(
    chains: Chains, as_role: AsRole
) -> None:
    version = in_force(chains.a, NOW)
    for who in ("SERVICE_STAFF", "MENTOR"):
        acknowledged(chains, as_role, version, who)
    clause = clause_of(chains, version)
    course = taught(chains, clause)
    with scope(chains.a.chain, system_actor()):
        text = Lesson.objects.get(course_version=course, kind=LessonKind.TEXT)
        enrolment = Enrolment.objects.create(
            store_id=chains.a.store,
            member_id=chains.a.people["SERVICE_STAFF"],
            course_version=course,
            lesson=text,
            reason=EnrolmentReason.ASSIGNED,
            state="PASSED",
            enrolled_at=NOW,
            ended_at=timezone.now(),
        )
        done = {"store_id": chains.a.store, "enrolment": enrolment, "lesson": text}
        LessonCompletion.objects.create(completed_at=timezone.now(), **done)
    complained(chains, as_role, clause)
    opened(chains)
    assert outcomes(chains)["MENTOR"] == (LoopOutcome.NOT_REACHED, [LoopMissing.NOT_TRAINED])
    with scope(chains.a.chain, system_actor()):
        (asked,) = Enrolment.objects.filter(reason=EnrolmentReason.LOOP)
        assert (asked.member_id, asked.lesson_id) == (chains.a.people["SERVICE_STAFF"], text.id)
        person = LoopPerson.objects.get(outcome=LoopOutcome.REACHED)
        assert person.lesson_ids == [text.id]
        told = Entry.objects.filter(kind="COURSE_ASSIGNED").in_order().last()
        assert told is not None and told.part_of_id == Entry.objects.get(kind="LOOP_OPENED").id


def test_a_clause_that_came_after_the_customer_had_reached_nobody(chains: Chains, as_role: AsRole) -> None:
    version = in_force(chains.a, NOW)
    acknowledged(chains, as_role, version, "SERVICE_STAFF")
    clause = clause_of(chains, version)
    with scope(chains.a.chain, system_actor()):
        # They worked there before the clause came, and so were there.
        Assignment.objects.update(since=NOW - 2 * HOUR)
    complained(chains, as_role, clause, received_at=NOW - HOUR)
    (loop,) = opened(chains)
    assert loop.clause_id is None
    found = outcomes(chains)
    assert found["SERVICE_STAFF"] == (LoopOutcome.NOT_REACHED, [LoopMissing.NOT_PUSHED, LoopMissing.NOT_ACKNOWLEDGED])
    assert {outcome for outcome, _missing in found.values()} == {LoopOutcome.NOT_REACHED}


def test_where_a_waiver_held_the_fault_is_nobodys(chains: Chains, as_role: AsRole) -> None:
    version = in_force(chains.a, NOW)
    acknowledged(chains, as_role, version, "SERVICE_STAFF")
    clause, officer = clause_of(chains, version), as_role(chains.a, "QUALITY_OFFICER")
    with scope(chains.a.chain, officer):
        until = timezone.now() + timedelta(days=9)
        waive_clause(
            actor=officer,
            clause_id=clause.id,
            store_id=chains.a.store,
            reason="The kitchen is rebuilt.",
            until=until,
            now=timezone.now(),
        )
    complained(chains, as_role, clause)
    opened(chains)
    assert outcomes(chains)["SERVICE_STAFF"] == (LoopOutcome.NOT_REACHED, [LoopMissing.WAIVED])


def test_a_complaint_that_names_no_clause_opens_nothing(chains: Chains, as_role: AsRole) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        filed(staff, chains.a.store, timezone.now())
    assert opened(chains) == []


def test_the_table_keeps_nobody_at_fault_whom_a_clause_had_not_reached(chains: Chains, as_role: AsRole) -> None:
    version = in_force(chains.a, NOW)
    clause = clause_of(chains, version)
    complained(chains, as_role, clause)
    opened(chains)
    with scope(chains.a.chain, system_actor()), pytest.raises(IntegrityError), transaction.atomic("default"):
        LoopPerson.objects.update(outcome=LoopOutcome.REACHED)


def test_people_read_their_own_outcome_and_who_reads_verdicts_reads_all(chains: Chains, as_role: AsRole) -> None:
    version = in_force(chains.a, NOW)
    clause = clause_of(chains, version)
    complained(chains, as_role, clause)
    opened(chains)
    for who, is_all in (("SERVICE_STAFF", False), ("STORE_MANAGER", True), ("STORE_MANAGER_2", None)):
        actor = as_role(chains.a, who)
        with scope(chains.a.chain, actor):
            seen = {each.member_id for each in LoopPerson.objects.visible_to(actor)}
            assert (actor.user_id in seen) == (is_all is not None)
            assert (len(seen) > 1) == bool(is_all)
            assert loops_for(actor).count() == (0 if is_all is None else 1)
