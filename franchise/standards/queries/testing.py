"""What the test of a good standard finds in a draft, held against what stores reached lately."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Sum

from standards.models.tallies import DayTally
from standards.models.texts import Clause, JourneyStep, Version, VersionState
from standards.queries.counting import counted_by_store
from standards.rules.deeds import Never
from standards.rules.feasible import DAYS, FEWEST_CASES, Reached, figures_reached_by, measured_alike, reached_by
from standards.rules.grammar import parse_rule
from standards.rules.lint import DraftClause, Finding, findings_of
from standards.rules.translating import Translated, left_behind
from standards.rules.windows import Average, Share

_BEING_WRITTEN = frozenset({VersionState.DRAFT, VersionState.SUBMITTED})


def findings_on(versions: Iterable[Version], *, now: datetime) -> dict[UUID, list[Finding]]:
    """Return what the S1 test finds in each version's text, all clauses asked for at once."""
    asked = list(versions)
    clauses: dict[UUID, list[Clause]] = {version.id: [] for version in asked}
    for clause in Clause.objects.filter(version_id__in=clauses).order_by("position"):
        clauses[clause.version_id].append(clause)
    steps = dict(JourneyStep.objects.order_by("position").values_list("id", "matters"))
    reached = _reached_under([clause for found in clauses.values() for clause in found], now=now)
    # What is in force is measured by its verdicts; only what is still being written is held against the events.
    written = [version.id for version in asked if version.state in _BEING_WRITTEN]
    reached |= _figures_under([clause for version_id in written for clause in clauses[version_id]], now=now)
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


def _figures_under(clauses: Sequence[Clause], *, now: datetime) -> dict[UUID, Reached | None]:
    """Return by clause with a bound which figures stores came to lately under its rule."""
    first = (now - timedelta(days=DAYS)).date()
    found: dict[UUID, Reached | None] = {}
    for clause in clauses:
        rule = parse_rule(clause.rule) if clause.rule else None
        if isinstance(rule, Share | Average):
            stores = counted_by_store(rule, first=first)
            better = rule.bound.at_least is not None
            found[clause.id] = figures_reached_by(stores, is_more_better=better, fewest=FEWEST_CASES)
        elif isinstance(rule, Never):
            stores = counted_by_store(rule, first=first)
            found[clause.id] = figures_reached_by(stores, is_more_better=False, fewest=1)
    return found
