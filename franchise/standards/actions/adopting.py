"""How far a version has been taken up by its stores, noted from what happened there."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connections, transaction
from django.db.models import Exists, OuterRef

from chains.scope import CHAINS_ALIAS
from standards.models.rollouts import StoreStandard, TaughtRequirement, TrainedMember
from standards.models.texts import Clause
from standards.models.verdicts import Span, Verdict
from standards.rules.adopting import LOOKED_BACK, SUSTAINED_CASES, SUSTAINED_FOR
from stores.models import Store

_HERE = StoreStandard._meta.db_table
# Standing verdicts of one clause of a version at one store that it binds. They are looked up store by store: joined
# freely, the database may read those of all stores for each store where it does not know how many there are.
_VERDICTS = f"""
    FROM "{Verdict._meta.db_table}" verdict JOIN "{Span._meta.db_table}" span ON span.id = verdict.span_id
    WHERE verdict.clause_id = clause.id AND verdict.store_id = here.store_id
      AND NOT EXISTS (SELECT FROM "{Verdict._meta.db_table}" later
        WHERE later.store_id = verdict.store_id AND later.replaces_id = verdict.id)
"""  # names no input, as the next ones
_CLAUSES = f'"{_HERE}" here JOIN "{Clause._meta.db_table}" clause ON clause.version_id = here.version_id'
# What a push or a withdrawal holds meanwhile is left to the next round: two who change many rows never wait for each
# other.
_HELD = f"""
    held AS (
        SELECT here.id, found.at FROM "{_HERE}" here JOIN found ON found.id = here.id
        WHERE found.at IS NOT NULL FOR NO KEY UPDATE OF here SKIP LOCKED
    )
"""  # noqa: S608
_FIRST_CONFORMING = f"""
    WITH found AS (
        SELECT here.id, min(met.at) AS at FROM {_CLAUSES}
        CROSS JOIN LATERAL (
            SELECT min(coalesce(span.ended_at, span.started_at)) AS at {_VERDICTS} AND verdict.state = 'MET'
        ) met
        WHERE here.ended_at IS NULL AND here.first_conforming_at IS NULL GROUP BY here.id
    ), {_HELD}
    UPDATE "{_HERE}" bound SET first_conforming_at = held.at FROM held WHERE held.id = bound.id
"""  # noqa: S608
# A run is what lies between two misses; it is long enough by its number of cases, or by its days.
_SUSTAINED = f"""
    WITH settled AS (
        SELECT here.id, one.* FROM {_CLAUSES}
        CROSS JOIN LATERAL (
            SELECT verdict.id AS verdict_id, verdict.state = 'MET' AS is_met,
                coalesce(span.ended_at, verdict.due_at, span.started_at) AS at
            {_VERDICTS} AND verdict.state IN ('MET', 'MISSED') AND verdict.day >= %(since)s OFFSET 0
        ) one
        WHERE here.ended_at IS NULL AND here.first_conforming_at IS NOT NULL AND here.sustained_at IS NULL
    ), counted AS (
        SELECT *, count(*) FILTER (WHERE NOT is_met) OVER (PARTITION BY id ORDER BY at, verdict_id) AS run FROM settled
    ), runs AS (
        SELECT id, run, min(at) FILTER (WHERE is_met) AS began_at,
            (array_agg(at ORDER BY at, verdict_id) FILTER (WHERE is_met))[%(cases)s] AS long_at,
            lead(min(at) FILTER (WHERE NOT is_met)) OVER (PARTITION BY id ORDER BY run) AS broken_at
        FROM counted GROUP BY id, run
    ), found AS (
        SELECT id, min(least(long_at, CASE WHEN began_at + %(lasting)s <= coalesce(broken_at, %(now)s)
            THEN began_at + %(lasting)s END)) AS at
        FROM runs GROUP BY id
    ), {_HELD}
    UPDATE "{_HERE}" bound SET sustained_at = held.at FROM held WHERE held.id = bound.id
"""  # noqa: S608


@transaction.atomic(using=CHAINS_ALIAS)
def note_adoption(*, now: datetime) -> None:
    """Note where a case was first met under a version in force, and where enough of them were; for the machine alone.

    One statement for all stores each.
    """
    given: dict[str, Any] = {
        "now": now,
        "since": (now - LOOKED_BACK).date(),
        "cases": SUSTAINED_CASES,
        "lasting": SUSTAINED_FOR,
    }
    with connections[CHAINS_ALIAS].cursor() as cursor:
        cursor.execute(_FIRST_CONFORMING)
        cursor.execute(_SUSTAINED, given)


@transaction.atomic(using=CHAINS_ALIAS)
def note_training(*, store_id: UUID, member_id: UUID, lineage_ids: Collection[UUID], at: datetime) -> None:
    """Note who has passed what teaches requirements, in force at their store or to come; for the machine alone."""
    # Whoever brings a version to the store meanwhile is waited for: either sees what the other has written.
    Store.objects.select_for_update(no_key=True).filter(id=store_id).first()
    _keep_taught(store_id, member_id, lineage_ids, at)
    taught = Clause.objects.filter(version=OuterRef("version"), lineage_id__in=lineage_ids)
    there = StoreStandard.objects.filter(Exists(taught), store_id=store_id).in_force_at(at)
    versions = list(there.order_by().values_list("version_id", flat=True))
    there.filter(trained_at=None).update(trained_at=at)
    TrainedMember.objects.bulk_create(
        (
            TrainedMember(store_id=store_id, version_id=version_id, user_id=member_id, trained_at=at)
            for version_id in versions
        ),
        ignore_conflicts=True,
    )


def _keep_taught(store_id: UUID, member_id: UUID, lineage_ids: Collection[UUID], at: datetime) -> None:
    there = TaughtRequirement.objects.filter(store_id=store_id, user_id=member_id, lineage_id__in=lineage_ids)
    there.filter(passed_at__lt=at).update(passed_at=at)
    TaughtRequirement.objects.bulk_create(
        (
            TaughtRequirement(store_id=store_id, lineage_id=lineage_id, user_id=member_id, passed_at=at)
            for lineage_id in set(lineage_ids)
        ),
        ignore_conflicts=True,
    )
