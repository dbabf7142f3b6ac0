"""What a store's people knew before a version came: what they had learned, and what they had acknowledged."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connections
from django.db.models import DateTimeField, OuterRef, Subquery
from django.db.models.functions import Coalesce

from chains.scope import CHAINS_ALIAS
from members.models import Assignment, User
from standards.models.rollouts import RolloutWave, StoreStandard, TaughtRequirement, TrainedMember
from standards.models.texts import Approval, Clause, Version
from standards.queries.comparing import could_be_read, requirements_between
from standards.queries.places import pasts_of
from standards.rules.acknowledging import ASKED_AGAIN
from standards.rules.standing import binds, is_for_some_stores
from stores.models import Store

# One statement for all stores each: whoever still works there and has passed what teaches a requirement of the version,
# since the text that last changed its substance was approved.
_TRAINED = f"""
    INSERT INTO "{TrainedMember._meta.db_table}" (id, store_id, version_id, user_id, trained_at)
    SELECT gen_random_uuid(), here.store_id, here.version_id, taught.user_id, min(taught.passed_at)
    FROM "{StoreStandard._meta.db_table}" here
    JOIN "{TaughtRequirement._meta.db_table}" taught ON taught.store_id = here.store_id
    JOIN unnest(%(lineages)s::uuid[], %(since)s::timestamptz[]) AS asked (lineage_id, since)
      ON asked.lineage_id = taught.lineage_id AND taught.passed_at >= asked.since
    WHERE here.version_id = %(version)s AND here.wave_id = %(wave)s AND EXISTS (
        SELECT FROM "{Assignment._meta.db_table}" held
        JOIN "{User._meta.db_table}" member ON member.id = held.user_id AND member.is_active
        WHERE held.store_id = taught.store_id AND held.user_id = taught.user_id
    )
    GROUP BY here.store_id, here.version_id, taught.user_id
    ON CONFLICT DO NOTHING
"""  # noqa: S608  # names no input, as the next one
_TRAINED_AT = f"""
    UPDATE "{StoreStandard._meta.db_table}" here SET trained_at = (
        SELECT min(one.trained_at) FROM "{TrainedMember._meta.db_table}" one
        WHERE one.store_id = here.store_id AND one.version_id = here.version_id
    )
    WHERE here.version_id = %(version)s AND here.wave_id = %(wave)s AND EXISTS (
        SELECT FROM "{TrainedMember._meta.db_table}" one
        WHERE one.store_id = here.store_id AND one.version_id = here.version_id
    )
"""  # noqa: S608


def carry_training(version: Version, wave: RolloutWave) -> None:
    """Note who had learned what a version asks before a wave brought it to their store; a part of the wave."""
    since = _taught_since(version)
    given: dict[str, Any] = {
        "lineages": list(since),
        "since": list(since.values()),
        "version": version.id,
        "wave": wave.id,
    }
    with connections[CHAINS_ALIAS].cursor() as cursor:
        for statement in (_TRAINED, _TRAINED_AT):
            cursor.execute(statement, given)


def carry_signatures(version: Version, wave: RolloutWave, store_ids: Collection[UUID], now: datetime) -> None:
    """Note where all of a version was acknowledged before a wave brought it, for it asks nothing anew; a part of it.

    So it is where somebody had acknowledged all of the version that it takes the place of. `store_ids` are the stores
    to which the wave brought it.
    """
    signed = _signed(version, frozenset(store_ids), now)
    for former in Version.objects.filter(id__in=signed).order_by("number"):
        there = signed[former.id]
        anew = [
            each.after for each in requirements_between(former, version) if each.after and each.change in ASKED_AGAIN
        ]
        if all(is_for_some_stores(clause.scope) for clause in anew):
            if anew:
                there = _unbound(anew, there, now)
            came = StoreStandard.objects.filter(version=version, wave=wave, store__in=there)
            came.update(acknowledged_at=now)


def _signed(version: Version, store_ids: Collection[UUID], now: datetime) -> dict[UUID, list[UUID]]:
    """Return at which of some stores all was acknowledged of what has just ended, by version.

    The stores are told apart here: what a push has just written the database has no statistics of, and would look for
    each store through all of it.
    """
    ended = StoreStandard.objects.filter(standard=version.standard_id, ended_at__gte=now, acknowledged_at__isnull=False)
    found: dict[UUID, list[UUID]] = defaultdict(list)
    for version_id, store_id in ended.exclude(version=version).order_by().values_list("version_id", "store_id"):
        if store_id in store_ids:
            found[version_id].append(store_id)
    return found


def _unbound(clauses: Sequence[Clause], there: Collection[UUID], now: datetime) -> list[UUID]:
    """Return those of these stores that none of these clauses binds."""
    stores = list(Store.objects.filter(id__in=there).order_by("id"))
    scopes = [clause.scope for clause in clauses]
    pasts = pasts_of(stores, scopes, since=now)
    places = {store.id: pasts[store.id].at(now) for store in stores}
    return [key for key, place in places.items() if not any(binds(scope, place) for scope in scopes)]


def _taught_since(version: Version) -> dict[UUID, datetime]:
    """Return by requirement from when on a lesson passed taught what it asks now."""
    approved = Approval.objects.filter(version=OuterRef("version")).order_by("-done_at").values("done_at")[:1]
    texts = Clause.objects.filter(
        could_be_read(),
        lineage_id__in=version.clauses.order_by().values("lineage_id"),
        version__standard=version.standard_id,
        version__number__lte=version.number,
        change__in=ASKED_AGAIN,
    )
    since = Coalesce(Subquery(approved), "version__drafted_at", output_field=DateTimeField())
    return dict(texts.order_by("version__number").values_list("lineage_id", since))
