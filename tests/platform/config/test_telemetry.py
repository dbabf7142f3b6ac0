"""Logs are escaped lines (I17); Sentry gets faults and no secrets; Sentry being away harms nobody (F13)."""

import io
import json
import logging
import logging.config
import socket
from collections.abc import Iterator
from typing import Any

import pytest
import sentry_sdk
from sentry_sdk.envelope import Envelope
from sentry_sdk.integrations.wsgi import SentryWsgiMiddleware
from sentry_sdk.transport import Transport

from config.telemetry import logging_to_lines, start_sentry


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, Any]]]:
    """The events that Sentry is sent; the client is real, only its last step ends here."""
    events: list[dict[str, Any]] = []

    class Collected(Transport):
        def capture_envelope(self, envelope: Envelope) -> None:
            event = envelope.get_event()
            if event is not None:
                events.append(json.loads(json.dumps(event, default=str)))

    monkeypatch.setenv("SENTRY_DSN", "http://public@127.0.0.1/1")
    start_sentry()
    sentry_sdk.get_client().transport = Collected()
    yield events
    sentry_sdk.get_client().close(timeout=0)
    sentry_sdk.Scope.get_global_scope().set_client(None)


def fail_with(variables: dict[str, Any]) -> None:
    raise ZeroDivisionError(variables["input"]["reason"])


def test_a_nested_password_never_reaches_sentry(sent: list[dict[str, Any]]) -> None:
    # Not written out: Sentry is sent the lines of code around a fault as well.
    bird = "".join(("can", "ary"))
    variables = {"input": {"reason": "x", "password": f"hunter2-{bird}", "inner": [{"token": f"ob_{bird}"}]}}
    try:
        fail_with(variables)
    except ZeroDivisionError as error:
        sentry_sdk.capture_exception(error)
    assert len(sent) == 1
    assert "ZeroDivisionError" in json.dumps(sent)
    assert f"hunter2-{bird}" not in json.dumps(sent)
    assert f"ob_{bird}" not in json.dumps(sent)


def test_a_key_in_the_query_of_an_address_never_reaches_sentry(sent: list[dict[str, Any]]) -> None:
    def broken(_environ: object, _start: object) -> list[bytes]:
        raise ZeroDivisionError

    asked = {"REQUEST_METHOD": "POST", "PATH_INFO": "/graphql/", "QUERY_STRING": "access_token=ob_canary"}
    asked |= {"SERVER_NAME": "a.example", "SERVER_PORT": "443", "wsgi.url_scheme": "https"}
    with pytest.raises(ZeroDivisionError):
        SentryWsgiMiddleware(broken)(asked, lambda *_answer: None)
    assert sent[0]["request"]["url"] == "https://a.example/graphql/"
    assert "ob_canary" not in json.dumps(sent[0]["request"])


def test_a_logged_error_is_no_second_event(sent: list[dict[str, Any]]) -> None:
    logging.getLogger("onebanner.gate").error("masked already")
    assert sent == []


def test_callers_do_not_wait_for_a_sentry_that_never_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("SENTRY_DSN", f"http://public@127.0.0.1:{silent.getsockname()[1]}/1")
        start_sentry()
        # Waiting for an answer would end in this test's time-out, not here.
        references = [sentry_sdk.capture_exception(ValueError("nobody answers")) for _ in range(200)]
        sentry_sdk.get_client().close(timeout=0)
        sentry_sdk.Scope.get_global_scope().set_client(None)
    assert len(references) == 200


def test_a_forged_line_stays_inside_its_string() -> None:
    forged = 'agent\n{"level": "CRITICAL", "message": "forged"}\r\n'
    stream = io.StringIO()
    formatter = logging.config.DictConfigurator(logging_to_lines("INFO")).configure_formatter(
        logging_to_lines("INFO")["formatters"]["line"]
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    logger = logging.getLogger("tests.forged")
    logger.addHandler(handler)
    logger.warning("signed in with %s", forged, extra={"agent": forged})
    logger.removeHandler(handler)
    (line,) = stream.getvalue().splitlines()
    assert json.loads(line)["message"] == f"signed in with {forged}"
    assert json.loads(line)["agent"] == forged
