"""Background doors of the chains themselves; the worker that passes them has the owner's connection."""

import logging
from datetime import UTC, datetime, timedelta

from procrastinate.contrib.django import app

from chains.jobs import OWNERS_QUEUE, give_time
from chains.reaper import reap

log = logging.getLogger("onebanner.chains")


# It may find many chains to drop, each with all its tables.
give_time("chains.reap", timedelta(hours=1))


@app.periodic(cron="17 * * * *", periodic_id="chains.reap")
@app.task(name="chains.reap", queue=OWNERS_QUEUE)
def reap_chains(timestamp: int) -> None:
    """Finish half-made chains, remove closed ones, and tell what belongs to nobody."""
    reaped = reap(now=datetime.fromtimestamp(timestamp, UTC))
    for schema in reaped.strays:
        log.error("A schema belongs to no chain; it was left alone.", extra={"schema": schema})
