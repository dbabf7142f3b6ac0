"""Who acts themselves: what somebody answers for by name is not done by a key, by a machine, or for somebody else.

A personal token is its owner in whatever its scopes let it do, a service token is nobody. What neither of them may do
is in no scope (`NEVER_A_TOKENS`); the deed looks once more, at who is there.
"""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from chains.actor import Actor, ActorKind
from kit.refusals import Refusal


class PersonsOnly(Refusal):
    """A deed that only somebody who has signed in themself may do, not a token and nobody in their place."""

    message = _("Only a person who has signed in can do this.")


def must_be_a_person(actor: Actor, refusal: type[Refusal] = PersonsOnly) -> UUID:
    """Return who acts, signed in as themselves; refuses tokens, machines, operators and who is in another's place.

    `refusal` is the deed's own word for it.
    """
    if actor.kind is not ActorKind.USER or actor.id is None or actor.behalf_of_id is not None:
        raise refusal
    return actor.id


def people_in(actor: Actor) -> frozenset[UUID]:
    """Return the people who act, having signed in: two where one is in the other's place (S12), none with a token."""
    if actor.kind is not ActorKind.USER:
        return frozenset()
    return frozenset(each for each in (actor.id, actor.behalf_of_id) if each is not None)
