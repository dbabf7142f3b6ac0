"""Who works in a chain of the demo: invited by the administrator and joined, as everybody is."""

from base64 import b32encode
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
from members.signin.keys import invitation_secret
from stores.models import Store

SECOND = "_2"


@dataclass(frozen=True, slots=True)
class SeededPerson:
    """Somebody who can sign in to the demo."""

    role: Role
    name: str
    email: str
    password: str
    store: str


def password_of(email: str) -> str:
    """Return a person's password: another one in every installation, the same whenever it is asked for."""
    digest = salted_hmac("config.seed", email, algorithm="sha256").digest()
    letters = b32encode(digest).decode().lower()
    return "-".join(letters[at : at + 4] for at in range(0, 16, 4))


def people_of(script: ChainScript) -> list[SeededPerson]:
    """Return everybody who can sign in to a chain of the demo."""
    first, second = script.stores[0], script.stores[1]
    places = {Reach.CHAIN: "", Reach.AREA: first.area, Reach.STORE: first.name}
    main = [_person(script, role, name, "", places[REACH_OF[role]]) for role, name in script.people.items()]
    return main + [_person(script, role, name, SECOND, second.name) for role, name in script.second_store.items()]


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


def place_of(role: Role, store: Store) -> Place:
    """Return where somebody with a role belongs who works at, or looks after, a store."""
    reach = REACH_OF[role]
    area_id: UUID | None = store.area_id if reach is Reach.AREA else None
    return Place(area_id=area_id, store_id=store.id if reach is Reach.STORE else None)


def _person(script: ChainScript, role: Role, name: str, more: str, store: str) -> SeededPerson:
    email = f"{role.lower().replace('_', '-')}{more.replace('_', '-')}@{script.label}.example"
    return SeededPerson(role, name, email, password_of(email), store)
