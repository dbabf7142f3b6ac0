"""What brings a clause up beside a complaint: a low rating, and a finding on a call or an inspection (M3, V4)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from chains.actor import Actor, system_actor
from chains.scope import scope
from feedback.models.surveys import RatingShare, Survey
from inquiries.actions.reviewing import record_call_review
from inquiries.models.inquiries import InquiryChannel
from inquiries.models.messages import Message
from inquiries.models.reviews import CallPoint, CallResult
from inquiries.rules.reviewing import Heard
from journal.actions import append
from journal.models import Entry
from kit.ids import new_id
from loops.actions.opening import open_loops
from loops.models.loops import Loop, LoopMatter, LoopOutcome, LoopPerson
from standards.models.texts import Clause
from standards.models.verdicts import Span, Verdict
from tests.conftest import Chains
from tests.factories.inquiries import opened
from tests.factories.rows import Rows
from tests.factories.standards import in_force, same_day_clause

AsRole = Callable[..., Actor]
NOW = timezone.now()


def told(chains: Chains, kind: str) -> list[Loop]:
    machine = system_actor()
    with scope(chains.a.chain, machine):
        return open_loops(actor=machine, entry=Entry.objects.filter(kind=kind).get(), now=timezone.now())


@pytest.mark.parametrize(("score", "count"), [(1, 1), (2, 1), (3, 0)])
def test_a_low_rating_brings_up_the_clauses_that_were_missed_in_its_matter(
    score: int, count: int, chains: Chains
) -> None:
    version, machine, began = in_force(chains.a, NOW - timedelta(days=1)), system_actor(), timezone.now()
    with scope(chains.a.chain, machine):
        rows = Rows(chains.a)
        survey = rows.row(Survey, chains.a.store)
        Survey.objects.filter(pk=survey.pk).update(lowest_score=score)
        RatingShare.objects.create(
            store_id=chains.a.store,
            survey=survey,
            member_id=chains.a.people["MENTOR"],
            owned_seconds=1,
            deeds=1,
            basis_points=10_000,
        )
        span = rows.row(Span, chains.a.store)
        Span.objects.filter(pk=span.pk).update(started_at=began, ended_at=None, ended_entry_id=None, wall_seconds=None)
        usual = {"store_id": chains.a.store, "span": span, "subject_type": "Inquiry", "subject_id": survey.matter_id}
        Verdict.objects.create(
            clause=Clause.objects.get(version=version),
            state="MISSED",
            reason="TOO_LATE",
            entry_ids=[],
            day=NOW.date(),
            judged_at=NOW,
            **usual,
        )
        append(
            actor=machine,
            kind="SURVEY_ANSWERED",
            subject_type="Survey",
            subject_id=survey.id,
            store_id=chains.a.store,
            now=NOW,
            after={},
        )
    loops = told(chains, "SURVEY_ANSWERED")
    assert [(each.matter_kind, each.happened_at) for each in loops] == [(LoopMatter.RATING, began)] * count
    with scope(chains.a.chain, machine):
        people = LoopPerson.objects.all()
        assert {each.member_id for each in people} == ({chains.a.people["MENTOR"]} if count else set())
        assert {each.outcome for each in people} <= {LoopOutcome.NOT_REACHED}


def test_a_finding_on_a_call_concerns_who_took_it_and_counts_from_when_it_was_spoken(
    chains: Chains, as_role: AsRole
) -> None:
    version = in_force(chains.a, NOW, replace(same_day_clause(), rule={"kind": "BY_INSPECTION"}))
    staff, mentor = as_role(chains.a, "SERVICE_STAFF"), as_role(chains.a, "MENTOR")
    with scope(chains.a.chain, staff):
        done = opened(staff, chains.a.store, timezone.now(), channel=InquiryChannel.PHONE)
        call = Message.objects.get(inquiry=done.inquiry)
        clause = Clause.objects.get(version=version)
    heard = [
        Heard(CallPoint.ATTITUDE, CallResult.NOT_MET, clause.id, "Did not say sorry."),
        Heard(CallPoint.WORDING, CallResult.MET, clause.id),
    ]
    with scope(chains.a.chain, mentor):
        review = record_call_review(
            actor=mentor, call_id=call.id, points=heard, put_right="Called back.", now=timezone.now()
        )
    machine = system_actor()
    with scope(chains.a.chain, machine):
        entries = Entry.objects.filter(kind="CLAUSE_INSPECTED").in_order()
        loops = [loop for each in entries for loop in open_loops(actor=machine, entry=each, now=timezone.now())]
        (loop,) = loops
        assert (loop.matter_type, loop.matter_id, loop.happened_at) == ("CallReview", review.id, call.said_at)
        assert [each.member_id for each in LoopPerson.objects.all()] == [staff.user_id]


def test_what_was_met_or_names_nothing_brings_nothing_up(chains: Chains) -> None:
    machine = system_actor()
    with scope(chains.a.chain, machine):
        append(
            actor=machine,
            kind="CLAUSE_INSPECTED",
            subject_type="Inspection",
            subject_id=new_id(),
            store_id=chains.a.store,
            now=NOW,
            after={"lineage_id": str(new_id()), "result": "MET", "member_id": None},
        )
    assert told(chains, "CLAUSE_INSPECTED") == []
