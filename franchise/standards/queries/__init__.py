"""Questions about standards, narrowed to what the actor may see and always ordered."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, OuterRef, QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext_lazy as _

from chains.actor import Actor
from chains.scope import current_chain
from kit.refusals import Invalid, NotFound
from members.rules.permissions import Permission, Role
from standards.models.deciding import DecisionKind, DecisionLimit
from standards.models.rollouts import StoreStandard
from standards.models.tallies import COUNTS, DayTally, MonthTally
from standards.models.texts import Clause, ClauseChange, JourneyStep, Standard, Version
from standards.models.verdicts import ReasonCode, Verdict, VerdictState
from standards.rules.charter import Chapter, chapters_of
from standards.rules.comparing import Difference, Requirement, change_on_the_way, differences, least_change
from standards.rules.conformance import Conformance, conformance_of
from standards.rules.deciding import Key, Limit, limit_among, limits_in
from standards.rules.feasible import DAYS, Reached, measured_alike, reached_by
from standards.rules.grammar import parse_rule
from standards.rules.lint import DraftClause, Finding, findings_of
from standards.rules.translating import Translated, left_behind
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
class Compared:
    """One requirement in two versions: null where a version has it not; `change` is null for one that is gone."""

    before: Clause | None
    after: Clause | None
    change: ClauseChange | None
    differences: tuple[Difference, ...]


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


def charter() -> list[Chapter]:
    """Return what the chain promises its customers, for everybody to read (S8)."""
    return chapters_of(Clause.objects.promised().select_related("version", "journey_step").order_by("id"))


def journey_steps(actor: Actor) -> QuerySet[JourneyStep]:
    """Return the steps of the customer's journey in their order; raises NotPermitted."""
    actor.must_somewhere(Permission.READ_STANDARDS)
    return JourneyStep.objects.filter(given_up_at=None).order_by("position", "code")


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


def compare_versions(*, actor: Actor, before_id: UUID, after_id: UUID) -> list[Compared]:
    """Return the requirements of two versions side by side: in the order of the later, then those that are gone.

    Raises NotFound, NotPermitted, and Invalid when they are not an earlier and a later version of one standard.
    """
    actor.must_somewhere(Permission.READ_STANDARDS)
    found = {version.id: version for version in versions_for(actor).filter(id__in=[before_id, after_id])}
    if not {before_id, after_id} <= found.keys():
        raise NotFound
    before, after = found[before_id], found[after_id]
    if before.standard_id != after.standard_id or before.number >= after.number:
        raise Invalid(field="after_id", why=_("a later version of the same standard"))
    between = Clause.objects.filter(
        version__standard=after.standard_id, version__number__range=(before.number, after.number)
    ).select_related("version")
    former, later, claims = {}, {}, defaultdict(list)
    for clause in between.order_by("version__number", "position"):
        if clause.version_id == before_id:
            former[clause.lineage_id] = clause
        elif clause.version_id == after_id:
            later[clause.lineage_id] = clause
        if clause.version_id != before_id:
            claims[clause.lineage_id].append(ClauseChange(clause.change))
    kept = [_compared(former.get(lineage_id), clause, claims[lineage_id]) for lineage_id, clause in later.items()]
    gone = [Compared(clause, None, None, ()) for lineage_id, clause in former.items() if lineage_id not in later]
    return [*kept, *gone]


def _compared(before: Clause | None, after: Clause, claims: Sequence[ClauseChange]) -> Compared:
    if before is None:
        return Compared(None, after, ClauseChange.NEW, ())
    earlier, later = requirement_in(before), requirement_in(after)
    change = change_on_the_way(least_change(earlier, later), claims)
    return Compared(before, after, change, tuple(differences(earlier, later)))


def requirement_in(clause: Clause) -> Requirement:
    """Return a clause as versions are compared by it."""
    return Requirement(
        number=clause.number,
        texts=clause.texts,
        rule=clause.rule,
        scope=clause.scope,
        field=clause.field,
        journey_step_id=clause.journey_step_id,
        is_public=clause.is_public,
    )


