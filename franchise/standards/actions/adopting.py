"""How far a version has been taken up by its stores, noted from what happened there."""

from collections.abc import Collection, Mapping
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
# What was met at first began on the first day of any that was met, or on one of the days until that was met.
_FIRST_CONFORMING = f"""
    SELECT here.id, min(met.at) FROM {_CLAUSES}
    CROSS JOIN LATERAL (
        SELECT verdict.day, coalesce(span.ended_at, span.started_at) AS at {_VERDICTS} AND verdict.state = 'MET'
        ORDER BY verdict.day LIMIT 1
    ) early
    CROSS JOIN LATERAL (
        SELECT min(coalesce(span.ended_at, span.started_at)) AS at {_VERDICTS} AND verdict.state = 'MET'
            AND verdict.day BETWEEN early.day AND (early.at AT TIME ZONE 'UTC')::date + 1
    ) met
    WHERE here.id = ANY(%(ids)s) AND here.first_conforming_at IS NULL GROUP BY here.id
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
        WHERE here.id = ANY(%(ids)s)
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
    )
    SELECT id, at FROM found WHERE at IS NOT NULL
"""  # noqa: S608
# So many stores' versions are looked at in one transaction: a store may have thousands of cases a quarter.
MOST_AT_ONCE = 25


@transaction.atomic(using=CHAINS_ALIAS)
def note_adoption(*, now: datetime, after: UUID | None = None) -> UUID | None:
    """Note where a case was first met under a version in force, and where enough of them were; for the machine alone.

    Versions in stores are taken by id, those behind `after`, MOST_AT_ONCE of them; return the last one's id while there
    may be more. Nothing is locked or written before all is read: while a transaction that writes is open, nobody's news
    are handed over.
    """
    binding = StoreStandard.objects.filter(ended_at=None, sustained_at=None)
    if after is not None:
        binding = binding.filter(id__gt=after)
    ids = list(binding.order_by("id").values_list("id", flat=True)[:MOST_AT_ONCE])
    given: dict[str, Any] = {
        "ids": ids,
        "now": now,
        "since": (now - LOOKED_BACK).date(),
        "cases": SUSTAINED_CASES,
        "lasting": SUSTAINED_FOR,
    }
    if ids:
        _note(_found(_FIRST_CONFORMING, given), _found(_SUSTAINED, given))
    return ids[-1] if len(ids) == MOST_AT_ONCE else None


def _found(statement: str, given: Mapping[str, Any]) -> dict[UUID, datetime]:
    with connections[CHAINS_ALIAS].cursor() as cursor:
        cursor.execute(statement, given)
        return dict(cursor.fetchall())


def _note(conforming: Mapping[UUID, datetime], sustained: Mapping[UUID, datetime]) -> None:
    """Write down when versions were first kept in stores, and when for good.

    What a push or a withdrawal holds meanwhile is left to the next round: two who change many rows never wait for each
    other.
    """
    found = StoreStandard.objects.filter(id__in={*conforming, *sustained}, ended_at=None)
    rows = list(found.select_for_update(no_key=True, skip_locked=True))
    for row in rows:
        row.first_conforming_at = row.first_conforming_at or conforming.get(row.id)
        row.sustained_at = row.sustained_at or sustained.get(row.id)
    StoreStandard.objects.bulk_update(rows, ["first_conforming_at", "sustained_at"])


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
