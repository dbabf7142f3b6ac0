"""Deeds of the journal: to append to it, to hand it on to its consumers, to seal it, to move it to another server."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connections, transaction
from django.db.models import F, Max, Min, QuerySet

from chains.actor import Actor
from chains.jobs import ChainTask
from chains.models import Chain
from chains.queueing import enqueue
from chains.router import OWNER_ALIAS
from chains.scope import CHAINS_ALIAS, current_chain
from chains.waking import wake_after_commit
from journal.models import BEFORE_EVERYTHING, NO_ENTRY, Cluster, Entry, EntryQuerySet, Position, Receipt, Seal
from journal.queries import SEALER
from journal.rules import GENESIS, SEAL_AT_MOST, ForeignCluster, leaf, pack, plain, seal_hash
from kit.ids import new_id

BATCH = 500
# Django has no statement that tells whether the row is new; the second one brings the entry with the news.
_TAKE = f"""
    INSERT INTO "{Receipt._meta.db_table}" (id, consumer, entry_id, taken_at) VALUES (%s, %s, %s, %s)
    ON CONFLICT (consumer, entry_id) DO NOTHING
"""  # noqa: S608  # names no input
_TAKE_ENTRY = f"""
    WITH taken AS ({_TAKE} RETURNING entry_id)
    SELECT entry.* FROM taken LEFT JOIN "{Entry._meta.db_table}" entry ON entry.id = taken.entry_id
