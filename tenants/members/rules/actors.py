"""From assignments, tokens and visits to an actor: who acts, what they may do, which stores they see."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from chains.actor import Actor, ActorKind, Audience, Grant, audience_for
from kit.ids import new_id
from members.rules.holders import PERMISSIONS_OF
from members.rules.permissions import Permission, Role
from members.rules.reach import Place
from members.rules.scopes import permissions_within

StoresInArea = Mapping[UUID, frozenset[UUID]]

# An operator on a visit looks and changes nothing (A12).
VISITORS_PERMISSIONS = frozenset(permission for permission in Permission if permission.startswith("READ_"))


@dataclass(frozen=True, slots=True)
class Given:
    """A role and where it holds, as an assignment says."""

    role: Role
    place: Place


@dataclass(frozen=True, slots=True)
class Request:
    """What a request tells about itself; it goes into every journal entry."""

    id: UUID
    address: str | None = None
    language: str = "en"

    @classmethod
    def unknown(cls) -> "Request":
        """Return the particulars of something that came by no request."""
        return cls(id=new_id())


def grants_of(given: Iterable[Given], stores_in: StoresInArea) -> tuple[Grant, ...]:
    """Return what the assignments allow; `stores_in` says which stores an area has now."""
    return tuple(Grant(PERMISSIONS_OF[each.role], _stores_at(each.place, stores_in), each.role) for each in given)


def person(user_id: UUID, grants: tuple[Grant, ...], request: Request) -> Actor:
    """Return a signed-in person as an actor."""
    return _actor(ActorKind.USER, user_id, grants, request)


def represented(
    user_id: UUID, grants: tuple[Grant, ...], request: Request, *, visit_id: UUID, visitor_id: UUID
) -> Actor:
    """Return a member in whose place somebody at HQ really acts; the journal names both (S12)."""
    return _actor(ActorKind.USER, user_id, grants, request, token_id=visit_id, behalf_of_id=visitor_id)


def personal_token(
    token_id: UUID,
    owner_id: UUID,
    grants: tuple[Grant, ...],
    *,
    scopes: Collection[str],
    store_ids: Collection[UUID] | None,
    request: Request,
) -> Actor:
    """Return a personal token as an actor: never more than its owner, its scopes and its stores (S13)."""
    allowed = permissions_within(scopes)
    limited = tuple(
        Grant((grant.permissions & allowed) | permissions_within(()), _common(grant.store_ids, store_ids), grant.role)
        for grant in grants
    )
    return _actor(ActorKind.TOKEN, owner_id, limited, request, token_id=token_id)


def service_token(
    token_id: UUID, *, scopes: Collection[str], store_ids: Collection[UUID] | None, request: Request
) -> Actor:
    """Return a service token as an actor: it stands alone, whoever made it."""
    grant = Grant(permissions_within(scopes), None if store_ids is None else frozenset(store_ids))
    return _actor(ActorKind.TOKEN, None, (grant,), request, token_id=token_id)


def visiting_operator(operator_id: UUID, visit_id: UUID, request: Request) -> Actor:
    """Return an operator who looks into a chain for a stated reason and time (A12)."""
    grant = Grant(VISITORS_PERMISSIONS, None)
    return _actor(ActorKind.OPERATOR, operator_id, (grant,), request, token_id=visit_id)


def _actor(
    kind: ActorKind,
    actor_id: UUID | None,
    grants: tuple[Grant, ...],
    request: Request,
    *,
    token_id: UUID | None = None,
    behalf_of_id: UUID | None = None,
) -> Actor:
    whole_chain = any(grant.store_ids is None for grant in grants)
    store_ids = frozenset[UUID]().union(*(grant.store_ids for grant in grants if grant.store_ids is not None))
    audience = audience_for(whole_chain=whole_chain, store_ids=store_ids)
    return Actor(
        kind=kind,
        id=actor_id,
        audience=audience,
        grants=grants,
        store_ids=frozenset() if audience is Audience.HQ else store_ids,
        token_id=token_id,
        behalf_of_id=behalf_of_id,
        request_id=request.id,
        address=request.address,
        language=request.language,
    )


def _stores_at(place: Place, stores_in: StoresInArea) -> frozenset[UUID] | None:
    if place.store_id is not None:
        return frozenset({place.store_id})
    if place.area_id is not None:
        return stores_in.get(place.area_id, frozenset())
    return None


def _common(granted: frozenset[UUID] | None, limit: Collection[UUID] | None) -> frozenset[UUID] | None:
    if limit is None:
        return granted
    return frozenset(limit) if granted is None else granted & frozenset(limit)
