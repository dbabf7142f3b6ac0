"""The actor: who does a deed, what it may do and which stores it sees."""

from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from kit.ids import new_id
from kit.refusals import NotFound, NotPermitted


class Audience(StrEnum):
    """The database role under which an actor's statements run."""

    STORE = "store"
    AREA = "area"
    HQ = "hq"
    GATE = "gate"


class ActorKind(StrEnum):
    """What sort of caller an actor is."""

    USER = "USER"
    TOKEN = "TOKEN"
    SYSTEM = "SYSTEM"
    OPERATOR = "OPERATOR"
    GATE = "GATE"


@dataclass(frozen=True, slots=True)
class Grant:
    """Permissions for some stores, or for the whole chain when `store_ids` is None; `role` is what gives them."""

    permissions: frozenset[str]
    store_ids: frozenset[UUID] | None = None
    role: str | None = None

    def covers(self, permission: str, at: UUID | None) -> bool:
        """Tell whether the permission is given there; `at=None` asks for the chain as a whole."""
        return permission in self.permissions and (self.store_ids is None or at in self.store_ids)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts; built once per request from the role assignments, never changed.

    `store_ids` are the stores seen by the audiences STORE and AREA; HQ sees all of them.
    `behalf_of_id` is the person who really acts when an operator or HQ acts in someone's place (S12, A12).
    """

    kind: ActorKind
    id: UUID | None
    audience: Audience
    grants: tuple[Grant, ...] = ()
    store_ids: frozenset[UUID] = frozenset()
    token_id: UUID | None = None
    behalf_of_id: UUID | None = None
    request_id: UUID = field(default_factory=new_id)
    address: str | None = None
    language: str = "en"

    @property
    def user_id(self) -> UUID | None:
        """The chain's own user who acts, signed in or by a token of theirs; None for a machine and for an operator."""
        return self.id if self.kind in (ActorKind.USER, ActorKind.TOKEN) else None

    @property
    def own_id(self) -> UUID | None:
        """The user who acts for themselves; None also where somebody acts in their place, who is not them."""
        return self.user_id if self.behalf_of_id is None else None

    def sees(self, store_id: UUID) -> bool:
        """Tell whether rows of that store are visible to this actor."""
        return self.audience is Audience.HQ or store_id in self.store_ids

    def may(self, permission: str, *, at: UUID | None = None) -> bool:
        """Tell whether the actor has the permission at a store, or for the chain when no store is named."""
        if self.kind is ActorKind.SYSTEM:
            return True
        return any(grant.covers(permission, at) for grant in self.grants)

    def roles_at(self, store_id: UUID) -> frozenset[str]:
        """Return what the actor is at a store; a machine that stands for nobody has no role."""
        here = (grant for grant in self.grants if grant.store_ids is None or store_id in grant.store_ids)
        return frozenset(grant.role for grant in here if grant.role is not None)

    def may_somewhere(self, permission: str) -> bool:
        """Tell whether the actor has the permission for the chain or for at least one store."""
        return self.kind is ActorKind.SYSTEM or any(permission in grant.permissions for grant in self.grants)

    def stores_with(self, permission: str) -> frozenset[UUID] | None:
        """Return the stores at which the actor has the permission; None stands for all of them."""
        having = [grant.store_ids for grant in self.grants if permission in grant.permissions]
        if self.kind is ActorKind.SYSTEM or None in having:
            return None
        return frozenset[UUID]().union(*(store_ids for store_ids in having if store_ids is not None))

    def must(self, permission: str, *, at: UUID | None = None) -> None:
        """Refuse unless the actor has the permission there.

        Raises NotFound for a store that the actor does not see (the same as for a missing one), else NotPermitted.
        """
        if at is not None and self.kind is not ActorKind.SYSTEM and not self.sees(at):
            raise NotFound
        if not self.may(permission, at=at):
            raise NotPermitted(permission=str(permission))

    def must_somewhere(self, permission: str) -> None:
        """Refuse with NotPermitted unless the actor has the permission for the chain or for some store."""
        if not self.may_somewhere(permission):
            raise NotPermitted(permission=str(permission))


def system_actor(*, request_id: UUID | None = None) -> Actor:
    """Return the actor of background work: it sees the whole chain and may do everything."""
    return Actor(kind=ActorKind.SYSTEM, id=None, audience=Audience.HQ, request_id=request_id or new_id())


def gate_actor(*, request_id: UUID | None = None, address: str | None = None, language: str = "en") -> Actor:
    """Return the actor of the gate, which may only find out who is calling."""
    return Actor(
        kind=ActorKind.GATE,
        id=None,
        audience=Audience.GATE,
        request_id=request_id or new_id(),
        address=address,
        language=language,
    )


def audience_for(*, whole_chain: bool, store_ids: Collection[UUID]) -> Audience:
    """Return the narrowest audience that still reaches everything the actor was given."""
    if whole_chain:
        return Audience.HQ
    return Audience.STORE if len(store_ids) == 1 else Audience.AREA