"""  # noqa: S608  # names no input

log = logging.getLogger("onebanner.journal")


def append(
    *,
    actor: Actor,
    kind: str,
    subject_type: str,
    subject_id: UUID,
    store_id: UUID | None,
    now: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    entry_id: UUID | None = None,
    part_of_id: UUID | None = None,
    customer_id: UUID | None = None,
) -> Entry:
    """Write down what happened, in the transaction of the deed, and wake the relay once that is committed.

    `store_id` is None for a matter of the whole chain, `customer_id` whom it concerns. `before` and `after` hold data
    only (`NotJournalled`). The parts of a deed name its `entry_id`, told them before, as `part_of_id` (corpus R12).
    """
    entry = entry_of(
        actor=actor,
        kind=kind,
        subject_type=subject_type,
        subject_id=subject_id,
        store_id=store_id,
        now=now,
        before=before,
        after=after,
        entry_id=entry_id,
        part_of_id=part_of_id,
        customer_id=customer_id,
    )
    entry.save(force_insert=True)
    wake_after_commit(current_chain().id)
    return entry


def append_all(entries: Sequence[Entry]) -> None:
    """Write down many things that happened, made by `entry_of`, with one statement, and wake the relay once."""
    if entries:
        Entry.objects.bulk_create(entries)
        wake_after_commit(current_chain().id)


def entry_of(
    *,
    actor: Actor,
    kind: str,
    subject_type: str,
    subject_id: UUID,
    store_id: UUID | None,
    now: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    entry_id: UUID | None = None,
    part_of_id: UUID | None = None,
    customer_id: UUID | None = None,
) -> Entry:
    """Return an entry that is not written yet, with the arguments of `append`; raises NotJournalled."""
    return Entry(
        id=entry_id or new_id(),
        part_of_id=part_of_id,
        kind=str(kind),
        subject_type=subject_type,
        subject_id=subject_id,
        store_id=store_id,
        customer_id=customer_id,
        actor_kind=actor.kind.value,
        actor_id=actor.id,
        token_id=actor.token_id,
        behalf_of_id=actor.behalf_of_id,
        at=now,
        before=plain(before),
        after=plain(after),
        request_id=actor.request_id,
        address=actor.address,
    )


@dataclass(frozen=True, slots=True)
class Subscription:
    """Which kinds of entries become jobs of which task.

    `not_before` spares a task that was added later the past of old chains; None hands over the journal from its first
    entry.
    """

    task: ChainTask
    kinds: frozenset[str]
    not_before: datetime | None = None

    def wants(self, kind: str, at: datetime) -> bool:
        """Tell whether an entry of that kind and moment is handed over."""
        return kind in self.kinds and (self.not_before is None or at >= self.not_before)


@dataclass(frozen=True, slots=True)
class Progress:
    """How a hand-over went: jobs made, and whether entries are left, to be taken at once or a little later."""

    jobs: int = 0
    is_more_ready: bool = False
    is_held_back: bool = False


def hand_over(*, subscriptions: Sequence[Subscription], now: datetime) -> Progress:
    """Turn the entries behind each consumer's position into jobs and move the positions.

    Only entries before which nothing can be committed any more are taken, in the journal's order. The jobs are in the
    queue before the positions are: after a crash in between they are made again, and the receipts keep that from
    having a second effect. Refusals: ForeignCluster.
    """
    chain_id = current_chain().id
    at_place: dict[tuple[int, UUID], list[Position]] = {}
    for position in _positions([subscription.task.name for subscription in subscriptions], now=now):
        at_place.setdefault((position.transaction_id, position.entry_id), []).append(position)
    by_consumer = {subscription.task.name: subscription for subscription in subscriptions}
    made, last_read, is_more_ready = 0, (BEFORE_EVERYTHING, NO_ENTRY), False
    for place, positions in at_place.items():
        entries = list(
            Entry.objects.after(*place).settled().in_order().only("id", "kind", "at", "transaction_id")[:BATCH]
        )
        is_more_ready |= len(entries) == BATCH
        if not entries:
            last_read = max(last_read, place)
            continue
        jobs = [
            by_consumer[position.consumer].task.job(chain_id, entry_id=entry.id)
            for entry in entries
            for position in positions
            if by_consumer[position.consumer].wants(entry.kind, entry.at)
        ]
        made += enqueue(jobs)
        last_read = max(last_read, (entries[-1].transaction_id, entries[-1].id))
        _move(positions, entries[-1], now=now)
    is_held_back = not is_more_ready and bool(at_place) and Entry.objects.after(*last_read).exists()
    return Progress(jobs=made, is_more_ready=is_more_ready, is_held_back=is_held_back)


def take(*, consumer: str, entry_id: UUID, now: datetime) -> bool:
    """Note that a consumer's effects of an entry are in this transaction; tell whether they were not there before.

    Two jobs for one entry wait for each other here, and the second is told False (corpus C06).
    """
    with connections[CHAINS_ALIAS].cursor() as cursor:
        cursor.execute(_TAKE, [new_id(), consumer, entry_id, now])
        return bool(cursor.rowcount)


def take_entry(*, consumer: str, entry_id: UUID, now: datetime) -> Entry | None:
    """Do as `take` does and return the entry, or None if it was taken before; raises Entry.DoesNotExist."""
    for entry in Entry.objects.raw(_TAKE_ENTRY, [new_id(), consumer, entry_id, now]):
        if entry.pk is None:
            raise Entry.DoesNotExist
        return entry
    return None


@transaction.atomic(using=CHAINS_ALIAS)
def pass_over(*, consumers: Sequence[str], now: datetime) -> None:
    """Let consumers begin behind all that is in the journal, what this transaction has written included.

    For whoever has done their work at its own moment, as the demo's seed does in the past that it tells.
    """
    last = Entry.objects.in_order().last()
    if last is not None:
        _move(_positions(consumers, now=now), last, now=now)


@transaction.atomic(using=CHAINS_ALIAS)
def forget_receipts(*, before: datetime) -> int:
    """Remove receipts that are older than any job can still be; return how many."""
    forgotten, _by_model = Receipt.objects.filter(taken_at__lt=before).delete()
    return forgotten


def seal(*, now: datetime) -> Seal | None:
    """Seal the next stretch of settled entries; None when there is none, or when somebody else is sealing.

    Refusals: ForeignCluster.
    """
    positions = _positions([SEALER], now=now)
    if not positions:
        return None
    place = (positions[0].transaction_id, positions[0].entry_id)
    entries = list(Entry.objects.after(*place).settled().in_order()[:SEAL_AT_MOST])
    if not entries:
        return None
    last = Seal.objects.order_by("-number").values_list("number", "hash").first()
    number, previous = (last[0] + 1, bytes(last[1])) if last else (1, GENESIS)
    leaves = pack(leaf(entry.content()) for entry in entries)
    made = Seal(number=number, sealed_at=now, previous_hash=previous, leaves=leaves)
    made.hash = seal_hash(number=number, previous=previous, sealed_at=now, leaves=leaves)
    made.save(force_insert=True)
    _move(positions, entries[-1], now=now)
    log.info("Journal sealed.", extra={"chain": str(current_chain().id), "head": str(made)})
    return made


def rebase(*, chain: Chain) -> int:
    """Move a restored journal in front of everything this server writes; return how many entries were moved.

    A restored chain brings the transaction ids of another server, and the new server counts from a lower number: new
    entries would come before old ones and be skipped by every consumer. Old ids are shifted below zero and keep their
    order, which is all that the seals vouch for. For the owner alone: no running role may change an entry.
    """
    owner = connections[OWNER_ALIAS]
    owner.set_schema(chain.schema_name)  # type: ignore[attr-defined]  # of django-tenants
    try:
        with transaction.atomic(using=OWNER_ALIAS):
            return _shift(Entry.objects.using(OWNER_ALIAS), Position.objects.using(OWNER_ALIAS))
    finally:
        owner.set_schema_to_public()  # type: ignore[attr-defined]  # of django-tenants


def _shift(entries: EntryQuerySet, positions: QuerySet[Position]) -> int:
    foreign = entries.exclude(cluster=Cluster())
    floor = min(0, entries.filter(cluster=Cluster()).aggregate(low=Min("transaction_id"))["low"] or 0)
    clusters = foreign.values("cluster").annotate(low=Min("transaction_id"), top=Max("transaction_id"), first=Min("at"))
    for found in list(clusters.order_by("-first")):
        shift = floor - 1 - found["top"]
        of_cluster = {"cluster": found["cluster"]}
        entries.filter(**of_cluster).update(transaction_id=F("transaction_id") + shift)
        moved = positions.filter(**of_cluster).exclude(transaction_id=BEFORE_EVERYTHING)
        moved.update(transaction_id=F("transaction_id") + shift)
        floor = found["low"] + shift
    positions.update(cluster=Cluster())
    return foreign.update(cluster=Cluster())


def _positions(consumers: Sequence[str], *, now: datetime) -> Sequence[Position]:
    """Return the consumers' positions, locked; those that another relay holds are left to it."""
    free = Position.objects.select_for_update(skip_locked=True).annotate(here=Cluster())
    positions = list(free.filter(consumer__in=consumers).order_by("consumer"))
    if len(positions) < len(consumers):
        known = Position.objects.filter(consumer__in=consumers).values_list("consumer", flat=True)
        missing = sorted(set(consumers) - set(known))
        Position.objects.bulk_create(
            [Position(consumer=consumer, cluster=Cluster(), moved_at=now) for consumer in missing],
            ignore_conflicts=True,
        )
        positions += free.filter(consumer__in=missing).order_by("consumer")
    if any(position.cluster != position.here for position in positions):
        raise ForeignCluster
    return positions


def _move(positions: Sequence[Position], last: Entry, *, now: datetime) -> None:
    Position.objects.filter(consumer__in=[position.consumer for position in positions]).update(
        transaction_id=last.transaction_id, entry_id=last.id, moved_at=now
    )
