"""Deeds by which a loop comes to its end: by what was measured, or by hand where nothing can be; and HQ's rule."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from customers.actions.registering import lock_register
from customers.rules.holdings import ERASED
from journal.actions import append
from kit.refusals import NotFound
from kit.texts import text_of
from loops.models.loops import Loop, LoopRule, LoopState
from loops.queries.loops import SUBJECT_TYPE, is_of_somebody_erased, rule_in_force
from loops.queries.measuring import measurable_among, measured_of
from loops.rules.closing import (
    LoopIsMeasured,
    LoopRuleChanged,
    Rule,
    checked_rule,
    must_be_current,
    must_be_open,
    rule_in,
)
from loops.rules.happenings import Happening
from members.rules.permissions import Permission
from stores.actions.locks import refusing_duplicates

MOST_AT_ONCE = 500


@transaction.atomic(using=CHAINS_ALIAS)
def close_measured(*, actor: Actor, now: datetime, after: UUID | None = None) -> UUID | None:
    """Bring open loops up to what was measured, and close those of which so many cases in a row conform as are needed.

    Loops are taken by id, those behind `after`, MOST_AT_ONCE of them; return the last one's id while there may be more.
    """
    still_open = Loop.objects.still_open() if after is None else Loop.objects.still_open().filter(id__gt=after)
    # Whoever closes one at this moment has it: the next round sees what became of it.
    locked = still_open.select_for_update(skip_locked=True, no_key=True)
    loops = list(locked.order_by("id")[:MOST_AT_ONCE])
    measured = measured_of(loops)
    for loop in loops:
        found = measured[loop.id]
        if found.conforming >= loop.needed:
            loop.conforming = found.conforming
            _close(actor, loop, LoopState.MEASURED, now, verdict_ids=found.verdict_ids)
        elif found.conforming != loop.conforming:
            loop.conforming = found.conforming
            loop.save(update_fields=["conforming"])
    return loops[-1].id if len(loops) == MOST_AT_ONCE else None


@transaction.atomic(using=CHAINS_ALIAS)
def close_loop(*, actor: Actor, loop_id: UUID, reason: str, now: datetime, expected_version: int | None = None) -> Loop:
    """Close a loop by hand, with the reason: only one that nothing can measure any more.

    The reason is not kept where whoever the matter is about was erased: it comes to its end without words.
    Refusals: NotFound, NotPermitted, Stale, LoopClosed, LoopIsMeasured, Invalid, TooLong.
    """
    visible = Loop.objects.visible_to(actor).select_for_update(of=("self",), no_key=True)
    loop = visible.filter(id=loop_id).first()
    if loop is None:
        raise NotFound
    actor.must(Permission.CLOSE_LOOP, at=loop.store_id)
    state = LoopState(loop.state)
    must_be_current(expected=expected_version, version=loop.version, state=state, current=loop)
    must_be_open(state)
    if loop.id in measurable_among([loop], now=now):
        raise LoopIsMeasured(needed=loop.needed, conforming=loop.conforming)
    reason = text_of(reason, field="reason")
    # Before or after an erasure, and never in the midst of it.
    lock_register(actor, loop.store_id)
    loop.reason = ERASED if is_of_somebody_erased(loop) else reason
    _close(actor, loop, LoopState.BY_HAND, now)
    return loop


@transaction.atomic(using=CHAINS_ALIAS)
def set_loop_rule(*, actor: Actor, rule: Rule, now: datetime, expected_version: int | None = None) -> Rule:
    """Set how many cases in a row have to conform, and which ratings are low; open loops keep what they began with.

    `expected_version` is the number of the rule that was seen. Refusals: NotPermitted, LoopRuleChanged, Invalid.
    """
    actor.must(Permission.SET_LOOP_RULE)
    wanted, before = checked_rule(rule), rule_in_force()
    if expected_version is not None and expected_version != before.number:
        raise LoopRuleChanged(field="expected_version", version=before.number)
    row = LoopRule(
        number=before.number + 1,
        verdicts_needed=wanted.verdicts_needed,
        low_score=wanted.low_score,
        set_at=now,
        set_by_id=actor.user_id,
    )
    with refusing_duplicates(LoopRuleChanged(version=row.number)):
        row.save(force_insert=True)
    append(
        actor=actor,
        kind=Happening.LOOP_RULE_SET,
        subject_type="LoopRule",
        subject_id=row.id,
        store_id=None,
        now=now,
        before=_told(before),
        after=_told(rule_in(row)),
    )
    return rule_in(row)


def _close(actor: Actor, loop: Loop, state: LoopState, now: datetime, verdict_ids: Sequence[UUID] = ()) -> None:
    before = {"state": loop.state, "version": loop.version}
    loop.state, loop.closed_at, loop.closed_by_id = state, now, actor.user_id
    loop.version += 1
    loop.save(update_fields=["state", "closed_at", "closed_by", "reason", "conforming", "version"])
    append(
        actor=actor,
        kind=Happening.LOOP_CLOSED,
        subject_type=SUBJECT_TYPE,
        subject_id=loop.id,
        store_id=loop.store_id,
        now=now,
        before=before,
        after={
            "state": loop.state,
            "version": loop.version,
            "lineage_id": loop.lineage_id,
            "conforming": loop.conforming,
            "verdict_ids": list(verdict_ids),
        },
    )


def _told(rule: Rule) -> dict[str, Any]:
    return {"number": rule.number, "verdicts_needed": rule.verdicts_needed, "low_score": rule.low_score}
