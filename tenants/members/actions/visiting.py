"""Visits: an operator looks into a chain, or HQ acts for a member; with a reason, for a time, and journalled."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from accounts.queries import name_of_operator
from chains.actor import Actor, ActorKind
from chains.models import Chain
from chains.rules import HAVE_SCHEMA
from chains.scope import current_chain, scope
from journal.actions import append
from kit.refusals import NotFound
from kit.texts import text_of
from kit.tokens import digest_of, new_secret
from members.actions.own import the_person
from members.models import Assignment, SecretDigest, Visit, VisitorKind
from members.queries import get_member
from members.rules.happenings import Happening
from members.rules.membership import MemberDeactivated, NotInHqsPlace
from members.rules.operators import OperatorPermission
from members.rules.permissions import Permission

PREFIX = "obv_"
VISIT_LASTS = timedelta(hours=1)
LONGEST_REASON = 1_000


def enter_chain(*, actor: Actor, chain_id: UUID, reason: str, now: datetime) -> tuple[Visit, str]:
    """Let an operator look into a chain for an hour; return the visit and the secret that opens it (A12).

    Refusals: NotPermitted, NotFound, Invalid, TooLong.
    """
    actor.must(OperatorPermission.ENTER_CHAIN)
    chain = Chain.objects.filter(id=chain_id, state__in=HAVE_SCHEMA).first()
    if actor.kind is not ActorKind.OPERATOR or actor.id is None or chain is None:
        raise NotFound(field="chain_id")
    name = name_of_operator(actor.id)
    with scope(chain, actor):
        visit = Visit(visitor_kind=VisitorKind.OPERATOR, visitor_id=actor.id, visitor_name=name)
        return _begin(visit, actor, reason, now)


@transaction.atomic
def act_for_member(*, actor: Actor, user_id: UUID, reason: str, now: datetime) -> tuple[Visit, str]:
    """Let HQ act in the place of a member of a store or area for an hour; the journal names both (S12).

    Refusals: NotPermitted, PersonsOnly, NotFound, MemberDeactivated, NotInHqsPlace, Invalid, TooLong.
    """
    actor.must(Permission.ACT_FOR_MEMBER)
    visitor = the_person(actor)
    member = get_member(actor, user_id)
    if not member.is_active:
        raise MemberDeactivated
    if Assignment.objects.filter(user=member, store_id=None, area_id=None).exists():
        raise NotInHqsPlace
    visit = Visit(visitor_kind=VisitorKind.HQ, visitor_id=visitor.id, visitor_name=visitor.name, member=member)
    return _begin(visit, actor, reason, now)


@transaction.atomic
def end_visit(*, actor: Actor, now: datetime) -> Visit:
    """End the visit that one is on before its time. Refusals: NotFound for whoever is on none."""
    running = Visit.objects.select_for_update(of=("self",)).filter(ended_at=None)
    visit = running.filter(id=actor.token_id).first() if actor.token_id else None
    if visit is None:
        raise NotFound
    visit.ended_at = now
    visit.save(update_fields=["ended_at"])
    _journal(Happening.VISIT_ENDED, actor, visit, now)
    return visit


def _begin(visit: Visit, actor: Actor, reason: str, now: datetime) -> tuple[Visit, str]:
    secret = new_secret(PREFIX)
    visit.reason = text_of(reason, field="reason", limit=LONGEST_REASON)
    visit.began_at, visit.ends_at = now, now + VISIT_LASTS
    visit.save(force_insert=True)
    SecretDigest.objects.create(opens_id=visit.id, digest=digest_of(secret, bound_to=current_chain().id))
    _journal(Happening.VISIT_STARTED, actor, visit, now)
    return visit, secret


def _journal(happening: Happening, actor: Actor, visit: Visit, now: datetime) -> None:
    append(
        actor=actor,
        kind=happening,
        subject_type="Visit",
        subject_id=visit.id,
        store_id=None,
        now=now,
        after={
            "visitor_kind": visit.visitor_kind,
            "visitor_id": visit.visitor_id,
            "visitor_name": visit.visitor_name,
            "member_id": visit.member_id,
            "reason": visit.reason,
            "ends_at": visit.ends_at,
        },
    )
