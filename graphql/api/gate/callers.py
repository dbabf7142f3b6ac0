"""What finding out who calls promises to the gate."""

from datetime import datetime
from typing import Protocol

from django.http import HttpRequest

from chains.actor import Actor


class Authenticate(Protocol):
    """Finds out who calls; runs inside a short scope of the gate's own role."""

    def __call__(self, request: HttpRequest, *, now: datetime) -> Actor | None:
        """Return the caller, or None for nobody; raises Unauthenticated for a token that is not good here."""
        ...
