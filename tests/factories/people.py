"""Actors of furnished people, built as a request would build them."""

from api.gate.authenticate import actor_of
from chains.actor import Actor, gate_actor
from chains.scope import scope
from members.models import User
from tests.factories.chains import FurnishedChain


def actor_of_role(chain: FurnishedChain, who: str) -> Actor:
    """Return the actor of the chain's person with this role, from the assignments as they are now."""
    with scope(chain.chain, gate_actor()):
        return actor_of(User.objects.get(pk=chain.people[who]))
