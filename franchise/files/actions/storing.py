"""The deed that stores a file which was sent in."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from files.models import ChainFile, Purpose, StoredFile
from files.queries import CHAIN_TYPE, STORED_TYPE, stored_bytes
from files.rules.contents import Content
from files.rules.happenings import Happening
from files.rules.keeping import check_purpose, is_from_outside, must_fit, name_of
from journal.actions import append
from members.rules.permissions import Permission
from stores.actions.locks import lock_store_in_business


@transaction.atomic(using=CHAINS_ALIAS)
def store_file(
    *, actor: Actor, purpose: Purpose, content: Content, name: str, now: datetime, store_id: UUID | None = None
) -> StoredFile | ChainFile:
    """Store a file of a store, or of the chain where no store is named; sent in once more it is the same file.

    `content` has been looked into (`rules/contents.py`), `name` is what the sender calls it. Until something refers to
    it only the sender sees it. Refusals: NotFound, NotPermitted, StoreClosed, Invalid, StorageFull.
    """
    actor.must(Permission.UPLOAD_FILE, at=store_id)
    check_purpose(purpose, is_of_a_store=store_id is not None)
    if store_id is not None:
        lock_store_in_business(actor, store_id)
    again = _sent_before(actor, purpose, content, store_id)
    if again is not None:
        return again
    must_fit(len(content.data), stored=stored_bytes(store_id), most=settings.FILES_MOST_BYTES)
    stored_as = default_storage.save("", ContentFile(content.data))
    try:
        return _kept(actor, purpose, content, name, store_id, stored_as, now)
    except BaseException:
        default_storage.delete(stored_as)
        raise


def _kept(
    actor: Actor, purpose: Purpose, content: Content, name: str, store_id: UUID | None, stored_as: str, now: datetime
) -> StoredFile | ChainFile:
    file = ChainFile() if store_id is None else StoredFile(store_id=store_id)
    file.purpose, file.stored_as = purpose, stored_as
    file.name = name_of(name, media_type=content.media_type)
    file.media_type, file.byte_count, file.fingerprint = content.media_type, len(content.data), content.fingerprint
    file.width, file.height = content.width, content.height
    file.stored_by_id, file.stored_at = actor.user_id, now
    file.save(force_insert=True)
    is_hidden = store_id is not None and is_from_outside(actor.roles_at(store_id))
    told = {"purpose": purpose, "media_type": content.media_type, "byte_count": file.byte_count}
    append(
        actor=actor,
        kind=Happening.FILE_STORED,
        subject_type=CHAIN_TYPE if store_id is None else STORED_TYPE,
        subject_id=file.id,
        store_id=None if is_hidden else store_id,
        now=now,
        after={**told, **({"at_store_id": store_id} if is_hidden else {})},
    )
    return file


def _sent_before(
    actor: Actor, purpose: Purpose, content: Content, store_id: UUID | None
) -> StoredFile | ChainFile | None:
    """Return the same content that the same person sent in before and that nothing refers to: the answer got lost."""
    if actor.user_id is None:
        return None
    same = {
        "fingerprint": content.fingerprint,
        "purpose": purpose,
        "stored_by_id": actor.user_id,
        "attached_at": None,
    }
    if store_id is None:
        return ChainFile.objects.filter(**same).order_by("id").first()
    return StoredFile.objects.filter(store_id=store_id, **same).order_by("id").first()
