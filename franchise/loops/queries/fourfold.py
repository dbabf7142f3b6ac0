"""The four cases: standard or store? Counted from verdicts and complaints in three statements."""

from collections import Counter
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, DateField, F, Func, QuerySet, Sum
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from chains.actor import Actor
from complaints.models.complaints import Complaint
from kit.refusals import Invalid
from loops.rules.fourfold import LONGEST_PERIOD_DAYS, Cost, Counted, FourCase, Spread, costs_of, spread_of
from members.rules.permissions import Permission
from standards.models.tallies import DayTally
from standards.models.texts import Clause
from standards.rules.grammar import parse_rule, share_asked
from standards.rules.reading import WHOLE
from stores.models import Store
from stores.queries import stores_in_area, stores_of

# No two zones are further apart.
_AWAY = timedelta(days=2)

_Place = tuple[UUID, UUID]


def standard_or_store(
    actor: Actor,
    *,
    since: date,
    until: date,
    store_id: UUID | None = None,
    lineage_id: UUID | None = None,
    case: FourCase | None = None,
) -> list[tuple[Counted, Clause]]:
    """Return what was counted of each requirement at each store from one day to another, with its latest text.

    Refusals: NotFound, NotPermitted, Invalid.
    """
    counted, clauses = _counted(actor, since, until, store_id=store_id, lineage_id=lineage_id)
    return [(each, clauses[each.lineage_id]) for each in counted if case is None or each.case is case]


def four_cases(actor: Actor, *, since: date, until: date, area_id: UUID | None = None) -> list[tuple[Spread, Clause]]:
    """Return in how many of the stores that one reads each case is that of a requirement: a row for each requirement.

    On request only in an area. Refusals: NotFound, NotPermitted, Invalid.
    """
    counted, clauses = _counted(actor, since, until, area_id=area_id)
    return [(each, clauses[each.lineage_id]) for each in spread_of(counted)]


def stores_in_case(
    actor: Actor,
    *,
    since: date,
    until: date,
    lineage_id: UUID,
    case: FourCase | None = None,
    area_id: UUID | None = None,
) -> QuerySet[Store]:
    """Return the stores at which a requirement was counted, or those of one of the four cases, by code.

    On request only in an area. Refusals: NotFound, NotPermitted, Invalid.
    """
    counted, _clauses = _counted(actor, since, until, lineage_id=lineage_id, area_id=area_id)
    found = [each.store_id for each in counted if case is None or each.case is case]
    return stores_of(actor=actor).filter(id__in=found)


def deviation_costs(
    actor: Actor, *, since: date, until: date, area_id: UUID | None = None
) -> list[tuple[Cost, Clause]]:
    """Return what deviating from each requirement costs in complaints, the dearest first, in the stores that one reads.

    On request only in an area. Refusals: NotFound, NotPermitted, Invalid.
    """
    counted, clauses = _counted(actor, since, until, area_id=area_id)
    costs = sorted(costs_of(counted), key=lambda each: (-(each.extra_complaints or 0), str(each.lineage_id)))
    return [(each, clauses[each.lineage_id]) for each in costs]


def _counted(
    actor: Actor,
    since: date,
    until: date,
    *,
    store_id: UUID | None = None,
    lineage_id: UUID | None = None,
    area_id: UUID | None = None,
) -> tuple[list[Counted], dict[UUID, Clause]]:
    actor.must_somewhere(Permission.READ_VERDICTS)
    if store_id is not None:
        actor.must(Permission.READ_VERDICTS, at=store_id)
    if not timedelta(0) <= until - since < timedelta(days=LONGEST_PERIOD_DAYS):
        raise Invalid(field="until", why=_("a day on or after the first one, within a year"))
    stores = actor.stores_with(Permission.READ_VERDICTS) if store_id is None else frozenset({store_id})
    if area_id is not None:
        of_area = stores_in_area(actor=actor, area_id=area_id, permission=Permission.READ_VERDICTS)
        stores = frozenset(of_area.values_list("id", flat=True))
    tallies, complained = _tallies(stores, since, until), _complaints(stores, since, until)
    ids = {row["clause_id"] for row in tallies} | {row["clause_id"] for row in complained}
    texts = Clause.objects.select_related("version").filter(id__in=ids)
    if lineage_id is not None:
        texts = texts.filter(lineage_id=lineage_id)
    clauses = {clause.id: clause for clause in texts.order_by("version__number", "position", "id")}
    latest = {clause.lineage_id: clause for clause in clauses.values()}
    sums: dict[_Place, Counter[str]] = {}
    for row in (*tallies, *complained):
        if row["clause_id"] in clauses:
            place = (row["store_id"], clauses[row["clause_id"]].lineage_id)
            sums.setdefault(place, Counter()).update({name: row.get(name, 0) for name in ("kept", "broken", "number")})
    rows = [_row(place, counts, latest[place[1]]) for place, counts in sums.items()]
    return sorted(rows, key=lambda each: (str(each.lineage_id), str(each.store_id))), latest


def _row(place: _Place, counts: Counter[str], clause: Clause) -> Counted:
    asked = WHOLE if clause.rule is None else share_asked(parse_rule(clause.rule))
    return Counted(*place, met=counts["kept"], missed=counts["broken"], complaints=counts["number"], asked=asked)


def _tallies(stores: frozenset[UUID] | None, since: date, until: date) -> list[dict[str, Any]]:
    days: QuerySet[Any] = DayTally.objects.filter(day__gte=since, day__lte=until)
    if stores is not None:
        days = days.filter(store_id__in=stores)
    return list(days.order_by().values("store_id", "clause_id").annotate(kept=Sum("met"), broken=Sum("missed")))


def _complaints(stores: frozenset[UUID] | None, since: date, until: date) -> list[dict[str, Any]]:
    """Count the complaints that name a clause, by the day on which each store got them on its own clock."""
    found: QuerySet[Any] = Complaint.objects.filter(
        clause_id__isnull=False,
        received_at__date__gte=max(since, date.min + _AWAY) - _AWAY,
        received_at__date__lte=min(until, date.max - _AWAY) + _AWAY,
    )
    if stores is not None:
        found = found.filter(store_id__in=stores)
    local = Cast(Func(F("store__time_zone"), F("received_at"), function="timezone"), DateField())
    found = found.alias(on=local).filter(on__gte=since, on__lte=until)
    return list(found.order_by().values("store_id", "clause_id").annotate(number=Count("id")))
