"""What the walls cost a request: scope and row-level security against plain Django on the same rows."""

import statistics
from collections.abc import Callable
from datetime import date, time, timedelta
from uuid import UUID

from django.db import connections, transaction
from django.db.models import QuerySet
from django.utils.timezone import now

from chains.actor import Actor, ActorKind, Audience, system_actor
from chains.models import Chain
from chains.scope import scope
from stores.models import OpeningHours, Store, StoreKind
from tests.benchmarks.report import Report, timed
from tests.installation import open_chains

STORES = 100
DAYS = 500
ROUNDS = 1_500
_PLAIN = "plain"


def measure_requests(report: Report) -> None:
    """Measure transactions of one and of five queries for the newest 50 rows of one store."""
    (chain,) = open_chains(1)
    store = furnish_stores(chain)
    _connect_plainly(chain)
    actor = Actor(kind=ActorKind.USER, id=None, audience=Audience.STORE, store_ids=frozenset({store}))

    def plainly(queries: int) -> None:
        with transaction.atomic(using=_PLAIN):
            for _ in range(queries):
                assert len(_newest(OpeningHours.objects.using(_PLAIN).filter(store_id=store))) == 50

    def behind_walls(queries: int) -> None:
        with scope(chain, actor):
            for _ in range(queries):
                assert len(_newest(OpeningHours.objects.all())) == 50

    for queries in (1, 5):
        plain, walled = _in_turn(lambda n=queries: plainly(n), lambda n=queries: behind_walls(n))
        rows = {"plain Django": plain, "scope and row-level security": walled}
        report.table(f"a transaction, {queries} x newest 50 of {STORES * DAYS:,} rows", rows, base="plain Django")
    connections[_PLAIN].close()


def _newest(rows: QuerySet[OpeningHours]) -> list[OpeningHours]:
    return list(rows.order_by("-valid_from")[:50])


def _in_turn(one: Callable[[], None], other: Callable[[], None]) -> tuple[float, float]:
    """Return both medians, measured in turn, so that whatever else the machine does hits both alike."""
    for _ in range(100):
        one()
        other()
    times = [(timed(one), timed(other)) for _ in range(ROUNDS)]
    return statistics.median(first for first, _ in times), statistics.median(second for _, second in times)


def _connect_plainly(chain: Chain) -> None:
    """Add a connection of Django's own backend, as the tables' owner, whom no policy concerns."""
    connections.settings[_PLAIN] = {
        **connections["owner"].settings_dict,
        "ENGINE": "django.db.backends.postgresql",
        "OPTIONS": {"options": f"-c search_path={chain.schema_name}"},
    }


def furnish_stores(chain: Chain) -> UUID:
    """Put stores with the hours of many days into a chain; return one of the stores."""
    with scope(chain, system_actor()):
        stores = Store.objects.bulk_create(
            Store(
                code=f"B{number}", name=f"Store {number}", kind=StoreKind.COMPANY_OWNED, time_zone="Asia/Shanghai",
                currency="CNY", opened_at=now(),
            )
            for number in range(STORES)
        )  # fmt: skip
        days = [date(2020, 1, 1) + timedelta(days=number) for number in range(DAYS)]
        for store in stores:
            OpeningHours.objects.bulk_create(
                OpeningHours(store=store, valid_from=day, weekday=day.weekday(), opens=time(9), closes=time(21))
                for day in days
            )
    with connections["owner"].cursor() as cursor:
        cursor.execute(f'ANALYZE "{chain.schema_name}".stores_openinghours')
    return stores[STORES // 2].id
