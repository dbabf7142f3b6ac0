"""Deeds by which inspections are planned, given to others, called off, or found to be missed (M1)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from inspections.actions.steps import lock_inspection, state_of, tell_journal, write_down
from inspections.models.inspections import Inspection, InspectionState
from inspections.models.templates import InspectionTemplate, TemplateState
from inspections.queries import holds_role_at
from inspections.rules.happenings import Happening
from inspections.rules.states import InspectionAction, InspectorNotFit, check_due
from inspections.rules.templates import must_be
from kit.refusals import NotFound
from kit.texts import text_of
from members.rules.permissions import Permission
from stores.actions.locks import lock_store_in_business
from stores.models import Store

AT_MOST = 500


@transaction.atomic(using=CHAINS_ALIAS)
def schedule_inspection(
    *,
    actor: Actor,
    store_id: UUID,
    template_id: UUID,
    inspector_id: UUID,
    due_at: datetime,
    is_announced: bool,
    now: datetime,
) -> Inspection:
    """Plan an inspection of a store. Of one that is not announced the store knows nothing before it starts.

    Refusals: NotFound, NotPermitted, StoreClosed, TemplateNotPublished, InspectorNotFit, Invalid.
    """
    actor.must(Permission.SCHEDULE_INSPECTION, at=store_id)
    store = lock_store_in_business(actor, store_id)
    # Not locked: what is planned while it is being retired is carried out like what was planned before.
    template = InspectionTemplate.objects.filter(id=template_id).first()
    if template is None:
        raise NotFound(field="template_id")
    must_be(template.state, TemplateState.PUBLISHED)
    _must_fit(actor, store, template, inspector_id)
    inspection = Inspection.objects.create(
        store=store,
        template=template,
        inspector_id=inspector_id,
        is_announced=is_announced,
        due_at=check_due(due_at, now=now),
        scheduled_by_id=actor.user_id,
        scheduled_at=now,
    )
    tell_journal(actor, inspection, Happening.INSPECTION_SCHEDULED, now, before=None, due_at=due_at)
    return inspection


@transaction.atomic(using=CHAINS_ALIAS)
def reassign_inspection(
    *, actor: Actor, inspection_id: UUID, inspector_id: UUID, now: datetime, expected_version: int | None = None
) -> Inspection:
    """Give an inspection that has not ended to another inspector; its time and what was found stay.

    Refusals: NotFound, NotPermitted, Stale, InspectionEnded, InspectorNotFit.
    """
    inspection = lock_inspection(actor, inspection_id, InspectionAction.REASSIGN_INSPECTION, expected_version)
    _must_fit(actor, inspection.store, inspection.template, inspector_id)
    before = state_of(inspection)
    inspection.inspector_id = inspector_id
    write_down(actor, inspection, Happening.INSPECTION_REASSIGNED, now, before=before)
    return inspection


@transaction.atomic(using=CHAINS_ALIAS)
def cancel_inspection(
    *, actor: Actor, inspection_id: UUID, reason: str, now: datetime, expected_version: int | None = None
) -> Inspection:
    """Call an inspection off before it starts, with the reason.

    Refusals: NotFound, NotPermitted, Stale, InspectionStarted, InspectionEnded, Invalid, TooLong.
    """
    inspection = lock_inspection(actor, inspection_id, InspectionAction.CANCEL_INSPECTION, expected_version)
    before = state_of(inspection)
    inspection.remark = text_of(reason, field="reason")
    inspection.state, inspection.ended_at = InspectionState.CANCELLED, now
    write_down(actor, inspection, Happening.INSPECTION_CANCELLED, now, before=before)
    return inspection


@transaction.atomic(using=CHAINS_ALIAS)
def miss_due(*, actor: Actor, now: datetime) -> int:
    """Mark the inspections that did not start in time as missed; return how many there were."""
    late = Inspection.objects.visible_to(actor).filter(state=InspectionState.SCHEDULED, due_at__lt=now)
    locked = late.select_for_update(of=("self",), skip_locked=True).order_by("due_at", "id")[:AT_MOST]
    missed = list(locked)
    for inspection in missed:
        before = state_of(inspection)
        inspection.state, inspection.ended_at = InspectionState.MISSED, now
        write_down(actor, inspection, Happening.INSPECTION_MISSED, now, before=before)
    return len(missed)


def _must_fit(actor: Actor, store: Store, template: InspectionTemplate, inspector_id: UUID) -> None:
    """Refuse with InspectorNotFit whoever holds none of a template's roles for a store."""
    # Whoever plans knows what they are themself, even where the walls hide an assignment to an area from them.
    own = actor.roles_at(store.id) if inspector_id == actor.user_id else frozenset()
    fits = own & set(template.inspector_roles)
    if not fits and not holds_role_at(store, template.inspector_roles, member_id=inspector_id):
        raise InspectorNotFit(field="inspector_id")
