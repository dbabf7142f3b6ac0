"""A chain's files: whose folder, whose names, and nothing outside."""

from io import BytesIO
from pathlib import Path

import pytest
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage as storage

from chains.actor import system_actor
from chains.scope import OutsideScope, scope
from chains.storage import NoPlainAddress


@pytest.fixture(autouse=True)
def _files_of_this_test(settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


STRANGE_NAMES = ["../../etc/passwd", "CON", "x" * 300, "a\nb.jpg", "/etc/passwd", "", "照片.JPG", "a.php"]


def read(name: str) -> bytes:
    with storage.open(name) as file:
        return file.read()


@pytest.mark.parametrize("sent", STRANGE_NAMES)
def test_i13_a_file_gets_a_name_of_the_servers_own(chains, sent: str, tmp_path: Path) -> None:
    with scope(chains.a.chain, system_actor()):
        name = storage.save(sent, ContentFile(b"content"))
        assert read(name) == b"content"
        assert (storage.size(name), storage.exists(name)) == (7, True)
    assert len(name) == 35
    assert set(name) <= set("0123456789abcdef/")
    (stored,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert stored == tmp_path / "media" / str(chains.a.chain.id) / name
    assert stored.stat().st_mode & 0o777 == 0o600


def test_a_chain_does_not_reach_another_ones_file(chains) -> None:
    with scope(chains.a.chain, system_actor()):
        name = storage.save("menu.pdf", ContentFile(b"A's"))
    with scope(chains.b.chain, system_actor()):
        assert not storage.exists(name)
        with pytest.raises(FileNotFoundError):
            storage.open(name)
        storage.delete(name)
    with scope(chains.a.chain, system_actor()):
        assert read(name) == b"A's"
        storage.delete(name)
        assert not storage.exists(name)


def test_names_that_the_storage_has_not_made_are_refused(chains) -> None:
    with scope(chains.a.chain, system_actor()):
        name = storage.save("menu.pdf", ContentFile(b"A's"))
        strange = [
            f"../{chains.b.chain.id}/{name}",
            f"/{name}",
            f"{name}/..",
            f"x/../{name}",
            name + "\0",
            name.upper(),
        ]
        for other in [*strange, "", ".", "..", name[3:], f"00/{name[3:]}" if name[:2] != "00" else "01/x"]:
            for deed in (storage.open, storage.exists, storage.size, storage.delete):
                with pytest.raises(SuspiciousFileOperation):
                    deed(other)


def test_a_stored_file_has_no_lasting_address_and_is_never_changed(chains) -> None:
    with scope(chains.a.chain, system_actor()):
        name = storage.save("menu.pdf", ContentFile(b"A's"))
        with pytest.raises(NoPlainAddress):
            storage.url(name)
        with pytest.raises(SuspiciousFileOperation):
            storage.open(name, "wb")


def test_outside_a_scope_there_are_no_files(chains) -> None:
    for deed in (lambda: storage.save("x", ContentFile(b"")), lambda: storage.open(f"00/{'0' * 32}")):
        with pytest.raises(OutsideScope):
            deed()


def test_an_upload_that_breaks_off_leaves_nothing(chains, tmp_path: Path) -> None:
    class Broken(File):
        def chunks(self, chunk_size: int | None = None):
            yield b"half of it"
            raise ConnectionResetError

    with scope(chains.a.chain, system_actor()), pytest.raises(ConnectionResetError):
        storage.save("x", Broken(BytesIO(), name="x"))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
