"""A rollout on its way: waves start when they are due, and wait while the rollout is paused."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.db import connections, transaction
from django.db.models import Exists, F, OuterRef, Q

from chains.actor import Actor
from chains.jobs import ChainCall
from chains.scope import CHAINS_ALIAS, current_chain
from journal.actions import append
from kit.refusals import NotFound
from kit.texts import text_of
from members.rules.permissions import Permission
from standards.actions.carrying import carry_signatures, carry_training
from standards.actions.drafting import lock_version, move_version
from standards.models.rollouts import Rollout, RolloutPause, RolloutWave, StoreStandard
from standards.models.texts import Version, VersionState
from standards.queries.rollouts import figures_of, meant_by
from standards.rules.happenings import Happening
from standards.rules.waves import RolloutOver, RolloutPaused, RolloutRuns, next_stores, rule_in, stops

START_WAVES = ChainCall(name="standards.start_waves", takes={})
# One statement for all stores each: what binds them now ends, and the new version begins. Whoever waited for another
# push has the moment at which they came: what that one brought ends as it began.
_END = f"""
    UPDATE "{StoreStandard._meta.db_table}" SET ended_at = greatest(%(now)s, pushed_at)
    WHERE standard_id = %(standard)s AND ended_at IS NULL AND store_id = ANY(%(stores)s::uuid[])
"""  # noqa: S608  # names no input
_BEGIN = f"""
    INSERT INTO "{StoreStandard._meta.db_table}"
        (id, store_id, standard_id, version_id, rollout_id, wave_id, pushed_at, reminders)
    SELECT gen_random_uuid(), store_id, %(standard)s, %(version)s, %(rollout)s, %(wave)s, %(now)s, 0
    FROM unnest(%(stores)s::uuid[]) AS chosen (store_id)
