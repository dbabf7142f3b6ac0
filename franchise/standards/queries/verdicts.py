"""Verdicts and how far clauses are met, narrowed to what the actor may read."""

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from chains.actor import Actor
from members.rules.permissions import Permission
from standards.models.staffing import staff_shown_to
from standards.models.tallies import COUNTS, DayTally, MonthTally, StoreMonthTally
from standards.models.texts import Clause
from standards.models.verdicts import ReasonCode, Span, Verdict, VerdictState
from standards.rules.conformance import Conformance, MemberConformance, conformance_of, month_before, with_trend
from standards.rules.grammar import parse_rule
from standards.rules.words import reason_in_words
from stores.queries import at_stores


def verdicts_for(actor: Actor) -> QuerySet[Verdict]:
    """Return the verdicts that stand, the latest first: about stores whose verdicts the actor reads, and about the
    actor's own work (S7).
    """
    return Verdict.objects.standing().filter(_readable(actor)).order_by("-judged_at", "-id")


def spans_for(actor: Actor) -> QuerySet[Span]:
    """Return what was measured at stores whose verdicts the actor reads, and for verdicts on the actor's own work."""
    stores = actor.stores_with(Permission.READ_VERDICTS)
    if stores is None:
        return Span.objects.order_by("id")
    own = Verdict.objects.standing().filter(_readable(actor), span=OuterRef("pk"))
    return Span.objects.filter(Q(store_id__in=stores) | Q(Exists(own))).order_by("id")


def _readable(actor: Actor) -> Q:
    stores = actor.stores_with(Permission.READ_VERDICTS)
    return Q() if stores is None else Q(store_id__in=stores) | _is_own(actor)


def _is_own(actor: Actor) -> Q:
    """Return the condition that something is about the actor; nobody who acts in somebody's place is them."""
    return Q(pk=None) if actor.own_id is None else Q(user_id=actor.own_id)


def verdicts_in_area(verdicts: QuerySet[Verdict], *, actor: Actor, area_id: UUID) -> QuerySet[Verdict]:
    """Return of some verdicts those about the stores of an area; raises NotFound and NotPermitted."""
    return verdicts.filter(at_stores(actor=actor, permission=Permission.READ_VERDICTS, area_id=area_id))


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

    Only people of whom the actor may be told, by their keys; who reads no verdicts there is told of themselves.
    Raises NotFound and NotPermitted.
    """
    actor.must(Permission.READ_STANDARDS, at=store_id)
    reads_all = actor.may(Permission.READ_VERDICTS, at=store_id)
    of_people = DayTally.objects.filter(store_id=store_id, day__gte=first_on, day__lte=last_on, user_id__isnull=False)
    days: QuerySet[Any] = of_people.filter(staff_shown_to(actor, member="user_id") if reads_all else _is_own(actor))
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
        MemberConformance(row["user_id"], conformance_of(clauses[row["clause_id"]], counts_in(row))) for row in counted
    ]
    return sorted(found, key=lambda each: (each.member_id, each.met.clause.version_id, each.met.clause.position))


def conformance_by_month(
    *, actor: Actor, since: date, until: date, store_id: UUID | None = None, area_id: UUID | None = None
) -> list[Conformance]:
    """Return how far each clause was met in each month from one to another, and where that is going (S7).

    In the chain, at a store, or in the stores of an area whose verdicts the actor may read. Both days are any of their
    month; cases count in the month in which they began. Refusals: NotFound, NotPermitted.
    """
    tallies = _months_of(actor, store_id, area_id)
    first, last = since.replace(day=1), until.replace(day=monthrange(until.year, until.month)[1])
    tallies = tallies.filter(month__gte=month_before(first), month__lte=last)
    sums = {f"all_{name}": Sum(name) for name in COUNTS}
    counted = list(tallies.values("month", "clause_id").annotate(**sums).order_by("month", "clause_id"))
    clauses = Clause.objects.select_related("version").in_bulk({row["clause_id"] for row in counted})
    found = [
        conformance_of(clauses[row["clause_id"]], counts_in(row), begins_on=row["month"])
        for row in counted
        if any(row[f"all_{name}"] for name in COUNTS)
    ]
    # The month before the first one is there to tell what has changed since.
    told = [each for each in with_trend(found) if each.begins_on is not None and each.begins_on >= first]
    return sorted(told, key=lambda each: (each.begins_on, str(each.clause.version.standard_id), each.clause.position))


def _months_of(actor: Actor, store_id: UUID | None, area_id: UUID | None) -> QuerySet[Any]:
    if store_id is None and area_id is None:
        actor.must(Permission.READ_VERDICTS)
        return MonthTally.objects.all()
    stores = at_stores(actor=actor, permission=Permission.READ_VERDICTS, store_id=store_id, area_id=area_id)
    return StoreMonthTally.objects.filter(stores)


def counts_in(row: Mapping[str, Any]) -> dict[VerdictState, int]:
    """Return what a row of sums has counted, by state."""
    return {VerdictState(name.upper()): row[f"all_{name}"] for name in COUNTS}
