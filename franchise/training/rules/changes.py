"""Whom a changed clause asks to learn it: the stores and roles in its scope (T6)."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from members.rules.permissions import Role

Scope = Mapping[str, Any]


def binds_store(scope: Scope, *, store_id: UUID, area_id: UUID | None, kind: str) -> bool:
    """Tell whether a clause is about a store; each list that is there has to name it."""
    here = {"store_ids": str(store_id), "area_ids": str(area_id), "store_kinds": kind}
    return all(value in map(str, scope[name]) for name, value in here.items() if scope.get(name))


def binds_anybody_of(scopes: Sequence[Scope], roles: frozenset[Role]) -> bool:
    """Tell whether one of some clauses is about somebody with these roles."""
    return any(not scope.get("roles") or roles & set(scope["roles"]) for scope in scopes)