"""  # noqa: S608  # names no input


@dataclass(frozen=True, slots=True)
class Brought:
    """What a wave has brought: to which stores, and which versions are in force nowhere any more."""

    store_ids: list[UUID]
    superseded: list[UUID]


def start_wave(actor: Actor, wave: RolloutWave, now: datetime) -> Brought:
    """Bring a version to the stores of a wave; its version is locked and set on its rollout."""
    rollout = wave.rollout
    version = rollout.version
    meant = meant_by(rollout.targets).visible_to(actor).select_for_update(no_key=True).order_by("id")
    # A later version that came to a store meanwhile stays there.
    later = Q(standard=version.standard_id, version__number__gt=version.number, ended_at=None)
    there = StoreStandard.objects.filter(Q(version=version) | later)
    chosen = next_stores(
        rollout.id,
        meant=list(meant.values_list("id", flat=True)),
        having=frozenset(there.order_by().values_list("store_id", flat=True)),
        share=wave.share,
        listed=None if wave.store_ids is None else [UUID(each) for each in wave.store_ids],
    )
    wave.started_at = now
    wave.save()
    if chosen:
        given = {"standard": version.standard_id, "version": version.id, "rollout": rollout.id, "wave": wave.id}
        with connections[CHAINS_ALIAS].cursor() as cursor:
            for statement in (_END, _BEGIN):
                cursor.execute(statement, {**given, "stores": chosen, "now": now})
        carry_training(version, wave)
        carry_signatures(version, wave, chosen, now)
    _cancel_earlier(version, now)
    return Brought(chosen, _supersede(version))


def come_back(waves: Iterable[RolloutWave]) -> None:
    """Have the waves that are to come started at their moments."""
    for moment in sorted({wave.starts_at for wave in waves if wave.started_at is None}):
        START_WAVES.defer(current_chain().id, key=f"waves:{moment}", at=moment)


@transaction.atomic(using=CHAINS_ALIAS)
def start_waves(*, actor: Actor, now: datetime) -> None:
    """Start the waves that are due, and pause rollouts by their rules; for the machine alone."""
    waiting = RolloutWave.objects.waiting().filter(rollout=OuterRef("pk"))
    rollouts = list(Rollout.objects.filter(Exists(waiting)).order_by("done_at", "id"))
    # All standards before any store, as whoever pushes one takes them.
    for rollout in rollouts:
        rollout.version = lock_version(rollout.version_id, None)
    for rollout in rollouts:
        if _open_pause(rollout.id) is None and not _pause_by_rule(actor, rollout, now):
            _start_due(actor, rollout, now)


@transaction.atomic(using=CHAINS_ALIAS)
def pause_rollout(*, actor: Actor, rollout_id: UUID, reason: str, now: datetime) -> Rollout:
    """Let no further wave of a rollout start until it is resumed; what has come to stores stays in force.

    Refusals: NotFound, NotPermitted, RolloutPaused, RolloutOver, Invalid, TooLong.
    """
    actor.must(Permission.PUSH_STANDARD)
    rollout = _lock_rollout(rollout_id)
    if _open_pause(rollout.id) is not None:
        raise RolloutPaused
    _pause(actor, rollout, now, reason=text_of(reason, field="reason"))
    return rollout


@transaction.atomic(using=CHAINS_ALIAS)
def resume_rollout(*, actor: Actor, rollout_id: UUID, now: datetime) -> Rollout:
    """Let the waves of a paused rollout come, each later by as long as the pause was.

    From then on its stop rule counts anew. Refusals: NotFound, NotPermitted, RolloutRuns, RolloutOver.
    """
    actor.must(Permission.PUSH_STANDARD)
    rollout = _lock_rollout(rollout_id)
    pause = _open_pause(rollout.id)
    if pause is None:
        raise RolloutRuns
    # Whoever waited for the one who paused has the moment at which they came.
    now = max(now, pause.paused_at)
    _end(pause, actor, now)
    waves = RolloutWave.objects.waiting().filter(rollout=rollout)
    waves.update(starts_at=F("starts_at") + (now - pause.paused_at))
    postponed = list(waves.order_by("position"))
    come_back(postponed)
    _note(actor, Happening.ROLLOUT_RESUMED, rollout, now, {"waves": [wave.starts_at for wave in postponed]})
    return rollout


@transaction.atomic(using=CHAINS_ALIAS)
def cancel_rollout(*, actor: Actor, rollout_id: UUID, reason: str, now: datetime) -> Rollout:
    """Let the waves of a rollout that are still to come never come; what has come to stores stays in force.

    It is written down as a pause that nothing ends. A version that was only due to come is as it was when it was
    approved, and can be pushed anew. Refusals: NotFound, NotPermitted, RolloutOver, Invalid, TooLong.
    """
    actor.must(Permission.PUSH_STANDARD)
    rollout = _lock_rollout(rollout_id)
    reason = text_of(reason, field="reason")
    pause = _open_pause(rollout.id)
    if pause is not None:
        now = max(now, pause.paused_at)
        _end(pause, actor, now)
    RolloutPause.objects.create(rollout=rollout, paused_at=now, paused_by_id=actor.user_id, reason=reason)
    RolloutWave.objects.waiting().filter(rollout=rollout).update(cancelled_at=now)
    version = rollout.version
    others = RolloutWave.objects.waiting().filter(rollout__version=version)
    if version.state == VersionState.SCHEDULED and not others.exists():
        move_version(version, VersionState.APPROVED)
    _note(actor, Happening.ROLLOUT_CANCELLED, rollout, now, {"state": version.state})
    return rollout


def _end(pause: RolloutPause, actor: Actor, now: datetime) -> None:
    pause.resumed_at, pause.resumed_by_id = now, actor.user_id
    pause.save(update_fields=["resumed_at", "resumed_by_id"])


def _lock_rollout(rollout_id: UUID) -> Rollout:
    """Return a rollout with waves to come, its version locked; raises NotFound and RolloutOver."""
    rollout = Rollout.objects.filter(id=rollout_id).first()
    if rollout is None:
        raise NotFound
    rollout.version = lock_version(rollout.version_id, None)
    if not RolloutWave.objects.waiting().filter(rollout=rollout).exists():
        raise RolloutOver
    return rollout


def _open_pause(rollout_id: UUID) -> RolloutPause | None:
    return RolloutPause.objects.filter(rollout=rollout_id, resumed_at=None).first()


def _pause_by_rule(actor: Actor, rollout: Rollout, now: datetime) -> bool:
    if rollout.stop_rule is None:
        return False
    rule = rule_in(rollout.stop_rule)
    figures = figures_of(rollout, rule, now=now)
    if not stops(rule, figures):
        return False
    _pause(actor, rollout, now, figures=asdict(figures))
    return True


def _pause(
    actor: Actor, rollout: Rollout, now: datetime, *, reason: str = "", figures: dict[str, object] | None = None
) -> None:
    RolloutPause.objects.create(
        rollout=rollout, paused_at=now, paused_by_id=actor.user_id, reason=reason, figures=figures
    )
    _note(actor, Happening.ROLLOUT_PAUSED, rollout, now, {"figures": figures})


def _start_due(actor: Actor, rollout: Rollout, now: datetime) -> None:
    waiting = list(RolloutWave.objects.waiting().filter(rollout=rollout).order_by("position"))
    due = [wave for wave in waiting if wave.starts_at <= min(now, waiting[0].starts_at)]
    postponed = _postpone(waiting[len(due) :], due, now)
    for wave in due:
        wave.rollout = rollout
        before = VersionState(rollout.version.state)
        brought = start_wave(actor, wave, now)
        if before is not VersionState.EFFECTIVE:
            move_version(rollout.version, VersionState.EFFECTIVE)
        append(
            actor=actor,
            kind=Happening.STANDARD_PUSHED,
            subject_type="Version",
            subject_id=rollout.version_id,
            store_id=None,
            now=now,
            before={"state": before},
            after={
                "state": VersionState.EFFECTIVE,
                "rollout_id": rollout.id,
                "wave": wave.position,
                "store_ids": brought.store_ids,
                "superseded_version_ids": brought.superseded,
                "postponed_to": postponed,
            },
        )


def _postpone(later: Sequence[RolloutWave], due: Sequence[RolloutWave], now: datetime) -> list[datetime]:
    """Let later waves that are overdue as well come as far behind this one as planned; return when, if they do.

    Nobody could see what this one does before they came, no stop rule either.
    """
    if not due or not later or later[0].starts_at > now:
        return []
    for wave in later:
        wave.starts_at += now - due[0].starts_at
    RolloutWave.objects.bulk_update(later, ["starts_at"])
    come_back(later)
    return [wave.starts_at for wave in later]


def _cancel_earlier(version: Version, now: datetime) -> None:
    """Let the waves of earlier versions that are still to come never come."""
    waves = RolloutWave.objects.waiting().filter(rollout__version__standard=version.standard_id)
    waves.filter(rollout__version__number__lt=version.number).update(cancelled_at=now)


def _supersede(version: Version) -> list[UUID]:
    binding = StoreStandard.objects.filter(version=OuterRef("pk"), ended_at=None)
    states = [VersionState.EFFECTIVE, VersionState.SCHEDULED]
    earlier = Version.objects.filter(standard=version.standard_id, number__lt=version.number, state__in=states)
    superseded = list(earlier.filter(~Exists(binding)).order_by("number"))
    for each in superseded:
        move_version(each, VersionState.SUPERSEDED)
    return [each.id for each in superseded]


def _note(actor: Actor, kind: Happening, rollout: Rollout, now: datetime, after: dict[str, object]) -> None:
    append(
        actor=actor,
        kind=kind,
        subject_type="Rollout",
        subject_id=rollout.id,
        store_id=None,
        now=now,
        after={"version_id": rollout.version_id, **after},
    )
