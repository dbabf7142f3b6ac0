"""Plants the demo's chains: each as a whole or not at all, so that it can be stopped and run again."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import override

from chains.actions import open_chain
from chains.actor import Actor, ActorKind, Audience, Grant, system_actor
from chains.models import Chain
from chains.provisioning import provision
from chains.queries import chain_at
from chains.rules import OPERATE_CHAINS
from chains.scope import CHAINS_ALIAS, scope
from config.seed.chinese import CHINESE
from config.seed.english import ENGLISH
from config.seed.history import Cast, bring_standard, tell_complaints
from config.seed.people import SeededPerson, acting, found, join, people_of, place_of
from config.seed.scripts import ChainScript
from members.models import User
from members.rules.permissions import Role
from stores.actions.areas import draw_area
from stores.actions.business import open_store
from stores.actions.hours import set_opening_hours
from stores.actions.positions import assign_position, define_position
from stores.models import Layer, Store, StoreKind
from stores.rules.calendar import Interval

SCRIPTS = (CHINESE, ENGLISH)
_SINCE = timedelta(days=10)
_WEEK = ((Interval(time(9), time(13)), Interval(time(13), time(21))),) * 7


@dataclass(frozen=True, slots=True)
class SeededChain:
    """A chain that is ready to be tried out."""

    name: str
    host: str
    people: list[SeededPerson]
    is_new: bool


def seed(*, now: datetime) -> list[SeededChain]:
    """Plant every chain of the demo that is not there yet, and tell who can sign in to each."""
    return [_planted(script, now) for script in SCRIPTS]


def _planted(script: ChainScript, now: datetime) -> SeededChain:
    host = f"{script.label}.{settings.ONEBANNER_PUBLIC_HOST}"
    people = people_of(script)
    chain = chain_at(host) or open_chain(
        actor=_operator(), name=script.name, domain=host, currency=script.currency, language=script.language, now=now
    )
    chain = provision(chain.id, now=now)
    with scope(chain, system_actor()):
        is_planted = User.objects.filter(email=people[0].email).exists()
    if not is_planted:
        with override(script.language), transaction.atomic(using=CHAINS_ALIAS):
            _plant(chain, script, people, now)
    return SeededChain(script.name, host, people, is_new=not is_planted)


def _plant(chain: Chain, script: ChainScript, people: list[SeededPerson], now: datetime) -> None:
    since = now - _SINCE
    found(chain, people[0], now=since)
    administrator = acting(chain, people[0].email)
    stores = _open_stores(chain, script, administrator, since)
    for person in people[1:]:
        here = stores[1] if person.store == script.stores[1].name else stores[0]
        join(chain, person, place_of(person.role, here), by=administrator, now=since)
    by_role = {person.role: acting(chain, person.email) for person in reversed(people)}
    _define_position(chain, script, administrator, stores[0], by_role[Role.SERVICE_STAFF], since)
    cast = Cast(
        chain=chain,
        script=script,
        administrator=administrator,
        officer=by_role[Role.QUALITY_OFFICER],
        manager=by_role[Role.STORE_MANAGER],
        staff=by_role[Role.SERVICE_STAFF],
    )
    bring_standard(cast, stores, now=since)
    tell_complaints(cast, stores[0], now=now)


def _open_stores(chain: Chain, script: ChainScript, actor: Actor, now: datetime) -> list[Store]:
    with scope(chain, actor):
        names = dict.fromkeys(store.area for store in script.stores)
        areas = {name: draw_area(actor=actor, name=name, now=now) for name in names}
        stores = []
        for each in script.stores:
            store = open_store(
                actor=actor,
                code=each.code,
                name=each.name,
                kind=StoreKind.FRANCHISED if each.franchisee else StoreKind.COMPANY_OWNED,
                franchisee_name=each.franchisee,
                area_id=areas[each.area].id,
                time_zone=each.time_zone,
                now=now,
            )
            stores.append(set_opening_hours(actor=actor, store_id=store.id, valid_from=now.date(), days=_WEEK, now=now))
    return stores


def _define_position(
    chain: Chain, script: ChainScript, actor: Actor, store: Store, staff: Actor, now: datetime
) -> None:
    with scope(chain, actor):
        position = define_position(
            actor=actor, name=script.position, layer=Layer.OPERATING, duties=script.duties, now=now
        )
        if staff.id is not None:
            assign_position(actor=actor, store_id=store.id, member_id=staff.id, position_id=position.id, now=now)


def _operator() -> Actor:
    grant = Grant(frozenset({OPERATE_CHAINS}))
    return Actor(kind=ActorKind.OPERATOR, id=None, audience=Audience.HQ, grants=(grant,))
