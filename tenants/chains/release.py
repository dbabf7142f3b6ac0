"""What this release's migrations make of a chain's schema, told by one hash."""

import hashlib
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Release:
    """The migrations of the chains' apps, each with a digest of its source, and one hash over all of them."""

    hash: str
    migrations: dict[str, str]


def chain_labels() -> frozenset[str]:
    """Return the labels of the apps whose tables are in every chain's schema."""
    return frozenset(config.label for config in apps.get_app_configs() if config.name in settings.TENANT_APPS)


def shared_labels() -> frozenset[str]:
    """Return the labels of the apps whose tables stand beside the chains."""
    return frozenset(config.label for config in apps.get_app_configs() if config.name in settings.SHARED_APPS)


def this_release() -> Release:
    """Return what the code of this process brings along."""
    return _read(tuple(sorted(settings.MIGRATION_MODULES.items())))


def named(key: Key) -> str:
    """Return a migration's name as it is kept in a blueprint: `app.name`."""
    return ".".join(key)


@lru_cache(maxsize=4)
def _read(_modules: tuple[tuple[str, str | None], ...]) -> Release:
    labels = chain_labels()
    found = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    migrations = {named(key): _digest(found[key]) for key in sorted(found) if key[0] in labels}
    text = "\n".join(f"{name} {digest}" for name, digest in migrations.items())
    return Release(hash=hashlib.sha256(text.encode()).hexdigest(), migrations=migrations)


def _digest(migration: Migration) -> str:
    source = sys.modules[type(migration).__module__].__file__
    return hashlib.sha256(Path(source).read_bytes() if source else b"").hexdigest()
