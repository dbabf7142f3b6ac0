"""Questions about standards, narrowed to what the actor may see and always ordered."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, OuterRef, QuerySet

from chains.actor import Actor
from chains.scope import current_chain
from members.rules.permissions import Permission, Role
from standards.models.deciding import DecisionKind, DecisionLimit
from standards.models.rollouts import StoreStandard
from standards.models.texts import Clause, Standard, Version
from standards.models.verdicts import ReasonCode, Verdict, VerdictState
from standards.rules.deciding import Key, Limit, limit_among, limits_in
from standards.rules.grammar import FollowedBy, parse_rule
from standards.rules.lint import DraftClause, Finding, findings_of
from standards.rules.words import reason_in_words

# Asked by every deed: written out, it takes a seventh of the time that building it took.
_IN_FORCE = f"""
    SELECT clause.* FROM "{Clause._meta.db_table}" clause
    JOIN "{StoreStandard._meta.db_table}" binding ON binding.version_id = clause.version_id
    WHERE clause.trigger_kind = %s AND binding.store_id = %s
      AND binding.pushed_at <= %s AND (binding.ended_at IS NULL OR binding.ended_at > %s)
    ORDER BY clause.version_id, clause.position
"""  # noqa: S608  # names no input


@dataclass(frozen=True, slots=True)
class Conformance:
    """How far a store meets a clause: how many cases stand how, and whether the share asked for is reached.

    `share_met` is a percentage of the settled cases; with none of them it and `is_kept` are None: not known.
    """

    clause: Clause
    counts: dict[VerdictState, int]
    share_met: Decimal | None
    is_kept: bool | None


def standards_for(actor: Actor) -> QuerySet[Standard]:
    """Return the standards that the actor may read, the latest first; unpushed ones are for HQ alone."""
    actor.must_somewhere(Permission.READ_STANDARDS)
    readable = Exists(versions_for(actor).filter(standard=OuterRef("pk")))
    return Standard.objects.filter(readable).order_by("-drafted_at", "-id")


def versions_for(actor: Actor) -> QuerySet[Version]:
    """Return the versions that the actor may read: all of them for HQ, else those that came to a store of theirs."""
    versions = Version.objects.order_by("standard_id", "number")
    if actor.may(Permission.READ_STANDARD_DRAFTS):
        return versions
    return versions.filter(Exists(StoreStandard.objects.visible_to(actor).filter(version=OuterRef("pk"))))


def clauses_for(actor: Actor) -> QuerySet[Clause]:
    """Return the clauses of the versions that the actor may read, in their order."""
    return Clause.objects.filter(version__in=versions_for(actor).order_by()).order_by("version_id", "position")


def standards_at(*, actor: Actor, store_id: UUID) -> QuerySet[StoreStandard]:
    """Return what is or was in force at a store, the latest first; raises NotFound and NotPermitted."""
    actor.must(Permission.READ_STANDARDS, at=store_id)
    return StoreStandard.objects.visible_to(actor).filter(store_id=store_id).order_by("-pushed_at", "-id")


def clauses_in_force(*, store_id: UUID, event_kind: str, at: datetime) -> list[Clause]:
    """Return the clauses that an event of this kind sets going at a store at a moment, in a steady order."""
    return list(Clause.objects.raw(_IN_FORCE, [event_kind, store_id, at, at]))


def limit_of(actor: Actor, kind: DecisionKind, *, store_id: UUID, currency: str) -> int:
    """Return the most that somebody may decide by themselves at a store, in the smallest units of a currency (C6).

    The highest limit of their roles there counts; 0 for a machine, and for whoever has no role there.
    """
    roles = actor.roles_at(store_id) if actor.user_id else frozenset()
    if not roles:
        return 0
    return limit_among(_limits(currency), roles=roles, kind=kind)


def decision_limits(actor: Actor, *, currency: str | None = None) -> list[Limit]:
    """Return how far each role may decide by itself, in the chain's currency or another one; raises NotPermitted."""
    actor.must_somewhere(Permission.READ_STANDARDS)
    return _limits(currency or current_chain().currency)


