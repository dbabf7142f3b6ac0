"""Writing a version's clauses down: which requirement each continues, what it changes, what its translations follow."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from kit.ids import new_id
from kit.refusals import Invalid
from standards.actions.pairs import keep_pairs
from standards.models.rollouts import StoreStandard
from standards.models.texts import Clause, ClauseChange, JourneyStep, Version, VersionState
from standards.queries.comparing import requirement_in
from standards.rules.comparing import ChangesMoreThanClaimed, change_of
from standards.rules.drafts import CheckedClause
from standards.rules.grammar import rule_document
from standards.rules.translating import Translated, follows_after
from stores.models import Area, Store

Lineages = Mapping[UUID, Clause]

_REACHED_OR_WILL = frozenset({VersionState.SCHEDULED, VersionState.EFFECTIVE, VersionState.SUPERSEDED})


def version_before(version: Version) -> Version | None:
    """Return the version that readers know when this one comes: the latest before it that was or will be in force."""
    pushed = Exists(StoreStandard.objects.filter(version=OuterRef("pk")))
    earlier = Version.objects.filter(standard=version.standard_id, number__lt=version.number)
    return earlier.filter(Q(state__in=_REACHED_OR_WILL) | pushed).order_by("-number").first()


def write_clauses(version: Version, clauses: Sequence[CheckedClause], *, text: Iterable[Clause]) -> None:
    """Write the clauses of a version that has none; `text` are the clauses that its author started from.

    Refusals: Invalid, ChangesMoreThanClaimed.
    """
    started_from = {clause.lineage_id: clause for clause in text}
    known = _clauses_before(version)
    steps = _check_known(clauses)
    lineages = _lineages(clauses, [*known.values(), *started_from.values()])
    rows = [
        _row(version, position, clause, lineage, known, started_from.get(lineage) or known.get(lineage))
        for position, (clause, lineage) in enumerate(zip(clauses, lineages, strict=True), start=1)
    ]
    for row in rows:
        if row.journey_step_id is not None:
            row.journey_step = steps[row.journey_step_id]
    Clause.objects.bulk_create(rows)
    keep_pairs(rows, now=version.drafted_at)


def _clauses_before(version: Version) -> dict[UUID, Clause]:
    before = version_before(version) if version.number > 1 else None
    return {clause.lineage_id: clause for clause in before.clauses.order_by("position")} if before else {}


def _row(
    version: Version,
    position: int,
    clause: CheckedClause,
    lineage_id: UUID,
    known: Lineages,
    former: Clause | None,
) -> Clause:
    draft, before = clause.draft, known.get(lineage_id)
    row = Clause(
        version=version,
        lineage_id=lineage_id,
        position=position,
        number=clause.number,
        field=draft.field or "",
        journey_step_id=draft.journey_step_id,
        texts=clause.texts,
        source_language=clause.source_language,
        rule=None if clause.rule is None else rule_document(clause.rule),
        trigger_kind=clause.trigger_kind,
        response_kind=clause.response_kind,
        scope=clause.scope,
        is_public=draft.is_public,
        questions=clause.questions,
    )
    translated = Translated(former.texts, former.source_language, former.follows) if former else None
    row.follows = follows_after(translated, clause.texts, clause.source_language, draft.confirmed)
    earlier = requirement_in(before) if before else None
    try:
        row.change = change_of(earlier, requirement_in(row), claimed=draft.change if known else None)
    except ChangesMoreThanClaimed as refusal:
        field = ("clauses", str(position - 1), "change")
        raise ChangesMoreThanClaimed(field=field, **refusal.details) from None
    return row


def _lineages(clauses: Sequence[CheckedClause], earlier: Sequence[Clause]) -> list[UUID]:
    """Return which requirement each clause is: the one it names, else that of its number, else a new one."""
    by_number = {clause.number: clause.lineage_id for clause in earlier}
    existing = {clause.lineage_id for clause in earlier}
    named = [clause.draft.lineage_id for clause in clauses]
    for place, lineage_id in enumerate(named):
        if lineage_id is not None and (lineage_id not in existing or lineage_id in named[:place]):
            why = _("a requirement of an earlier text, which no other clause continues")
            raise Invalid(field=("clauses", str(place), "lineage_id"), why=why)
    taken = {lineage_id for lineage_id in named if lineage_id}
    found = []
    for clause, lineage_id in zip(clauses, named, strict=True):
        same = by_number.get(clause.number)
        is_same = same is not None and same not in taken and clause.draft.change is not ClauseChange.NEW
        chosen = lineage_id or (same if same is not None and is_same else new_id())
        taken.add(chosen)
        found.append(chosen)
    return found


def _check_known(clauses: Sequence[CheckedClause]) -> dict[UUID, JourneyStep]:
    """Return the steps that clauses name; refuses steps, areas and stores that are not there."""
    steps = JourneyStep.objects.filter(given_up_at=None).in_bulk(
        {clause.draft.journey_step_id for clause in clauses if clause.draft.journey_step_id}
    )
    for place, clause in enumerate(clauses):
        step_id = clause.draft.journey_step_id
        if step_id is not None and step_id not in steps:
            why = _("a step of the customer's journey that headquarters keeps")
            raise Invalid(field=("clauses", str(place), "journey_step_id"), why=why)
    for name, nouns in (("area_ids", Area.objects), ("store_ids", Store.objects)):
        wanted = {key for clause in clauses for key in clause.scope.get(name, ())}
        there = {str(key) for key in nouns.filter(id__in=wanted).values_list("id", flat=True)} if wanted else set()
        for place, clause in enumerate(clauses):
            if not there.issuperset(clause.scope.get(name, ())):
                raise Invalid(field=("clauses", str(place), "scope", name), why=_("only what the chain has"))
    return steps
