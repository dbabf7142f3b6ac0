"""The two chains with a row of every type in both stores, and everybody who may call."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
import pytest
from django.test import override_settings
from pytest_django.plugin import DjangoDbBlocker

from api.base.ids import BadId, global_id, parse_global_id
from chains.actor import system_actor
from chains.scope import scope
from standards.models.texts import Version, VersionState
from tests.attacks.matrix.callers import Callers
from tests.attacks.matrix.documents import SCHEMA, thing_types
from tests.database import copy_of, pointed_at, template
from tests.factories.chains import FurnishedChain
from tests.factories.rows import Rows, is_of_stores

THINGS = thing_types(SCHEMA)
MISSING = UUID("01a20171-0000-7000-8000-000000000000")


@dataclass(frozen=True)
class World:
    """Where every row that exists is: its chain's host, and its store where it has one."""

    a: FurnishedChain
    b: FurnishedChain
    rows: dict[tuple[str, UUID, str], Any]
    places: dict[UUID, tuple[str, UUID | None]]
    earlier: UUID

    def id_of(self, thing: str, place: str) -> str:
        """Return the global id of a thing in chain A's `own` or `other` store, in the `foreign` chain, or `missing`.

        The `earlier` version is the one before chain A's row.
        """
        if place in ("missing", "earlier"):
            return global_id(thing, MISSING if place == "missing" else self.earlier)
        chain = self.b if place == "foreign" else self.a
        store = chain.other_store if place == "other" else chain.store
        return global_id(thing, self.rows[chain.host, store, thing].pk)

    def strangers(self, content: bytes, seen: frozenset[UUID] | None) -> list[str]:
        """Return the things in an answer that are not chain A's, or not of the stores that are seen (None: all)."""
        strange = []
        for text in _texts(orjson.loads(content)):
            try:
                name, key = parse_global_id(text)
            except BadId:
                continue
            host, store = self.places.get(key, (self.a.host, None))
            if host != self.a.host or (seen is not None and store is not None and store not in seen):
                strange.append(f"{name} {key} of {host} {store}")
        return strange


# Nobody in the matrix runs out of points.
BOUNDLESS = {"GATE_CALLER_RATE": (10**9, 10**6), "GATE_CHAIN_RATE": (10**9, 10**6)}


@pytest.fixture(scope="session")
def _made(furnished: Any, django_db_blocker: DjangoDbBlocker) -> Iterator[tuple[str, World, Callers]]:
    """A database for all files of one process: tests take back what they write, call by call.

    One transaction would do it too, but as long as it ran, no journal on the server would be handed over: those of
    the other process's tests neither.
    """
    with django_db_blocker.unblock(), copy_of(template(), "_matrix") as name:
        with pointed_at(name):
            world = furnished_with_rows(furnished)
            callers = Callers(world.a)
        yield name, world, callers


@pytest.fixture(scope="module")
def world(_made: tuple[str, World, Callers], django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """The two chains in the matrix's database, which everything uses as long as this file's tests run."""
    name, world, _callers = _made
    with django_db_blocker.unblock(), pointed_at(name), override_settings(**BOUNDLESS):
        yield world


@pytest.fixture(scope="module")
def callers(_made: tuple[str, World, Callers], world: World) -> Callers:
    return _made[2]


def furnished_with_rows(chains: Any) -> World:
    rows: dict[tuple[str, UUID, str], Any] = {}
    places: dict[UUID, tuple[str, UUID | None]] = {}
    for chain in (chains.a, chains.b):
        with scope(chain.chain, system_actor()):
            made = Rows(chain)
            for name, named in THINGS.items():
                model = named.graphene_type._meta.model
                for store in (chain.store, chain.other_store):
                    rows[chain.host, store, name] = made.row(model, store)
                places.update(_places_of(model, chain))
    return World(chains.a, chains.b, rows, places, _version_before(chains.a, rows))


def _version_before(chain: FurnishedChain, rows: dict[tuple[str, UUID, str], Any]) -> UUID:
    """Make the version before the row of a chain: two of one standard are held against each other."""
    version = rows[chain.host, chain.store, "Version"]
    made = {"standard_id": version.standard_id, "titles": version.titles, "drafted_at": version.drafted_at}
    with scope(chain.chain, system_actor()):
        return Version.objects.create(number=version.number - 1, state=VersionState.SUPERSEDED, **made).pk


def _places_of(model: Any, chain: FurnishedChain) -> dict[UUID, tuple[str, UUID | None]]:
    if model._meta.model_name == "chain":
        return {chain.chain.pk: (chain.host, None)}
    column = "pk" if model._meta.model_name == "store" else "store_id" if is_of_stores(model) else None
    if column is None:
        return {row.pk: (chain.host, None) for row in model._default_manager.all()}
    return {row.pk: (chain.host, getattr(row, column)) for row in model._default_manager.all()}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
