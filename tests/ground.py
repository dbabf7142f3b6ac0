"""Where the tests' and the benchmarks' servers lie: in memory where the machine offers that, chosen before any setting
is read.

On a disk ext4 searches past the inodes of files deleted in the last minutes, whoever deleted them, and tests delete
thousands: then making a chain's 220 files takes longer than PostgreSQL's own work, and the figure is the disk's.

`python -m tests.ground` gives the tests' memory back; their server has to be stopped before.
"""

import hashlib
import os
import shutil
from pathlib import Path

TREE = Path(__file__).resolve().parents[1]
STATE = TREE / ".onebanner" / "test"
_MEMORY = Path("/dev/shm")  # a folder of its own is made in it, and removed
# What tests and their log of changes take at most, and as much again for everybody else.
_ENOUGH_BYTES = 6 * 1024**3


def choose_ground() -> Path | None:
    """Let everything that is loaded from now on keep its state in a folder in memory, which is returned.

    None where there is no such place, or where DATABASE_URL names a server or ONEBANNER_TESTS_STATE a folder: where
    that one lies is not ours to choose.
    """
    if os.environ.get("ONEBANNER_TESTS_STATE") or not _is_offered():
        return None
    folder = _MEMORY / f"onebanner-benchmarks-{os.getpid()}"
    folder.mkdir()
    os.environ["ONEBANNER_TESTS_STATE"] = str(folder)
    return folder


def leave_ground(folder: Path | None) -> None:
    """Remove what was kept in memory; its server has to be stopped before."""
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)


def settle() -> Path:
    """Return the folder of the tests' state: a link into memory where that is offered and nothing lies there yet."""
    if STATE.exists():
        return STATE
    STATE.parent.mkdir(exist_ok=True)
    # Memory forgets: then the link leads nowhere.
    STATE.unlink(missing_ok=True)
    if _is_offered():
        digest = hashlib.sha256(str(TREE).encode()).hexdigest()[:12]
        kept = _MEMORY / f"onebanner-tests-{digest}"
        kept.mkdir(exist_ok=True)
        # A folder of somebody else's was not made for us.
        if kept.stat().st_uid == os.geteuid():
            STATE.symlink_to(kept)
    return STATE


def give_back() -> None:
    """Remove the tests' state if it lies in memory; a link to anywhere else is somebody's own."""
    if STATE.is_symlink() and STATE.readlink().parent == _MEMORY:
        shutil.rmtree(STATE.readlink(), ignore_errors=True)
        STATE.unlink()


def _is_offered() -> bool:
    if os.environ.get("DATABASE_URL") or not os.access(_MEMORY, os.W_OK):
        return False
    return shutil.disk_usage(_MEMORY).free >= _ENOUGH_BYTES


if __name__ == "__main__":
    give_back()
