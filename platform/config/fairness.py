"""Each host's fair share of a worker: so many of its requests inside at once, one of them begun (corpus G21).

Counted by the Host header before anything is asked of the database, since a refusal has to cost next to nothing; and
counted in each worker by itself, since what one host could use up, threads and computing time, is the worker's own. So
a worker that is killed leaves no place taken.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import orjson
from django.core.handlers.wsgi import WSGIRequest
from django.http.request import split_domain_port
from django.utils.translation import get_language_from_request, override

from api.gate.masking import told
from api.gate.refusals import TooManyAtOnce
from api.gate.shape import MOST_BYTES

# Of one host, in one worker. A page of the web app asks for less than six things together.
MOST_INSIDE = 8
RETRY_AFTER_SECONDS = 1

Environment = dict[str, Any]
Application = Callable[[Environment, Callable[..., Any]], Iterable[bytes]]


@dataclass(slots=True)
class _Host:
    """One host's requests inside: how many, and the lock of the one that has begun."""

    inside: int = 0
    begun: threading.Lock = field(default_factory=threading.Lock)


class FairApplication:
    """A WSGI application in which no host keeps more than one thread busy; what is too much of one is refused with 429.

    Between hosts the interpreter shares the processor out.
    """

    def __init__(self, application: Application) -> None:
        self._application = application
        self._lock = threading.Lock()
        self._hosts: dict[str, _Host] = {}

    def __call__(self, environ: Environment, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer once this host's earlier requests are answered."""
        with self._place(host_of(environ)) as host:
            if host is None:
                return _refused(environ, start_response)
            # A client that sends slowly must not keep its neighbours waiting meanwhile.
            _read_body(environ)
            with host.begun:
                return self._application(environ, start_response)

    @contextmanager
    def _place(self, name: str) -> Iterator[_Host | None]:
        with self._lock:
            host = self._hosts.setdefault(name, _Host())
            has_place = host.inside < MOST_INSIDE
            host.inside += has_place
        try:
            yield host if has_place else None
        finally:
            with self._lock:
                host.inside -= has_place
                if not host.inside:
                    self._hosts.pop(name, None)


def host_of(environ: Environment) -> str:
    """Return the host that is called, however it is written; empty for none."""
    host, _port = split_domain_port(environ.get("HTTP_HOST", "").lower())
    return host


def _read_body(environ: Environment) -> None:
    """Read as much of a body as any address here takes; what is announced as longer is refused unread."""
    announced = environ.get("CONTENT_LENGTH") or "0"
    if announced.isascii() and announced.isdigit() and int(announced[:10]) <= MOST_BYTES:
        environ["wsgi.input"] = BytesIO(environ["wsgi.input"].read(MOST_BYTES + 1))


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
