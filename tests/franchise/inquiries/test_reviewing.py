"""Somebody listens in on a call: their sheet, what it says of a clause, and who reads it (M3)."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from django.utils import timezone

from chains.actor import Actor, system_actor
from chains.scope import scope
from inquiries.actions.reviewing import record_call_review
from inquiries.models.inquiries import InquiryChannel
from inquiries.models.messages import Message
from inquiries.models.reviews import CallPoint, CallResult, CallReview
from inquiries.queries import call_reviews, call_sheet
from inquiries.rules.reviewing import (
    CallNoteNeeded,
    CallReviewed,
    CorrectionNeeded,
    Heard,
    NotACall,
    OwnCall,
    PointsMissing,
)
from inquiries.rules.states import OnlyForPeople
from journal.models import Entry
from kit.refusals import NotFound, NotPermitted
from standards.actions.measuring import measure_entry
from standards.models.texts import Clause
from standards.models.verdicts import Verdict
from tests.conftest import Chains
from tests.factories.inquiries import opened
from tests.factories.standards import in_force, same_day_clause

AsRole = Callable[..., Actor]
NOW = timezone.now()
FINE = tuple(Heard(point, CallResult.MET) for point in (CallPoint.ATTITUDE, CallPoint.ABILITY, CallPoint.WORDING))
ALL_FINE = (*FINE, Heard(CallPoint.PROCEDURE, CallResult.MET))


def call_of(chains: Chains, staff: Actor, channel: InquiryChannel = InquiryChannel.PHONE) -> Message:
    with scope(chains.a.chain, staff):
        done = opened(staff, chains.a.store, NOW, channel=channel)
        return Message.objects.get(inquiry=done.inquiry)


def reviewed(chains: Chains, actor: Actor, call: Message, points: Sequence[Heard] = FINE, **other: Any) -> CallReview:
    with scope(chains.a.chain, actor):
        return record_call_review(actor=actor, call_id=call.id, points=points, now=timezone.now(), **other)


@pytest.mark.parametrize(
    ("who", "points"),
    [
        ("MENTOR", [CallPoint.ATTITUDE, CallPoint.WORDING]),
        ("SERVICE_SUPERVISOR", [CallPoint.ATTITUDE, CallPoint.ABILITY, CallPoint.WORDING]),
        ("AREA_SUPERVISOR", list(CallPoint)),
        ("QUALITY_OFFICER", list(CallPoint)),
    ],
)
def test_a_sheet_has_the_points_of_the_reviewers_role(
    who: str, points: list[CallPoint], chains: Chains, as_role: AsRole
) -> None:
    call, actor = call_of(chains, as_role(chains.a, "SERVICE_STAFF")), as_role(chains.a, who)
    with scope(chains.a.chain, actor):
        assert list(call_sheet(actor, store_id=chains.a.store)) == points
    with pytest.raises(PointsMissing):
        reviewed(chains, actor, call, [*(Heard(each, CallResult.MET) for each in points[1:])])
    review = reviewed(chains, actor, call, [Heard(each, CallResult.MET) for each in points])
    assert (review.reviewer_role, review.member_id) == (who, chains.a.people["SERVICE_STAFF"])
    with pytest.raises(CallReviewed):
        reviewed(chains, actor, call, [Heard(each, CallResult.MET) for each in points])


def test_what_was_wrong_is_told_and_put_right_at_once(chains: Chains, as_role: AsRole) -> None:
    call, manager = call_of(chains, as_role(chains.a, "SERVICE_STAFF")), as_role(chains.a, "STORE_MANAGER")
    rude = Heard(CallPoint.ATTITUDE, CallResult.NOT_MET)
    with pytest.raises(CallNoteNeeded):
        reviewed(chains, manager, call, [rude, *FINE[1:]])
    rude = replace(rude, note="Interrupted twice.")
    with pytest.raises(CorrectionNeeded):
        reviewed(chains, manager, call, [rude, *FINE[1:]])
    review = reviewed(chains, manager, call, [rude, *FINE[1:]], put_right="Spoke about it after the call.")
    with scope(chains.a.chain, manager):
        told = Entry.objects.get(kind="CALL_REVIEWED")
        assert told.subject_id == review.id
        assert "Interrupted" not in str(told.after)


def test_a_clause_judged_by_inspection_is_judged_by_it_for_who_took_the_call(chains: Chains, as_role: AsRole) -> None:
    version = in_force(chains.a, NOW, replace(same_day_clause(), rule={"kind": "BY_INSPECTION"}))
    call, officer = call_of(chains, as_role(chains.a, "SERVICE_STAFF")), as_role(chains.a, "QUALITY_OFFICER")
    with scope(chains.a.chain, officer):
        clause = Clause.objects.get(version=version)
    wrong = Heard(CallPoint.PROCEDURE, CallResult.NOT_MET, clause.id, "Did not ask for the number.")
    reviewed(chains, officer, call, [*FINE, wrong], put_right="Called back.")
    machine = system_actor()
    with scope(chains.a.chain, machine):
        entry = Entry.objects.get(kind="CLAUSE_INSPECTED")
        assert entry.part_of_id == Entry.objects.get(kind="CALL_REVIEWED").id
        measure_entry(actor=machine, entry=entry, now=timezone.now())
        verdict = Verdict.objects.standing().get()
        assert (verdict.state, verdict.reason) == ("MISSED", "FOUND_MISSED")
        assert verdict.user_id == chains.a.people["SERVICE_STAFF"]


def test_only_what_somebody_else_said_by_phone_is_heard_and_by_people_alone(chains: Chains, as_role: AsRole) -> None:
    staff, manager = as_role(chains.a, "SERVICE_STAFF"), as_role(chains.a, "STORE_MANAGER")
    with pytest.raises(NotACall):
        reviewed(chains, manager, call_of(chains, staff, InquiryChannel.ONLINE))
    with pytest.raises(OwnCall):
        reviewed(chains, manager, call_of(chains, manager))
    call = call_of(chains, staff)
    with pytest.raises(OnlyForPeople):
        reviewed(chains, system_actor(), call)
    with pytest.raises(NotPermitted):
        reviewed(chains, staff, call)
    with pytest.raises(NotFound):
        reviewed(chains, as_role(chains.a, "STORE_MANAGER_2"), call)
    unknown = replace(FINE[0], clause_id=call.id)
    with pytest.raises(NotFound):
        reviewed(chains, manager, call, [unknown, *FINE[1:]])


def test_who_took_the_call_reads_the_sheet_and_who_reviews_calls_there(chains: Chains, as_role: AsRole) -> None:
    call = call_of(chains, as_role(chains.a, "SERVICE_STAFF"))
    reviewed(chains, as_role(chains.a, "AREA_SUPERVISOR"), call, ALL_FINE)
    for who, seen in (("SERVICE_STAFF", 1), ("MENTOR", 1), ("STORE_MANAGER", 1), ("SERVICE_STAFF_2", 0)):
        actor = as_role(chains.a, who)
        with scope(chains.a.chain, actor):
            assert call_reviews(actor).count() == seen, who
