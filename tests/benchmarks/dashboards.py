"""What the dashboards of a year cost the database, of the chain, of an area, and of stores beside each other."""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import connections
from django.test import override_settings

from api.base.ids import global_id
from chains.actor import Audience, system_actor
from chains.scope import CHAINS_ALIAS, scope
from stores.models import Store
from tests.benchmarks.desk import desk_of
from tests.benchmarks.lived_year import DAYS
from tests.benchmarks.report import Report, duration
from tests.factories.chains import FurnishedChain

LOOKS = 30
_DASHBOARD_WITHIN = 0.010
_FIGURES = "month shareMet distance trend isKept clause { number } tallies { state count }"
_DASHBOARDS = {
    "the dashboard of 12 months of the chain": f"""query($since: Date!, $until: Date!) {{
      conformanceByMonth(since: $since, until: $until) {{ {_FIGURES} }} }}""",
    "the dashboard of 12 months of an area of ten stores": f"""query($since: Date!, $until: Date!, $area: ID) {{
      conformanceByMonth(since: $since, until: $until, areaId: $area) {{ {_FIGURES} }} }}""",
    "fifty of all stores beside each other under a clause in a month": """query($until: Date!, $clause: ID!) {
      conformanceByStore(clauseId: $clause, month: $until, first: 50) {
        nodes { store { code } conformance { shareMet distance isKept tallies { state count } } } } }""",
}


def measure_dashboards(report: Report, furnished: FurnishedChain, clause_id: UUID, today: date) -> None:
    """Look at the dashboards of a chain with a store `B007`, in which forty clauses were counted for a year."""
    with scope(furnished.chain, system_actor()):
        area = Store.objects.filter(code="B007").values_list("area_id", flat=True)[0]
    given = {
        "since": str(today - timedelta(days=DAYS - 31)),
        "until": str(today),
        "area": global_id("Area", area),
        "clause": global_id("Clause", clause_id),
    }
    with override_settings(GATE_CALLER_RATE=(10**9, 10**6), GATE_CHAIN_RATE=(10**9, 10**6)):
        desk = desk_of(furnished, Audience.HQ)
        for name, document in _DASHBOARDS.items():
            asked = {key: value for key, value in given.items() if f"${key}" in document}
            (told,) = desk.ask(document, asked).values()
            figures = told["nodes"] if isinstance(told, dict) else told
            spent, statements = [], 0
            for _ in range(LOOKS):
                with _database_time() as parts:
                    desk.ask(document, asked)
                spent.append(sum(parts))
                statements = len(parts)
            median = statistics.median(spent)
            report.say()
            report.goal(
                f"{name}, {len(figures)} figures, through the gate: at most 10 ms of database "
                f"time: {duration(median)} in {statements} statements, median of {LOOKS}",
                met=median <= _DASHBOARD_WITHIN,
            )
        desk.by_hand.close()


@contextmanager
def _database_time() -> Iterator[list[float]]:
    """Give a list to which each statement's seconds are added while the block runs."""
    spent: list[float] = []

    def wrapper(execute: Callable[..., Any], *given: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(*given)
        finally:
            spent.append(time.perf_counter() - began)

    with connections[CHAINS_ALIAS].execute_wrapper(wrapper):
        yield spent
