"""Questions about people, narrowed to what the actor may see; and what the gate asks to find out who calls."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet

from chains.actor import Actor, Audience
from chains.scope import current_chain
from kit.refusals import NotFound
from kit.tokens import digest_of
from members.models import AccessToken, Assignment, Invitation, InvitationState, SecretDigest, User, Visit
from members.rules.actors import Given
from members.rules.permissions import Permission, Role
from members.rules.reach import Place
from members.signin.keys import invitation_in


def members_for(actor: Actor) -> QuerySet[User]:
    """Return the people whom the actor sees, by name."""
    actor.must_somewhere(Permission.READ_MEMBERS)
    return User.objects.visible_to(actor).order_by("name", "id")


def get_member(actor: Actor, user_id: UUID, *, field: str | tuple[str, ...] = ()) -> User:
    """Return one person whom the actor sees; raises NotFound, with the field that named them."""
    user = User.objects.visible_to(actor).filter(id=user_id).first()
    if user is None:
        raise NotFound(field=field)
    return user


def get_assignment(actor: Actor, assignment_id: UUID) -> Assignment:
    """Return one assignment at a place that the actor sees; raises NotFound."""
    found = Assignment.objects.select_related("user").filter(id=assignment_id)
    if actor.audience is not Audience.HQ:
        found = found.filter(store_id__in=actor.store_ids)
    assignment = found.first()
    if assignment is None:
        raise NotFound
    return assignment


def invitations_for(actor: Actor) -> QuerySet[Invitation]:
    """Return invitations to places where the actor may read them, the newest first; raises NotPermitted."""
    actor.must_somewhere(Permission.READ_INVITATIONS)
    return readable_invitations(actor)


def readable_invitations(actor: Actor) -> QuerySet[Invitation]:
    """Return invitations to places where the actor may read them; none to whoever may read them nowhere."""
    found = Invitation.objects.order_by("-invited_at", "-id")
    stores = actor.stores_with(Permission.READ_INVITATIONS)
    return found if stores is None else found.filter(store_id__in=stores)


def offered(secret: str, *, now: datetime) -> Invitation | None:
    """Return the open invitation that a link's secret is for; None for every other text, whatever is wrong with it."""
    invitation_id = invitation_in(secret)
    if invitation_id is None:
        return None
    return Invitation.objects.filter(id=invitation_id, state=InvitationState.OPEN, expires_at__gt=now).first()


def get_invitation(actor: Actor, invitation_id: UUID) -> Invitation:
    """Return one invitation to a place that the actor sees, locked until the transaction ends; raises NotFound."""
    found = Invitation.objects.select_for_update().filter(id=invitation_id)
    if actor.audience is not Audience.HQ:
        found = found.filter(store_id__in=actor.store_ids)
    invitation = found.first()
    if invitation is None:
        raise NotFound
    return invitation


def access_tokens_for(actor: Actor) -> QuerySet[AccessToken]:
    """Return the actor's own tokens, or everybody's to who may see them, the newest first."""
    found = AccessToken.objects.order_by("-created_at", "-id")
    return found if actor.may(Permission.READ_ACCESS_TOKENS) else found.filter(owner_id=actor.id, owner__isnull=False)


def names_of(user_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return what people are called who did something that the caller may see, wherever they work."""
    return dict(User.objects.filter(id__in=set(user_ids)).order_by().values_list("id", "name"))


def works_at(user_id: UUID, store_id: UUID) -> bool:
    """Tell whether somebody is an active member who is assigned to this very store."""
    return Assignment.objects.filter(user_id=user_id, store_id=store_id, user__is_active=True).exists()


def reaching(store_id: UUID | OuterRef, area_id: UUID | OuterRef | None) -> Q:
    """Return which assignments hold at a store: those to it, to its area, and to the whole chain."""
    nowhere_else = Q(store_id=None)
    reach = Q(store_id=store_id) | (nowhere_else & Q(area_id=None))
    return reach if area_id is None else reach | (nowhere_else & Q(area_id=area_id))


def assignments_of(user_id: UUID) -> list[Given]:
    """Return everything a user is assigned to; asked by the gate, before there is an actor."""
    rows = Assignment.objects.filter(user_id=user_id).order_by("since", "id")
    # Each request asks this: no more of a row is made than it needs.
    return [
        Given(role=Role(role), place=Place(area_id=area_id, store_id=store_id))
        for role, area_id, store_id in rows.values_list("role", "area_id", "store_id")
    ]


def token_with(secret: str, *, now: datetime) -> AccessToken | None:
    """Return the living token of this chain that has this secret, its owner being active; else None."""
    token = (
        AccessToken.objects.select_related("owner")
        .filter(id__in=_opened_by(secret), revoked_at=None, expires_at__gt=now)
        .first()
    )
    if token is None or (token.owner is not None and not token.owner.is_active):
        return None
    return token


def visit_with(secret: str, *, now: datetime) -> Visit | None:
    """Return the running visit to this chain that has this secret; else None."""
    visit = (
        Visit.objects.select_related("member").filter(id__in=_opened_by(secret), ended_at=None, ends_at__gt=now).first()
    )
    if visit is None or (visit.member is not None and not visit.member.is_active):
        return None
    return visit


def _opened_by(secret: str) -> QuerySet[SecretDigest, UUID]:
    digest = digest_of(secret, bound_to=current_chain().id)
    return SecretDigest.objects.filter(digest=digest).values_list("opens_id", flat=True)
