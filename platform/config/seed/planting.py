"""Plants the demo's chains: each as a whole or not at all, so that it can be stopped and run again."""

import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.conf import settings
from django.db import transaction
from django.utils.translation import override

from chains.actions import open_chain
from chains.actor import Actor, ActorKind, Audience, Grant, system_actor
from chains.models import Chain, ChainState
from chains.provisioning import provision
from chains.queries import chain_at
from chains.queueing import enqueue, holding_jobs
from chains.rules import OPERATE_CHAINS
from chains.scope import CHAINS_ALIAS, scope
from chains.waking import wake_after_commit
from clocks.actions.watching import watch_due
from config.seed.caring import care_of
from config.seed.cast import Cast, Shop
from config.seed.complaining import complaints_of
from config.seed.complaints_shown import complaints_shown
from config.seed.consequences import Consequences
from config.seed.ground import define_positions, draw_areas, open_stores, put_to_work, stock
from config.seed.guiding import guiding_of, require_training
from config.seed.history import History
from config.seed.inquiring import inquiries_of
from config.seed.inspecting import inspections_of
from config.seed.looping import loops_of
from config.seed.ordering import orders_of
from config.seed.orders_shown import orders_shown
from config.seed.people import SeededPerson, acting, found, join, people_of, place_of
from config.seed.rolling import rollout_of
from config.seed.scripts import SCRIPTS, ChainScript, StoreScript
from config.seed.standards import bring_standards, work_on_standards
from config.seed.teaching import training_of
from config.seed.tempo import Tempo
from config.seed.thanking import feedback_of
from config.seed.visiting import visits_of
from config.subscriptions import SUBSCRIPTIONS
from members.models import User
from members.rules.permissions import Role
from stores.models import Store

DAYS = 90
_TO_PREPARE = timedelta(days=3)
_PLOTS = (
    inquiries_of,
    orders_of,
    orders_shown,
    complaints_of,
    complaints_shown,
    visits_of,
    feedback_of,
    care_of,
    rollout_of,
    training_of,
    guiding_of,
    inspections_of,
    loops_of,
)


@dataclass(frozen=True, slots=True)
class SeededChain:
    """A chain that is ready to be tried out; `refused` tells which deeds of its past were refused, none as a rule."""

    name: str
    host: str
    people: list[SeededPerson]
    is_new: bool
    refused: Sequence[str] = ()


def seed(*, now: datetime, days: int = DAYS, labels: Sequence[str] | None = None) -> list[SeededChain]:
    """Plant the demo's chains that are not there yet, with so many days behind them; tell who can sign in to each.

    `labels` names the chains to plant, all of them if it is None.
    """
    return [_planted(script, now, days) for script in SCRIPTS if labels is None or script.label in labels]


def seed_side_by_side(*, now: datetime, days: int = DAYS) -> list[SeededChain]:
    """Do what `seed` does, with a process beside this one for each missing chain but one.

    Raises CalledProcessError if one of them fails.
    """
    missing = [script.label for script in SCRIPTS if not _is_there(script)]
    words = [sys.executable, "-m", "config.commands", "seed", "--days", str(days), "--only"]
    with ExitStack() as ending:
        running = [ending.enter_context(subprocess.Popen([*words, label])) for label in missing[1:]]
        try:
            seed(now=now, days=days, labels=missing[:1])
            codes = [process.wait() for process in running]
        finally:
            for process in running:
                process.terminate()
    for code in filter(None, codes):
        raise subprocess.CalledProcessError(code, words)
    return seed(now=now, days=days)


def _planted(script: ChainScript, now: datetime, days: int) -> SeededChain:
    chain, people, refused = _opened(script, now), people_of(script), list[str]()
    is_new = not _is_planted(chain, people)
    if is_new:
        with override(script.language):
            refused = _plant(chain, script, people, now, days)
    return SeededChain(script.name, _host(script), people, is_new=is_new, refused=refused)


