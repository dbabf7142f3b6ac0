"""A chain's life as operators lead it: opened, suspended, resumed, closed; its journal tells who did it."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app

from accounts.models import Founder
from chains import actions as chains
from chains.actor import Actor, ActorKind, Audience, system_actor
from chains.jobs import OWNERS_QUEUE
from chains.models import Chain
from chains.provisioning import provision
from chains.router import PUBLIC_ALIAS
from chains.rules import HAVE_SCHEMA
from chains.scope import scope
from journal.actions import append
from kit.refusals import NotFound
from members.actions.inviting import invite_member
from members.rules.happenings import Happening
from members.rules.invitations import AlreadyInvited
from members.rules.particulars import email_of, language_of
from members.rules.permissions import Role
from members.rules.reach import Place

FOUND_CHAIN = "members.found_chain"


@transaction.atomic(using=PUBLIC_ALIAS)
def open_chain(
    *, actor: Actor, name: str, domain: str, founder_email: str, currency: str, language: str, now: datetime
) -> Chain:
    """Register a chain; a job makes its schema and invites the founder as its first HQ administrator.

    Refusals: NotPermitted, Invalid, TooLong and those of `chains.actions.open_chain`.
    """
    founder = Founder(email=email_of(founder_email, field="founder_email"), operator_id=actor.id, asked_at=now)
    chain = chains.open_chain(
        actor=actor, name=name, domain=domain, currency=currency, language=language_of(language), now=now
    )
    founder.customer_id = chain.id
    founder.save(force_insert=True)
    # By its name: the task's room stands above this one.
    app.configure_task(FOUND_CHAIN, queue=OWNERS_QUEUE).defer(customer_id=str(chain.id))
    return chain


def found_chain(*, customer_id: UUID, now: datetime) -> None:
    """Make the chain's schema and invite its founder; run again, it does what is left to do."""
    founder = Founder.objects.filter(customer_id=customer_id).first()
    if founder is None:
        return
    chain = provision(customer_id, now=now)
    operator = _operator(founder.operator_id)
    with scope(chain, operator):
        try:
            invite_member(
                actor=system_actor(request_id=operator.request_id),
                email=founder.email,
                role=Role.HQ_ADMINISTRATOR,
                place=Place(),
                now=now,
            )
        except AlreadyInvited:
            # A job that was killed after its commit left nothing but its own row to clear away.
            pass
        else:
            _journal(Happening.CHAIN_OPENED, operator, chain, now, before=None)
    founder.delete()


def founders_waiting(*, asked_before: datetime) -> list[UUID]:
    """Return the chains whose founding was asked for before a moment and is not done."""
    return list(Founder.objects.filter(asked_at__lt=asked_before).values_list("customer_id", flat=True))


def suspend_chain(*, actor: Actor, chain_id: UUID, now: datetime) -> Chain:
    """Let a chain be read but not changed. Refusals: NotPermitted, NotFound, ChainCannotBecome."""
    return _turn(chains.suspend_chain, Happening.CHAIN_SUSPENDED, actor, chain_id, now)


def resume_chain(*, actor: Actor, chain_id: UUID, now: datetime) -> Chain:
    """Let a chain work again. Refusals: NotPermitted, NotFound, ChainCannotBecome."""
    return _turn(chains.resume_chain, Happening.CHAIN_RESUMED, actor, chain_id, now)


def close_chain(*, actor: Actor, chain_id: UUID, now: datetime) -> Chain:
    """Begin to close a chain; it can be exported for its time of grace. Refusals: as above."""
    return _turn(chains.close_chain, Happening.CHAIN_CLOSED, actor, chain_id, now)


def _operator(operator_id: UUID | None) -> Actor:
    if operator_id is None:
        return system_actor()
    return Actor(kind=ActorKind.OPERATOR, id=operator_id, audience=Audience.HQ)


def _turn(deed: Callable[..., Chain], happening: Happening, actor: Actor, chain_id: UUID, now: datetime) -> Chain:
    # The chain's journal and the public schema commit one after the other; a crash in between can part them.
    before = Chain.objects.filter(id=chain_id, state__in=HAVE_SCHEMA).first()
    if before is None:
        raise NotFound(field="chain_id")
    chain = deed(actor=actor, chain_id=chain_id, now=now)
    with scope(chain, actor):
        _journal(happening, actor, chain, now, before={"state": before.state})
    return chain


def _journal(happening: Happening, actor: Actor, chain: Chain, now: datetime, *, before: dict[str, str] | None) -> None:
    append(
        actor=actor,
        kind=happening,
        subject_type="Chain",
        subject_id=chain.id,
        store_id=None,
        now=now,
        before=before,
        after={"state": chain.state},
    )