def limits_kept(currency: str) -> dict[Key, int]:
    """Return the limits that HQ has set in a currency, by role and kind."""
    kept = DecisionLimit.objects.filter(currency=currency).order_by()
    return {(Role(limit.role), DecisionKind(limit.kind)): limit.amount_minor for limit in kept}


def findings_on(versions: Iterable[Version]) -> dict[UUID, list[Finding]]:
    """Return what the S1 test finds in each version's text, all clauses asked for at once."""
    clauses: dict[UUID, list[Clause]] = {version.id: [] for version in versions}
    for clause in Clause.objects.filter(version_id__in=clauses).order_by("position"):
        clauses[clause.version_id].append(clause)
    return {version_id: findings_of(draft_clauses(found)) for version_id, found in clauses.items()}


def draft_clauses(clauses: Iterable[Clause]) -> list[DraftClause]:
    """Return clauses as the test reads them."""
    return [
        DraftClause(clause.number, clause.texts, None if clause.rule is None else parse_rule(clause.rule))
        for clause in clauses
    ]


def verdicts_for(actor: Actor) -> QuerySet[Verdict]:
    """Return the verdicts that stand, about stores whose verdicts the actor may read, the latest first."""
    verdicts = Verdict.objects.standing()
    stores = actor.stores_with(Permission.READ_VERDICTS)
    if stores is not None:
        verdicts = verdicts.filter(store_id__in=stores)
    return verdicts.order_by("-judged_at", "-id")


def reasons_of(verdicts: Iterable[Verdict]) -> dict[UUID, str]:
    """Return why verdicts are as they are, in the language that is active now and on each store's clock."""
    ids = [verdict.id for verdict in verdicts]
    found = Verdict.objects.filter(id__in=ids).select_related("clause", "span", "store").order_by("id")
    return {
        verdict.id: reason_in_words(
            ReasonCode(verdict.reason),
            parse_rule(verdict.clause.rule),
            due_at=verdict.due_at,
            ended_at=verdict.span.ended_at,
            zone=ZoneInfo(verdict.store.time_zone),
        )
        for verdict in found
    }


def conformance_at(*, actor: Actor, store_id: UUID, since: datetime, until: datetime) -> list[Conformance]:
    """Return how far a store met each clause for cases that began in a period; raises NotFound and NotPermitted."""
    actor.must(Permission.READ_VERDICTS, at=store_id)
    verdicts = Verdict.objects.standing().filter(
        store_id=store_id, span__started_at__gte=since, span__started_at__lt=until
    )
    counts: dict[UUID, Counter[VerdictState]] = {}
    tally = verdicts.values_list("clause_id", "state").annotate(number=Count("id")).order_by("clause_id", "state")
    for clause_id, state, number in tally:
        counts.setdefault(clause_id, Counter())[VerdictState(state)] = number
    clauses = Clause.objects.filter(id__in=counts).select_related("version")
    ordered = clauses.order_by("version__standard_id", "version__number", "position")
    return [_conformance(clause, counts[clause.id]) for clause in ordered]


def _conformance(clause: Clause, counts: Counter[VerdictState]) -> Conformance:
    met, missed = counts[VerdictState.MET], counts[VerdictState.MISSED]
    share_met = (100 * Decimal(met) / (met + missed)).quantize(Decimal("0.01")) if met + missed else None
    rule = parse_rule(clause.rule)
    asked = rule.share if isinstance(rule, FollowedBy) else None
    return Conformance(
        clause=clause,
        counts={state: counts[state] for state in VerdictState},
        share_met=share_met,
        is_kept=None if share_met is None or asked is None else 100 * met >= asked * (met + missed),
    )


def _limits(currency: str) -> list[Limit]:
    return limits_in(currency, chain_currency=current_chain().currency, kept=limits_kept(currency))
