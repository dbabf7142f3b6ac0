"""Deeds on what a store adds to a standard for itself, where headquarters allows it."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from journal.actions import append
from kit.refusals import NotFound
from members.rules.permissions import Permission
from standards.actions.seeing import lock_in_force
from standards.models.local import LocalClause
from standards.rules.drafts import clause_texts
from standards.rules.happenings import Happening
from standards.rules.local import MOST_LOCAL_CLAUSES, LocalClauseEnded, LocalClausesNotAllowed, TooManyLocalClauses
from stores.actions.locks import lock_store_in_business


@transaction.atomic(using=CHAINS_ALIAS)
def add_local_clause(
    *, actor: Actor, store_id: UUID, version_id: UUID, texts: Mapping[str, str], now: datetime
) -> LocalClause:
    """Add a requirement of the store's own to a standard in force there, where the rollout allows it.

    Refusals: NotFound, NotPermitted, StoreClosed, NothingInForce, LocalClausesNotAllowed, TooManyLocalClauses, Invalid,
    TooLong.
    """
    actor.must(Permission.ADD_LOCAL_CLAUSE, at=store_id)
    store = lock_store_in_business(actor, store_id)
    here = lock_in_force(actor, version_id, store_id)
    if not here.rollout.allows_local_clauses:
        raise LocalClausesNotAllowed(field="version_id")
    checked = clause_texts(texts, ("texts",))
    own = LocalClause.objects.filter(store=store, standard_id=here.standard_id)
    if own.filter(ended_at=None).count() >= MOST_LOCAL_CLAUSES:
        raise TooManyLocalClauses(most=MOST_LOCAL_CLAUSES)
    clause = LocalClause.objects.create(
        store=store,
        standard_id=here.standard_id,
        number=(own.aggregate(last=Max("number"))["last"] or 0) + 1,
        texts=checked,
        added_by_id=actor.user_id,
        added_at=now,
    )
    _note(actor, Happening.LOCAL_CLAUSE_ADDED, clause, now)
    return clause


@transaction.atomic(using=CHAINS_ALIAS)
def end_local_clause(*, actor: Actor, local_clause_id: UUID, now: datetime) -> LocalClause:
    """Let a requirement of the store's own hold no longer. Refusals: NotFound, NotPermitted, LocalClauseEnded."""
    actor.must_somewhere(Permission.ADD_LOCAL_CLAUSE)
    visible = LocalClause.objects.visible_to(actor).select_for_update(of=("self",))
    clause = visible.filter(id=local_clause_id).first()
    if clause is None:
        raise NotFound
    actor.must(Permission.ADD_LOCAL_CLAUSE, at=clause.store_id)
    if clause.ended_at is not None:
        raise LocalClauseEnded
    clause.ended_at = now
    clause.save(update_fields=["ended_at"])
    _note(actor, Happening.LOCAL_CLAUSE_ENDED, clause, now)
    return clause


def _note(actor: Actor, kind: Happening, clause: LocalClause, now: datetime) -> None:
    append(
        actor=actor,
        kind=kind,
        subject_type="LocalClause",
        subject_id=clause.id,
        store_id=clause.store_id,
        now=now,
        after={
            "standard_id": clause.standard_id,
            "number": clause.number,
            "texts": clause.texts,
            "ended_at": clause.ended_at,
        },
    )
