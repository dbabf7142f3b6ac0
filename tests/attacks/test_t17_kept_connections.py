"""T17: a connection that just served one chain serves the next one nothing of it, pooled or not."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg
import pytest
from django.db import connections

from chains.actor import Actor, ActorKind, Audience
from chains.scope import scope
from stores.models import Store
from tests.conftest import Chains
from tests.factories.chains import FurnishedChain
from tests.live_server import free_port
from tests.patience import PATIENCE_SECONDS
from tests.programs import needed_program

READS = int(os.environ.get("ONEBANNER_T17_READS", "900"))


def seen_from(furnished: FurnishedChain, number: int) -> bool:
    """Read as HQ, as one store or as an area in turn, and tell whether exactly the right rows came."""
    audience = (Audience.HQ, Audience.STORE, Audience.AREA)[number % 3]
    own = frozenset() if audience is Audience.HQ else frozenset({furnished.store})
    actor = Actor(kind=ActorKind.USER, id=None, audience=audience, store_ids=own)
    with scope(furnished.chain, actor):
        found = set(Store.objects.values_list("id", flat=True))
    return found == (own or {furnished.store, furnished.other_store})


def test_t17_a_kept_connection_never_shows_the_chain_before(furnished: Chains, committed: None) -> None:
    wrong = [number for number in range(READS) if not seen_from((furnished.a, furnished.b)[number % 2], number)]
    assert wrong == []


@contextmanager
def pooler(folder: Path, login_url: str) -> Iterator[int]:
    """Run PgBouncer in transaction mode with a pool of one server connection."""
    program = needed_program("pgbouncer", "/usr/sbin/pgbouncer", package="pgbouncer")
    parts = urlsplit(login_url)
    port = free_port()
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    (folder / "users.txt").write_text(f'"{user}" "{password}"\n')
    (folder / "pgbouncer.ini").write_text(
        f"""[databases]
* = host={parts.hostname} port={parts.port} user={user} password={password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = plain
auth_file = {folder / "users.txt"}
pool_mode = transaction
default_pool_size = 1
ignore_startup_parameters = extra_float_digits,options
logfile = {folder / "pgbouncer.log"}
"""
    )
    for path in (folder, *folder.parents):
        if path.stat().st_uid == os.getuid() and path != Path("/"):
            path.chmod(path.stat().st_mode | 0o055)
    command = [program, *(["-u", "nobody"] if os.getuid() == 0 else []), str(folder / "pgbouncer.ini")]
    (folder / "pgbouncer.log").touch()
    (folder / "pgbouncer.log").chmod(0o666)
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield port
    finally:
        process.terminate()
        try:
            process.wait(timeout=PATIENCE_SECONDS)
        finally:
            process.kill()


def _reachable(port: int, url: str) -> None:
    parts = urlsplit(url)
    for attempt in range(600):
        try:
            psycopg.connect(
                host="127.0.0.1", port=port, user=parts.username, password=parts.password, dbname=parts.path[1:]
            ).close()
            return
        except psycopg.OperationalError:
            if attempt == 599:
                raise
            time.sleep(0.1)


def test_t17_a_pooler_in_transaction_mode_never_mixes_chains(
    furnished: Chains, committed: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = os.environ["DATABASE_LOGIN_URL"]
    with pooler(tmp_path, url) as port:
        _reachable(port, url)
        connection = connections["default"]
        connection.close()
        monkeypatch.setitem(connection.settings_dict, "PORT", str(port))
        monkeypatch.setitem(connection.settings_dict, "HOST", "127.0.0.1")
        wrong = []
        for number in range(READS):
            if number % 9 == 0:
                # A new client connection gets whatever server connection the pool has.
                connection.close()
            if not seen_from((furnished.a, furnished.b)[number % 2], number):
                wrong.append(number)
        connection.close()
    assert wrong == []
