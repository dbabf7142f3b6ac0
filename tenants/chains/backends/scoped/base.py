"""The backend of the alias `default`: no statement runs outside a scope.

The scope's settings are sent together with BEGIN, so a scope costs one round trip, and savepoints as few as can be.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.backends.postgresql import base
from django.utils.functional import cached_property

from chains.backends.constraints import ImmediateConstraints
from chains.backends.scoped.savepoints import Savepoints


class OutsideScope(RuntimeError):
    """Code asked the chain's database something without having entered a chain's scope."""


@dataclass(frozen=True, slots=True)
class ScopeSettings:
    """The statements that open a scope, and whose scope it is."""

    chain_id: UUID
    chain: object
    begin: str
    statements: tuple[str, ...]


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL for chains' data, closed unless a scope is open."""

    ops_class = ImmediateConstraints
    scope: ScopeSettings | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._savepoints = Savepoints()
        # With each statement, since a cursor may be older than the savepoint it is used in.
        self.execute_wrappers.append(self._after_savepoints)

    def _cursor(self, name: str | None = None) -> Any:
        if self.scope is None or not self.in_atomic_block:
            raise OutsideScope("Enter chains.scope.scope(chain, actor) before asking the chain's database anything.")
        # The stubs do not know this method, which every backend has.
        return super()._cursor(name)  # type: ignore[misc]

    def _after_savepoints(self, execute: Callable[..., Any], *statement: Any) -> Any:
        self._tell_savepoints()
        return execute(*statement)

    def _tell_savepoints(self) -> None:
        # In a transaction that is lost already, the statement itself says so.
        if not self.needs_rollback:
            self._tell(self._savepoints.before_statement())

    def _savepoint(self, sid: str) -> None:
        self._savepoints.ask(sid)

    def _savepoint_commit(self, sid: str) -> None:
        self._tell(self._savepoints.release(sid))

    def _savepoint_rollback(self, sid: str) -> None:
        self._tell(self._savepoints.roll_back(sid))

    def _tell(self, statements: list[str]) -> None:
        if statements:
            # Through a cursor: whoever counts statements counts these.
            with self.cursor() as cursor:
                cursor.execute("; ".join(statements))

    def _start_transaction_under_autocommit(self) -> None:
        self._savepoints = Savepoints()
        # Django calls this hook, where it exists, in place of its own BEGIN.
        if self.scope is None:
            self.connection.execute("BEGIN")
            return
        self.send(self.scope.begin, *self.scope.statements)

    def send(self, *statements: str) -> None:
        """Send literal statements in one round trip; on Citus each has to travel alone (decision 0005)."""
        with self.wrap_database_errors:
            self.connection.execute("; ".join([*self._savepoints.before_statement(), *statements]), prepare=False)

    @cached_property
    def pg_version(self) -> int:
        """Return the server's version from the handshake; Django's own probe would open a cursor."""
        self.ensure_connection()
        return int(self.connection.info.server_version)
