"""Who works in a chain of the demo: invited by the administrator and joined, as everybody is."""

from base64 import b32encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.crypto import salted_hmac

from api.gate.authenticate import actor_of
from chains.actor import Actor, gate_actor, system_actor
from chains.models import Chain
from chains.scope import scope
from config.seed.scripts import ChainScript
from members.actions.inviting import accept_invitation, invite_member
from members.models import User
from members.rules.permissions import REACH_OF, Reach, Role
from members.rules.reach import Place
from members.signin.hashing import Drawn
from members.signin.keys import invitation_secret
from stores.models import Store


@dataclass(frozen=True, slots=True)
class SeededPerson:
    """Somebody who can sign in to the demo; `place` is a store's code, the name of an area, or nothing for HQ.

    The first of each role is shown to whoever starts the demo.
    """

    role: Role
    name: str
    email: str
    password: Drawn
    place: str
    place_name: str
    is_first: bool


def password_of(email: str) -> Drawn:
    """Return a person's password: another one in every installation, the same whenever it is asked for."""
    digest = salted_hmac("config.seed", email, algorithm="sha256").digest()
    letters = b32encode(digest).decode().lower()
    return Drawn("-".join(letters[at : at + 4] for at in range(0, 16, 4)))


def people_of(script: ChainScript) -> list[SeededPerson]:
    """Return everybody who can sign in to a chain of the demo, headquarters first, then store by store."""
    found = [
        (role, name, script.areas[place] if REACH_OF[role] is Reach.AREA else "")
        for role, names in script.people.items()
        for place, name in enumerate(names)
    ]
    names = {"": "", **{area: area for area in script.areas}}
    for store in script.stores:
        names[store.code] = store.name
        found += [(role, name, store.code) for role, members in store.people.items() for name in members]
    seen: dict[Role, int] = {}
    people = []
    for role, name, place in found:
        seen[role] = seen.get(role, 0) + 1
        email = f"{role.lower().replace('_', '-')}{'' if seen[role] == 1 else f'-{seen[role]}'}@{script.label}.example"
        people.append(SeededPerson(role, name, email, password_of(email), place, names[place], seen[role] == 1))
    return people


def join(chain: Chain, person: SeededPerson, place: Place, *, by: Actor, now: datetime) -> None:
    """Invite somebody and let them accept."""
    with scope(chain, by):
        invitation = invite_member(
            actor=by, email=person.email, role=person.role, place=place, language=chain.language, now=now
        )
        secret = invitation_secret(invitation.id)
    newcomer = gate_actor()
    with scope(chain, newcomer):
        accept_invitation(actor=newcomer, secret=secret, name=person.name, password=person.password, now=now)


def found(chain: Chain, person: SeededPerson, *, now: datetime) -> None:
    """Let the first HQ administrator in."""
    join(chain, person, Place(), by=system_actor(), now=now)


def acting(chain: Chain, email: str) -> Actor:
    """Return a person as an actor, as signing in would."""
    with scope(chain, gate_actor()):
        return actor_of(User.objects.get(email=email))


def place_of(person: SeededPerson, stores: Mapping[str, Store], areas: Mapping[str, UUID]) -> Place:
    """Return where somebody belongs: the chain, their area or their store."""
    reach = REACH_OF[person.role]
    return Place(
        area_id=areas[person.place] if reach is Reach.AREA else None,
        store_id=stores[person.place].id if reach is Reach.STORE else None,
    )
