"""Deeds on plans: inspections that come by themselves, at many stores and in a rhythm, until somebody ends it (M1)."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from inspections.actions.steps import call_off
from inspections.models.inspections import Inspection, InspectionState
from inspections.models.plans import InspectionPlan, InspectionPlanEnd, RhythmUnit
from inspections.models.templates import InspectionTemplate, TemplateState
from inspections.queries import PLAN_TYPE, holders_at, plannable, stores_meant
from inspections.rules.happenings import Happening
from inspections.rules.plans import (
    InspectionPlanEnded,
    InspectionPlanState,
    check_rhythm,
    check_target,
    must_fit_everywhere,
    rhythm_of,
)
from inspections.rules.states import check_version
from inspections.rules.templates import must_be
from journal.actions import append
from kit.ids import new_id
from kit.refusals import NotFound, NotPermitted
from kit.texts import text_of
from members.models import User
from members.rules.permissions import Permission
from stores.actions.locks import lock_stores_in_business
from stores.models import Area


@transaction.atomic(using=CHAINS_ALIAS)
def plan_inspections(
    *,
    actor: Actor,
    template_id: UUID,
    starts_on: date,
    is_announced: bool,
    now: datetime,
    area_id: UUID | None = None,
    store_ids: Collection[UUID] | None = None,
    every: int | None = None,
    unit: RhythmUnit | None = None,
    open_days: int | None = None,
    inspector_id: UUID | None = None,
) -> InspectionPlan:
    """Plan inspections at the stores listed, at those of an area or at all, once or in a rhythm.

    A job makes them, each a week before its day, what comes once straight away. Refusals: NotFound, NotPermitted,
    StoreClosed, TemplateNotPublished, InspectorNotFitEverywhere, Invalid.
    """
    actor.must_somewhere(Permission.SCHEDULE_INSPECTION)
    plan = InspectionPlan(
        template_id=template_id,
        area_id=area_id,
        store_ids=None if store_ids is None else sorted(set(store_ids)),
        starts_on=starts_on,
        every=every,
        unit=unit,
        open_days=open_days,
        is_announced=is_announced,
        inspector_id=inspector_id,
        planned_by_id=actor.user_id,
        planned_at=now,
    )
    _take_target(actor, plan)
    check_rhythm(rhythm_of(plan), open_days=open_days, now=now)
    _must_fit(actor, plan, _used(template_id))
    plan.save(force_insert=True)
    _tell(actor, plan, Happening.INSPECTIONS_PLANNED, now)
    return plan


@transaction.atomic(using=CHAINS_ALIAS)
def end_inspection_plan(
    *, actor: Actor, plan_id: UUID, reason: str, now: datetime, expected_version: int | None = None
) -> InspectionPlan:
    """Let a plan bring nothing more, and call off what it has brought and nobody has started.

    Refusals: NotFound, NotPermitted, Stale, InspectionPlanEnded, Invalid, TooLong.
    """
    actor.must_somewhere(Permission.SCHEDULE_INSPECTION)
    visible = InspectionPlan.objects.visible_to(actor).select_for_update(of=("self",), no_key=True)
    plan = visible.filter(id=plan_id).first()
    if plan is None:
        raise NotFound(field="plan_id")
    if plan.id not in plannable(actor, [plan]):
        raise NotPermitted(permission=str(Permission.SCHEDULE_INSPECTION))
    is_ended = InspectionPlanEnd.objects.filter(plan=plan).exists()
    state = InspectionPlanState.ENDED if is_ended else InspectionPlanState.GOING_ON
    check_version(expected=expected_version, version=plan.version, state=state, current=plan)
    if is_ended:
        raise InspectionPlanEnded
    reason = text_of(reason, field="reason")
    InspectionPlanEnd.objects.create(plan=plan, reason=reason, done_by_id=actor.user_id, done_at=now)
    plan.version += 1
    plan.save(update_fields=["version"])
    deed_id = new_id()
    waiting = Inspection.objects.filter(plan=plan, state=InspectionState.SCHEDULED).order_by("id")
    called_off = list(waiting.select_for_update(of=("self",)))
    call_off(actor, called_off, now, remark=reason, part_of_id=deed_id)
    _tell(actor, plan, Happening.INSPECTION_PLAN_ENDED, now, entry_id=deed_id, called_off=len(called_off))
    return plan


def _used(template_id: UUID) -> InspectionTemplate:
    # Not locked: a plan goes on with the versions to come, and waits where there is none.
    template = InspectionTemplate.objects.filter(id=template_id).first()
    if template is None:
        raise NotFound(field="template_id")
    must_be(template.state, TemplateState.PUBLISHED)
    return template


def _take_target(actor: Actor, plan: InspectionPlan) -> None:
    """Lock the stores that a plan lists, for somebody who may plan inspections wherever it means.

    Raises NotFound, NotPermitted, StoreClosed and Invalid.
    """
    for store_id in plan.store_ids or ():
        if not actor.sees(store_id):
            raise NotFound(field="store_ids")
    if plan.area_id is not None and not Area.objects.visible_to(actor).filter(id=plan.area_id).exists():
        raise NotFound(field="area_id")
    if plan.id not in plannable(actor, [plan]):
        raise NotPermitted(permission=str(Permission.SCHEDULE_INSPECTION))
    check_target(plan.area_id, plan.store_ids)
    if plan.store_ids is not None:
        lock_stores_in_business(actor, plan.store_ids, field="store_ids")


def _must_fit(actor: Actor, plan: InspectionPlan, template: InspectionTemplate) -> None:
    """Refuse with InspectorNotFitEverywhere whoever is named and can't inspect some of the stores meant now.

    Raises NotFound where there is no such member, and as yet no store.
    """
    if plan.inspector_id is None:
        return
    stores, roles = list(stores_meant(plan).visible_to(actor).order_by("code")), template.inspector_roles
    if not stores and not User.objects.filter(id=plan.inspector_id, is_active=True).exists():
        raise NotFound(field="inspector_id")
    holders = holders_at(stores, roles)
    # Whoever plans knows what they are themself, even where the walls hide an assignment to an area from them.
    is_self = plan.inspector_id == actor.user_id
    must_fit_everywhere(
        [
            store.code
            for store in stores
            if not any(plan.inspector_id in members for members in holders[store.id].values())
            and not (is_self and actor.roles_at(store.id) & set(roles))
        ]
    )


def _tell(
    actor: Actor, plan: InspectionPlan, kind: Happening, now: datetime, entry_id: UUID | None = None, **more: Any
) -> None:
    rhythm = rhythm_of(plan)
    append(
        actor=actor,
        kind=kind,
        subject_type=PLAN_TYPE,
        subject_id=plan.id,
        store_id=None,
        now=now,
        after={
            "template_id": plan.template_id,
            "area_id": plan.area_id,
            "store_ids": plan.store_ids,
            "starts_on": rhythm.starts_on,
            "every": rhythm.every,
            "unit": rhythm.unit,
            "open_days": plan.open_days,
            "is_announced": plan.is_announced,
            "inspector_id": plan.inspector_id,
            "version": plan.version,
            **more,
        },
        entry_id=entry_id,
    )
