"""The one door to a chain's data."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from django.conf import settings
from django.db import connections, transaction

from chains.actor import Actor, Audience
from chains.backends.scoped.base import DatabaseWrapper, OutsideScope, ScopeSettings
from chains.models import Chain

CHAINS_ALIAS = "default"
_SCHEMA_NAME = re.compile(r"c_[0-9a-f]{20}")


class NestedScope(RuntimeError):
    """Code tried to enter a scope while another one is open."""


@contextmanager
def scope(chain: Chain, actor: Actor, *, read_only: bool = False) -> Iterator[None]:
    """Open a transaction that sees one chain, as far as the actor's audience reaches.

    Role, search path and visible stores hold for this transaction only. Raises NestedScope inside another scope.
    """
    connection = _connection()
    if connection.scope is not None:
        raise NestedScope("One scope at a time: leave the open one first.")
    opened = ScopeSettings(
        chain_id=chain.id,
        chain=chain,
        begin="BEGIN READ ONLY" if read_only else "BEGIN",
        statements=scope_statements(schema=chain.schema_name, actor=actor),
    )
    joins_open_transaction = connection.in_atomic_block
    connection.scope = opened
    try:
        with transaction.atomic(using=CHAINS_ALIAS):
            if joins_open_transaction:
                connection.send(*opened.statements)
            yield
    finally:
        connection.scope = None


def current_chain() -> Chain:
    """Return the chain whose scope is open; raises OutsideScope when there is none."""
    opened = _connection().scope
    if opened is None:
        raise OutsideScope("There is no open scope, hence no current chain.")
    return cast(Chain, opened.chain)


def scope_statements(*, schema: str, actor: Actor) -> tuple[str, ...]:
    """Return the literal SET LOCAL statements of a scope, each a statement of its own (Citus, PgBouncer)."""
    if not _SCHEMA_NAME.fullmatch(schema):
        raise ValueError(f"Not the schema of a chain: {schema!r}")
    statements = [
        f'SET LOCAL ROLE "{settings.ONEBANNER_ROLE_PREFIX}_{actor.audience.value}"',
        f'SET LOCAL search_path = "{schema}", extensions',
    ]
    if actor.audience is Audience.STORE:
        (store_id,) = actor.store_ids
        statements.append(f"SET LOCAL app.store_id = '{store_id}'")
    elif actor.audience is Audience.AREA:
        stores = ",".join(sorted(str(store_id) for store_id in actor.store_ids))
        statements.append(f"SET LOCAL app.store_ids = '{{{stores}}}'")
    return tuple(statements)


def _connection() -> DatabaseWrapper:
    return cast(DatabaseWrapper, connections[CHAINS_ALIAS])
