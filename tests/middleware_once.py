"""Test clients of one process share their chain of middleware, as the requests of one server do.

Each would make its own at its first request, and making it looks at every file of the built web app.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from django.test.client import ClientHandler
from django.test.signals import setting_changed

_PARTS = ("_view_middleware", "_template_response_middleware", "_exception_middleware", "_middleware_chain")


@contextmanager
def one_chain_of_middleware() -> Iterator[None]:
    """Let it be made once, and again after a setting has changed, while the block runs."""
    made: list[dict[str, Any]] = []
    load = ClientHandler.load_middleware

    def load_once(handler: ClientHandler, is_async: bool = False) -> None:
        parts = next(iter(made), None)
        if parts is None:
            load(handler, is_async)
            made[:] = [{part: getattr(handler, part) for part in _PARTS}]
        else:
            vars(handler).update(parts)

    def forget(**_signal: Any) -> None:
        made.clear()

    setting_changed.connect(forget)
    try:
        with patch.object(ClientHandler, "load_middleware", load_once):
            yield
    finally:
        setting_changed.disconnect(forget)
