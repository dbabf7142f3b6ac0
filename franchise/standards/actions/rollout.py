"""The deed that brings a standard to the stores: at once, later, or in waves."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from journal.actions import append
from kit.refusals import Invalid, NotFound
from members.rules.permissions import Permission
from standards.actions.drafting import check_latest, lock_version, move_version
from standards.actions.waves import Brought, come_back, start_wave
from standards.models.rollouts import Rollout, RolloutWave, StoreStandard
from standards.models.texts import Clause, Version, VersionState
from standards.queries.rollouts import meant_by
from standards.rules.happenings import Happening
from standards.rules.states import InForceAlready, NoSuchClause, VersionAction, state_after, state_of_pushed
from standards.rules.waves import Planned, StopRule, WaveDraft, check_stop_rule, plan_of, rule_document
from stores.actions.locks import lock_stores_in_business
from stores.models import Area


@transaction.atomic(using=CHAINS_ALIAS)
def push_standard(
    *,
    actor: Actor,
    version_id: UUID,
    now: datetime,
    store_ids: Collection[UUID] | None = None,
    area_ids: Collection[UUID] | None = None,
    store_kinds: Collection[str] | None = None,
    effective_at: datetime | None = None,
    waves: Sequence[WaveDraft] = (),
    stop_rule: StopRule | None = None,
    allows_local_clauses: bool = False,
    expected_version: int | None = None,
) -> Rollout:
    """Put an approved version in force at the stores meant, from now or `effective_at` on, all at once or in waves.

    Meant are the stores named and those of the areas named, or all that are open; of these only `store_kinds` if given.
    Where a wave comes, an earlier version of the standard ends; in force nowhere any more it is superseded.
    Refusals: NotFound, NotPermitted, Stale, NotInThisState, LaterVersionExists, StoreClosed, InForceAlready,
    NoSuchClause, Invalid.
    """
    actor.must(Permission.PUSH_STANDARD)
    version = lock_version(version_id, expected_version)
    before = VersionState(version.state)
    state_after(VersionAction.PUSH_STANDARD, before)
    check_latest(version)
    targets = _targets(store_ids, area_ids, store_kinds)
    _take_stores(actor, version, targets, waves)
    plan = plan_of(waves, effective_at=effective_at, now=now)
    kept_rule = _kept_rule(version, stop_rule)
    told: dict[str, Any] = {"targets": targets, "stop_rule": kept_rule, "allows_local_clauses": allows_local_clauses}
    rollout = Rollout.objects.create(version=version, done_by_id=actor.user_id, done_at=now, **told)
    kept = RolloutWave.objects.bulk_create(
        _wave(rollout, position, planned) for position, planned in enumerate(plan, start=1)
    )
    brought = [start_wave(actor, wave, now) for wave in kept if wave.starts_at <= now]
    move_version(version, state_of_pushed(before, is_in_force=bool(brought)))
    come_back(kept)
    _tell(actor, rollout, kept, brought, before, now)
    return rollout


def _targets(
    store_ids: Collection[UUID] | None, area_ids: Collection[UUID] | None, store_kinds: Collection[str] | None
) -> dict[str, list[str]]:
    named = {"store_ids": store_ids, "area_ids": area_ids, "store_kinds": store_kinds}
    return {name: sorted({str(each) for each in given}) for name, given in named.items() if given is not None}


def _take_stores(actor: Actor, version: Version, targets: dict[str, list[str]], waves: Sequence[WaveDraft]) -> None:
    """Lock the stores that are named; raises NotFound for what is not there, StoreClosed, Invalid, InForceAlready."""
    areas = targets.get("area_ids", [])
    if Area.objects.filter(id__in=areas).count() != len(areas):
        raise NotFound(field="area_ids")
    named = {store_id for wave in waves for store_id in wave.store_ids or ()}
    for field, store_ids in (("store_ids", list(map(UUID, targets.get("store_ids", [])))), ("waves", named)):
        if store_ids:
            lock_stores_in_business(actor, store_ids, field=field)
    having = StoreStandard.objects.filter(version=version).values("store_id")
    _check_meant(targets, waves, named)
    if not meant_by(targets).exclude(id__in=having).exists():
        raise InForceAlready(field="store_ids")


def _check_meant(targets: dict[str, list[str]], waves: Sequence[WaveDraft], named: Collection[UUID]) -> None:
    """Refuse with Invalid a wave that names a store which the rollout does not mean."""
    meant = set(meant_by(targets).filter(id__in=named).values_list("id", flat=True)) if named else set()
    for place, wave in enumerate(waves):
        if not meant.issuperset(wave.store_ids or ()):
            raise Invalid(field=("waves", str(place), "store_ids"), why=_("only stores that the rollout means"))


def _kept_rule(version: Version, rule: StopRule | None) -> dict[str, Any] | None:
    if rule is None:
        return None
    check_stop_rule(rule)
    number = rule.clause_number
    if number is not None and not Clause.objects.filter(version=version, number=number).exists():
        raise NoSuchClause(field=("stop_rule", "clause_number"), number=number)
    return rule_document(rule)


def _wave(rollout: Rollout, position: int, planned: Planned) -> RolloutWave:
    listed = None if planned.store_ids is None else [str(each) for each in planned.store_ids]
    return RolloutWave(
        rollout=rollout, position=position, starts_at=planned.starts_at, share=planned.share, store_ids=listed
    )


def _tell(
    actor: Actor,
    rollout: Rollout,
    waves: Sequence[RolloutWave],
    brought: Sequence[Brought],
    before: VersionState,
    now: datetime,
) -> None:
    told: dict[str, Any] = {"rollout_id": rollout.id, "state": rollout.version.state}
    if brought:
        told["store_ids"] = [store_id for each in brought for store_id in each.store_ids]
        told["superseded_version_ids"] = [each for one in brought for each in one.superseded]
    told["waves"] = [
        {"starts_at": wave.starts_at, "share": wave.share, "store_ids": wave.store_ids}
        for wave in waves
        if wave.started_at is None
    ]
    append(
        actor=actor,
        kind=Happening.STANDARD_PUSHED if brought else Happening.STANDARD_SCHEDULED,
        subject_type="Version",
        subject_id=rollout.version_id,
        store_id=None,
        now=now,
        before={"state": before},
        after=told,
    )
