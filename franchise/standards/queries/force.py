"""What is in force where, and when."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from chains.actor import Actor
from members.rules.permissions import Permission
from standards.models.rollouts import StoreStandard
from standards.models.texts import Clause
from standards.models.waivers import Waiver

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


def standards_at(*, actor: Actor, store_id: UUID) -> QuerySet[StoreStandard]:
    """Return what is or was in force at a store, the latest first; raises NotFound and NotPermitted."""
    actor.must(Permission.READ_STANDARDS, at=store_id)
    return StoreStandard.objects.visible_to(actor).filter(store_id=store_id).order_by("-pushed_at", "-id")


def clauses_in_force(*, store_id: UUID, event_kind: str, at: datetime) -> list[Clause]:
    """Return the clauses that an event of this kind sets going at a store at a moment, in a steady order.

    Each tells whether it was waived there then.
    """
    return list(Clause.objects.raw(_IN_FORCE, [at, at, event_kind, store_id, at, at]))
