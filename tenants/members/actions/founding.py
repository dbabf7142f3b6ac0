"""A chain's life as operators lead it: opened, suspended, resumed, closed; its journal tells who did it."""

import logging
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.jobs import Status

from accounts.models import Founder
from chains import actions as chains
from chains.actor import Actor, ActorKind, Audience, system_actor
from chains.jobs import OWNERS_QUEUE, QUEUE
from chains.models import Chain, ChainState, Turn
from chains.provisioning import provision
from chains.router import PUBLIC_ALIAS
from chains.rules import HAVE_SCHEMA
from chains.scope import current_chain, scope
from journal.actions import append, take
from kit.refusals import NotFound
from members.actions.inviting import invite_member
from members.rules.happenings import Happening
from members.rules.particulars import email_of, language_of
from members.rules.permissions import Role
from members.rules.reach import Place

FOUND_CHAIN = "members.found_chain"
TELL_TURN = "members.tell_turn"
_FOUNDED_NOW = (ChainState.PROVISIONING, ChainState.ACTIVE)
_HAPPENING_OF = {
    ChainState.SUSPENDED: Happening.CHAIN_SUSPENDED,
    ChainState.ACTIVE: Happening.CHAIN_RESUMED,
    ChainState.CLOSING: Happening.CHAIN_CLOSED,
}

log = logging.getLogger("onebanner.chains")


@transaction.atomic(using=PUBLIC_ALIAS)
def open_chain(
    *, actor: Actor, name: str, domain: str, founder_email: str, currency: str, language: str, now: datetime
) -> Chain:
    """Register a chain; a job makes its schema and invites the founder as its first HQ administrator.

    Refusals: NotPermitted, Invalid, TooLong and those of `chains.actions.open_chain`.
    """
    founder = Founder(
        email=email_of(founder_email, field="founder_email"),
        operator_id=actor.id,
        request_id=actor.request_id,
        address=actor.address,
        asked_at=now,
    )
    chain = chains.open_chain(
        actor=actor, name=name, domain=domain, currency=currency, language=language_of(language), now=now
    )
    founder.customer_id = chain.id
    founder.save(force_insert=True)
    ask_for_founding(chain.id)
    return chain


def found_chain(*, customer_id: UUID, now: datetime) -> None:
    """Make the chain's schema and invite its founder; run again, it does what is left to do.

    The founder of a chain that is suspended or closing waits until it works again; that of a chain which was given up
    is forgotten, and the log says so.
    """
    founder = Founder.objects.filter(customer_id=customer_id).first()
    if founder is None:
        return
    chain: Chain = Chain.objects.get(id=customer_id)
    if chain.state == ChainState.CLOSED:
        founder.delete()
        log.error("A chain was given up before its founder was invited.", extra={"chain": str(chain.id)})
    elif chain.state in _FOUNDED_NOW:
        chain = provision(customer_id, now=now)
        _invite_founder(chain, founder, now=now)
        founder.delete()


def founders_to_invite(*, asked_before: datetime) -> list[UUID]:
    """Return the chains that can go on being founded, or have been given up, and that no job is looking after.

    A chain that is not made yet is left to its job, and then to the reaper.
    """
    waiting = Founder.objects.filter(asked_at__lt=asked_before).values_list("customer_id", flat=True)
    chains = Chain.objects.filter(id__in=list(waiting), state__in=(ChainState.ACTIVE, ChainState.CLOSED))
    found = {_founding_lock(chain_id): chain_id for chain_id in chains.values_list("id", flat=True)}
    alive = ProcrastinateJob.objects.filter(lock__in=list(found), status__in=(Status.TODO.value, Status.DOING.value))
    looked_after = set(alive.values_list("lock", flat=True))
    return [chain_id for lock, chain_id in found.items() if lock not in looked_after]