def findings_on(versions: Iterable[Version], *, now: datetime) -> dict[UUID, list[Finding]]:
    """Return what the S1 test finds in each version's text, all clauses asked for at once."""
    clauses: dict[UUID, list[Clause]] = {version.id: [] for version in versions}
    for clause in Clause.objects.filter(version_id__in=clauses).order_by("position"):
        clauses[clause.version_id].append(clause)
    steps = dict(JourneyStep.objects.order_by("position").values_list("id", "matters"))
    reached = _reached_under([clause for found in clauses.values() for clause in found], now=now)
    return {
        version_id: findings_of(
            replace(
                draft,
                # A chain that keeps no steps has nothing to tie a clause to.
                step_matters=steps[clause.journey_step_id] if clause.journey_step_id else None if steps else True,
                reached=reached.get(clause.id),
            )
            for clause, draft in zip(found, draft_clauses(found), strict=True)
        )
        for version_id, found in clauses.items()
    }


def draft_clauses(clauses: Iterable[Clause]) -> list[DraftClause]:
    """Return clauses as the test reads them, as far as they themselves tell."""
    return [
        DraftClause(
            clause.number,
            clause.texts,
            None if clause.rule is None else parse_rule(clause.rule),
            behind=left_behind(Translated(clause.texts, clause.source_language, clause.follows)),
        )
        for clause in clauses
    ]


def _reached_under(clauses: Sequence[Clause], *, now: datetime) -> dict[UUID, Reached | None]:
    """Return by clause what stores reached lately under rules that measure alike, whatever share these ask for."""
    asked = {clause.id: measured_alike(clause.rule) for clause in clauses if clause.rule and "share" in clause.rule}
    if not asked:
        return {}
    alike = Clause.objects.filter(trigger_kind__in={clause.trigger_kind for clause in clauses}).order_by("id")
    rules = {clause.id: measured_alike(clause.rule) for clause in alike if clause.rule}
    lately = DayTally.objects.filter(clause__in=rules, day__gte=(now - timedelta(days=DAYS)).date())
    tallies: dict[UUID, dict[UUID, tuple[int, int]]] = defaultdict(dict)
    counted = lately.values_list("clause_id", "store_id").annotate(all_met=Sum("met"), all_missed=Sum("missed"))
    for clause_id, store_id, met, missed in counted.order_by("clause_id", "store_id"):
        tallies[clause_id][store_id] = (met, missed)
    found = {}
    for asked_id, asked_rule in asked.items():
        met, missed = Counter[UUID](), Counter[UUID]()
        for clause_id, rule in rules.items():
            if rule == asked_rule:
                for store_id, (kept, broken) in tallies[clause_id].items():
                    met[store_id] += kept
                    missed[store_id] += broken
        found[asked_id] = reached_by([(met[store_id], missed[store_id]) for store_id in met])
    return found


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
    return [conformance_of(clause, counts[clause.id]) for clause in ordered]


def conformance_by_month(*, actor: Actor, since: date, until: date, store_id: UUID | None = None) -> list[Conformance]:
    """Return how far each clause was met in each month from one to another, in the chain or at a store (S7).

    Both are any day of their month; cases count in the month in which they began. Refusals: NotFound, NotPermitted.
    """
    actor.must(Permission.READ_VERDICTS, at=store_id)
    first, end = since.replace(day=1), (until.replace(day=1) + timedelta(days=31)).replace(day=1)
    if store_id is None:
        tallies: QuerySet[Any] = MonthTally.objects.filter(month__gte=first, month__lt=end).values("month", "clause_id")
    else:
        days = DayTally.objects.filter(store_id=store_id, day__gte=first, day__lt=end)
        tallies = days.annotate(month=TruncMonth("day")).values("month", "clause_id")
    sums = {f"all_{name}": Sum(name) for name in COUNTS}
    counted = list(tallies.annotate(**sums).order_by("month", "clause_id"))
    clauses = Clause.objects.select_related("version").in_bulk({row["clause_id"] for row in counted})
    found = [
        conformance_of(
            clauses[row["clause_id"]],
            {VerdictState(name.upper()): row[f"all_{name}"] for name in COUNTS},
            month=row["month"],
        )
        for row in counted
        if any(row[f"all_{name}"] for name in COUNTS)
    ]
    return sorted(found, key=lambda each: (each.month, str(each.clause.version.standard_id), each.clause.position))


def _limits(currency: str) -> list[Limit]:
    return limits_in(currency, chain_currency=current_chain().currency, kept=limits_kept(currency))
