"""`python -m tests.benchmarks`: measure side by side on a database of its own, print ratios, fail for a missed goal."""

import argparse
import os
import sys
from pathlib import Path

from tests.ground import choose_ground, leave_ground

GROUND = choose_ground()
# Starts the tests' own database server there, before any setting is read.
import tests.bootstrap  # noqa: E402, F401  # isort: skip
import django  # noqa: E402  # as above

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import connections  # noqa: E402  # needs the settings

from config.database import embedded_server  # noqa: E402
from tests import database  # noqa: E402
from tests.benchmarks.clocks_at_once import measure_clocks  # noqa: E402
from tests.benchmarks.desk import measure_desk  # noqa: E402
from tests.benchmarks.fleet import measure_fleet  # noqa: E402
from tests.benchmarks.making import measure_making  # noqa: E402
from tests.benchmarks.noisy import measure_noisy  # noqa: E402
from tests.benchmarks.pushing import measure_push  # noqa: E402
from tests.benchmarks.replaying import measure_replay  # noqa: E402
from tests.benchmarks.report import Report, circumstances  # noqa: E402
from tests.benchmarks.requests import measure_requests  # noqa: E402
from tests.benchmarks.signing_in import measure_telling  # noqa: E402

RESULTS = Path(__file__).with_name("RESULTS.md")
PARTS = ("fleet", "requests", "telling", "noisy", "desk", "clocks", "push", "replay")


def main() -> int:
    """Measure everything, or what is named; with --write, keep the figures in RESULTS.md."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("what", nargs="*", choices=("all", *PARTS), default="all", help="which parts; all by default")
    parser.add_argument("--chains", type=int, default=200, help="how many chains the fleet has")
    parser.add_argument("--write", action="store_true", help=f"keep the figures in {RESULTS.name}")
    options = parser.parse_args()
    report = Report()
    with database.copy_of(database.template(), "_bench") as name, database.pointed_at(name):
        report.say("# Benchmarks\n")
        where = "in memory" if GROUND else "where its server keeps it"
        report.say(f"`make bench` on {circumstances()} The database lies {where}. Trust the ratios, not the times.\n")
        chosen = PARTS if "all" in options.what else options.what
        if "fleet" in chosen:
            migrated = measure_making(report)
            report.say()
            measure_fleet(report, chains=options.chains, migrated=migrated)
        if "requests" in chosen:
            measure_requests(report)
        if "telling" in chosen:
            measure_telling(report)
        if "noisy" in chosen:
            measure_noisy(report)
        if "desk" in chosen:
            measure_desk(report)
        if "clocks" in chosen:
            measure_clocks(report)
        if "push" in chosen:
            measure_push(report)
        if "replay" in chosen:
            measure_replay(report)
        connections.close_all()
    if options.write:
        RESULTS.write_text("\n".join(report.lines) + "\n")
    return 1 if report.missed else 0


try:
    code = main()
finally:
    embedded_server().stop()
    leave_ground(GROUND)
sys.exit(code)