def ask_for_founding(customer_id: UUID, *, at: datetime | None = None) -> None:
    """Put the job into the queue that founds a chain, in the transaction that is open in the schema `public`.

    `at` is the earliest moment to run.
    """
    # By its name: the task's room stands above this one.
    task = app.configure_task(FOUND_CHAIN, queue=OWNERS_QUEUE, lock=_founding_lock(customer_id), schedule_at=at)
    task.defer(customer_id=str(customer_id))


def suspend_chain(*, actor: Actor, chain_id: UUID, now: datetime) -> Chain:
    """Let a chain be read but not changed. Refusals: NotPermitted, NotFound, ChainCannotBecome."""
    return _turn(chains.suspend_chain, actor, chain_id, now)


def resume_chain(*, actor: Actor, chain_id: UUID, now: datetime) -> Chain:
    """Let a chain work again. Refusals: NotPermitted, NotFound, ChainCannotBecome."""
    return _turn(chains.resume_chain, actor, chain_id, now)


def close_chain(*, actor: Actor, chain_id: UUID, now: datetime) -> Chain:
    """Begin to close a chain; it can be exported for its time of grace. Refusals: as above."""
    return _turn(chains.close_chain, actor, chain_id, now)


def tell_turn(*, turn_id: UUID, now: datetime) -> None:
    """Write into the chain's journal which step was taken in its life; one entry, however often it is asked.

    Raises Turn.DoesNotExist for a step of another chain.
    """
    turn = Turn.objects.get(id=turn_id, chain=current_chain())
    # The receipt is written with the entry: a job that is run again finds it.
    if take(consumer=TELL_TURN, entry_id=turn.id, now=now):
        actor = Actor(
            kind=ActorKind(turn.actor_kind),
            id=turn.actor_id,
            audience=Audience.HQ,
            request_id=turn.request_id,
            address=turn.address,
        )
        _journal(
            _HAPPENING_OF[ChainState(turn.to_state)],
            actor,
            now=turn.taken_at,
            before={"state": turn.from_state},
            after={"state": turn.to_state},
        )


def _invite_founder(chain: Chain, founder: Founder, *, now: datetime) -> None:
    operator = _asked_by(founder)
    with scope(chain, operator):
        # A job that was killed after this commit left only the founder's row to clear away.
        if take(consumer=FOUND_CHAIN, entry_id=chain.id, now=now):
            machine = system_actor(request_id=operator.request_id)
            invite_member(actor=machine, email=founder.email, role=Role.HQ_ADMINISTRATOR, place=Place(), now=now)
            _journal(Happening.CHAIN_OPENED, operator, now=now, before=None, after={"state": chain.state})


def _asked_by(founder: Founder) -> Actor:
    """Return who asked for the chain, as the journal of their deed will name them."""
    return Actor(
        kind=ActorKind.OPERATOR if founder.operator_id else ActorKind.SYSTEM,
        id=founder.operator_id,
        audience=Audience.HQ,
        request_id=founder.request_id,
        address=founder.address,
    )


@transaction.atomic(using=PUBLIC_ALIAS)
def _turn(deed: Callable[..., Turn], actor: Actor, chain_id: UUID, now: datetime) -> Chain:
    if not Chain.objects.filter(id=chain_id, state__in=HAVE_SCHEMA).exists():
        raise NotFound(field="chain_id")
    turn = deed(actor=actor, chain_id=chain_id, now=now)
    # The chain's journal can't be written in this transaction. The job that writes it is part of it, so neither is
    # there without the other; the lock keeps the journal in the order of the steps.
    task = app.configure_task(TELL_TURN, queue=QUEUE, lock=f"{chain_id}:{TELL_TURN}")
    task.defer(chain=str(chain_id), arguments={"turn_id": str(turn.id)})
    return turn.chain


def _journal(
    happening: Happening, actor: Actor, *, now: datetime, before: dict[str, str] | None, after: dict[str, str]
) -> None:
    append(
        actor=actor,
        kind=happening,
        subject_type="Chain",
        subject_id=current_chain().id,
        store_id=None,
        now=now,
        before=before,
        after=after,
    )


def _founding_lock(customer_id: UUID) -> str:
    return f"{customer_id}:{FOUND_CHAIN}"
