"""Questions about files, narrowed to what the actor may see."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, QuerySet, Sum

from chains.actor import Actor
from files.models import ChainFile, StoredFile
from kit.refusals import NotFound
from members.rules.permissions import Permission

STORED_TYPE = "StoredFile"
CHAIN_TYPE = "ChainFile"


@dataclass(frozen=True, slots=True)
class Storage:
    """How much the chain keeps: files, and their bytes."""

    file_count: int
    byte_count: int


def kept_file(actor: Actor, *, stored_as: str, store_id: UUID | None) -> StoredFile | ChainFile:
    """Return a file by its name in the storage, to whoever may read it there; raises NotFound and NotPermitted."""
    file: StoredFile | ChainFile | None
    if store_id is None:
        file = ChainFile.objects.shown_to(actor).filter(stored_as=stored_as).first()
        actor.must_somewhere(Permission.READ_FILES)
    else:
        file = StoredFile.objects.shown_to(actor).filter(store_id=store_id, stored_as=stored_as).first()
        actor.must(Permission.READ_FILES, at=store_id)
    if file is None:
        raise NotFound
    return file


def stored_files(actor: Actor, *, store_id: UUID) -> QuerySet[StoredFile]:
    """Return what a store keeps, the latest first; raises NotFound and NotPermitted."""
    actor.must(Permission.READ_FILES, at=store_id)
    return StoredFile.objects.shown_to(actor).filter(store_id=store_id).order_by("-stored_at", "-id")


def chain_files(actor: Actor) -> QuerySet[ChainFile]:
    """Return what the whole chain keeps, the latest first; raises NotPermitted."""
    actor.must_somewhere(Permission.READ_FILES)
    return ChainFile.objects.shown_to(actor).order_by("-stored_at", "-id")


def stored_bytes(store_id: UUID | None) -> int:
    """Return how many bytes are kept of a store, or of the chain's own files."""
    kept = ChainFile.objects.all() if store_id is None else StoredFile.objects.filter(store_id=store_id)
    total: int | None = kept.aggregate(total=Sum("byte_count"))["total"]
    return total or 0


def storage_for(actor: Actor) -> Storage:
    """Return how much the chain keeps, to whoever sees all of it; raises NotPermitted."""
    actor.must(Permission.READ_FILES)
    stores = StoredFile.objects.aggregate(files=Count("id"), total=Sum("byte_count"))
    chain = ChainFile.objects.aggregate(files=Count("id"), total=Sum("byte_count"))
    return Storage(stores["files"] + chain["files"], (stores["total"] or 0) + (chain["total"] or 0))


def is_known(stored_as: list[str]) -> set[str]:
    """Return which of these names in the storage have a row."""
    of_stores = StoredFile.objects.filter(stored_as__in=stored_as).values_list("stored_as", flat=True)
    of_chain = ChainFile.objects.filter(stored_as__in=stored_as).values_list("stored_as", flat=True)
    return {*of_stores.order_by(), *of_chain.order_by()}
