"""Deeds on the text of a standard: to draft, revise, submit, approve, send back and withdraw it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Greatest

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from journal.actions import append
from journal.models import Entry
from kit.refusals import NotFound
from kit.texts import text_of
from members.rules.permissions import Permission
from standards.actions.writing import write_clauses
from standards.models.rollouts import RolloutWave, StoreStandard
from standards.models.texts import (
    Approval,
    ClauseChange,
    Standard,
    Submission,
    Version,
    VersionReturn,
    VersionState,
    Withdrawal,
)
from standards.queries.testing import draft_clauses
from standards.rules.asking import check_questions
from standards.rules.drafts import ClauseDraft, clauses_of, titles_of
from standards.rules.happenings import Happening
from standards.rules.lint import check_draft
from standards.rules.states import (
    LaterVersionExists,
    VersionAction,
    begins_new_version,
    check_approver,
    check_version,
    state_after,
)

_SUBJECT = "Version"


@transaction.atomic(using=CHAINS_ALIAS)
def draft_standard(
    *, actor: Actor, titles: Mapping[str, str], clauses: Sequence[ClauseDraft], now: datetime
) -> Version:
    """Write the first draft of a standard. Refusals: NotPermitted, Invalid, TooLong."""
    actor.must(Permission.DRAFT_STANDARD)
    checked_titles, checked_clauses = titles_of(titles), clauses_of(clauses)
    standard = Standard.objects.create(drafted_by_id=actor.user_id, drafted_at=now)
    version = _begin_version(standard.id, 1, checked_titles, actor, now)
    write_clauses(version, checked_clauses, text=())
    note(actor, Happening.STANDARD_DRAFTED, version, now, before=None)
    return version


@transaction.atomic(using=CHAINS_ALIAS)
def revise_standard(
    *,
    actor: Actor,
    version_id: UUID,
    titles: Mapping[str, str],
    clauses: Sequence[ClauseDraft],
    now: datetime,
    expected_version: int | None = None,
) -> Version:
    """Write the text anew: in place while it is a draft or submitted, as the next version once it was approved.

    What was withdrawn or superseded can be taken up again like that, as long as no later version holds.
    Refusals: NotFound, NotPermitted, Stale, LaterVersionExists, Invalid, TooLong, ChangesMoreThanClaimed.
    """
    actor.must(Permission.DRAFT_STANDARD)
    version = lock_version(version_id, expected_version)
    before = VersionState(version.state)
    state = state_after(VersionAction.REVISE_STANDARD, before)
    checked_titles, checked_clauses = titles_of(titles), clauses_of(clauses)
    text = list(version.clauses.order_by("position"))
    if begins_new_version(before):
        check_latest(version)
        version = _begin_version(version.standard_id, _last_number(version.standard_id) + 1, checked_titles, actor, now)
        write_clauses(version, checked_clauses, text=text)
        note(actor, Happening.STANDARD_REVISED, version, now, before=None)
        return version
    version.titles, version.author_id = checked_titles, actor.user_id
    version.clauses.all().delete()
    write_clauses(version, checked_clauses, text=text)
    move_version(version, state)
    note(actor, Happening.STANDARD_REVISED, version, now, before=before)
    return version


@transaction.atomic(using=CHAINS_ALIAS)
def submit_standard(*, actor: Actor, version_id: UUID, now: datetime, expected_version: int | None = None) -> Version:
    """Lay a draft that passes the S1 test before those who approve.

    Refusals: NotFound, NotPermitted, Stale, NotInThisState, NoClauses, StandardFailsTest, QuestionsMissing.
    """
    actor.must(Permission.SUBMIT_STANDARD)
    version = lock_version(version_id, expected_version)
    before = VersionState(version.state)
    state = state_after(VersionAction.SUBMIT_STANDARD, before)
    clauses = list(version.clauses.order_by("position"))
    check_draft(draft_clauses(clauses))
    check_questions((clause.number, ClauseChange(clause.change), clause.questions) for clause in clauses)
    Submission.objects.create(version=version, done_by_id=actor.user_id, done_at=now)
    move_version(version, state)
    note(actor, Happening.STANDARD_SUBMITTED, version, now, before=before)
    return version


@transaction.atomic(using=CHAINS_ALIAS)
def approve_standard(*, actor: Actor, version_id: UUID, now: datetime, expected_version: int | None = None) -> Version:
    """Approve a submitted version that nobody who approves has written or submitted in any of its drafts.

    Refusals: NotFound, NotPermitted, Stale, NotInThisState, ApproverIsAuthor.
    """
    actor.must(Permission.APPROVE_STANDARD)
    version = lock_version(version_id, expected_version)
    before = VersionState(version.state)
    state = state_after(VersionAction.APPROVE_STANDARD, before)
    check_approver(
        author_ids=_writers(version),
        approver_ids=frozenset(each for each in (actor.user_id, actor.behalf_of_id) if each),
    )
    Approval.objects.create(version=version, done_by_id=actor.user_id, done_at=now)
    move_version(version, state)
    note(actor, Happening.STANDARD_APPROVED, version, now, before=before)
    return version


@transaction.atomic(using=CHAINS_ALIAS)
def return_standard(
    *, actor: Actor, version_id: UUID, reason: str, now: datetime, expected_version: int | None = None
) -> Version:
    """Send a submitted version back to whoever writes it, with what is to be mended: it is a draft again.

    Refusals: NotFound, NotPermitted, Stale, NotInThisState, Invalid, TooLong.
    """
    actor.must(Permission.APPROVE_STANDARD)
    version = lock_version(version_id, expected_version)
    before = VersionState(version.state)
    state = state_after(VersionAction.RETURN_STANDARD, before)
    VersionReturn.objects.create(
        version=version, done_by_id=actor.user_id, done_at=now, reason=text_of(reason, field="reason")
    )
    move_version(version, state)
    note(actor, Happening.STANDARD_RETURNED, version, now, before=before)
    return version


@transaction.atomic(using=CHAINS_ALIAS)
def withdraw_standard(
    *, actor: Actor, version_id: UUID, reason: str, now: datetime, expected_version: int | None = None
) -> Version:
    """Take a version back: it binds no store any more from now on, and what was judged by it stays.

    Refusals: NotFound, NotPermitted, Stale, NotInThisState, Invalid, TooLong.
    """
    actor.must(Permission.WITHDRAW_STANDARD)
    version = lock_version(version_id, expected_version)
    before = VersionState(version.state)
    state = state_after(VersionAction.WITHDRAW_STANDARD, before)
    Withdrawal.objects.create(
        version=version, done_by_id=actor.user_id, done_at=now, reason=text_of(reason, field="reason")
    )
    # What was brought while this deed waited for its locks ends as it began.
    StoreStandard.objects.filter(version=version, ended_at=None).update(ended_at=Greatest("pushed_at", Value(now)))
    RolloutWave.objects.waiting().filter(rollout__version=version).update(cancelled_at=now)
    move_version(version, state)
    note(actor, Happening.STANDARD_WITHDRAWN, version, now, before=before)
    return version


def lock_version(version_id: UUID, expected_version: int | None) -> Version:
    """Return a version, locked with its standard until the transaction ends; raises NotFound and Stale.

    Only for deeds whose permission has been checked.
    """
    # The standard first: whoever takes two of its versions does not wait for whoever holds one and waits for it.
    versions = Version.objects.select_related("standard").select_for_update(of=("standard", "self"), no_key=True)
    version = versions.filter(id=version_id).first()
    if version is None:
        raise NotFound
    check_version(
        expected=expected_version, revision=version.revision, state=VersionState(version.state), current=version
    )
    return version


def check_latest(version: Version) -> None:
    """Refuse with LaterVersionExists when the standard has a later version that was not withdrawn."""
    later = Version.objects.filter(standard=version.standard_id, number__gt=version.number)
    number = later.exclude(state=VersionState.WITHDRAWN).order_by("-number").values_list("number", flat=True).first()
    if number is not None:
        raise LaterVersionExists(number=number)


def move_version(version: Version, state: VersionState) -> None:
    """Bring a locked version into a state; its revision counts up."""
    version.state = state
    version.revision += 1
    version.save()


def _writers(version: Version) -> frozenset[UUID]:
    """Return who has written or submitted a version, in whichever of its drafts and in whosever place."""
    wrote = (Happening.STANDARD_DRAFTED, Happening.STANDARD_REVISED, Happening.STANDARD_SUBMITTED)
    told = Entry.objects.filter(subject_type=_SUBJECT, subject_id=version.id, kind__in=wrote).order_by()
    return frozenset(
        person for both in told.values_list("actor_id", "behalf_of_id") for person in both if person is not None
    )


def _last_number(standard_id: UUID) -> int:
    numbers = Version.objects.filter(standard_id=standard_id).order_by("-number")
    return numbers.values_list("number", flat=True)[0]


def _begin_version(standard_id: UUID, number: int, titles: Mapping[str, str], actor: Actor, now: datetime) -> Version:
    return Version.objects.create(
        standard_id=standard_id, number=number, titles=titles, author_id=actor.user_id, drafted_at=now
    )


def note(actor: Actor, kind: Happening, version: Version, now: datetime, *, before: VersionState | None) -> None:
    """Tell the journal what happened to a version and what it says now."""
    after: dict[str, Any] = {
        "standard_id": version.standard_id,
        "number": version.number,
        "state": version.state,
        "titles": version.titles,
        "clauses": [
            {
                "number": clause.number,
                "texts": clause.texts,
                "rule": clause.rule,
                "scope": clause.scope,
                "lineage_id": clause.lineage_id,
                "change": clause.change,
            }
            for clause in version.clauses.order_by("position")
        ],
    }
    append(
        actor=actor,
        kind=kind,
        subject_type=_SUBJECT,
        subject_id=version.id,
        store_id=None,
        now=now,
        before=None if before is None else {"state": before},
        after=after,
    )
