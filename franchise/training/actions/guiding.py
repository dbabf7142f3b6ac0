"""Deeds on mentors and their apprentices: paired, signed off, ended (R2, T2)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from chains.actor import Actor, Audience
from chains.scope import CHAINS_ALIAS
from journal.actions import append
from kit.refusals import NotFound
from kit.texts import text_of
from members.queries import names_of, works_at
from members.rules.permissions import Permission
from members.rules.persons import people_in
from stores.actions.locks import lock_store_in_business, refusing_duplicates
from stores.models import Store
from training.models.planning import Mentorship, MentorshipState
from training.models.taking import Enrolment, EnrolmentState
from training.queries.planning import guiding
from training.rules.courses import must_be_revision
from training.rules.happenings import Happening
from training.rules.planning import (
    GUIDES_FROM_ABOVE,
    ApprenticeNotReady,
    ApprenticePaired,
    MentorNotFit,
    MentorNotOfStore,
    OwnMentor,
    SignedOffByMentor,
    must_run,
)
from training.rules.taking import LearnerNotAtStore


@transaction.atomic(using=CHAINS_ALIAS)
def pair_mentor(*, actor: Actor, store_id: UUID, mentor_id: UUID, apprentice_id: UUID, now: datetime) -> Mentorship:
    """Let somebody of the same store, or who leads training there from above, guide a newcomer (R2).

    Refusals: NotFound, NotPermitted, StoreClosed, OwnMentor, LearnerNotAtStore, MentorNotFit, MentorNotOfStore,
    ApprenticePaired.
    """
    actor.must(Permission.PAIR_MENTOR, at=store_id)
    store = lock_store_in_business(actor, store_id)
    if mentor_id == apprentice_id:
        raise OwnMentor(field="apprentice_id")
    if not works_at(apprentice_id, store_id):
        raise LearnerNotAtStore(field="apprentice_id")
    _must_guide(actor, store, mentor_id)
    pair = Mentorship(
        store_id=store_id,
        mentor_id=mentor_id,
        apprentice_id=apprentice_id,
        paired_by_id=actor.user_id,
        paired_at=now,
    )
    with refusing_duplicates(ApprenticePaired(field="apprentice_id")):
        pair.save(force_insert=True)
    _tell(actor, Happening.MENTOR_PAIRED, pair, now, before=None)
    return pair


@transaction.atomic(using=CHAINS_ALIAS)
def sign_off_apprentice(
    *, actor: Actor, mentorship_id: UUID, now: datetime, note: str = "", expected_version: int | None = None
) -> Mentorship:
    """Say that an apprentice can do the work alone: everything that was assigned to them here is passed (T2).

    Refusals: NotFound, NotPermitted, Stale, MentorshipOver, SignedOffByMentor, ApprenticeNotReady, Invalid, TooLong.
    """
    pair = _locked(actor, mentorship_id, Permission.SIGN_OFF_APPRENTICE, expected_version)
    people = people_in(actor)
    answers = pair.mentor_id in people or actor.may(Permission.PAIR_MENTOR, at=pair.store_id)
    if not people or pair.apprentice_id in people or not answers:
        raise SignedOffByMentor
    taking = Enrolment.objects.filter(store_id=pair.store_id, member_id=pair.apprentice_id, state=EnrolmentState.OPEN)
    if taking.exists():
        raise ApprenticeNotReady(apprentice=names_of([pair.apprentice_id])[pair.apprentice_id])
    before = _told(pair)
    _end(actor, pair, MentorshipState.SIGNED_OFF, note, now)
    _tell(actor, Happening.APPRENTICE_SIGNED_OFF, pair, now, before=before)
    return pair


@transaction.atomic(using=CHAINS_ALIAS)
def end_mentorship(
    *, actor: Actor, mentorship_id: UUID, now: datetime, note: str = "", expected_version: int | None = None
) -> Mentorship:
    """End the time with a mentor without a sign-off, as when one of them leaves.

    Refusals: NotFound, NotPermitted, Stale, MentorshipOver, Invalid, TooLong.
    """
    pair = _locked(actor, mentorship_id, Permission.PAIR_MENTOR, expected_version)
    end_pair(actor, pair, now, note=note)
    return pair


def end_pair(actor: Actor, pair: Mentorship, now: datetime, *, note: str = "") -> None:
    """End the time of a locked pair, and tell the journal."""
    before = _told(pair)
    _end(actor, pair, MentorshipState.ENDED, note, now)
    _tell(actor, Happening.MENTORSHIP_ENDED, pair, now, before=before)


def _must_guide(actor: Actor, store: Store, mentor_id: UUID) -> None:
    """Refuse with MentorNotFit who can't guide newcomers of a store, with MentorNotOfStore where that is not seen."""
    # Whoever pairs knows what they are themself, even where the walls hide an assignment to an area from them.
    own = actor.roles_at(store.id) if mentor_id == actor.user_id else frozenset()
    if own & GUIDES_FROM_ABOVE or guiding(mentor_id, store_id=store.id, area_id=store.area_id).exists():
        return
    if actor.audience is Audience.HQ:
        raise MentorNotFit(field="mentor_id")
    raise MentorNotOfStore(field="mentor_id")


def _locked(actor: Actor, mentorship_id: UUID, permission: Permission, expected: int | None) -> Mentorship:
    visible: Any = Mentorship.objects.visible_to(actor)
    pair: Mentorship | None = visible.select_for_update(of=("self",)).filter(id=mentorship_id).first()
    if pair is None:
        raise NotFound
    actor.must(permission, at=pair.store_id)
    must_be_revision(pair, expected)
    must_run(MentorshipState(pair.state))
    return pair


def _end(actor: Actor, pair: Mentorship, state: MentorshipState, note: str, now: datetime) -> None:
    pair.state, pair.ended_by_id, pair.ended_at = state, actor.user_id, now
    pair.note = text_of(note, field="note", required=False)
    pair.revision += 1
    pair.save()


def _told(pair: Mentorship) -> dict[str, Any]:
    return {"mentor_id": pair.mentor_id, "apprentice_id": pair.apprentice_id, "state": pair.state}


def _tell(actor: Actor, kind: Happening, pair: Mentorship, now: datetime, *, before: dict[str, Any] | None) -> None:
    append(
        actor=actor,
        kind=kind,
        subject_type="Mentorship",
        subject_id=pair.id,
        store_id=pair.store_id,
        now=now,
        before=before,
        after=_told(pair),
    )
