"""What deeds of the apps above do with files: attach them to what they belong to, each to one thing."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from chains.actor import Actor
from files.models import ChainFile, Purpose, StoredFile
from files.rules.keeping import check_count, must_be_free
from kit.refusals import NotFound


def attach_files(
    *,
    actor: Actor,
    store_id: UUID,
    file_ids: Collection[UUID],
    purpose: Purpose,
    now: datetime,
    field: str | tuple[str, ...],
) -> list[StoredFile]:
    """Mark files of a store, which the actor has sent in, as belonging to something, and return them in their order.

    A part of the deed they belong to, which has checked its own permission. Refusals: NotFound, Invalid, FileAttached.
    """
    check_count(file_ids, field=field)
    if not file_ids:
        return []
    shown = StoredFile.objects.shown_to(actor).filter(store_id=store_id, id__in=file_ids)
    found = {file.id: file for file in shown.select_for_update(no_key=True).order_by("id")}
    if len(found) != len(file_ids):
        raise NotFound(field=field)
    for file in found.values():
        must_be_free(file, purpose, field=field)
        file.attached_at = now
    StoredFile.objects.filter(id__in=found).update(attached_at=now)
    return [found[file_id] for file_id in file_ids]


def attach_chain_file(
    *, actor: Actor, file_id: UUID, purpose: Purpose, now: datetime, field: str | tuple[str, ...]
) -> ChainFile:
    """Mark a file of the chain, which the actor has sent in, as belonging to something.

    A part of the deed it belongs to, which has checked its own permission. Refusals: NotFound, Invalid, FileAttached.
    """
    file = ChainFile.objects.shown_to(actor).select_for_update(no_key=True).filter(id=file_id).first()
    if file is None:
        raise NotFound(field=field)
    must_be_free(file, purpose, field=field)
    file.attached_at = now
    file.save(update_fields=["attached_at"])
    return file
