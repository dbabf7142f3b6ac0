"""Verdicts and how far clauses are met, narrowed to what the actor may read."""

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncMonth

from chains.actor import Actor
from members.rules.permissions import Permission
from standards.models.staffing import staff_shown_to
from standards.models.tallies import COUNTS, DayTally, MonthTally
from standards.models.texts import Clause
from standards.models.verdicts import ReasonCode, Verdict, VerdictState
from standards.rules.conformance import Conformance, MemberConformance, conformance_of
from standards.rules.grammar import parse_rule
from standards.rules.words import reason_in_words


def verdicts_for(actor: Actor) -> QuerySet[Verdict]:
    """Return the verdicts that stand, about stores whose verdicts the actor may read, the latest first."""
    verdicts = Verdict.objects.standing()
    stores = actor.stores_with(Permission.READ_VERDICTS)
    if stores is not None:
        verdicts = verdicts.filter(store_id__in=stores)
    return verdicts.order_by("-judged_at", "-id")


def verdicts_of_member(verdicts: QuerySet[Verdict], *, actor: Actor, member_id: UUID) -> QuerySet[Verdict]:
    """Return of some verdicts those about what one person did, as far as the actor may be told of people."""
    return verdicts.filter(staff_shown_to(actor, member="user_id"), user_id=member_id)


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


def conformance_by_member(
    *, actor: Actor, store_id: UUID, first_on: date, last_on: date, member_id: UUID | None = None
) -> list[MemberConformance]:
    """Return how far each person at a store met each clause, in cases that began on these days of its calendar.

    Only people of whom the actor may be told, by their keys. Raises NotFound and NotPermitted.
    """
    actor.must(Permission.READ_VERDICTS, at=store_id)
    of_people = DayTally.objects.filter(store_id=store_id, day__gte=first_on, day__lte=last_on, user_id__isnull=False)
    days: QuerySet[Any] = of_people.filter(staff_shown_to(actor, member="user_id"))
    if member_id is not None:
        days = days.filter(user_id=member_id)
    sums = {f"all_{name}": Sum(name) for name in COUNTS}
    counted = [
        row
        for row in days.order_by("user_id", "clause_id").values("user_id", "clause_id").annotate(**sums)
        if any(row[f"all_{name}"] for name in COUNTS)
    ]
    clauses = Clause.objects.select_related("version").in_bulk({row["clause_id"] for row in counted})
    found = [
        MemberConformance(row["user_id"], conformance_of(clauses[row["clause_id"]], _counts_in(row))) for row in counted
    ]
    return sorted(found, key=lambda each: (each.member_id, each.met.clause.version_id, each.met.clause.position))


def conformance_by_month(*, actor: Actor, since: date, until: date, store_id: UUID | None = None) -> list[Conformance]:
    """Return how far each clause was met in each month from one to another, in the chain or at a store (S7).

    Both are any day of their month; cases count in the month in which they began. Refusals: NotFound, NotPermitted.
    """
    actor.must(Permission.READ_VERDICTS, at=store_id)
    first, last = since.replace(day=1), until.replace(day=monthrange(until.year, until.month)[1])
    if store_id is None:
        months = MonthTally.objects.filter(month__gte=first, month__lte=last)
        tallies: QuerySet[Any] = months.values("month", "clause_id")
    else:
        days = DayTally.objects.filter(store_id=store_id, day__gte=first, day__lte=last)
        tallies = days.annotate(month=TruncMonth("day")).values("month", "clause_id")
    sums = {f"all_{name}": Sum(name) for name in COUNTS}
    counted = list(tallies.annotate(**sums).order_by("month", "clause_id"))
    clauses = Clause.objects.select_related("version").in_bulk({row["clause_id"] for row in counted})
    found = [
        conformance_of(
            clauses[row["clause_id"]],
            _counts_in(row),
            month=row["month"],
        )
        for row in counted
        if any(row[f"all_{name}"] for name in COUNTS)
    ]
    return sorted(found, key=lambda each: (each.month, str(each.clause.version.standard_id), each.clause.position))


def _counts_in(row: Mapping[str, Any]) -> dict[VerdictState, int]:
    return {VerdictState(name.upper()): row[f"all_{name}"] for name in COUNTS}
