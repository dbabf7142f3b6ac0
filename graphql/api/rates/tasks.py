"""Background doors: buckets that are full say nothing and are forgotten."""

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from api.rates import rates
from chains.jobs import QUEUE


@app.periodic(cron="51 * * * *", periodic_id="rates.forget_full")
@app.task(name="rates.forget_full", queue=QUEUE)
def forget_full(timestamp: int) -> None:
    """Delete the buckets that have long been full again."""
    rates.forget_full(now=datetime.fromtimestamp(timestamp, UTC))
