"""What is in force where, and when."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from chains.actor import Actor
from members.rules.permissions import Permission
from standards.models.rollouts import StoreStandard
from standards.models.texts import Clause
from standards.models.waivers import Waiver
from standards.rules.adopting import STEP_COLUMNS, AdoptionStep
from stores.queries import at_stores

# Asked by every deed: written out, it takes a seventh of the time that building it took.
_IN_FORCE = f"""
    SELECT clause.*, EXISTS (
        SELECT FROM "{Waiver._meta.db_table}" waiver
        WHERE waiver.store_id = binding.store_id AND waiver.lineage_id = clause.lineage_id
          AND waiver.waived_at <= %s AND coalesce(waiver.ended_at, waiver.until) > %s
    ) AS is_waived FROM "{Clause._meta.db_table}" clause
    JOIN "{StoreStandard._meta.db_table}" binding ON binding.version_id = clause.version_id
    WHERE clause.trigger_kind = %s AND binding.store_id = %s
      AND binding.pushed_at <= %s AND (binding.ended_at IS NULL OR binding.ended_at > %s)
    ORDER BY clause.version_id, clause.position
"""  # noqa: S608  # names no input


def store_standards(
    *,
    actor: Actor,
    store_id: UUID | None = None,
    area_id: UUID | None = None,
    version_id: UUID | None = None,
    lacking: AdoptionStep | None = None,
) -> QuerySet[StoreStandard]:
    """Return what is or was in force at stores, the latest first; raises NotFound and NotPermitted.

    On request only at a store, in an area, of a version; only what is in force where a step is still lacking.
    """
    stores = at_stores(actor=actor, permission=Permission.READ_STANDARDS, store_id=store_id, area_id=area_id)
    found = StoreStandard.objects.visible_to(actor).filter(stores)
    if version_id is not None:
        found = found.filter(version_id=version_id)
    if lacking is not None:
        found = found.filter(ended_at=None, **{STEP_COLUMNS[lacking]: None})
    return found.order_by("-pushed_at", "-id")


def clauses_in_force(*, store_id: UUID, event_kind: str, at: datetime) -> list[Clause]:
    """Return the clauses that an event of this kind sets going at a store at a moment, in a steady order.

    Each tells whether it was waived there then.
    """
    return list(Clause.objects.raw(_IN_FORCE, [at, at, event_kind, store_id, at, at]))
