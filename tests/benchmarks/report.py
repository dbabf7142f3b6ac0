"""How a benchmark tells what it found: seconds, ratios, and whether a goal is met."""

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import platform
from django.utils.timezone import now

from chains.growth import owner_connection


@dataclass(slots=True)
class Report:
    """Lines of Markdown, told as they come, and the goals that were missed."""

    lines: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    def say(self, line: str = "") -> None:
        """Tell one line."""
        self.lines.append(line)
        sys.stdout.write(line + "\n")
        sys.stdout.flush()

    def table(self, title: str, rows: dict[str, float], *, base: str) -> None:
        """Tell times in seconds, each with its ratio to the base."""
        self.say(f"\n| {title} | time | x {base} |")
        self.say("|---|---|---|")
        for name, seconds in rows.items():
            self.say(f"| {name} | {duration(seconds)} | {seconds / rows[base]:.2f} |")

    def goal(self, text: str, *, met: bool) -> None:
        """Tell whether a goal is met."""
        self.say(f"- {'met' if met else 'MISSED'}: {text}")
        if not met:
            self.missed.append(text)


def duration(seconds: float) -> str:
    """Return a time in the unit that is easiest to read."""
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.2f} ms"


def timed(deed: Callable[[], object]) -> float:
    """Return how many seconds a deed took."""
    began = time.perf_counter()
    deed()
    return time.perf_counter() - began


def circumstances() -> str:
    """Return what the figures depend on: machine, versions, load."""
    connection = owner_connection()
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version'), current_setting('fsync')")
        version, fsync = cursor.fetchone()
    return (
        f"{now():%Y-%m-%d %H:%M} UTC, {os.cpu_count()} cores, Python {platform.python_version()}, PostgreSQL {version} "
        f"(fsync {fsync}), load {os.getloadavg()[0]:.1f}."
    )
