"""Questions to the journal: timelines, what may be read of it, and whether it is still what was sealed."""

from dataclasses import dataclass
from uuid import UUID

from chains.actor import Actor
from journal.models import BEFORE_EVERYTHING, CONTENT, NO_ENTRY, Cluster, Entry, EntryQuerySet, Position, Receipt, Seal
from journal.rules import (
    GENESIS,
    READ_JOURNAL,
    Break,
    Fault,
    ForeignCluster,
    Leaf,
    first_difference,
    leaf,
    seal_hash,
    unpack,
)

SEALER = "journal.seal"


@dataclass(frozen=True, slots=True)
class Examination:
    """What reading the whole journal has shown; `head` is the last seal as `number:hash`, to be kept elsewhere."""

    broken: Break | None
    seals: int
    sealed: int
    unsealed: int
    head: str


def get_entry(entry_id: UUID) -> Entry:
    """Return one entry; raises Entry.DoesNotExist."""
    return Entry.objects.get(id=entry_id)


def was_taken(*, consumer: str, entry_id: UUID) -> bool:
    """Tell whether a consumer is done with an entry."""
    return Receipt.objects.filter(consumer=consumer, entry_id=entry_id).exists()


def timeline(*, actor: Actor, subject_type: str, subject_id: UUID) -> EntryQuerySet:
    """Return what happened to one thing, the oldest first; who may see the thing may see this much of its past."""
    of_subject = Entry.objects.filter(subject_id=subject_id, subject_type=subject_type)
    return of_subject.visible_to(actor).order_by("at", "id")


def readable_entries(*, actor: Actor) -> EntryQuerySet:
    """Return the entries an actor may read as a journal, the newest first: by READ_JOURNAL, per store or for all."""
    newest_first = Entry.objects.visible_to(actor).order_by("-at", "-id")
    if actor.may(READ_JOURNAL):
        return newest_first
    reach = [grant.store_ids for grant in actor.grants if READ_JOURNAL in grant.permissions]
    return newest_first.filter(store_id__in=frozenset[UUID]().union(*(stores for stores in reach if stores)))


def examine(*, head: str | None = None) -> Examination:
    """Read the whole journal beside its seals and tell the first place where the two differ (corpus R11).

    That the newest entries or seals were cut off shows by the consumers' positions, which have read further. `head` is
    a `number:hash` that was kept elsewhere: only it shows that seals were forged, or cut off with all that points to
    them. Refusals: ForeignCluster.
    """
    refuse_foreign_cluster()
    # Before the rest: what is sealed or written meanwhile lies behind these places.
    positions = list(Position.objects.order_by("consumer"))
    kept_number, _colon, kept_hash = (head or "0:").partition(":")
    place = (BEFORE_EVERYTHING, NO_ENTRY)
    previous, sealed, broken = GENESIS, 0, None
    numbers = list(Seal.objects.order_by("number").values_list("number", flat=True))
    for expected, number in enumerate(numbers, start=1):
        if number != expected:
            broken = Break(Fault.SEAL_REMOVED, expected)
            break
        seal = Seal.objects.get(number=number)
        leaves = unpack(bytes(seal.leaves))
        found = list(Entry.objects.after(*place).in_order()[: len(leaves)])
        broken = _break_of_seal(seal, previous) or _break_of_entries(seal, leaves, found)
        if broken is None and number == int(kept_number) and bytes(seal.hash).hex() != kept_hash:
            broken = Break(Fault.HEAD_DIFFERS, number)
        if broken:
            break
        sealed += len(leaves)
        previous, place = bytes(seal.hash), (found[-1].transaction_id, found[-1].id)
    if broken is None and int(kept_number) > len(numbers):
        broken = Break(Fault.SEAL_REMOVED, len(numbers) + 1)
    broken = broken or _break_of_end(positions, place, coming_seal=len(numbers) + 1)
    return Examination(
        broken=broken,
        seals=len(numbers),
        sealed=sealed,
        unsealed=0 if broken else Entry.objects.after(*place).count(),
        head=f"{len(numbers)}:{previous.hex()}",
    )


def refuse_foreign_cluster() -> None:
    """Refuse with ForeignCluster while the journal's places are those of another database server."""
    if Position.objects.exclude(cluster=Cluster()).exists():
        raise ForeignCluster


def _break_of_seal(seal: Seal, previous: bytes) -> Break | None:
    leaves = bytes(seal.leaves)
    whole = seal_hash(number=seal.number, previous=previous, sealed_at=seal.sealed_at, leaves=leaves)
    is_sound = bytes(seal.previous_hash) == previous and bytes(seal.hash) == whole and seal.form in CONTENT and leaves
    return None if is_sound else Break(Fault.SEAL_CHANGED, seal.number)


def _break_of_end(positions: list[Position], sealed_up_to: tuple[int, UUID], *, coming_seal: int) -> Break | None:
    """Return what the consumers' positions tell of the journal's end: they have read what is not there any more."""
    if any(each.consumer == SEALER and (each.transaction_id, each.entry_id) > sealed_up_to for each in positions):
        return Break(Fault.SEAL_REMOVED, coming_seal)
    read = [each.entry_id for each in positions if each.entry_id != NO_ENTRY]
    there = set(Entry.objects.filter(id__in=read).values_list("id", flat=True))
    removed = next((entry_id for entry_id in read if entry_id not in there), None)
    return None if removed is None else Break(Fault.REMOVED, coming_seal, removed)


def _break_of_entries(seal: Seal, leaves: list[Leaf], entries: list[Entry]) -> Break | None:
    found = [leaf(entry.content(seal.form)) for entry in entries]
    if leaves == found:
        return None
    still_there = frozenset(
        Entry.objects.filter(id__in=[each.entry_id for each in leaves]).values_list("id", flat=True)
    )
    later = Seal.objects.filter(number__gt=seal.number).order_by("number").values_list("leaves", flat=True)
    sealed_later = frozenset(each.entry_id for packed in later for each in unpack(bytes(packed)))
    difference = first_difference(sealed=leaves, found=found, still_there=still_there, sealed_later=sealed_later)
    return difference and Break(difference[0], seal.number, difference[1])
