"""The real server, started as `onebanner serve` starts it, on a free port, stopped by pid."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from http.cookies import SimpleCookie
from typing import Any

from tests.factories.chains import PASSWORD
from tests.patience import PATIENCE_SECONDS


class LiveServer:
    """A running server and the few ways in which tests talk to it."""

    def __init__(self, port: int, process: subprocess.Popen[bytes]) -> None:
        self.port = port
        self.process = process

    def raw(self, request: bytes) -> bytes:
        """Send bytes as they are and return everything that comes back."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_SECONDS) as connection:
            connection.sendall(request)
            received = b""
            while part := connection.recv(65536):
                received += part
            return received

    def post(self, host: str, body: object, headers: dict[str, str] | None = None) -> tuple[int, dict[str, Any]]:
        """Post JSON to the host's /graphql/ and return status and answer."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        try:
            sent = {"Host": host, "Content-Type": "application/json", "Accept": "application/json", **(headers or {})}
            connection.request("POST", "/graphql/", json.dumps(body), sent)
            answer: HTTPResponse = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()

    def sign_in(self, host: str, email: str, password: str = PASSWORD) -> dict[str, str]:
        """Sign in as the web app does and return the headers of the session."""
        cookies = SimpleCookie()
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        try:
            connection.request("GET", "/_allauth/browser/v1/config", headers={"Host": host})
            _keep_cookies(connection.getresponse(), cookies)
            body = json.dumps({"email": email, "password": password})
            headers = {**_session_headers(cookies, host), "Content-Type": "application/json"}
            connection.request("POST", "/_allauth/browser/v1/auth/login", body, headers)
            answer = connection.getresponse()
            _keep_cookies(answer, cookies)
            if answer.status != 200:
                raise RuntimeError(f"{email} could not sign in: {answer.status}")
        finally:
            connection.close()
        return _session_headers(cookies, host)


def _keep_cookies(answer: HTTPResponse, cookies: SimpleCookie) -> None:
    for line in answer.headers.get_all("Set-Cookie") or []:
        cookies.load(line)
    answer.read()


def _session_headers(cookies: SimpleCookie, host: str) -> dict[str, str]:
    pairs = "; ".join(f"{name}={morsel.value}" for name, morsel in cookies.items())
    token = next((morsel.value for name, morsel in cookies.items() if name.endswith("csrftoken")), "")
    return {"Host": host, "Cookie": pairs, "X-CSRFToken": token, "Origin": f"http://{host}"}


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(*, workers: int = 1, environment: dict[str, str] | None = None) -> Iterator[LiveServer]:
    """Serve the database that the tests point at."""
    port = free_port()
    command = [sys.executable, "-m", "config.commands", "serve", "--port", str(port), "--workers", str(workers)]
    process = subprocess.Popen(
        command,
        env={**os.environ, "ONEBANNER_DEBUG": "1", **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_until_it_answers(port, process)
        yield LiveServer(port, process)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_it_answers(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"The server ended with {process.returncode} before it answered.")
        connection = HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("GET", "/", headers={"Host": "nowhere.example"})
            connection.getresponse().read()
            return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise RuntimeError(f"The server did not answer within {PATIENCE_SECONDS} seconds.")
