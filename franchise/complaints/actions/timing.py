"""What a complaint's own clocks do: begin with it, change with its level, stand still, and end with it (C3, S4)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from chains.actor import Actor
from clocks.actions.pausing import customer_wrote, resume_clocks
from clocks.actions.running import Hours, hours_at, start_clock, stop_clocks
from clocks.models import Clock, PauseReason, TargetUnit
from clocks.rules.targets import Due, Target
from complaints.models.complaints import ENDED, Complaint, Level, Severity, Stage
from complaints.models.referring import ComplaintPause
from complaints.models.steps import Resolution
from complaints.queries import SUBJECT_TYPE, escalation_times, running_kinds
from complaints.rules.clocks import (
    AWAIT_THE_CLOSING_FORM,
    FOR_THE_CLOSING_FORM,
    LEVEL_CLOCKS,
    MEASURES_VERIFICATION,
    OF_A_COMPLAINT,
    ON_THE_SAME_DAY,
)
from complaints.rules.happenings import ClockKind
from complaints.rules.ladder import time_at
from complaints.rules.stages import UNSOLVED

_OWN = frozenset({ClockKind.VERIFICATION, ClockKind.SOLUTION_PROMISED, *LEVEL_CLOCKS.values()})


def begin_clocks(
    actor: Actor,
    complaint: Complaint,
    *,
    entry_id: UUID,
    now: datetime,
    since: datetime | None = None,
    is_measured: bool = True,
) -> None:
    """Start what measures a round: looked into on the same day, unless a clause measures that, and solved in time.

    `since` is when the customer came with it, if that was before now: whoever files late gains no time. Without
    `is_measured` nothing runs yet.
    """
    running, hours = running_kinds(complaint) if is_measured else set(), hours_at(complaint.store)
    if not running & MEASURES_VERIFICATION:
        _start(actor, complaint, ClockKind.VERIFICATION, ON_THE_SAME_DAY, entry_id, now, since=since, hours=hours)
    if not running & set(LEVEL_CLOCKS.values()):
        _start_at_level(actor, complaint, entry_id, now, since=since, hours=hours)


def follow(actor: Actor, complaint: Complaint, before: Mapping[str, Any], *, entry_id: UUID, now: datetime) -> None:
    """Let the own clocks follow a deed: `before` is how the complaint was, as `state_of` tells it.

    What is solved, withdrawn or decided stops them, and waits for its closing form; a higher level has a clock of its
    own; what is taken up again starts new ones, and nothing that was measured changes.
    """
    stage, was = Stage(complaint.stage), Stage(before["stage"])
    if stage is Stage.INVESTIGATED and was is not stage:
        _stop(actor, complaint, {ClockKind.VERIFICATION, ClockKind.SOLUTION_PROMISED}, entry_id, now)
    if stage is Stage.REWORK and was is not stage:
        _stop(actor, complaint, {ClockKind.SOLUTION_PROMISED, ClockKind.CLOSING}, entry_id, now)
        begin_clocks(actor, complaint, entry_id=entry_id, now=now)
    elif stage not in UNSOLVED and was is not stage:
        _stop(actor, complaint, OF_A_COMPLAINT if stage in ENDED else _OWN, entry_id, now)
        if stage in AWAIT_THE_CLOSING_FORM:
            _start(actor, complaint, ClockKind.CLOSING, FOR_THE_CLOSING_FORM, entry_id, now)
    elif stage in UNSOLVED and complaint.level != before["level"]:
        _stop(actor, complaint, LEVEL_CLOCKS.values(), entry_id, now)
        _start_at_level(actor, complaint, entry_id, now)


def promise(actor: Actor, complaint: Complaint, *, entry_id: UUID, now: datetime) -> None:
    """Measure that the solution, of which the customer was just told, is carried out when they can expect it."""
    _stop(actor, complaint, {ClockKind.SOLUTION_PROMISED}, entry_id, now)
    expected_at = latest_plan(complaint).expected_at
    if expected_at is None or expected_at <= now:
        return
    target = Target(TargetUnit.WALL, int((expected_at - now).total_seconds()))
    _start(actor, complaint, ClockKind.SOLUTION_PROMISED, target, entry_id, now, due=Due(expected_at))


def latest_plan(complaint: Complaint) -> Resolution:
    """Return the solution that was planned last."""
    plans = Resolution.objects.filter(store_id=complaint.store_id, complaint=complaint)
    return plans.order_by("done_at", "id").reverse()[:1].get()


def end_pause(actor: Actor, complaint: Complaint, *, at: datetime) -> None:
    """Let a locked complaint, still to be saved, wait no longer, as of a moment."""
    pause = ComplaintPause.objects.get(store_id=complaint.store_id, complaint=complaint, ended_at=None)
    pause.ended_at, pause.ended_by_id = max(at, pause.done_at), actor.user_id
    pause.save(update_fields=["ended_at", "ended_by"])
    complaint.pause_reason = ""


def hear(actor: Actor, complaint: Complaint, *, said_at: datetime, entry_id: UUID, now: datetime) -> None:
    """Let a locked complaint, still to be saved, wait no longer for a customer who has said something, as of then.

    However late it is recorded. Before its clocks are stopped, which show what they show from then on.
    """
    if complaint.pause_reason == PauseReason.WAITING_FOR_CUSTOMER:
        end_pause(actor, complaint, at=said_at)
    customer_wrote(
        actor=actor,
        subject_type=SUBJECT_TYPE,
        subject_id=complaint.id,
        written_at=said_at,
        entry_id=entry_id,
        now=now,
    )


def run_on(actor: Actor, complaint: Complaint, *, entry_id: UUID, now: datetime) -> None:
    """Let the clocks of a complaint run on from now."""
    resume_clocks(actor=actor, subject_type=SUBJECT_TYPE, subject_id=complaint.id, entry_id=entry_id, now=now)


def _start_at_level(
    actor: Actor,
    complaint: Complaint,
    entry_id: UUID,
    now: datetime,
    *,
    since: datetime | None = None,
    hours: Hours | None = None,
) -> None:
    level, severity = Level(complaint.level), Severity(complaint.severity)
    target = Target(TargetUnit.WALL, time_at(level, severity, escalation_times()))
    _start(actor, complaint, LEVEL_CLOCKS[level], target, entry_id, now, since=since, hours=hours)


def _start(
    actor: Actor,
    complaint: Complaint,
    kind: str,
    target: Target,
    entry_id: UUID,
    now: datetime,
    *,
    since: datetime | None = None,
    due: Due | None = None,
    hours: Hours | None = None,
) -> Clock:
    return start_clock(
        actor=actor,
        store_id=complaint.store_id,
        subject_type=SUBJECT_TYPE,
        subject_id=complaint.id,
        kind=kind,
        target=target,
        started_at=since,
        entry_id=entry_id,
        now=now,
        due=due,
        hours=hours or hours_at(complaint.store),
    )


def _stop(actor: Actor, complaint: Complaint, kinds: Any, entry_id: UUID, now: datetime) -> None:
    stop_clocks(
        actor=actor,
        subject_type=SUBJECT_TYPE,
        subject_id=complaint.id,
        entry_id=entry_id,
        now=now,
        kinds=[str(kind) for kind in kinds],
    )
