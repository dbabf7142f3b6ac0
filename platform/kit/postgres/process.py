"""Find the server process that works in a data folder, and no other process that has its number by chance."""

import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Running:
    """A server process, the loopback port it listens on, and whether it takes connections yet."""

    pid: int
    port: int
    is_ready: bool


def running_in(data: Path) -> Running | None:
    """Return the process that serves this data folder; a file left behind by a killed server counts as nothing."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except (FileNotFoundError, PermissionError):
        return None
    if len(lines) < 4 or not _serves(int(lines[0]), data):
        return None
    return Running(pid=int(lines[0]), port=int(lines[3]), is_ready=len(lines) > 7 and lines[7].strip() == "ready")


def _serves(pid: int, data: Path) -> bool:
    processes = Path("/proc/self")
    if processes.exists():
        try:
            return Path(f"/proc/{pid}/cwd").samefile(data)
        except OSError:
            return False
    command = ["ps", "-o", "comm=", "-p", str(pid)]
    return "postgres" in subprocess.run(command, capture_output=True, text=True, check=False).stdout
