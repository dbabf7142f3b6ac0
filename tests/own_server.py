"""A PostgreSQL server of a test's own, filled like the run's database, for tests that hurt the server itself."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from config.database import ensure_database
from kit.postgres import binaries
from kit.postgres.server import Server

NAME = "onebanner_own"


class OwnServer:
    """A durable server with one database, which can be stopped as a power cut would stop it."""

    def __init__(self, folder: Path) -> None:
        self._server = Server(folder, durable=True)
        self.url = self._server.start()
        try:
            self.ways = ensure_database(NAME, server=self.url)
        except BaseException:
            self._server.stop()
            raise

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs to work on this database."""
        return {"DATABASE_OWNER_URL": self.ways.owner, "DATABASE_LOGIN_URL": self.ways.login}

    def fill_from(self, url: str) -> None:
        """Copy a whole database into this one."""
        programs = binaries.find()
        dumping = [str(programs.program("pg_dump")), "--clean", "--if-exists", url]
        loading = [str(programs.program("psql")), "--quiet", "--no-psqlrc", "-v", "ON_ERROR_STOP=1", self._admin_url()]
        with subprocess.Popen(dumping, stdout=subprocess.PIPE) as dumped:
            subprocess.run(loading, stdin=dumped.stdout, stdout=subprocess.DEVNULL, check=True)
        assert dumped.returncode == 0

    def cut(self) -> None:
        """Stop at once, without a checkpoint, and start again."""
        os.kill(int((self._server.data / "postmaster.pid").read_text().split()[0]), signal.SIGQUIT)
        self._server.stop()
        self._server.start()

    def kill_backends(self) -> int:
        """Terminate every connection of those who serve, and return how many there were."""
        with psycopg.connect(self._admin_url(), autocommit=True) as connection:
            rows = connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename LIKE '%\\_login'"
            ).fetchall()
        return len(rows)

    def stop(self) -> None:
        """End the server."""
        self._server.stop()

    def _admin_url(self) -> str:
        return self.url.rsplit("/", 1)[0] + f"/{NAME}"


@contextmanager
def own_server(folder: Path, *, source: str) -> Iterator[OwnServer]:
    """Run a server filled from the database at `source`, and end it afterwards."""
    server = OwnServer(folder)
    try:
        server.fill_from(source)
        yield server
    finally:
        server.stop()