def _is_there(script: ChainScript) -> bool:
    chain = chain_at(_host(script))
    return chain is not None and chain.state == ChainState.ACTIVE and _is_planted(chain, people_of(script))


def _opened(script: ChainScript, now: datetime) -> Chain:
    host = _host(script)
    chain = chain_at(host) or open_chain(
        actor=_operator(), name=script.name, domain=host, currency=script.currency, language=script.language, now=now
    )
    return provision(chain.id, now=now)


def _is_planted(chain: Chain, people: list[SeededPerson]) -> bool:
    with scope(chain, system_actor()):
        return User.objects.filter(email=people[0].email).exists()


def _plant(chain: Chain, script: ChainScript, people: list[SeededPerson], now: datetime, days: int) -> list[str]:
    with transaction.atomic(using=CHAINS_ALIAS), holding_jobs() as held:
        # The first call of the transaction stands for all that follow.
        wake_after_commit(chain.id)
        cast = _gathered(chain, script, people, since=now - timedelta(days=days) - _TO_PREPARE, until=now)
        consequences = Consequences(chain, SUBSCRIPTIONS, held)
        bring_standards(cast)
        history = History(chain, consequences)
        for plots in _PLOTS:
            for at, plot in plots(cast):
                history.begin(at, plot)
        history.tell(now)
        work_on_standards(cast)
        require_training(cast)
        coming = consequences.end(now)
    enqueue(coming)
    with scope(chain, system_actor()):
        watch_due(actor=system_actor(), now=now)
    return history.refused


def _gathered(
    chain: Chain, script: ChainScript, people: list[SeededPerson], *, since: datetime, until: datetime
) -> Cast:
    """Open the stores, let everybody join and take up their work, and return who acts."""
    found(chain, people[0], now=since)
    administrator = acting(chain, people[0].email)
    areas = draw_areas(chain, script, administrator, since)
    stores = open_stores(chain, script, areas, administrator, since)
    for person in people[1:]:
        join(chain, person, place_of(person, stores, areas), by=administrator, now=since)
    of = _by_place(chain, people)
    positions = define_positions(chain, script, administrator, since)
    for each in script.stores:
        held = {role: [actor.id for actor in of[role, each.code] if actor.id] for role in each.people}
        put_to_work(chain, stores[each.code], held, positions, administrator, since)
    officers = of[Role.QUALITY_OFFICER, ""]
    stock(chain, script, administrator, officers[0], since)
    # The same past for the same moment, and no secret.
    random = Random(script.label)  # noqa: S311
    return Cast(
        chain=chain,
        script=script,
        random=random,
        tempo=Tempo(script, random),
        since=since,
        until=until,
        administrator=administrator,
        officers=officers,
        trainer=of[Role.HQ_TRAINER, ""][0],
        positions=positions,
        shops=[_shop(each, stores[each.code], of) for each in script.stores],
    )


def _by_place(chain: Chain, people: Sequence[SeededPerson]) -> dict[tuple[Role, str], list[Actor]]:
    actors: dict[tuple[Role, str], list[Actor]] = defaultdict(list)
    for person in people:
        actors[person.role, person.place].append(acting(chain, person.email))
    return actors


def _shop(script: StoreScript, store: Store, of: Mapping[tuple[Role, str], list[Actor]]) -> Shop:
    return Shop(
        store=store,
        manager=of[Role.STORE_MANAGER, script.code][0],
        supervisor=of[Role.SERVICE_SUPERVISOR, script.code][0],
        staff=of[Role.SERVICE_STAFF, script.code] + of.get((Role.MENTOR, script.code), []),
        area_supervisor=of[Role.AREA_SUPERVISOR, script.area][0],
    )


def _host(script: ChainScript) -> str:
    return f"{script.label}.{settings.ONEBANNER_PUBLIC_HOST}"


def _operator() -> Actor:
    grant = Grant(frozenset({OPERATE_CHAINS}))
    return Actor(kind=ActorKind.OPERATOR, id=None, audience=Audience.HQ, grants=(grant,))
