"""How far rollouts have been taken up, narrowed to the stores whose figures the actor may read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connections

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from kit.refusals import NotFound
from members.models import Assignment, User
from members.rules.permissions import Permission
from standards.models.rollouts import Acknowledgement, Rollout, StoreStandard, TrainedMember
from standards.models.texts import Clause
from standards.queries.rollouts import meant_by
from standards.queries.texts import versions_for
from standards.rules.adopting import STEP_COLUMNS, AdoptionDay, AdoptionStep, curve_of
from stores.models import Store

_STORES = f"""
    SELECT step.name, (step.at AT TIME ZONE store.time_zone)::date AS day, count(*)
    FROM "{StoreStandard._meta.db_table}" here
    JOIN "{Store._meta.db_table}" store ON store.id = here.store_id
    CROSS JOIN LATERAL (
        VALUES {", ".join(f"('{step}', here.{column})" for step, column in STEP_COLUMNS.items())}
    ) AS step (name, at)
    WHERE here.rollout_id = %(rollout)s AND step.at IS NOT NULL
      AND (%(everywhere)s OR here.store_id = ANY(%(stores)s::uuid[]))
    GROUP BY step.name, day
"""  # noqa: S608  # names no input, as the next one
_PEOPLE = f"""
    WITH there AS (
        SELECT here.store_id, here.version_id, held.user_id FROM "{StoreStandard._meta.db_table}" here
        JOIN "{Assignment._meta.db_table}" held ON held.store_id = here.store_id
        JOIN "{User._meta.db_table}" member ON member.id = held.user_id AND member.is_active
        WHERE here.rollout_id = %(rollout)s AND (%(everywhere)s OR here.store_id = ANY(%(stores)s::uuid[]))
    )
    SELECT 'PUSHED', count(DISTINCT there.user_id) FROM there
    UNION ALL
    SELECT 'ACKNOWLEDGED', count(DISTINCT there.user_id) FROM there
        JOIN "{Clause._meta.db_table}" clause ON clause.version_id = there.version_id
        JOIN "{Acknowledgement._meta.db_table}" said
          ON said.clause_id = clause.id AND said.store_id = there.store_id AND said.user_id = there.user_id
    UNION ALL
    SELECT 'TRAINED', count(DISTINCT there.user_id) FROM there
        JOIN "{TrainedMember._meta.db_table}" trained ON trained.store_id = there.store_id
          AND trained.version_id = there.version_id AND trained.user_id = there.user_id
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Adoption:
    """How far a rollout has been taken up: how many stores are meant, where they and their people are, day by day.

    People are counted where they are known: who works where it came, and which of them have acknowledged some of it
    or were trained there. Whoever has left is not counted.
    """

    meant: int
    stores: Mapping[AdoptionStep, int]
    people: Mapping[AdoptionStep, int]
    days: list[AdoptionDay]


def adoption_of(*, actor: Actor, rollout_id: UUID) -> Adoption:
    """Return how far a rollout has been taken up at the stores whose figures the actor may read.

    Days are those of each store's own calendar. Refusals: NotFound, NotPermitted.
    """
    actor.must_somewhere(Permission.READ_VERDICTS)
    readable = Rollout.objects.filter(id=rollout_id, version__in=versions_for(actor).order_by())
    rollout = readable.first()
    if rollout is None:
        raise NotFound(field="rollout_id")
    visible = actor.stores_with(Permission.READ_VERDICTS)
    meant = meant_by(rollout.targets)
    if visible is not None:
        meant = meant.filter(id__in=visible)
    given: dict[str, Any] = {"rollout": rollout.id, "everywhere": visible is None, "stores": list(visible or ())}
    with connections[CHAINS_ALIAS].cursor() as cursor:
        cursor.execute(_STORES, given)
        steps: list[tuple[AdoptionStep, date, int]] = [
            (AdoptionStep(name), day, number) for name, day, number in cursor.fetchall()
        ]
        cursor.execute(_PEOPLE, given)
        people = {AdoptionStep(name): number for name, number in cursor.fetchall()}
    days = curve_of(steps)
    return Adoption(meant.count(), days[-1].stores if days else dict.fromkeys(AdoptionStep, 0), people, days)
