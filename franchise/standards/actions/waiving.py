"""Deeds that let a store off a requirement for a while, and hold it to it again."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from journal.actions import append
from kit.refusals import NotFound
from kit.texts import text_of
from members.rules.permissions import Permission
from standards.models.rollouts import StoreStandard
from standards.models.texts import Clause
from standards.models.waivers import Waiver
from standards.rules.happenings import Happening
from standards.rules.states import NothingInForce
from standards.rules.waiving import WaivedAlready, WaiverOver, check_until
from stores.actions.locks import lock_store_in_business


@transaction.atomic(using=CHAINS_ALIAS)
def waive_clause(
    *, actor: Actor, store_id: UUID, clause_id: UUID, until: datetime, reason: str, now: datetime
) -> Waiver:
    """Let a store off a clause in force there, for cases that begin from now until a moment at most a year away.

    Refusals: NotFound, NotPermitted, StoreClosed, NothingInForce, WaivedAlready, Invalid, TooLong.
    """
    actor.must(Permission.WAIVE_CLAUSE, at=store_id)
    check_until(until, now=now)
    store = lock_store_in_business(actor, store_id)
    clause = Clause.objects.filter(id=clause_id).first()
    if clause is None:
        raise NotFound(field="clause_id")
    if not StoreStandard.objects.filter(store=store, version=clause.version_id).in_force_at(now).exists():
        raise NothingInForce(field="clause_id")
    # Also one of a moment after `now`: whoever waited for the lock has the moment at which they came.
    if Waiver.objects.filter(store=store, lineage_id=clause.lineage_id, ended_at=None, until__gt=now).exists():
        raise WaivedAlready(field="clause_id")
    waiver = Waiver.objects.create(
        store=store,
        clause=clause,
        lineage_id=clause.lineage_id,
        reason=text_of(reason, field="reason"),
        waived_by_id=actor.user_id,
        waived_at=now,
        until=until,
    )
    _note(actor, Happening.CLAUSE_WAIVED, waiver, now)
    return waiver


@transaction.atomic(using=CHAINS_ALIAS)
def end_waiver(*, actor: Actor, waiver_id: UUID, now: datetime) -> Waiver:
    """Hold a store to a clause again, for cases that begin from now on.

    Refusals: NotFound, NotPermitted, WaiverOver.
    """
    actor.must_somewhere(Permission.WAIVE_CLAUSE)
    waiver = Waiver.objects.visible_to(actor).select_for_update(of=("self",)).filter(id=waiver_id).first()
    if waiver is None:
        raise NotFound
    actor.must(Permission.WAIVE_CLAUSE, at=waiver.store_id)
    if waiver.ended_at is not None or waiver.until <= now:
        raise WaiverOver
    waiver.ended_at = max(now, waiver.waived_at)
    waiver.save(update_fields=["ended_at"])
    _note(actor, Happening.WAIVER_ENDED, waiver, now)
    return waiver


def _note(actor: Actor, kind: Happening, waiver: Waiver, now: datetime) -> None:
    append(
        actor=actor,
        kind=kind,
        subject_type="Waiver",
        subject_id=waiver.id,
        store_id=waiver.store_id,
        now=now,
        after={
            "clause_id": waiver.clause_id,
            "lineage_id": waiver.lineage_id,
            "until": waiver.until,
            "ended_at": waiver.ended_at,
        },
    )
