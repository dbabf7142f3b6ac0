"""Tallies held against the verdicts that they are the sum of, and mended where they differ.

Whoever writes a verdict changes all tallies in the same transaction, so that what one of them lacks is the same before
and after: it is read without a lock, and added to whatever stands there by then. Only two who mend the same must not.
"""

import logging
from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connections, transaction
from django.db.models import Min

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from journal.actions import append
from standards.actions.recording import Day, add_counts
from standards.models.rollouts import StoreStandard
from standards.models.tallies import COUNTS, DayTally, MonthTally, StoreMonthTally
from standards.models.texts import Clause
from standards.models.verdicts import Verdict
from standards.rules.happenings import Happening
from standards.rules.recounting import months_in_turn
from standards.rules.windows import Window, window_of
from stores.models import Store
from stores.rules.calendar import DAY

# So many stores' months are counted in one transaction.
MOST_AT_ONCE = 25
_VERDICTS, _DAYS, _STORE_MONTHS, _MONTHS = (
    f'"{model._meta.db_table}"' for model in (Verdict, DayTally, StoreMonthTally, MonthTally)
)
_AS_COUNTED, _COUNTED_OUT = ", ".join(COUNTS), ", ".join(f"-{name}" for name in COUNTS)
_IN_STATES = ", ".join(f"(state = '{name.upper()}')::int AS {name}" for name in COUNTS)
_LACKING = ", ".join(f"sum({name})::bigint" for name in COUNTS)
_DIFFER = " OR ".join(f"sum({name}) <> 0" for name in COUNTS)
# What the days of stores lack, person by person. The clauses are named for the sake of the index.
_DAYS_LACK = f"""
    SELECT store_id, clause_id, day, user_id, {_LACKING} FROM (
        SELECT store_id, clause_id, day, user_id, {_IN_STATES} FROM {_VERDICTS} verdict
        WHERE clause_id = ANY(%(clauses)s) AND store_id = ANY(%(stores)s) AND day >= %(first)s AND day < %(end)s
            AND NOT EXISTS (SELECT FROM {_VERDICTS} later
                WHERE later.store_id = verdict.store_id AND later.replaces_id = verdict.id)
        UNION ALL SELECT store_id, clause_id, day, user_id, {_COUNTED_OUT} FROM {_DAYS}
        WHERE store_id = ANY(%(stores)s) AND clause_id = ANY(%(clauses)s) AND day >= %(first)s AND day < %(end)s
    ) AS counted GROUP BY 1, 2, 3, 4 HAVING {_DIFFER}
"""  # noqa: S608  # names no input, as the next ones
# What the month of a store lacks of its days.
_STORE_MONTHS_LACK = f"""
    SELECT store_id, %(first)s::date, clause_id, {_LACKING} FROM (
        SELECT store_id, clause_id, {_AS_COUNTED} FROM {_DAYS}
        WHERE store_id = ANY(%(stores)s) AND clause_id = ANY(%(clauses)s) AND day >= %(first)s AND day < %(end)s
        UNION ALL SELECT store_id, clause_id, {_COUNTED_OUT} FROM {_STORE_MONTHS}
        WHERE store_id = ANY(%(stores)s) AND clause_id = ANY(%(clauses)s) AND month = %(first)s
    ) AS counted GROUP BY 1, 2, 3 HAVING {_DIFFER}
"""  # noqa: S608
# What the month of the chain lacks of its stores'; whichever shard it is added to, the sum is right.
_MONTHS_LACK = f"""
    SELECT %(first)s::date, clause_id, 0, {_LACKING} FROM (
        SELECT clause_id, {_AS_COUNTED} FROM {_STORE_MONTHS}
        WHERE clause_id = ANY(%(clauses)s) AND month = %(first)s
        UNION ALL SELECT clause_id, {_COUNTED_OUT} FROM {_MONTHS}
        WHERE clause_id = ANY(%(clauses)s) AND month = %(first)s
    ) AS counted GROUP BY 1, 2, 3 HAVING {_DIFFER}
"""  # noqa: S608

_StoreMonth = tuple[UUID, date, UUID]
_Lacking = Mapping[Any, Counter[str]]

log = logging.getLogger(__name__)


