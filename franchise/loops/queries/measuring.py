"""How many cases in a row have conformed since loops were opened, and whether anything can measure that."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import connections
from django.db.models import Exists, OuterRef

from chains.scope import CHAINS_ALIAS
from loops.models.loops import Loop, LoopPerson
from loops.rules.closing import Measured
from members.models import Assignment, User
from standards.models.rollouts import StoreStandard
from standards.models.texts import Clause
from standards.models.verdicts import Span, Verdict

# For each loop the latest cases that began after it was opened and are settled, up to as many as have to conform; of
# those people alone whom the clause had reached and who still work there, or of whom nobody is known to have done it.
_LATEST = f"""
    SELECT loop.id, latest.id, latest.state FROM "{Loop._meta.db_table}" loop
    CROSS JOIN LATERAL (
        SELECT array_agg(person.member_id) AS members FROM "{LoopPerson._meta.db_table}" person
        WHERE person.loop_id = loop.id AND person.outcome = 'REACHED' AND EXISTS (
            SELECT FROM "{Assignment._meta.db_table}" assigned JOIN "{User._meta.db_table}" member
            ON member.id = assigned.user_id
            WHERE assigned.user_id = person.member_id AND assigned.store_id = loop.store_id AND member.is_active
        )
    ) people
    CROSS JOIN LATERAL (
        SELECT verdict.id, verdict.state, span.started_at FROM "{Verdict._meta.db_table}" verdict
        JOIN "{Clause._meta.db_table}" clause ON clause.id = verdict.clause_id
        JOIN "{Span._meta.db_table}" span ON span.id = verdict.span_id
        WHERE verdict.store_id = loop.store_id AND clause.lineage_id = loop.lineage_id
          AND verdict.state IN ('MET', 'MISSED') AND span.started_at > loop.opened_at
          AND (people.members IS NULL OR verdict.user_id IS NULL OR verdict.user_id = ANY (people.members))
          AND NOT EXISTS (
              SELECT FROM "{Verdict._meta.db_table}" later
              WHERE later.store_id = verdict.store_id AND later.replaces_id = verdict.id
          )
        ORDER BY span.started_at DESC, verdict.id DESC LIMIT loop.needed
    ) latest
    WHERE loop.id = ANY (%s) ORDER BY loop.id, latest.started_at DESC, latest.id DESC
"""  # noqa: S608  # names no input


def measured_of(loops: Collection[Loop]) -> dict[UUID, Measured]:
    """Return how many of the latest cases of each loop conform in a row, in one statement; for the system alone."""
    if not loops:
        return {}
    with connections[CHAINS_ALIAS].cursor() as cursor:
        cursor.execute(_LATEST, [[loop.id for loop in loops]])
        rows = cursor.fetchall()
    conforming: dict[UUID, list[UUID]] = {loop.id: [] for loop in loops}
    broken: set[UUID] = set()
    for loop_id, verdict_id, state in rows:
        if state != "MET":
            broken.add(loop_id)
        if loop_id not in broken:
            conforming[loop_id].append(verdict_id)
    return {loop_id: Measured(len(found), tuple(found)) for loop_id, found in conforming.items()}


def measurable_among(loops: Collection[Loop], *, now: datetime) -> set[UUID]:
    """Return those of some loops that verdicts can close: while a text with a rule binds the store."""
    bound = StoreStandard.objects.filter(store_id=OuterRef(OuterRef("store_id"))).in_force_at(now).order_by()
    texts = Clause.objects.filter(lineage_id=OuterRef("lineage_id"), version__in=bound.values("version_id"))
    measured = Loop.objects.filter(Exists(texts.exclude(rule=None)), id__in=[loop.id for loop in loops])
    return set(measured.values_list("id", flat=True))
