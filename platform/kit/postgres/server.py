"""Start, find and stop an embedded PostgreSQL server that lives in one folder."""

import fcntl
import os
import secrets
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from psycopg.pq import PGconn, Ping

from kit.postgres import binaries as programs
from kit.postgres.account import server_account
from kit.postgres.binaries import Binaries
from kit.postgres.failure import PostgresFailure
from kit.postgres.process import running_in
from kit.postgres.record import Record, recall, remember

SUPERUSER = "postgres"
# The server is handed its data folder open, and finds it by this name: so a folder below a closed one (a clone in
# root's home) serves an account that could not walk there. No rights are changed and nothing is kept elsewhere.
_OPEN_FOLDERS = Path("/proc/self/fd")
_START_SECONDS = 30
_STOP_SECONDS = 20


class Server:
    """A PostgreSQL server whose data, password, port and log are kept in one folder.

    `durable=False` trades the safety of the disk for speed, for tests only; it is settled when the folder is made.
    """

    def __init__(self, folder: Path, *, durable: bool = True, binaries: Binaries | None = None) -> None:
        self.folder = folder.absolute()
        self.data = self.folder / "data"
        self.log = self.folder / "server.log"
        self._durable = durable
        self._given = binaries
        self._account = server_account()

    def start(self) -> str:
        """Return the superuser's URL of the running server, which is started when it is not running.

        Refusals: `PostgresFailure`.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._one_at_a_time():
            return self._settled() or self._start()

    def running(self) -> str | None:
        """Return the superuser's URL when the server runs and takes connections."""
        record = recall(self.folder)
        found = running_in(self.data)
        if record is None or found is None or not found.is_ready:
            return None
        return f"postgresql://{SUPERUSER}:{record.password}@127.0.0.1:{found.port}/postgres"

    def stop(self) -> bool:
        """Stop the server, open connections included, and tell whether it was running."""
        if not self.folder.is_dir():
            return False
        with self._one_at_a_time():
            stopped = self._signal_until_gone()
            self._remove_copy()
        return stopped

    def _settled(self) -> str | None:
        """Wait while a process comes up or goes down; return its URL once it answers, nothing once it is gone."""
        deadline = time.monotonic() + _START_SECONDS
        while running_in(self.data):
            url = self.running()
            if url and PGconn.ping(url.encode()) == Ping.OK:
                return url
            if time.monotonic() > deadline:
                raise PostgresFailure(f"The embedded PostgreSQL runs but does not answer, see {self.log}.")
            time.sleep(0.05)
        return None

    def _start(self) -> str:
        record = recall(self.folder) or Record(password=secrets.token_hex(24), durable=self._durable)
        chosen = self._choose()
        if not programs.within_reach(chosen, self._account):
            chosen, copy = self._copied(chosen, record)
            record = record._replace(copy=str(copy))
        remember(self.folder, record)
        if not self.data.is_dir():
            self._initialise(chosen, record)
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        deadline = time.monotonic() + _START_SECONDS
        port = record.port or _free_port()
        while not self._launch(chosen, record._replace(port=port)):
            log = self.log.read_text(errors="replace")
            if time.monotonic() > deadline or not ("in use" in log or "shared memory" in log):
                last = [line for line in log.splitlines() if "FATAL" in line or "error" in line][-1:]
                raise PostgresFailure(f"The embedded PostgreSQL did not start, see {self.log}. {' '.join(last)}")
            if "could not bind" in log:
                port = _free_port()
            time.sleep(0.1)
        remember(self.folder, record._replace(port=port))
        url = self.running()
        if url is None:
            raise PostgresFailure(f"The embedded PostgreSQL stopped right after its start, see {self.log}.")
        return url

    def _choose(self) -> Binaries:
        version = self.data / "PG_VERSION"
        if not version.is_file():
            return self._given or programs.find()
        major = int(version.read_text())
        if self._given and self._given.major == major:
            return self._given
        return programs.find(major=major)

    def _copied(self, chosen: Binaries, record: Record) -> tuple[Binaries, Path]:
        if record.copy and Path(record.copy).is_dir() and Path(record.copy).stat().st_uid == os.geteuid():
            found = programs.look_at(programs.place_in_copy(Path(record.copy)))
            if found is not None and found.major == chosen.major:
                return found, Path(record.copy)
        return programs.copy_out(chosen)

    def _initialise(self, chosen: Binaries, record: Record) -> None:
        draft = self.folder / "data.draft"
        if chosen.major >= 17:
            locales = [["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]]
        else:
            locales = [["--locale=C.UTF-8"], ["--locale=C"]]
        for locale in locales:
            shutil.rmtree(draft, ignore_errors=True)
            draft.mkdir()
            self._account.own(draft)
            if self._initdb(chosen, draft, locale, record) == 0:
                break
        else:
            raise PostgresFailure(f"The embedded PostgreSQL could not make its data folder, see {self.log}.")
        with (draft / "postgresql.conf").open("a") as settings:
            settings.write("include = 'onebanner.conf'\n")
        draft.rename(self.data)

    def _initdb(self, chosen: Binaries, draft: Path, locale: list[str], record: Record) -> int:
        with tempfile.NamedTemporaryFile("w", prefix="onebanner-") as secret, self.log.open("wb") as log:
            secret.write(record.password)
            secret.flush()
            self._account.own(Path(secret.name))
            command = [str(chosen.program("initdb")), "-U", SUPERUSER, "-A", "scram-sha-256", "--pwfile", secret.name]
            command += ["--encoding=UTF8", "--no-instructions", *locale, *([] if record.durable else ["--no-sync"])]
            return self._run(command, draft, log)

    def _launch(self, chosen: Binaries, record: Record) -> bool:
        settings = self.data / "onebanner.conf"
        settings.write_text("".join(f"{line}\n" for line in _settings(record)))
        self._account.own(settings)
        command = [str(chosen.program("pg_ctl")), "start", "--silent", "--wait", "--timeout", str(_START_SECONDS)]
        with self.log.open("wb") as log:
            return self._run(command, self.data, log) == 0

    def _run(self, command: list[str], data: Path, log: IO[bytes]) -> int:
        if not (self._account.is_dropped_to and _OPEN_FOLDERS.is_dir()):
            return self._account.run([*command, "-D", str(data)], output=log)
        opened = os.open(data, os.O_RDONLY | os.O_DIRECTORY)
        try:
            return self._account.run([*command, "-D", str(_OPEN_FOLDERS / str(opened))], output=log, keep_open=[opened])
        finally:
            os.close(opened)

    def _signal_until_gone(self) -> bool:
        found = running_in(self.data)
        if found is None:
            return False
        for number, seconds in ((signal.SIGINT, _STOP_SECONDS), (signal.SIGQUIT, 5), (signal.SIGKILL, 5)):
            os.kill(found.pid, number)
            deadline = time.monotonic() + seconds
            while time.monotonic() < deadline:
                if running_in(self.data) is None:
                    return True
                time.sleep(0.02)
        raise PostgresFailure(f"The embedded PostgreSQL (process {found.pid}) does not stop, see {self.log}.")

    def _remove_copy(self) -> None:
        record = recall(self.folder)
        if record and record.copy:
            shutil.rmtree(record.copy, ignore_errors=True)
            remember(self.folder, record._replace(copy=""))

    @contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _settings(record: Record) -> list[str]:
    settings = [
        "listen_addresses = '127.0.0.1'",
        f"port = {record.port}",
        "unix_socket_directories = ''",
        "max_connections = 200",
        # A transaction that makes or drops a chain locks every one of its tables and indexes.
        "max_locks_per_transaction = 256",
        "timezone = 'UTC'",
        "log_timezone = 'UTC'",
        # Compiling a short query costs more than running it.
        "jit = off",
    ]
    if not record.durable:
        # Commits still wait for the log to be written, so a killed server loses nothing; a power cut may.
        settings += ["fsync = off", "full_page_writes = off", "max_wal_size = '4GB'"]
    return settings


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
