"""The demo as a person runs it: started from nothing, used, stopped, started again, killed, cleaned up after."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

from config.commands.serve import free_port
from kit import background
from kit.postgres.server import Server
from members.rules.permissions import Role
from tests.live_server import LiveServer
from tests.patience import PATIENCE_SECONDS

COMMAND = [sys.executable, "-m", "config.commands"]
READY = "Ctrl-C stops everything."
PERSON = re.compile(r"^  .+?\s(\S+@(\S+)\.example)\s+(\S+)", re.MULTILINE)
ASK = {"query": "{ viewer { email } stores(first: 9) { totalCount } }"}
STORES_SEEN = {"hq-administrator": 6, "area-supervisor": 3, "store-manager": 1, "service-staff": 1}
# The demo's past is shorter here, and told by the same code.
DAYS = "1"


class Demo:
    """A demo in a folder of its own, on a free port."""

    def __init__(self, folder: Path) -> None:
        kept = {
            key: value for key, value in os.environ.items() if not key.startswith(("DATABASE_", "ONEBANNER_", "SECRET"))
        }
        self._state, self._output = folder, folder / "said.txt"
        self._environment = {**kept, "ONEBANNER_STATE": str(folder), "PYTHONUNBUFFERED": "1"}
        self.port = free_port("127.0.0.1")

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen[str]]:
        """Start it and wait until it is ready; whatever happens in the block, nothing of it is left afterwards."""
        with self._output.open("w") as output:
            process = subprocess.Popen(
                [*COMMAND, "demo", "--port", str(self.port), "--days", DAYS],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                text=True,
            )
        try:
            self._wait(process)
            yield process
        except BaseException as error:
            for log in (self._output, *self._state.glob("*.log")):
                error.add_note(f"{log.name}: ... {log.read_text()[-2_000:]}")
            raise
        finally:
            process.kill()
            process.wait()
            self.ask("stop")

    def ask(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run another command beside it."""
        command = [*COMMAND, *words]
        return subprocess.run(
            command, env=self._environment, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
        )

    @property
    def said(self) -> str:
        """What it has printed."""
        return self._output.read_text()

    def what_runs(self) -> list[str]:
        """Return which of its processes run."""
        names = [name for name in ("demo", "serve", "work") if background.running(self._state, name)]
        return [*names, *(["database"] if Server(self._state / "postgres").running() else [])]

    def status_of(self, host: str) -> int:
        """Return how the root page of a host is answered."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        connection.request("GET", "/", headers={"Host": host})
        status = connection.getresponse().status
        connection.close()
        return status

    def _wait(self, process: subprocess.Popen[str]) -> None:
        deadline = time.monotonic() + 2 * PATIENCE_SECONDS
        while READY not in self.said:
            assert process.poll() is None, self.said
            assert time.monotonic() < deadline, self.said
            time.sleep(0.1)


def test_a_demo_is_used_stopped_started_again_killed_and_cleaned_up_after(tmp_path: Path) -> None:
    demo = Demo(tmp_path)
    with demo.running() as process:
        assert demo.what_runs() == ["demo", "serve", "work", "database"]
        assert demo.status_of("onebanner.localhost") < 400
        assert demo.status_of("nowhere.localhost") == 404
        server = LiveServer(demo.port, process)
        _every_seeded_person_signs_in_and_sees_their_stores(demo.said, server)
        _the_operators_key_opens_the_public_host(demo.said, server)

        second = demo.ask("demo")
        assert second.returncode == 1
        assert second.stderr.startswith(f"onebanner: `onebanner demo` is already running as process {process.pid}")

        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE_SECONDS) == 0
        assert demo.what_runs() == []
    with demo.running() as process:
        process.kill()
        process.wait()
        assert demo.ask("stop").stdout == "Stopped: serve, work, database.\n"
        assert demo.what_runs() == []


def _every_seeded_person_signs_in_and_sees_their_stores(said: str, server: LiveServer) -> None:
    people = PERSON.findall(said)
    assert len(people) == 2 * len(Role)
    for email, label, password in people:
        host = f"{label}.onebanner.localhost"
        status, answer = server.post(host, ASK, server.sign_in(host, email, password))
        assert status == 200, answer
        assert answer["data"]["viewer"]["email"] == email
        seen = STORES_SEEN.get(email.split("@")[0])
        assert seen is None or answer["data"]["stores"]["totalCount"] == seen


def _the_operators_key_opens_the_public_host(said: str, server: LiveServer) -> None:
    key = re.search(r"Bearer (\S+?)\"", said)
    assert key
    question = {"query": "{ chains(first: 5) { totalCount } }"}
    status, answer = server.post("onebanner.localhost", question, {"Authorization": f"Bearer {key[1]}"})
    assert (status, answer) == (200, {"data": {"chains": {"totalCount": 2}}})
