"""Deeds on the norms of wording: headquarters sets and retires them; a new chain begins with the documents' own."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS, current_chain
from inquiries.models.norms import NormKind, Occasion, PhraseNorm, Strictness
from inquiries.rules.defaults import DEFAULT_NORMS
from inquiries.rules.happenings import Happening
from inquiries.rules.norms import NormRetired, PhraseTaken, check_norm_version, language_of
from inquiries.rules.wording import phrase_of, phrases_of
from journal.actions import append
from kit.refusals import NotFound
from kit.texts import line_of
from members.rules.permissions import Permission
from standards.models.texts import Clause
from stores.actions.locks import refusing_duplicates


@dataclass(frozen=True, slots=True)
class NormText:
    """A norm of wording, as somebody typed it."""

    kind: NormKind
    language: str
    phrase: str
    situation: str
    strictness: Strictness
    variants: Sequence[str] = field(default_factory=tuple)
    harmless: Sequence[str] = field(default_factory=tuple)
    occasion: Occasion = Occasion.EVERY_MESSAGE
    clause_id: UUID | None = None


@transaction.atomic(using=CHAINS_ALIAS)
def set_phrase_norm(
    *,
    actor: Actor,
    norm: NormText,
    now: datetime,
    norm_id: UUID | None = None,
    expected_version: int | None = None,
) -> PhraseNorm:
    """Set a norm of wording, or change the one named: from the next message on it holds in every store (S10).

    Refusals: NotPermitted, NotFound, Stale, NormRetired, PhraseTaken, Invalid, TooLong.
    """
    actor.must(Permission.SET_PHRASE_NORM)
    row = PhraseNorm() if norm_id is None else _lock(norm_id, expected_version)
    before = None if norm_id is None else _outline(row)
    row.kind, row.occasion, row.strictness = norm.kind, norm.occasion, norm.strictness
    row.language = language_of(norm.language)
    row.phrase = phrase_of(norm.phrase, field="phrase")
    row.variants = phrases_of(norm.variants, field="variants")
    row.harmless = phrases_of(norm.harmless, field="harmless")
    row.situation = line_of(norm.situation, field="situation")
    row.clause = _clause(norm.clause_id)
    row.set_by_id, row.set_at = actor.user_id, now
    if norm_id is not None:
        row.version += 1
    with refusing_duplicates(PhraseTaken(field="phrase")):
        row.save(force_insert=norm_id is None)
    _tell(actor, Happening.PHRASE_NORM_SET, row, now, before=before)
    return row


@transaction.atomic(using=CHAINS_ALIAS)
def retire_phrase_norm(
    *, actor: Actor, norm_id: UUID, now: datetime, expected_version: int | None = None
) -> PhraseNorm:
    """Let a norm of wording hold no longer. Refusals: NotPermitted, NotFound, Stale, NormRetired."""
    actor.must(Permission.SET_PHRASE_NORM)
    row = _lock(norm_id, expected_version)
    before = _outline(row)
    row.retired_at = now
    row.version += 1
    row.save(update_fields=["retired_at", "version"])
    _tell(actor, Happening.PHRASE_NORM_RETIRED, row, now, before=before)
    return row


@transaction.atomic(using=CHAINS_ALIAS)
def plant_default_norms(*, actor: Actor, now: datetime) -> int:
    """Give a chain that never had a norm those of the documents; return how many (S10)."""
    actor.must(Permission.SET_PHRASE_NORM)
    if PhraseNorm.objects.exists():
        return 0
    planted = PhraseNorm.objects.bulk_create(
        PhraseNorm(
            kind=each.kind,
            language=each.language,
            phrase=each.phrase,
            variants=list(each.variants),
            harmless=list(each.harmless),
            situation=each.situation,
            occasion=each.occasion,
            strictness=each.strictness,
            set_at=now,
        )
        for each in DEFAULT_NORMS
    )
    append(
        actor=actor,
        kind=Happening.PHRASE_NORMS_PLANTED,
        subject_type="Chain",
        subject_id=current_chain().id,
        store_id=None,
        now=now,
        after={"norm_ids": [norm.id for norm in planted]},
    )
    return len(planted)


def _lock(norm_id: UUID, expected_version: int | None) -> PhraseNorm:
    row = PhraseNorm.objects.select_for_update(of=("self",)).filter(id=norm_id).first()
    if row is None:
        raise NotFound(field="norm_id")
    check_norm_version(row, expected_version)
    if row.retired_at is not None:
        raise NormRetired
    return row


def _clause(clause_id: UUID | None) -> Clause | None:
    if clause_id is None:
        return None
    clause = Clause.objects.filter(id=clause_id).first()
    if clause is None:
        raise NotFound(field="clause_id")
    return clause


def _tell(actor: Actor, kind: Happening, row: PhraseNorm, now: datetime, *, before: dict[str, object] | None) -> None:
    append(
        actor=actor,
        kind=kind,
        subject_type="PhraseNorm",
        subject_id=row.id,
        store_id=None,
        now=now,
        before=before,
        after=_outline(row),
    )


def _outline(row: PhraseNorm) -> dict[str, object]:
    # A norm is headquarters' own text and names nobody: so the journal keeps it whole.
    return {
        "kind": row.kind,
        "language": row.language,
        "phrase": row.phrase,
        "variants": row.variants,
        "harmless": row.harmless,
        "situation": row.situation,
        "occasion": row.occasion,
        "strictness": row.strictness,
        "clause_id": row.clause_id,
        "retired_at": row.retired_at,
        "version": row.version,
    }
