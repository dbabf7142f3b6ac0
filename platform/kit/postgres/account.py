"""The account PostgreSQL runs under, because it refuses to run as root."""

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from kit.postgres.failure import PostgresFailure

_LONGEST_SECONDS = 120
_UNPRIVILEGED = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """An account that owns the data and runs the programs; without ids it is the account of this process."""

    uid: int | None = None
    gid: int | None = None

    def run(self, command: Sequence[str], *, output: IO[bytes] | None = None, keep_open: Sequence[int] = ()) -> int:
        """Run a program as this account and return its exit code; it inherits the descriptors in `keep_open`."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        return subprocess.run(
            command,
            cwd="/",
            env=environment | {"LC_ALL": "C"},
            user=self.uid,
            group=self.gid,
            extra_groups=None if self.uid is None else [],
            stdin=subprocess.DEVNULL,
            stdout=output or subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
            pass_fds=keep_open,
            timeout=_LONGEST_SECONDS,
            check=False,
        ).returncode

    def own(self, path: Path) -> None:
        """Give a file or folder to this account, for it alone."""
        path.chmod(0o700 if path.is_dir() else 0o600)
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)

    @property
    def is_dropped_to(self) -> bool:
        """Tell whether this process is root and steps down to run the server."""
        return self.uid is not None


def server_account() -> Account:
    """Return this process's account or, for root, an existing account without privileges."""
    if os.geteuid() != 0:
        return Account()
    for name in _UNPRIVILEGED:
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(uid=found.pw_uid, gid=found.pw_gid)
    raise PostgresFailure(
        "PostgreSQL does not run as root and there is no account 'postgres' or 'nobody' to step down to."
    )
