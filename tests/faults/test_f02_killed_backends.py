"""F02: connections are terminated at random: a caller sees one error at most, and never another chain."""

import os
import threading
import time
from http.client import HTTPException
from pathlib import Path

from tests.conftest import Chains
from tests.live_server import LiveServer, serving
from tests.own_server import own_server
from tests.patience import PATIENCE_SECONDS

ASK = {"query": "{ chain { name } viewer { email } stores(first: 9) { totalCount } }"}
ROUNDS = 15


class Reader(threading.Thread):
    """A member of one chain who keeps reading and checks whose answer came."""

    def __init__(self, server: LiveServer, host: str, headers: dict[str, str], name: str, email: str) -> None:
        super().__init__(daemon=True)
        self.server, self.host, self.headers, self.right = server, host, headers, (name, email)
        self.stopping = threading.Event()
        self.answers: list[bool] = []
        self.wrong: list[object] = []

    def run(self) -> None:
        while not self.stopping.is_set():
            try:
                status, answer = self.server.post(self.host, ASK, self.headers)
            except (OSError, HTTPException, ValueError):
                status, answer = 0, {}
            data = answer.get("data") or {}
            self.answers.append(status == 200 and bool(data.get("viewer")))
            if data.get("viewer") and (data["chain"]["name"], data["viewer"]["email"]) != self.right:
                self.wrong.append(answer)

    def is_answered(self, seconds: float = PATIENCE_SECONDS) -> bool:
        """Tell whether two more good answers come in time."""
        wanted = self.answers.count(True) + 2
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.answers.count(True) >= wanted:
                return True
            time.sleep(0.02)
        return False


def test_f02_a_terminated_connection_costs_one_answer_and_never_shows_the_other_chain(
    furnished: Chains, tmp_path: Path
) -> None:
    with (
        own_server(tmp_path / "pg", source=os.environ["DATABASE_OWNER_URL"]) as database,
        serving(workers=1, environment=database.environment) as server,
    ):
        readers = []
        for chain in (furnished.a, furnished.b):
            email = chain.email("QUALITY_OFFICER")
            headers = server.sign_in(chain.host, email)
            readers.append(Reader(server, chain.host, headers, chain.chain.name, email))
        for reader in readers:
            reader.start()
        killed = 0
        for _ in range(ROUNDS):
            assert all(reader.is_answered() for reader in readers), "not back after a cut"
            killed += database.kill_backends()
        assert all(reader.is_answered() for reader in readers), "not back after the last cut"
        for reader in readers:
            reader.stopping.set()
            reader.join(PATIENCE_SECONDS)
    for reader in readers:
        assert reader.wrong == []
        # One worker serves both: a cut costs the one being served, and at most the next one on another dead connection.
        assert reader.answers.count(False) <= 2 * ROUNDS
    assert killed >= ROUNDS
