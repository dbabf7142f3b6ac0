"""How one requirement is met: day by day, and store beside store, under whatever versions."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import BigIntegerField, F, IntegerField, QuerySet, Sum
from django.db.models.functions import Cast, NullIf

from chains.actor import Actor
from members.rules.permissions import Permission
from standards.models.tallies import COUNTS, DayTally, StoreMonthTally
from standards.models.texts import Clause
from standards.queries.texts import clauses_for
from standards.queries.verdicts import counts_in
from standards.rules.conformance import Conformance, conformance_of
from stores.queries import at_stores

_READ = Permission.READ_VERDICTS
# Ten thousand is all of them.
BASIS_POINTS = 10_000


def conformance_by_day(
    *,
    actor: Actor,
    lineage_id: UUID,
    first_on: date,
    last_on: date,
    store_id: UUID | None = None,
    area_id: UUID | None = None,
) -> list[Conformance]:
    """Return how far a requirement was met on each day from one to another, in the chain, at a store or in an area.

    Of an area count the stores whose verdicts the actor may read. Days are those of each store's own calendar on which
    a case began; those without any are left out. Refusals: NotFound, NotPermitted.
    """
    if store_id is None and area_id is None:
        actor.must(_READ)
    stores = at_stores(actor=actor, permission=_READ, store_id=store_id, area_id=area_id)
    clauses = Clause.objects.select_related("version").filter(lineage_id=lineage_id).in_bulk()
    days: QuerySet[Any] = DayTally.objects.filter(stores, clause__in=clauses, day__gte=first_on, day__lte=last_on)
    sums: dict[str, Any] = {f"all_{name}": Sum(name) for name in COUNTS}
    counted = days.values("day", "clause_id").annotate(**sums).order_by("day", "clause__version__number")
    return [
        conformance_of(clauses[row["clause_id"]], counts_in(row), begins_on=row["day"])
        for row in counted
        if any(row[f"all_{name}"] for name in COUNTS)
    ]


def store_months_for(actor: Actor) -> QuerySet[StoreMonthTally]:
    """Return the months of stores whose verdicts the actor may read, under clauses that the actor may read."""
    months = StoreMonthTally.objects.filter(clause__in=clauses_for(actor).order_by())
    stores = actor.stores_with(_READ)
    return months if stores is None else months.filter(store_id__in=stores)


def conformance_by_store(*, actor: Actor, lineage_id: UUID, month: date, area_id: UUID | None = None) -> QuerySet[Any]:
    """Return how far stores met a requirement in the month of a day, those that met the smallest share first.

    They are annotated with it as `basis_points`; where no case was settled it is None, and they come last. Refusals:
    NotFound, NotPermitted.
    """
    stores = at_stores(actor=actor, permission=_READ, area_id=area_id)
    months = store_months_for(actor).filter(stores, clause__lineage_id=lineage_id, month=month.replace(day=1))
    settled = NullIf(F("met") + F("missed"), 0)
    reached = Cast(Cast("met", BigIntegerField()) * BASIS_POINTS / settled, IntegerField())
    counted = months.exclude(**dict.fromkeys(COUNTS, 0))
    return counted.annotate(basis_points=reached).order_by(F("basis_points").asc(nulls_last=True), "-missed", "id")


def conformance_in(rows: Sequence[StoreMonthTally]) -> dict[UUID, Conformance]:
    """Return how far each of some months of stores met its clause, by the key of the row."""
    clauses = Clause.objects.select_related("version").in_bulk({row.clause_id for row in rows})
    return {row.id: conformance_of(clauses[row.clause_id], row.by_state, begins_on=row.month) for row in rows}
