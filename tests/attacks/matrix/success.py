"""What a deed needs to be done once: how the lists of successes tell it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils import timezone

from tests.attacks.matrix.callers import Callers
from tests.attacks.matrix.conftest import World

Given = dict[str, Any]
Prepare = Callable[[World, Callers], object]

TOMORROW = timezone.now() + timedelta(days=1)


def _nothing(_world: World, _callers: Callers) -> Given:
    return {}


@dataclass(frozen=True)
class Success:
    """Who does a deed, what they give beside what is made up, and what has to be so before.

    A field that is given as None is not given. `found` are those that depend on the rows.
    """

    who: str = "HQ_ADMINISTRATOR"
    given: Given = field(default_factory=dict)
    found: Callable[[World], Given] = lambda _world: {}
    prepare: Prepare = _nothing


def row_of(world: World, thing: str) -> Any:
    """Return the row of a thing at the own store."""
    return world.rows[world.a.host, world.a.store, thing]
