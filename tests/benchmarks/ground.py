"""Where the benchmarks' server lies: in memory where the machine offers that, chosen before any setting is read.

On a disk ext4 searches past the inodes of files deleted in the last minutes, whoever deleted them, and the tests delete
thousands: then making a chain's 220 files takes longer than PostgreSQL's own work, and the figure is the disk's.
"""

import os
import shutil
from pathlib import Path

_MEMORY = Path("/dev/shm")  # a folder of its own is made in it, and removed


def choose_ground() -> Path | None:
    """Let everything that is loaded from now on keep its state in memory.

    None where there is no such place, or where DATABASE_URL names a server: where that one lies is not ours to choose.
    """
    if os.environ.get("DATABASE_URL") or not os.access(_MEMORY, os.W_OK):
        return None
    folder = _MEMORY / f"onebanner-benchmarks-{os.getpid()}"
    folder.mkdir()
    os.environ["ONEBANNER_TESTS_STATE"] = str(folder)
    return folder


def leave_ground(folder: Path | None) -> None:
    """Remove what was kept in memory; its server has to be stopped before."""
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)
