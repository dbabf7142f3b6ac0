"""What is remembered about an embedded server between two runs."""

import json
import os
import secrets
from pathlib import Path
from typing import NamedTuple


class Record(NamedTuple):
    """The superuser's password, the port last used, where copied programs are, and whether the disk is trusted."""

    password: str
    durable: bool
    port: int = 0
    copy: str = ""


def recall(folder: Path) -> Record | None:
    """Return what a server's folder remembers, or nothing for a new one."""
    try:
        return Record(**json.loads((folder / "server.json").read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None


def remember(folder: Path, record: Record) -> None:
    """Write the record for this account only, whole or not at all."""
    draft = folder / f".server.json.{secrets.token_hex(4)}"
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
        json.dump(record._asdict(), stream)
    draft.replace(folder / "server.json")
