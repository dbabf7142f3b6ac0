"""Deeds on sessions: scheduled, cancelled, and held with a record of who was there (T2)."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from journal.actions import append
from kit.refusals import NotFound
from kit.texts import line_of, text_of
from members.queries import get_member
from members.rules.permissions import Permission
from stores.actions.locks import lock_store_in_business
from training.models.planning import Attendance, SessionState, TrainingSession
from training.queries.courses import version_taught
from training.queries.taking import staff_of
from training.rules.courses import must_be_revision
from training.rules.happenings import Happening
from training.rules.planning import SessionNotBegun, TrainerNeeded, check_session, must_be_scheduled
from training.rules.taking import LearnerNotAtStore


@transaction.atomic(using=CHAINS_ALIAS)
def schedule_session(
    *,
    actor: Actor,
    store_id: UUID,
    title: str,
    starts_at: datetime,
    ends_at: datetime,
    now: datetime,
    course_id: UUID | None = None,
    trainer_id: UUID | None = None,
    expert_name: str = "",
    meeting_place: str = "",
) -> TrainingSession:
    """Schedule a session, given by a member or by an expert from outside (T2).

    Refusals: NotFound, NotPermitted, StoreClosed, CourseNotPublished, TrainerNeeded, Invalid, TooLong.
    """
    actor.must(Permission.SCHEDULE_SESSION, at=store_id)
    lock_store_in_business(actor, store_id)
    check_session(starts_at, ends_at, now=now)
    expert_name = line_of(expert_name, field="expert_name", required=False)
    if (trainer_id is None) == (not expert_name):
        raise TrainerNeeded(field="trainer_id")
    session = TrainingSession.objects.create(
        store_id=store_id,
        title=line_of(title, field="title"),
        course_id=None if course_id is None else version_taught(course_id, field="course_id").course_id,
        starts_at=starts_at,
        ends_at=ends_at,
        meeting_place=line_of(meeting_place, field="meeting_place", required=False),
        trainer_id=None if trainer_id is None else get_member(actor, trainer_id, field="trainer_id").id,
        expert_name=expert_name,
        scheduled_by_id=actor.user_id,
        scheduled_at=now,
    )
    _tell(actor, Happening.SESSION_SCHEDULED, session, now, before=None)
    return session


@transaction.atomic(using=CHAINS_ALIAS)
def cancel_session(
    *, actor: Actor, session_id: UUID, reason: str, now: datetime, expected_version: int | None = None
) -> TrainingSession:
    """Cancel a session that was not held, with the reason.

    Refusals: NotFound, NotPermitted, Stale, SessionOver, Invalid, TooLong.
    """
    session = _locked(actor, session_id, expected_version)
    session.cancel_reason = text_of(reason, field="reason")
    before = _told(session)
    _move(session, SessionState.CANCELLED)
    _tell(actor, Happening.SESSION_CANCELLED, session, now, before=before)
    return session


@transaction.atomic(using=CHAINS_ALIAS)
def record_attendance(
    *,
    actor: Actor,
    session_id: UUID,
    present_ids: Collection[UUID],
    absent_ids: Collection[UUID],
    now: datetime,
    expected_version: int | None = None,
) -> TrainingSession:
    """Record who was at a session that has begun, and who was not though expected; with that it was held.

    Refusals: NotFound, NotPermitted, Stale, SessionOver, SessionNotBegun, LearnerNotAtStore.
    """
    session = _locked(actor, session_id, expected_version)
    if now < session.starts_at:
        raise SessionNotBegun
    present, absent = set(present_ids), set(absent_ids)
    staff = set(staff_of(session.store_id))
    for field, named in (("present_ids", present), ("absent_ids", absent)):
        if not named <= staff or (field == "absent_ids" and named & present):
            raise LearnerNotAtStore(field=field)
    before = _told(session)
    Attendance.objects.bulk_create(
        Attendance(
            store_id=session.store_id,
            session=session,
            member_id=each,
            was_present=each in present,
            recorded_at=now,
        )
        for each in sorted(present | absent)
    )
    _move(session, SessionState.HELD)
    more = {"present_ids": sorted(present), "absent_ids": sorted(absent)}
    _tell(actor, Happening.ATTENDANCE_RECORDED, session, now, before=before, more=more)
    return session


def _locked(actor: Actor, session_id: UUID, expected: int | None) -> TrainingSession:
    visible: Any = TrainingSession.objects.visible_to(actor)
    session: TrainingSession | None = visible.select_for_update(of=("self",)).filter(id=session_id).first()
    if session is None:
        raise NotFound
    actor.must(Permission.SCHEDULE_SESSION, at=session.store_id)
    must_be_revision(session, expected)
    must_be_scheduled(SessionState(session.state))
    return session


def _move(session: TrainingSession, state: SessionState) -> None:
    session.state = state
    session.revision += 1
    session.save(update_fields=["state", "cancel_reason", "revision"])


def _told(session: TrainingSession) -> dict[str, Any]:
    return {
        "title": session.title,
        "state": session.state,
        "starts_at": session.starts_at,
        "ends_at": session.ends_at,
        "course_id": session.course_id,
        "trainer_id": session.trainer_id,
    }


def _tell(
    actor: Actor,
    kind: Happening,
    session: TrainingSession,
    now: datetime,
    *,
    before: dict[str, Any] | None,
    more: dict[str, Any] | None = None,
) -> None:
    append(
        actor=actor,
        kind=kind,
        subject_type="TrainingSession",
        subject_id=session.id,
        store_id=session.store_id,
        now=now,
        before=before,
        after={**_told(session), **(more or {})},
    )
