"""Deeds by which files go: what nothing refers to, and what a power cut left on the disk."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.files.storage import default_storage
from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from chains.storage import ChainStorage
from files.models import ChainFile, StoredFile
from files.queries import CHAIN_TYPE, STORED_TYPE, is_known
from files.rules.happenings import Happening
from files.rules.keeping import KEPT_UNATTACHED, UPLOADED_WITHIN
from journal.actions import append_all, entry_of
from journal.models import Entry

AT_MOST = 500


@transaction.atomic(using=CHAINS_ALIAS)
def forget_unattached(*, actor: Actor, now: datetime) -> int:
    """Forget the files that nothing referred to for a day; return how many. The disk is swept after it."""
    return sum(_forget(actor, model, kind, now) for model, kind in ((StoredFile, STORED_TYPE), (ChainFile, CHAIN_TYPE)))


@transaction.atomic(using=CHAINS_ALIAS)
def sweep_disk(*, now: datetime) -> int:
    """Remove from the disk what has no row: of files that were forgotten, and of uploads that a power cut ended.

    What was written within the last hour stays: its row may be on its way. Returns how many were removed.
    """
    removed = 0
    if not isinstance(default_storage, ChainStorage):
        return removed
    for names in default_storage.names_before(now - UPLOADED_WITHIN, at_a_time=AT_MOST):
        for name in set(names) - is_known(names):
            default_storage.delete(name)
            removed += 1
    return removed


def _forget(actor: Actor, model: Any, kind: str, now: datetime) -> int:
    waiting = model.objects.filter(attached_at=None, stored_at__lt=now - KEPT_UNATTACHED)
    files = list(waiting.select_for_update(skip_locked=True).order_by("stored_at", "id")[:AT_MOST])
    # Whoever did not hear that it was stored does not hear that it is gone.
    stored = Entry.objects.filter(subject_id__in=[file.id for file in files], kind=Happening.FILE_STORED).order_by()
    told_at = dict(stored.values_list("subject_id", "store_id"))
    append_all([_forgotten(actor, file, kind, told_at.get(file.id), now) for file in files])
    model.objects.filter(id__in=[file.id for file in files]).delete()
    return len(files)


def _forgotten(actor: Actor, file: Any, kind: str, told_at: UUID | None, now: datetime) -> Entry:
    of_store: UUID | None = getattr(file, "store_id", None)
    told = {"purpose": file.purpose, "byte_count": file.byte_count}
    return entry_of(
        actor=actor,
        kind=Happening.FILE_FORGOTTEN,
        subject_type=kind,
        subject_id=file.id,
        store_id=told_at,
        now=now,
        before={**told, **({"at_store_id": of_store} if of_store != told_at else {})},
    )
