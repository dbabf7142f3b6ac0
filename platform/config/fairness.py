"""Each host's fair share of a worker: so many of its requests inside at once, and turns among hosts (corpus G21).

Counted by the Host header before anything is asked of the database, since a refusal has to cost next to nothing; and
counted in each worker by itself, since what one host could use up, threads and computing time, is the worker's own. So
a worker that is killed leaves no place taken.
"""

from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any

import orjson
from django.core.handlers.wsgi import WSGIRequest
from django.db import connections
from django.http.request import split_domain_port
from django.utils.translation import get_language_from_request, override

from api.gate.masking import told
from api.gate.refusals import TooManyAtOnce
from api.gate.shape import MOST_BYTES
from kit import turns

# Of one host, in one worker. A page of the web app asks for less than six things together.
MOST_INSIDE = 8
# More would compute nothing sooner, and keep the database busy for one host.
MOST_BEGUN = 1
RETRY_AFTER_SECONDS = 1
_ALIASES = ("default", "public")

Environment = dict[str, Any]
Application = Callable[[Environment, Callable[..., Any]], Iterable[bytes]]


class FairApplication:
    """A WSGI application whose hosts take turns; what is too much of one host is refused with 429."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._turns = turns.Turns(most_inside=MOST_INSIDE, most_begun=MOST_BEGUN)

    def __call__(self, environ: Environment, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer when it is this host's turn."""
        try:
            with self._turns.inside(host_of(environ)) as visit:
                # A client that sends slowly must not keep others waiting meanwhile.
                _read_body(environ)
                with self._turns.turn(visit):
                    _rest_while_database_works()
                    return self._application(environ, start_response)
        except turns.TooManyAtOnce:
            return _refused(environ, start_response)


def host_of(environ: Environment) -> str:
    """Return the host that is called, however it is written; empty for none."""
    host, _port = split_domain_port(environ.get("HTTP_HOST", "").lower())
    return host


def _read_body(environ: Environment) -> None:
    """Read as much of a body as any address here takes; what is announced as longer is refused unread."""
    announced = environ.get("CONTENT_LENGTH") or "0"
    if announced.isascii() and announced.isdigit() and int(announced[:10]) <= MOST_BYTES:
        environ["wsgi.input"] = BytesIO(environ["wsgi.input"].read(MOST_BYTES + 1))


def _rest_while_database_works() -> None:
    for alias in _ALIASES:
        wrappers = connections[alias].execute_wrappers
        if _resting not in wrappers:
            wrappers.append(_resting)


def _resting(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
    with turns.resting():
        return execute(sql, params, many, context)


def _refused(environ: Environment, start_response: Callable[..., Any]) -> Iterable[bytes]:
    with override(get_language_from_request(WSGIRequest(environ))):
        body = orjson.dumps({"errors": [told(TooManyAtOnce())]})
    headers = [
        ("Content-Type", "application/json; charset=utf-8"),
        ("Content-Length", str(len(body))),
        ("Retry-After", str(RETRY_AFTER_SECONDS)),
        ("Cache-Control", "no-store"),
        ("Vary", "Accept-Language"),
    ]
    start_response("429 Too Many Requests", headers)
    return [body]
