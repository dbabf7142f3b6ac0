"""Two rival chains furnished alike: two areas with a store each, and one person for every role.

The people of the first store are those whom tests mean by a role; the second store has a manager and staff as well.
"""

from dataclasses import dataclass
from datetime import time
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from chains.actions import close_chain, open_chain
from chains.actor import Actor, ActorKind, Audience, Grant, gate_actor, system_actor
from chains.models import Chain
from chains.provisioning import provision, remove
from chains.queries import chain_at
from chains.rules import OPERATE_CHAINS
from chains.scope import scope
from kit.ids import new_id
from members.models import Assignment, Password, User
from members.rules.permissions import REACH_OF, Reach, Role
from stores.models import Area, OpeningHours, Store, StoreKind, Weekday

PASSWORD = "correct horse battery staple"
HOSTS = {"a.onebanner.localhost": "Golden Wok 金锅", "b.onebanner.localhost": "Silver Spoon"}
SECOND_STORE_ROLES = (Role.STORE_MANAGER, Role.SERVICE_STAFF)


@dataclass(frozen=True)
class FurnishedChain:
    """A chain with its host, its two stores and its people, by role (`STORE_MANAGER`, and `STORE_MANAGER_2`)."""

    chain: Chain
    host: str
    store: UUID
    other_store: UUID
    area: UUID
    other_area: UUID
    people: dict[str, UUID]

    def email(self, who: str) -> str:
        """Return the address that this person signs in with."""
        return address_of(who, self.host)


def address_of(who: str, host: str) -> str:
    """Return the address of a furnished person: the role's name at the chain's host."""
    return f"{who.lower()}@{host.split('.')[0]}.example"


def furnish_chains() -> None:
    """Open, provision and furnish the chains A and B, committed."""
    for host, name in HOSTS.items():
        furnish(opened_chain(name, host))


def operator_actor() -> Actor:
    """Return an operator who may open and close chains."""
    grant = Grant(frozenset({OPERATE_CHAINS}))
    return Actor(kind=ActorKind.OPERATOR, id=new_id(), audience=Audience.HQ, grants=(grant,))


def opened_chain(name: str, host: str) -> Chain:
    """Open and provision an empty chain, committed."""
    now = timezone.now()
    return provision(open_chain(actor=operator_actor(), name=name, domain=host, now=now).id, now=now)


def demolish(chain: Chain) -> None:
    """Close a chain and take its schema away at once."""
    now = timezone.now()
    close_chain(actor=operator_actor(), chain_id=chain.id, now=now)
    remove(chain.id, now=now)


def furnish(chain: Chain) -> None:
    """Put areas, stores and people into an empty chain."""
    now = timezone.now()
    host = chain.domains.get().domain
    with scope(chain, system_actor()):
        places = [_store(number, now) for number in (1, 2)]
        for role in Role:
            _person(role, role.value, places[0], host, now)
        for role in SECOND_STORE_ROLES:
            _person(role, f"{role.value}_2", places[1], host, now)
    give_passwords(chain)


def give_passwords(chain: Chain) -> None:
    """Let everybody in a chain who has no password yet sign in with PASSWORD."""
    hashed = make_password(PASSWORD)
    with scope(chain, gate_actor()):
        without = User.objects.exclude(id__in=Password.objects.values("user_id"))
        Password.objects.bulk_create([Password(user=user, hash=hashed) for user in without])


def read_furnished(host: str) -> FurnishedChain:
    """Return what a furnished chain holds."""
    chain = chain_at(host)
    assert chain is not None
    with scope(chain, system_actor()):
        first, second = Store.objects.order_by("code")
        people = {user.email.split("@")[0].upper(): user.id for user in User.objects.all()}
    assert first.area_id and second.area_id
    return FurnishedChain(
        chain=chain,
        host=host,
        store=first.id,
        other_store=second.id,
        area=first.area_id,
        other_area=second.area_id,
        people=people,
    )


def _store(number: int, now: object) -> Store:
    area = Area.objects.create(name=f"Area {number}", drawn_at=now)
    store = Store.objects.create(
        code=f"S{number}",
        name=f"Store {number}",
        kind=StoreKind.COMPANY_OWNED,
        area=area,
        time_zone="Asia/Shanghai",
        currency="CNY",
        opened_at=now,
    )
    OpeningHours.objects.bulk_create(
        OpeningHours(store=store, valid_from="2020-01-01", weekday=day, opens=time(9), closes=time(21))
        for day in Weekday.values
    )
    return store


def _person(role: Role, who: str, store: Store, host: str, now: object) -> None:
    user = User.objects.create(
        email=address_of(who, host),
        name=role.label if who == role.value else f"{role.label} 2",
        joined_at=now,
    )
    Assignment.objects.create(
        user=user,
        role=role,
        area_id=store.area_id if REACH_OF[role] is Reach.AREA else None,
        store_id=store.id if REACH_OF[role] is Reach.STORE else None,
        since=now,
    )
