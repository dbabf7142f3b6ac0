"""Deeds by which headquarters say what an inspection looks at (M1, M6)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from inspections.models.templates import InspectionTemplate, TemplateItem, TemplateState
from inspections.queries import TEMPLATE_TYPE
from inspections.rules.happenings import Happening
from inspections.rules.states import check_version
from inspections.rules.templates import (
    ItemSpec,
    check_pass_share,
    items_of,
    must_be,
    must_not_be_retired,
    roles_of,
    titles_of,
)
from journal.actions import append
from kit.ids import new_id
from kit.refusals import NotFound
from kit.texts import line_of
from members.rules.permissions import Permission
from standards.models.texts import Clause


@transaction.atomic(using=CHAINS_ALIAS)
def draft_inspection_template(
    *,
    actor: Actor,
    titles: Mapping[str, str],
    items: Sequence[ItemSpec],
    inspector_roles: Collection[str],
    now: datetime,
    pass_share: int = 80,
    supplier_name: str = "",
    replaces_id: UUID | None = None,
) -> InspectionTemplate:
    """Write a template, or the next version of one that is there; a draft that was begun before is written anew.

    What is in use stays so until the draft is published. Refusals: NotFound, NotPermitted, Invalid, TooLong.
    """
    actor.must(Permission.KEEP_INSPECTION_TEMPLATES)
    template = InspectionTemplate() if replaces_id is None else _next_version(replaces_id)
    template.titles, template.inspector_roles = titles_of(titles), roles_of(inspector_roles)
    template.pass_share = check_pass_share(pass_share)
    template.supplier_name = line_of(supplier_name, field="supplier_name", required=False)
    template.drafted_by_id, template.drafted_at = actor.user_id, now
    kept = items_of(items)
    lineages = _lineages_of(kept)
    template.save()
    TemplateItem.objects.filter(template=template).delete()
    TemplateItem.objects.bulk_create(
        TemplateItem(
            template=template,
            position=place,
            texts=dict(item.texts),
            clause_lineage_id=lineages[item.clause_id] if item.clause_id else None,
            weight=item.weight,
            is_critical=item.is_critical,
            may_be_not_applicable=item.may_be_not_applicable,
            evidence=item.evidence,
        )
        for place, item in enumerate(kept, start=1)
    )
    return _tell(actor, template, Happening.INSPECTION_TEMPLATE_DRAFTED, now, items=len(kept))


@transaction.atomic(using=CHAINS_ALIAS)
def publish_inspection_template(
    *, actor: Actor, template_id: UUID, now: datetime, expected_version: int | None = None
) -> InspectionTemplate:
    """Let inspections be planned by a template; the version before it is retired.

    Refusals: NotFound, NotPermitted, Stale, TemplateNotDraft.
    """
    template = _locked(actor, template_id, expected_version)
    must_be(template.state, TemplateState.DRAFT)
    InspectionTemplate.objects.filter(lineage_id=template.lineage_id, state=TemplateState.PUBLISHED).update(
        state=TemplateState.RETIRED
    )
    template.state, template.published_at = TemplateState.PUBLISHED, now
    template.revision += 1
    template.save(update_fields=["state", "published_at", "revision"])
    return _tell(actor, template, Happening.INSPECTION_TEMPLATE_PUBLISHED, now)


@transaction.atomic(using=CHAINS_ALIAS)
def retire_inspection_template(
    *, actor: Actor, template_id: UUID, now: datetime, expected_version: int | None = None
) -> InspectionTemplate:
    """Let no more inspections be planned by a template, or give a draft up; those that are planned are carried out.

    Refusals: NotFound, NotPermitted, Stale, TemplateNotPublished.
    """
    template = _locked(actor, template_id, expected_version)
    must_not_be_retired(template.state)
    template.state = TemplateState.RETIRED
    template.revision += 1
    template.save(update_fields=["state", "revision"])
    return _tell(actor, template, Happening.INSPECTION_TEMPLATE_RETIRED, now)


def _next_version(replaces_id: UUID) -> InspectionTemplate:
    named = InspectionTemplate.objects.filter(id=replaces_id).first()
    if named is None:
        raise NotFound(field="replaces_id")
    versions = InspectionTemplate.objects.filter(lineage_id=named.lineage_id).order_by("id")
    # All versions are locked, so that two who begin the next one at once write the same draft: which the second of them
    # sees only once it asks anew.
    list(versions.select_for_update())
    draft = versions.select_for_update().filter(state=TemplateState.DRAFT).first()
    if draft is not None:
        draft.revision += 1
        return draft
    last: int = versions.aggregate(n=Max("number"))["n"]
    return InspectionTemplate(id=new_id(), lineage_id=named.lineage_id, number=last + 1)


def _lineages_of(items: Sequence[ItemSpec]) -> dict[UUID, UUID]:
    """Return by the clauses named what stays the same of them through versions; raises NotFound with the item."""
    named = {item.clause_id for item in items if item.clause_id is not None}
    lineages = dict(Clause.objects.filter(id__in=named).order_by().values_list("id", "lineage_id"))
    for place, item in enumerate(items):
        if item.clause_id is not None and item.clause_id not in lineages:
            raise NotFound(field=("template_items", str(place), "clause_id"))
    return lineages


def _locked(actor: Actor, template_id: UUID, expected_version: int | None) -> InspectionTemplate:
    actor.must(Permission.KEEP_INSPECTION_TEMPLATES)
    template = InspectionTemplate.objects.select_for_update().filter(id=template_id).first()
    if template is None:
        raise NotFound(field="template_id")
    state = TemplateState(template.state)
    check_version(expected=expected_version, version=template.revision, state=state, current=template)
    return template


def _tell(
    actor: Actor, template: InspectionTemplate, kind: Happening, now: datetime, **more: Any
) -> InspectionTemplate:
    append(
        actor=actor,
        kind=kind,
        subject_type=TEMPLATE_TYPE,
        subject_id=template.id,
        store_id=None,
        now=now,
        after={"state": template.state, "number": template.number, "revision": template.revision, **more},
    )
    return template
