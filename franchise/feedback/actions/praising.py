"""The deed that keeps thanks and praise, and passes it on (C8)."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from customers.actions.registering import customer_of
from feedback.models.praise import Praise, PraiseChannel, PraisedMember
from feedback.rules.happenings import Happening
from feedback.rules.praising import PraisedNotAtStore, check_number, must_be_of_others
from feedback.rules.surveys import month_of
from journal.actions import append
from kit.moments import passed
from kit.texts import text_of
from members.queries import get_member, works_at
from members.rules.permissions import Permission
from stores.actions.locks import lock_store_in_business


@transaction.atomic(using=CHAINS_ALIAS)
def record_praise(
    *,
    actor: Actor,
    store_id: UUID,
    channel: PraiseChannel,
    text: str,
    now: datetime,
    customer_id: UUID | None = None,
    member_ids: Collection[UUID] = (),
    received_at: datetime | None = None,
) -> Praise:
    """Take down a customer's thanks: those for whom it is see it, and it counts for them; else for the store (C8).

    Refusals: NotFound, NotPermitted, StoreClosed, CustomerErased, OwnPraise, PraisedNotAtStore, Invalid, TooLong.
    """
    actor.must(Permission.RECORD_PRAISE, at=store_id)
    store = lock_store_in_business(actor, store_id)
    received_at = passed(received_at, field="received_at", now=now)
    praised = _praised(actor, store_id, member_ids)
    praise = Praise(
        store=store,
        channel=channel,
        text=text_of(text, field="text"),
        received_at=received_at,
        received_month=month_of(received_at, time_zone=store.time_zone),
        recorded_at=now,
        recorded_by_id=actor.user_id,
    )
    if customer_id is not None:
        praise.customer = customer_of(actor=actor, store_id=store_id, customer=customer_id, prefix="customer_", now=now)
    praise.save(force_insert=True)
    PraisedMember.objects.bulk_create(
        PraisedMember(store=store, praise=praise, member_id=member_id) for member_id in praised
    )
    _tell(actor, praise, praised, now)
    return praise


def _tell(actor: Actor, praise: Praise, praised: list[UUID], now: datetime) -> None:
    append(
        actor=actor,
        kind=Happening.PRAISE_RECORDED,
        subject_type="Praise",
        subject_id=praise.id,
        store_id=praise.store_id,
        now=now,
        after={"channel": praise.channel, "received_at": praise.received_at, "member_ids": praised},
        customer_id=praise.customer_id,
    )


def _praised(actor: Actor, store_id: UUID, member_ids: Collection[UUID]) -> list[UUID]:
    praised = sorted(set(member_ids))
    check_number(len(praised))
    must_be_of_others(praised, (actor.user_id, actor.behalf_of_id))
    for member_id in praised:
        if not works_at(get_member(actor, member_id).id, store_id):
            raise PraisedNotAtStore(field="member_ids")
    return praised
