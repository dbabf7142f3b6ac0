"""Who may give and take which role: nobody gives more than they have, and somebody always runs the chain (A08)."""

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from chains.actor import Actor, ActorKind
from kit.refusals import Refusal
from members.rules.permissions import APPOINTED_BY, Permission, Role
from members.rules.reach import Place


class OwnRole(Refusal):
    """Somebody without the right to appoint HQ wants to change what they are themselves."""

    message = _("Nobody changes their own role. Ask an HQ administrator.")


class LastAdministrator(Refusal):
    """The chain would be left without anybody who runs it."""

    message = _("This is the last HQ administrator who is active. Appoint another one first.")


class OwnDeactivation(Refusal):
    """Somebody wants to deactivate themself."""

    message = _("Nobody deactivates themself. Ask another HQ administrator.")


def must_appoint(actor: Actor, verb: Permission, role: Role, place: Place) -> None:
    """Raise NotFound or NotPermitted unless the actor may do this verb with that role at that place.

    Two permissions are asked for: the verb, and the one that covers the role. What covers an area covers the chain,
    because an area is redrawn without asking who was appointed for it.
    """
    actor.must(verb, at=place.store_id)
    actor.must(APPOINTED_BY[role], at=place.store_id)


def must_appoint_whoever_holds(actor: Actor, roles: Iterable[Role]) -> None:
    """Raise NotPermitted unless the actor may appoint to each of the roles that a member gets back or loses.

    A token never appoints HQ, so a leaked one neither locks HQ out nor brings back somebody who had to go.
    """
    for role in roles:
        actor.must(APPOINTED_BY[role])


def refuse_own_role(actor: Actor, user_id: UUID) -> None:
    """Raise OwnRole when somebody changes their own role without appointing HQ (a small chain has one for all)."""
    if actor.kind is not ActorKind.SYSTEM and actor.id == user_id and not actor.may(Permission.APPOINT_HQ):
        raise OwnRole


def refuse_own_deactivation(actor: Actor, user_id: UUID) -> None:
    """Raise OwnDeactivation when somebody would lock themself out."""
    if actor.id == user_id:
        raise OwnDeactivation


def refuse_leaving_no_administrator(*, remaining: int) -> None:
    """Raise LastAdministrator when no active HQ administrator would be left."""
    if remaining < 1:
        raise LastAdministrator
