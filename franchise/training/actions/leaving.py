"""Deeds of background work when somebody leaves a store: what they take there ends, and so does time with a mentor."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from members.models import Assignment
from training.actions.enrolling import withdraw
from training.actions.guiding import end_pair
from training.models.planning import Mentorship, MentorshipState
from training.models.taking import Enrolment, EnrolmentState
from training.queries.planning import guiding

AT_MOST = 500


@transaction.atomic(using=CHAINS_ALIAS)
def let_go(*, actor: Actor, now: datetime, member_id: UUID | None = None) -> int:
    """End what is open at a store where its member works no more, of one member or of all; return how many there were.

    Enrolments are withdrawn and the time with a mentor is ended, whichever of the two left: the newcomer can be paired
    anew (R2). What was done and the certificates stay.
    """
    taking = Enrolment.objects.filter(~_works("member"), state=EnrolmentState.OPEN)
    guides = Exists(guiding(OuterRef("mentor"), store_id=OuterRef("store_id"), area_id=OuterRef("store__area_id")))
    guided = Mentorship.objects.filter(~guides | ~_works("apprentice"), state=MentorshipState.RUNNING)
    if member_id is not None:
        taking = taking.filter(member_id=member_id)
        guided = guided.filter(Q(mentor_id=member_id) | Q(apprentice_id=member_id))
    left: list[Enrolment] = _locked(taking.select_related("course_version"))
    for enrolment in left:
        withdraw(actor, enrolment, now)
    apart: list[Mentorship] = _locked(guided)
    for pair in apart:
        end_pair(actor, pair, now)
    return len(left) + len(apart)


def _works(column: str) -> Exists:
    """Return the condition that whoever stands in a column is an active member who works at the row's store."""
    working = Assignment.objects.filter(user=OuterRef(column), store_id=OuterRef("store_id"), user__is_active=True)
    return Exists(working)


def _locked(rows: Any) -> list[Any]:
    """Return rows locked, in a steady order; what changed while they were waited for is not among them."""
    return list(rows.select_for_update(of=("self",)).order_by("id")[:AT_MOST])
