"""Files of a chain: each chain has a folder of its own, and a file's name in it is made by the server."""

import os
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import File
from django.core.files.storage import Storage
from django.utils.deconstruct import deconstructible

from chains.scope import current_chain
from kit.ids import new_id

# The last two digits of a version 7 id are random, so that files spread evenly over 256 folders.
_OWN_NAME = re.compile(r"(?P<folder>[0-9a-f]{2})/[0-9a-f]{30}(?P=folder)")
_DRAFT = ".draft"


class NoPlainAddress(NotImplementedError):
    """A chain's file has no lasting address: sign one for a person with chains.media.sign."""


@deconstructible
class ChainStorage(Storage):
    """Keeps the files of the chain whose scope is open; outside a scope everything raises OutsideScope.

    The name that came with a file is not used at all, neither its path nor its ending: it belongs into a field of the
    row that owns the file (corpus I13). Names that this storage has not made itself are refused before the disk is
    asked, so there is nothing to climb out of (corpus T14).
    """

    def path(self, name: str) -> str:
        """Return where a file of the current chain lies. Refusals: SuspiciousFileOperation for a foreign name."""
        if not _OWN_NAME.fullmatch(name):
            raise SuspiciousFileOperation("Not a name that this storage has made.")
        return str(self._folder() / name)

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """Return a new name, whatever the given one is."""
        fresh = new_id().hex
        return f"{fresh[-2:]}/{fresh}"

    def generate_filename(self, filename: str | os.PathLike[str]) -> str:
        """Return the given name unchanged: it is replaced when the file is saved."""
        return os.fspath(filename)

    def get_valid_name(self, name: str) -> str:
        """Return the given name unchanged: it is replaced when the file is saved."""
        return name

    def save(self, name: str | None, content: Any, max_length: int | None = None) -> str:
        """Store a file under a new name of our own and return that name."""
        return super().save(self.get_available_name(""), content, max_length)

    def delete(self, name: str) -> None:
        """Remove a file, and the draft of it that a power cut may have left; a missing one is as good as removed."""
        path = Path(self.path(name))
        path.unlink(missing_ok=True)
        path.with_suffix(_DRAFT).unlink(missing_ok=True)

    def exists(self, name: str) -> bool:
        """Tell whether the current chain has this file."""
        return Path(self.path(name)).is_file()

    def size(self, name: str) -> int:
        """Return the size in bytes."""
        return Path(self.path(name)).stat().st_size

    def names_before(self, moment: datetime, *, at_a_time: int) -> Iterator[list[str]]:
        """Return the names of the chain's files, drafts too, that were written before a moment, so many at a time."""
        names = []
        for path in self._folder().glob("[0-9a-f][0-9a-f]/*"):
            name = f"{path.parent.name}/{path.name.removesuffix(_DRAFT)}"
            if _OWN_NAME.fullmatch(name) and _written_before(path, moment):
                names.append(name)
            if len(names) == at_a_time:
                yield names
                names = []
        yield names

    def url(self, name: str | None) -> str:
        """Refuse with NoPlainAddress."""
        raise NoPlainAddress

    def _folder(self) -> Path:
        return Path(settings.MEDIA_ROOT) / str(current_chain().id)

    def _open(self, name: str, mode: str = "rb") -> "File[Any]":
        if mode != "rb":
            raise SuspiciousFileOperation("A stored file is read, never changed.")
        return File(Path(self.path(name)).open("rb"), name=name)

    def _save(self, name: str, content: "File[Any]") -> str:
        target = Path(self.path(name))
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = target.with_suffix(_DRAFT)
        # O_EXCL and O_NOFOLLOW: a new file, not whatever somebody has put or linked there.
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                for chunk in content.chunks():
                    stream.write(chunk.encode() if isinstance(chunk, str) else chunk)
                stream.flush()
                os.fsync(stream.fileno())
            draft.rename(target)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        return name


def _written_before(path: Path, moment: datetime) -> bool:
    try:
        return path.stat().st_mtime < moment.timestamp()
    except FileNotFoundError:
        # A draft that has just become a file.
        return False
