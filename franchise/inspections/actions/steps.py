"""What every deed on an inspection does: lock it, move it on, tell the journal."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F

from chains.actor import Actor
from inspections.models.inspections import Inspection, InspectionState
from inspections.queries import SUBJECT_TYPE
from inspections.rules.happenings import Happening
from inspections.rules.states import MOVES, InspectionAction, check_version, must_allow, must_be_inspector
from journal.actions import append_all, entry_of
from journal.models import Entry
from kit.refusals import NotFound

_MOVED = (
    "state",
    "number",
    "inspector",
    "started_at",
    "ended_at",
    "score_basis_points",
    "is_passed",
    "remark",
    "version",
)


def lock_inspection(
    actor: Actor, inspection_id: UUID, action: InspectionAction, expected_version: int | None
) -> Inspection:
    """Return an inspection, locked until the transaction ends, for somebody who may do this with it as it stands.

    Raises NotFound, NotPermitted, NotTheInspector, Stale with the inspection as it is now, and the refusals of
    `must_allow`.
    """
    visible = Inspection.objects.visible_to(actor).select_related("store", "template")
    inspection = visible.select_for_update(of=("self",)).filter(id=inspection_id).first()
    if inspection is None:
        raise NotFound
    actor.must(MOVES[action].permission, at=inspection.store_id)
    must_be_inspector(action, user_id=actor.user_id, inspector_id=inspection.inspector_id)
    state = InspectionState(inspection.state)
    check_version(expected=expected_version, version=inspection.version, state=state, current=inspection)
    must_allow(action, state)
    return inspection


def write_down(
    actor: Actor, inspection: Inspection, kind: Happening, now: datetime, *, before: dict[str, Any], **more: Any
) -> Entry:
    """Save what a deed changed about a locked inspection, and tell the journal."""
    inspection.version += 1
    inspection.save(update_fields=_MOVED)
    return tell_journal(actor, inspection, kind, now, before=before, **more)


def call_off(
    actor: Actor,
    inspections: Sequence[Inspection],
    now: datetime,
    *,
    remark: str = "",
    part_of_id: UUID | None = None,
    **more: Any,
) -> None:
    """Call locked inspections off that have not started, in few statements, and tell the journal of each."""
    entries = []
    for inspection in inspections:
        before = state_of(inspection)
        inspection.state, inspection.ended_at, inspection.remark = InspectionState.CANCELLED, now, remark
        inspection.version += 1
        kind = Happening.INSPECTION_CANCELLED
        entries.append(entry_about(actor, inspection, kind, now, before=before, part_of_id=part_of_id, **more))
    changed = {"state": InspectionState.CANCELLED, "ended_at": now, "remark": remark, "version": F("version") + 1}
    Inspection.objects.filter(id__in=[each.id for each in inspections]).update(**changed)
    append_all(entries)


def tell_journal(
    actor: Actor, inspection: Inspection, kind: Happening, now: datetime, *, before: dict[str, Any] | None, **more: Any
) -> Entry:
    """Append a deed to the journal: to the chain's where the store must not know of it yet."""
    entry = entry_about(actor, inspection, kind, now, before=before, **more)
    append_all([entry])
    return entry


def entry_about(
    actor: Actor,
    inspection: Inspection,
    kind: Happening,
    now: datetime,
    *,
    before: dict[str, Any] | None,
    part_of_id: UUID | None = None,
    **more: Any,
) -> Entry:
    """Return the entry of a deed on an inspection, not written yet, as `tell_journal` appends it."""
    is_known = inspection.is_announced or inspection.started_at is not None
    return entry_of(
        actor=actor,
        kind=kind,
        subject_type=SUBJECT_TYPE,
        subject_id=inspection.id,
        store_id=inspection.store_id if is_known else None,
        now=now,
        before=before,
        after={**state_of(inspection), **({} if is_known else {"at_store_id": inspection.store_id}), **more},
        part_of_id=part_of_id,
    )


def state_of(inspection: Inspection) -> dict[str, Any]:
    """Return what a deed changes about an inspection, for the journal's before and after."""
    return {
        "state": inspection.state,
        "version": inspection.version,
        "inspector_id": inspection.inspector_id,
        "score_basis_points": inspection.score_basis_points,
        "is_passed": inspection.is_passed,
    }
