"""Keys for programs: made, shown once, used, revoked."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chains.actor import Actor
from chains.scope import current_chain
from journal.actions import append
from kit.refusals import Invalid, NotFound
from kit.texts import line_of
from kit.tokens import digest_of, new_secret
from members.actions.own import the_person
from members.models import AccessToken, SecretDigest, TokenKind
from members.queries import access_tokens_for
from members.rules.happenings import Happening
from members.rules.permissions import Permission
from members.rules.scopes import scopes_of

PREFIX = "ob_"
LONGEST_LIFE = timedelta(days=366)
USE_IS_NOTED_ONCE_PER = timedelta(minutes=5)
LONGEST_NAME = 120


@transaction.atomic
def create_access_token(
    *,
    actor: Actor,
    kind: TokenKind,
    name: str,
    scopes: Collection[str],
    store_ids: Collection[UUID] | None,
    expires_at: datetime,
    now: datetime,
) -> tuple[AccessToken, str]:
    """Make a token and return it with its secret, which can't be shown again (A10).

    `store_ids` limits it to these stores, None does not. Refusals: NotPermitted, PersonsOnly, NotFound, Invalid.
    """
    if kind == TokenKind.SERVICE:
        actor.must(Permission.CREATE_SERVICE_TOKEN)
    actor.must_somewhere(Permission.CREATE_ACCESS_TOKEN)
    creator = the_person(actor)
    if not all(actor.sees(store_id) for store_id in store_ids or ()):
        raise NotFound(field="storeIds")
    if not now < expires_at <= now + LONGEST_LIFE:
        raise Invalid(field="expiresAt", why=_("a moment within the next %(days)s days") % {"days": LONGEST_LIFE.days})
    secret = new_secret(PREFIX)
    token = AccessToken.objects.create(
        kind=kind,
        owner=creator if kind == TokenKind.PERSONAL else None,
        name=line_of(name, field="name", limit=LONGEST_NAME),
        scopes=scopes_of(scopes),
        store_ids=None if store_ids is None else sorted(set(store_ids)),
        created_by_id=creator.id,
        created_at=now,
        expires_at=expires_at,
    )
    SecretDigest.objects.create(opens_id=token.id, digest=digest_of(secret, bound_to=current_chain().id))
    _journal(Happening.ACCESS_TOKEN_CREATED, actor, token, now)
    return token, secret


@transaction.atomic
def revoke_access_token(*, actor: Actor, token_id: UUID, now: datetime) -> AccessToken:
    """Make a token dead from its next use on; once more changes nothing.

    Refusals: PersonsOnly (a leaked token must not kill the one that replaces it), NotFound, NotPermitted.
    """
    the_person(actor)
    token = access_tokens_for(actor).select_for_update(of=("self",)).filter(id=token_id).first()
    if token is None:
        raise NotFound
    if token.owner_id is None or token.owner_id != actor.id:
        actor.must(Permission.REVOKE_ACCESS_TOKEN)
    if token.revoked_at is None:
        token.revoked_at, token.revoked_by_id = now, actor.id
        token.save(update_fields=["revoked_at", "revoked_by_id"])
        _journal(Happening.ACCESS_TOKEN_REVOKED, actor, token, now)
    return token


def note_use(*, token: AccessToken, now: datetime) -> None:
    """Keep when a token was last used, to the five minutes: not every request is a write. Asked by the gate."""
    stale = Q(last_used_at=None) | Q(last_used_at__lt=now - USE_IS_NOTED_ONCE_PER)
    if token.last_used_at is None or token.last_used_at < now - USE_IS_NOTED_ONCE_PER:
        AccessToken.objects.filter(stale, id=token.id).update(last_used_at=now)


def _journal(happening: Happening, actor: Actor, token: AccessToken, now: datetime) -> None:
    append(
        actor=actor,
        kind=happening,
        subject_type="AccessToken",
        subject_id=token.id,
        store_id=None,
        now=now,
        after={
            "kind": token.kind,
            "scopes": token.scopes,
            "store_ids": token.store_ids,
            "expires_at": token.expires_at,
        },
    )
