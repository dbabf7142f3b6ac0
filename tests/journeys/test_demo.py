"""`onebanner demo`, from nothing: every seeded person can sign in and sees their stores; Ctrl-C ends it all."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live_server import LiveServer

PATIENCE_SECONDS = 240
PERSON = re.compile(r"^  .+?\s(\S+@(\S+)\.example)\s+(\S+)", re.MULTILINE)
ASK = {"query": "{ viewer { email } stores(first: 9) { totalCount } }"}
STORES_SEEN = {"hq-administrator": 2, "store-manager": 1, "service-staff": 1}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A demo in a folder of its own, and what it printed."""
    folder = tmp_path_factory.mktemp("demo")
    kept = {
        key: value for key, value in os.environ.items() if not key.startswith(("DATABASE_", "ONEBANNER_", "SECRET"))
    }
    output = folder / "output"
    with output.open("w") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "config.commands", "demo", "--port", "0"],
            env={**kept, "ONEBANNER_STATE": str(folder)},
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            text=True,
        )
    try:
        yield _shown(output, process), process
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)


def _shown(output: Path, process: subprocess.Popen[str]) -> str:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if "Ctrl-C stops everything" in output.read_text():
            return output.read_text()
        time.sleep(0.2)
    raise AssertionError(output.read_text())


def test_every_seeded_person_signs_in_and_sees_their_stores(demo: tuple[str, subprocess.Popen[str]]) -> None:
    shown, process = demo
    port = re.search(r"http://\S+:(\d+)/", shown)
    assert port
    server = LiveServer(int(port[1]), process)
    people = PERSON.findall(shown)
    assert len(people) == 20
    for email, label, password in people:
        host = f"{label}.onebanner.localhost"
        status, answer = server.post(host, ASK, server.sign_in(host, email, password))
        assert status == 200, answer
        assert answer["data"]["viewer"]["email"] == email
        seen = STORES_SEEN.get(email.split("@")[0])
        assert seen is None or answer["data"]["stores"]["totalCount"] >= seen


def test_the_operator_key_opens_the_public_host(demo: tuple[str, subprocess.Popen[str]]) -> None:
    shown, process = demo
    port = re.search(r"http://\S+:(\d+)/", shown)
    key = re.search(r"Bearer (\S+?)\"", shown)
    assert port and key
    server = LiveServer(int(port[1]), process)
    question = {"query": "{ chains(first: 5) { totalCount } }"}
    status, answer = server.post("onebanner.localhost", question, {"Authorization": f"Bearer {key[1]}"})
    assert (status, answer) == (200, {"data": {"chains": {"totalCount": 2}}})
