"""Who plays in a journey: people who reach a running server by HTTP only, and the mail that they get."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from tests.factories.chains import PASSWORD
from tests.graphql_caller import deed_document
from tests.live_server import LiveServer
from tests.patience import PATIENCE_SECONDS

PUBLIC_HOST = "onebanner.localhost"
TREE = Path(__file__).resolve().parents[2]
_BETWEEN_MAILS = b"-" * 79


@dataclass
class Person:
    """Somebody at a host, with what proves who they are, who asks and does things in their language."""

    server: LiveServer
    host: str
    language: str
    headers: dict[str, str] = field(default_factory=dict)

    def ask(self, document: str, **variables: Any) -> dict[str, Any]:
        """Return the data of an answer without any error."""
        answer = self.answer(document, **variables)
        assert "errors" not in answer, answer["errors"]
        data: dict[str, Any] = answer["data"]
        return data

    def answer(self, document: str, **variables: Any) -> dict[str, Any]:
        """Return a whole answer, whatever is in it."""
        body = {"query": document, "variables": variables}
        _status, answer = self.server.post(self.host, body, {"Accept-Language": self.language, **self.headers})
        return answer

    def do(self, deed: str, wanted: str, **given: Any) -> dict[str, Any]:
        """Do a deed that is not refused and return its payload."""
        payload = self.attempt(deed, wanted, **given)
        assert payload["userErrors"] == [], (deed, payload["userErrors"])
        return payload

    def refused(self, deed: str, **given: Any) -> dict[str, Any]:
        """Try a deed that is refused, and return the one refusal."""
        (error,) = self.attempt(deed, "__typename", **given)["userErrors"]
        found: dict[str, Any] = error
        return found

    def attempt(self, deed: str, wanted: str, **given: Any) -> dict[str, Any]:
        """Send a deed and return its payload, with its refusals."""
        payload: dict[str, Any] = self.ask(deed_document(deed, wanted), input=given)[deed]
        return payload


def signed_in(server: LiveServer, host: str, email: str, language: str) -> Person:
    """Return somebody after signing in as the web app does."""
    return Person(server, host, language, server.sign_in(host, email))


def joined(server: LiveServer, host: str, email: str, name: str, language: str) -> Person:
    """Return somebody who read the invitation, accepted it, and signed in."""
    nobody = Person(server, host, language)
    nobody.do("acceptInvitation", "email", token=_invitation_in_mail(email), name=name, password=PASSWORD)
    return signed_in(server, host, email, language)


def operator(server: LiveServer, email: str) -> Person:
    """Return an operator whom somebody with a shell on the server has appointed."""
    command = [sys.executable, "-m", "config.commands", "operators", email, "Olga Operator"]
    said = subprocess.run(command, env=os.environ, cwd=TREE, capture_output=True, text=True, check=True).stdout
    return Person(server, PUBLIC_HOST, "en", {"Authorization": f"Bearer {said.split()[-1]}"})


@contextmanager
def working() -> Iterator[None]:
    """Let background work run beside the server, as `onebanner work` does it; mail becomes files."""
    process = subprocess.Popen(
        [sys.executable, "-m", "config.commands", "work", "--workers", "1"],
        env={**os.environ, **MAIL_TO_FILES},
        cwd=TREE,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE_SECONDS)
        finally:
            process.kill()


MAIL_TO_FILES = {"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend", "ONEBANNER_DEBUG": "1"}


def eventually(found: Any) -> Any:
    """Return what a question finds, asked again until it finds something."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        answer = found()
        if answer:
            return answer
        time.sleep(0.2)
    raise AssertionError(f"nothing came within {PATIENCE_SECONDS} s")


def _invitation_in_mail(email: str) -> str:
    text: str = eventually(lambda: _mail_to(email))
    link = re.search(r"/invitation/(\S+)", text)
    assert link, text
    return unquote(link[1])


def _mail_to(email: str) -> str:
    folder = Path(os.environ["ONEBANNER_STATE"]) / "mail"
    for file in sorted(folder.glob("*.log"), reverse=True) if folder.exists() else []:
        for written in file.read_bytes().split(_BETWEEN_MAILS):
            mail = message_from_bytes(written.strip(), policy=policy.default)
            if mail["To"] == email:
                return str(mail.get_content())
    return ""
