"""What operators do with chains; rows of the schema `public` only. Schemas come and go in `provisioning`."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from chains.actor import Actor
from chains.models import Chain, ChainState, Domain, Turn
from chains.provisioning import new_schema_name
from chains.router import PUBLIC_ALIAS
from chains.rules import DomainTaken, checked_domain, checked_name, operator_must, operators_may_turn


def open_chain(
    *, actor: Actor, name: str, domain: str, now: datetime, currency: str = "CNY", language: str = "en"
) -> Chain:
    """Enter a new chain and its host name; its schema is made afterwards by `provisioning.provision`.

    Refuses BadChainName, BadDomain, LookAlikeDomain, DomainReserved, DomainTaken.
    """
    operator_must(actor)
    host = checked_domain(domain, public_host=settings.ONEBANNER_PUBLIC_HOST)
    chain = Chain(
        name=checked_name(name),
        schema_name=new_schema_name(),
        currency=currency,
        language=language,
        created_at=now,
        state_changed_at=now,
    )
    try:
        with transaction.atomic(using=PUBLIC_ALIAS):
            chain.save(force_insert=True)
            Domain.objects.bulk_create([Domain(domain=host, tenant=chain, is_primary=True)])
    except IntegrityError as error:
        raise DomainTaken(field="domain") from error
    return chain


def suspend_chain(*, actor: Actor, chain_id: UUID, now: datetime) -> Turn:
    """Let the chain be read and exported but not changed, for instance while it has not paid (A11).

    Refuses NotPermitted, ChainCannotBecome; so do the others.
    """
    return _become(ChainState.SUSPENDED, actor=actor, chain_id=chain_id, now=now)


def resume_chain(*, actor: Actor, chain_id: UUID, now: datetime) -> Turn:
    """Let a suspended chain work again, or one that is closing and has changed its mind."""
    return _become(ChainState.ACTIVE, actor=actor, chain_id=chain_id, now=now)


def close_chain(*, actor: Actor, chain_id: UUID, now: datetime) -> Turn:
    """Begin to close the chain: it can be exported until its time of grace is over; then the reaper removes it."""
    return _become(ChainState.CLOSING, actor=actor, chain_id=chain_id, now=now)


@transaction.atomic(using=PUBLIC_ALIAS)
def _become(state: ChainState, *, actor: Actor, chain_id: UUID, now: datetime) -> Turn:
    operator_must(actor)
    chain: Chain = Chain.objects.select_for_update().get(pk=chain_id)
    operators_may_turn(chain.state, state)
    turn = Turn.objects.create(
        chain=chain,
        from_state=chain.state,
        to_state=state,
        actor_kind=actor.kind.value,
        actor_id=actor.id,
        request_id=actor.request_id,
        address=actor.address,
        taken_at=now,
    )
    chain.state, chain.state_changed_at = state, now
    chain.save(update_fields=["state", "state_changed_at"])
    return turn
