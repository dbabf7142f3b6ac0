"""Install what `make` needs into the project's folder: Python packages, web packages, the built web app.

Runs on a bare machine, so it uses the standard library alone. Each part is stamped with the digest of what it was made
from; a part whose stamp still holds takes no time. Nothing is written outside the folder.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import importlib.util
import json
import os
import re
import selectors
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO

PROJECT = Path(__file__).resolve().parents[1]
STATE = PROJECT / ".onebanner"
VENV = PROJECT / ".venv"
WEB = PROJECT / "frontend"
OLDEST_PYTHON = (3, 11)
_NEWEST_PYTHON_TRIED = 14
_WEB_SOURCES = ("src", "public", "scripts", "*.html", "*.ts", "*.json")
_GENERATED = {"schema.d.ts"}


class NotPrepared(Exception):
    """Something is missing or failed; the text says what and what to do, in one line."""


class Steps:
    """Shows one line per step, live on a terminal, with the seconds it took."""

    def __init__(self, total: int, log: Path) -> None:
        self._done, self._total, self._log, self._shown = 0, total, log, sys.stdout.isatty()

    def skip(self, title: str) -> None:
        """Say that a step has nothing to do."""
        self._done += 1
        self._write(f"[{self._done}/{self._total}] {title} ... in place\n")

    def take(self, title: str, commands: Iterable[list[str]], folder: Path, progress: Callable[[str], str]) -> None:
        """Run commands one after the other; `progress` turns a line of their output into what is shown."""
        self._done += 1
        head = f"[{self._done}/{self._total}] {title} ..."
        began = time.monotonic()
        self._write(head)
        with self._log.open("a", encoding="utf-8") as log:
            for command in commands:
                self._follow(command, folder, log, progress, lambda text: self._again(f"{head} {text}"))
        self._again(head)
        self._write(f" {time.monotonic() - began:.1f} s\n")

    def _follow(
        self,
        command: list[str],
        folder: Path,
        log: IO[str],
        progress: Callable[[str], str],
        show: Callable[[str], None],
    ) -> None:
        began, text, said = time.monotonic(), "", list[str]()
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        assert process.stdout is not None
        with process, selectors.DefaultSelector() as ready:
            ready.register(process.stdout, selectors.EVENT_READ)
            chunk = b"begin"
            while chunk:
                if ready.select(timeout=0.5):
                    chunk = os.read(process.stdout.fileno(), 65536)
                    lines = chunk.decode(errors="replace").splitlines()
                    log.writelines(f"{line}\n" for line in lines)
                    said += lines
                    text = ([text] + [shown for shown in map(progress, lines) if shown])[-1]
                show(f"{text} {time.monotonic() - began:.0f} s")
        if process.returncode:
            errors = [line for line in said if "error" in line.lower()] or said
            self._write("\n" + "\n".join(errors[:10]) + "\n")
            what = " ".join(command[:3])
            raise NotPrepared(f"`{what} ...` failed (exit code {process.returncode}), see {self._log}.")

    def _again(self, text: str) -> None:
        if self._shown:
            self._write(f"\r\x1b[K{text[:110]}")

    def _write(self, text: str) -> None:
        sys.stdout.write(text)
        sys.stdout.flush()


def main() -> int:
    """Prepare the parts named on the command line and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=4, help="steps of the whole, those that follow included")
    options = parser.parse_args()
    try:
        _check_python()
        _check_node()
        STATE.mkdir(exist_ok=True)
        with (STATE / "prepare.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            log = STATE / "prepare.log"
            log.unlink(missing_ok=True)
            steps = Steps(options.steps, log)
            _prepare_python(steps)
            _prepare_web(steps)
    except NotPrepared as failure:
        sys.stderr.write(f"{failure}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _check_python() -> None:
    if sys.version_info < OLDEST_PYTHON:
        for minor in range(_NEWEST_PYTHON_TRIED, OLDEST_PYTHON[1] - 1, -1):
            newer = shutil.which(f"python3.{minor}")
            if newer:
                os.execv(newer, [newer, *sys.argv])  # noqa: S606  # the same script, without a shell
        found = ".".join(map(str, sys.version_info[:2]))
        raise NotPrepared(f"Python 3.11 or newer is needed, this is {found}: install it, or name it: make PYTHON=...")
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        raise NotPrepared("Python's venv module is missing: install it (Debian: apt install python3-venv).")


def _check_node() -> None:
    wanted = json.loads((WEB / "package.json").read_text(encoding="utf-8"))["engines"]["node"].lstrip(">=")
    for name in ("node", "npm"):
        if shutil.which(name) is None:
            raise NotPrepared(f"`{name}` is missing: install Node.js {wanted} or newer with npm.")
    answer = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout.strip()
    if _numbers(answer) < _numbers(wanted):
        raise NotPrepared(f"Node.js {wanted} or newer is needed and this is {answer or 'broken'}: install a newer one.")


def _prepare_python(steps: Steps) -> None:
    lock = PROJECT / "requirements.lock"
    digest = _digest([lock, PROJECT / "pyproject.toml"], sys.version, str(PROJECT))
    program = VENV / "bin" / "onebanner"
    if _holds("python", digest) and program.exists():
        steps.skip("Python packages")
        return
    total = len(re.findall(r"^[\w.-]+(\[.*\])?==", lock.read_text(encoding="utf-8"), flags=re.MULTILINE))
    seen = set[str]()

    def progress(line: str) -> str:
        if line.startswith("Collecting"):
            seen.add(line.split()[1])
        return "unpacking" if line.startswith("Installing collected") else f"{len(seen)} of {total}"

    pip = [str(VENV / "bin" / "python"), "-m", "pip", "install", "--no-deps"]
    commands = [
        # A virtual environment has absolute paths in it: one that came from elsewhere is of no use.
        *([] if _is_ours() else [[sys.executable, "-m", "venv", "--clear", str(VENV)]]),
        [*pip, "--require-hashes", "-r", str(lock)],
        [*pip, "--no-build-isolation", "-e", str(PROJECT)],
    ]
    steps.take("Installing Python packages", commands, PROJECT, progress)
    _stamp("python", digest)


def _prepare_web(steps: Steps) -> None:
    digest = _digest([WEB / "package-lock.json"], str(PROJECT))
    if _holds("packages", digest) and (WEB / "node_modules" / ".package-lock.json").exists():
        steps.skip("Web packages")
    else:
        steps.take("Installing web packages", [["npm", "ci", "--ignore-scripts"]], WEB, _silent)
        _stamp("packages", digest)
    sources = {path for pattern in _WEB_SOURCES for path in WEB.glob(pattern)}
    digest = _digest([*_files(sources), PROJECT / "graphql" / "schema.graphql"], digest)
    if _holds("web", digest) and (WEB / "dist" / "index.html").exists():
        steps.skip("Web app")
    else:
        steps.take("Building the web app", [["npm", "run", "build"]], WEB, _silent)
        _stamp("web", digest)


def _silent(_line: str) -> str:
    return ""


def _files(paths: Iterable[Path]) -> list[Path]:
    found = [path for top in paths for path in (top.rglob("*") if top.is_dir() else [top])]
    return sorted(path for path in found if path.is_file() and path.name not in _GENERATED)


def _digest(files: Iterable[Path], *more: str) -> str:
    digest = hashlib.sha256(repr(more).encode())
    for file in files:
        digest.update(str(file).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def _holds(part: str, digest: str) -> bool:
    stamp = STATE / "stamps" / part
    return stamp.is_file() and stamp.read_text(encoding="ascii") == digest


def _stamp(part: str, digest: str) -> None:
    stamp = STATE / "stamps" / part
    stamp.parent.mkdir(exist_ok=True)
    stamp.write_text(digest, encoding="ascii")


def _is_ours() -> bool:
    settings = VENV / "pyvenv.cfg"
    # pip comes last, so an interrupted start is begun anew.
    return settings.is_file() and (VENV / "bin" / "pip").exists() and str(VENV) in settings.read_text(encoding="utf-8")


def _numbers(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version)]


def _environment() -> dict[str, str]:
    return os.environ | {
        "PIP_NO_CACHE_DIR": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_USER": "0",
        "PIP_PROGRESS_BAR": "off",
        "npm_config_cache": str(STATE / "cache" / "npm"),
        "npm_config_update_notifier": "false",
        "npm_config_audit": "false",
        "npm_config_fund": "false",
    }


if __name__ == "__main__":
    sys.exit(main())
