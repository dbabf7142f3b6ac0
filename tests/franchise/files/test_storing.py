"""Files are stored, attached to one thing, forgotten when nothing refers to them, and swept from the disk."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from chains.actor import Actor, system_actor
from chains.scope import scope
from files.actions.attaching import attach_chain_file, attach_files
from files.actions.forgetting import forget_unattached, sweep_disk
from files.actions.storing import store_file
from files.models import ChainFile, Purpose, StoredFile
from files.queries import storage_for, stored_bytes
from files.rules.contents import content_of
from files.rules.keeping import FileAttached, StorageFull
from journal.models import Entry
from kit.refusals import NotFound, NotPermitted
from tests.conftest import Chains
from tests.factories.files import PDF, stored

AsRole = Callable[..., Actor]


@pytest.fixture(autouse=True)
def _files_of_this_test(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def on_disk(tmp_path: Path) -> int:
    return len([path for path in tmp_path.rglob("*") if path.is_file()])


def test_a_file_is_the_sender_s_alone_until_it_is_attached(chains: Chains, as_role: AsRole) -> None:
    staff, manager, now = as_role(chains.a, "SERVICE_STAFF"), as_role(chains.a, "STORE_MANAGER"), timezone.now()
    with scope(chains.a.chain, staff):
        file = stored(staff, chains.a.store, now)
        assert StoredFile.objects.shown_to(staff).count() == 1
        (told,) = Entry.objects.filter(subject_id=file.id)
        assert (told.kind, told.store_id) == ("FILE_STORED", chains.a.store)
    given: dict[str, Any] = {"store_id": chains.a.store, "purpose": Purpose.EVIDENCE, "now": now, "field": "files"}
    with scope(chains.a.chain, manager):
        assert StoredFile.objects.shown_to(manager).count() == 0
        with pytest.raises(NotFound):
            attach_files(actor=manager, file_ids=[file.id], **given)
    with scope(chains.a.chain, staff):
        (attached,) = attach_files(actor=staff, file_ids=[file.id], **given)
        assert attached.attached_at == now
        with pytest.raises(FileAttached):
            attach_files(actor=staff, file_ids=[file.id], **given)
    with scope(chains.a.chain, manager):
        assert StoredFile.objects.shown_to(manager).count() == 1


def test_a_store_hears_of_an_inspectors_photo_only_with_what_it_shows(chains: Chains, as_role: AsRole) -> None:
    manager, system, now = as_role(chains.a, "STORE_MANAGER"), system_actor(), timezone.now()
    for who in ("AREA_SUPERVISOR", "HQ_ADMINISTRATOR"):
        inspector = as_role(chains.a, who)
        with scope(chains.a.chain, inspector):
            file = stored(inspector, chains.a.store, now)
        with scope(chains.a.chain, system):
            assert forget_unattached(actor=system, now=now + timedelta(hours=25)) == 1
            told = Entry.objects.filter(subject_id=file.id).in_order()
            assert [(each.kind, each.store_id) for each in told] == [("FILE_STORED", None), ("FILE_FORGOTTEN", None)]
            assert {(each.after or each.before or {})["at_store_id"] for each in told} == {str(chains.a.store)}
        with scope(chains.a.chain, manager):
            assert not Entry.objects.filter(subject_id=file.id).exists()


def test_the_same_photo_sent_in_again_is_the_same_file(chains: Chains, as_role: AsRole, tmp_path: Path) -> None:
    staff, now = as_role(chains.a, "SERVICE_STAFF"), timezone.now()
    with scope(chains.a.chain, staff):
        first = stored(staff, chains.a.store, now)
        assert stored(staff, chains.a.store, now).id == first.id
        assert on_disk(tmp_path) == 1
        StoredFile.objects.update(attached_at=now)
        assert stored(staff, chains.a.store, now).id != first.id


def test_only_whoever_may_sends_in_for_a_store_and_for_the_chain(chains: Chains, as_role: AsRole) -> None:
    staff, trainer, now = as_role(chains.a, "SERVICE_STAFF"), as_role(chains.a, "HQ_TRAINER"), timezone.now()
    given: dict[str, Any] = {"content": content_of(PDF), "name": "a.pdf", "now": now}
    with scope(chains.a.chain, staff):
        with pytest.raises(NotFound):
            stored(staff, chains.a.other_store, now)
        with pytest.raises(NotPermitted):
            store_file(actor=staff, purpose=Purpose.LESSON, **given)
    with scope(chains.a.chain, trainer):
        file = store_file(actor=trainer, purpose=Purpose.LESSON, **given)
        attach_chain_file(actor=trainer, file_id=file.id, purpose=Purpose.LESSON, now=now, field="file_id")
        assert storage_for(trainer).file_count == 1
    with scope(chains.a.chain, staff):
        assert list(ChainFile.objects.shown_to(staff)) == [file]
        with pytest.raises(NotPermitted):
            storage_for(staff)


def test_a_store_keeps_no_more_than_the_limit(chains: Chains, as_role: AsRole, settings: Any, tmp_path: Path) -> None:
    staff, now = as_role(chains.a, "SERVICE_STAFF"), timezone.now()
    with scope(chains.a.chain, staff):
        stored(staff, chains.a.store, now)
        settings.FILES_MOST_BYTES = stored_bytes(chains.a.store)
        with pytest.raises(StorageFull):
            stored(staff, chains.a.store, now, colour="blue")
    assert on_disk(tmp_path) == 1


def test_what_nothing_refers_to_for_a_day_is_forgotten(chains: Chains, as_role: AsRole, tmp_path: Path) -> None:
    staff, now, system = as_role(chains.a, "SERVICE_STAFF"), timezone.now(), system_actor()
    with scope(chains.a.chain, staff):
        kept, left = stored(staff, chains.a.store, now), stored(staff, chains.a.store, now, colour="blue")
        StoredFile.objects.filter(id=kept.id).update(attached_at=now)
    with scope(chains.a.chain, system):
        assert forget_unattached(actor=system, now=now + timedelta(hours=23)) == 0
        assert forget_unattached(actor=system, now=now + timedelta(hours=25)) == 1
        assert list(StoredFile.objects.all()) == [kept]
        assert Entry.objects.get(subject_id=left.id, kind="FILE_FORGOTTEN").store_id == chains.a.store
        assert (sweep_disk(now=now), on_disk(tmp_path)) == (0, 2)
        assert (sweep_disk(now=timezone.now() + timedelta(hours=2)), on_disk(tmp_path)) == (1, 1)
        assert default_storage.exists(kept.stored_as)


def test_what_a_power_cut_left_is_swept(chains: Chains, tmp_path: Path) -> None:
    with scope(chains.a.chain, system_actor()):
        folder = tmp_path / "media" / str(chains.a.chain.id) / "ab"
        folder.mkdir(parents=True)
        for name in (f"{'0' * 30}ab", f"{'1' * 30}ab.draft", "notes.txt"):
            (folder / name).write_bytes(b"x")
            os.utime(folder / name, (0, 0))
        assert sweep_disk(now=timezone.now()) == 2
        assert [path.name for path in folder.iterdir()] == ["notes.txt"]
