"""F01: the database stops at once under writers, again and again: nothing is lost, nothing is there by half."""

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg.sql import SQL, Identifier

from tests.conftest import Chains
from tests.live_server import LiveServer, serving
from tests.own_server import OwnServer, own_server
from tests.patience import PATIENCE_SECONDS

WRITERS = 8
CUTS = int(os.environ.get("ONEBANNER_F01_CUTS", "8"))
DRAW = "mutation($input: DrawAreaInput!) { drawArea(input: $input) { area { id } userErrors { code } } }"


@dataclass
class Writer(threading.Thread):
    """A consumer that repeats each deed with its idempotency key until it is acknowledged."""

    server: LiveServer
    host: str
    headers: dict[str, str]
    stopping: threading.Event
    acknowledged: list[str] = field(default_factory=list)
    refused: list[object] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        while not self.stopping.is_set():
            self.draw(f"Area {uuid4()}")

    def draw(self, name: str) -> None:
        body = {"query": DRAW, "variables": {"input": {"name": name, "idempotencyKey": name}}}
        while True:
            try:
                status, answer = self.server.post(self.host, body, self.headers)
            except (OSError, HTTPException, ValueError):
                status, answer = 0, {}
            drawn = (answer.get("data") or {}).get("drawArea")
            if status == 200 and drawn:
                (self.refused if drawn["userErrors"] else self.acknowledged).append(drawn["userErrors"] or name)
                return
            if self.stopping.is_set():
                return
            time.sleep(0.05)


def rows_of(database: OwnServer, schema: str) -> tuple[list[str], int]:
    with psycopg.connect(database.ways.owner) as connection:
        areas = connection.execute(
            SQL("SELECT name FROM {}.stores_area WHERE name LIKE 'Area %-%'").format(Identifier(schema))
        ).fetchall()
        entries = connection.execute(
            SQL("SELECT count(*) FROM {}.journal_entry WHERE kind = 'AREA_DRAWN'").format(Identifier(schema))
        ).fetchone()
    return [name for (name,) in areas], entries[0] if entries else 0


def wait_for_progress(writers: list[Writer], seconds: float) -> bool:
    before = sum(len(writer.acknowledged) for writer in writers)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if sum(len(writer.acknowledged) for writer in writers) > before:
            return True
        time.sleep(0.05)
    return False


def test_f01_nothing_acknowledged_is_lost_in_one_power_cut_after_another(
    furnished: Chains, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    with own_server(tmp_path / "pg", source=os.environ["DATABASE_OWNER_URL"]) as database:
        with serving(workers=2, environment=database.environment) as server:
            headers = server.sign_in(furnished.a.host, furnished.a.email("HQ_ADMINISTRATOR"))
            stopping = threading.Event()
            writers = [Writer(server, furnished.a.host, headers, stopping) for _ in range(WRITERS)]
            for writer in writers:
                writer.start()
            slowest = 0.0
            try:
                for _ in range(CUTS):
                    assert wait_for_progress(writers, PATIENCE_SECONDS)
                    database.cut()
                    began = time.monotonic()
                    assert wait_for_progress(writers, PATIENCE_SECONDS), "not back without a restart"
                    slowest = max(slowest, time.monotonic() - began)
            finally:
                stopping.set()
                for writer in writers:
                    writer.join(PATIENCE_SECONDS)
        names, entries = rows_of(database, furnished.a.chain.schema_name)
    record_property("slowest_return_seconds", round(slowest, 2))
    acknowledged = [name for writer in writers for name in writer.acknowledged]
    assert len(acknowledged) > CUTS
    assert [refusal for writer in writers for refusal in writer.refused] == []
    assert set(acknowledged) <= set(names)
    assert len(names) == len(set(names)) == entries