def months_to_recount(*, now: datetime) -> list[date]:
    """Return the months whose turn it is: the latest two, and one of those in which a clause bound a store."""
    first_at = StoreStandard.objects.aggregate(at=Min("pushed_at"))["at"]
    # East of us a store's day begins earlier.
    return [] if first_at is None else months_in_turn(now.date(), first_at.date() - DAY)


@transaction.atomic(using=CHAINS_ALIAS)
def recount_stores(*, actor: Actor, month: date, after: UUID, now: datetime) -> UUID | None:
    """Mend the tallies of days, and of a month, at the stores behind one, MOST_AT_ONCE of them, by their verdicts.

    Return the last one's id while there may be more. Nothing is locked or written where nothing differs.
    """
    ids = list(Store.objects.filter(id__gt=after).order_by("id").values_list("id", flat=True)[:MOST_AT_ONCE])
    days, months = _lacking_at(ids, month)
    differing = {key[0] for key in (*days, *months)}
    if differing:
        # Whoever mends the same is waited for; what they have mended is lacking no more.
        list(Store.objects.filter(id__in=differing).order_by("id").select_for_update(no_key=True))
        days, months = _lacking_at(differing, month)
        add_counts(DayTally, ("store_id", "clause_id", "day", "user_id"), days)
        add_counts(StoreMonthTally, ("store_id", "month", "clause_id"), months)
        for store_id in sorted({key[0] for key in (*days, *months)}):
            own = {clause_id: counts for (key, _month, clause_id), counts in months.items() if key == store_id}
            number = sum(key[0] == store_id for key in days)
            _tell(actor, ("Store", store_id), store_id, {"month": month, "days": number, "clauses": _told(own)}, now)
    return ids[-1] if len(ids) == MOST_AT_ONCE else None


@transaction.atomic(using=CHAINS_ALIAS)
def recount_chain(*, actor: Actor, month: date, now: datetime) -> None:
    """Mend the tallies of a month in the whole chain by those of its stores, once these are mended."""
    lacking = _lacking(_MONTHS_LACK, _given(month))
    if not lacking:
        return
    list(Clause.objects.filter(id__in={key[1] for key in lacking}).order_by("id").select_for_update(no_key=True))
    lacking = _lacking(_MONTHS_LACK, _given(month))
    add_counts(MonthTally, ("month", "clause_id", "shard"), lacking)
    for (_month, clause_id, _shard), counts in lacking.items():
        _tell(actor, ("Clause", clause_id), None, {"month": month, "clauses": _told({clause_id: counts})}, now)


def _lacking_at(store_ids: Collection[UUID], month: date) -> tuple[dict[Day, Counter[str]], _Lacking]:
    """Return what the days of stores lack, and what their month does, that of its days included."""
    given = _given(month) | {"stores": list(store_ids)}
    days = _lacking(_DAYS_LACK, given)
    months = {key: Counter(counts) for key, counts in _lacking(_STORE_MONTHS_LACK, given).items()}
    for (store_id, clause_id, _day, _user_id), counts in days.items():
        months.setdefault((store_id, month, clause_id), Counter()).update(counts)
    return days, {key: counts for key, counts in months.items() if any(counts.values())}


def _given(month: date) -> dict[str, Any]:
    first, end = window_of(Window.MONTH, month)
    clauses = Clause.objects.filter(rule__isnull=False).order_by("id")
    return {"first": first, "end": end, "clauses": list(clauses.values_list("id", flat=True))}


def _lacking(statement: str, given: Mapping[str, Any]) -> dict[Any, Counter[str]]:
    with connections[CHAINS_ALIAS].cursor() as cursor:
        cursor.execute(statement, given)
        rows = cursor.fetchall()
    return {row[: -len(COUNTS)]: Counter(dict(zip(COUNTS, row[-len(COUNTS) :], strict=True))) for row in rows}


def _told(clauses: Mapping[UUID, Counter[str]]) -> dict[str, dict[str, int]]:
    return {str(key): {name: number for name, number in counts.items() if number} for key, counts in clauses.items()}


def _tell(
    actor: Actor, subject: tuple[str, UUID], store_id: UUID | None, added: Mapping[str, Any], now: datetime
) -> None:
    subject_type, subject_id = subject
    log.warning("Tallies mended.", extra={"subject": str(subject_id), "month": str(added["month"])})
    append(
        actor=actor,
        kind=Happening.TALLIES_MENDED,
        subject_type=subject_type,
        subject_id=subject_id,
        store_id=store_id,
        now=now,
        after=dict(added),
    )
