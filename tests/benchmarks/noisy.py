"""What one chain's crowd does to its neighbour: the neighbour's p95 with and without it, on the real server (G21).

Crowd, server and database share the machine's few cores, so a neighbour is slowed by a crowd at the other end of the
house, too. The floor tells by how much: the same crowd, at a second server beside the first one.
"""

import json
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from django.utils.timezone import now

from chains.actor import Actor
from chains.models import Chain
from chains.scope import scope
from config.commands.serve import usual_workers
from members.actions.tokens import create_access_token
from members.models import TokenKind
from members.rules.scopes import Scope
from tests.benchmarks.report import Report
from tests.benchmarks.requests import STORES, furnish_stores
from tests.factories.chains import furnish, read_furnished
from tests.factories.people import actor_of_role
from tests.installation import open_chains
from tests.live_server import LiveServer, serving

ORDINARY = "{stores(first:50){nodes{id code name state}}}"
COSTLY = "{stores(first:45){nodes{id code name openingHours(first:100){nodes{validFrom weekday opens closes}}}}}"
CROWDS = {"50 clients, costly queries": COSTLY, "50 clients, ordinary queries": ORDINARY}
ALONE, ELSEWHERE, BESIDE = "alone", "the crowd at another server", "the crowd at the same server"
ROUNDS = 5
REQUESTS_A_ROUND = 60
# A store's screen asks now and then.
PAUSE_SECONDS = 0.03
# The limit per caller would hide the limit per chain.
_TOKENS = 25
MOST_SLOWER = 1.25


@dataclass(frozen=True)
class Neighbour:
    """A chain that asks for its stores, and the tokens that it may use."""

    host: str
    tokens: list[str]


def measure_noisy(report: Report) -> None:
    """Measure one chain's ordinary query alone and beside each crowd of another chain, in turn."""
    quiet, noisy = (_neighbour(chain) for chain in open_chains(2))
    report.say(
        f"\n{usual_workers()} workers, chains of {STORES} stores; {ROUNDS} x {REQUESTS_A_ROUND} requests a line."
    )
    for name, document in CROWDS.items():
        times: dict[str, list[float]] = {ALONE: [], ELSEWHERE: [], BESIDE: []}
        met: Counter[str] = Counter()
        with serving(workers=usual_workers()) as server, serving(workers=usual_workers()) as second:
            _round(server, quiet)
            for _ in range(ROUNDS):
                times[ALONE] += _round(server, quiet)
                with _crowd(second, noisy, document, Counter()):
                    times[ELSEWHERE] += _round(server, quiet)
                with _crowd(server, noisy, document, met):
                    times[BESIDE] += _round(server, quiet)
        p95 = {case: _p95(measured) for case, measured in times.items()}
        medians = {case: statistics.median(measured) for case, measured in times.items()}
        report.table(f"p95 of a neighbour, {name}", p95, base=ELSEWHERE)
        report.table("its median", medians, base=ELSEWHERE)
        report.say(f"\nThe crowd was answered {dict(sorted(met.items()))}.\n")
        report.goal("the crowd is told 429", met=met["429"] > 0)
        ratio = p95[BESIDE] / p95[ELSEWHERE]
        report.goal(
            f"sharing the server adds 25 % to the neighbour's p95 at most: {ratio - 1:+.0%}", met=ratio <= MOST_SLOWER
        )


def _round(server: LiveServer, asking: Neighbour) -> list[float]:
    times = []
    for number in range(REQUESTS_A_ROUND):
        headers = {"Authorization": f"Bearer {asking.tokens[number % len(asking.tokens)]}"}
        began = time.perf_counter()
        status, answer = server.post(asking.host, {"query": ORDINARY}, headers)
        times.append(time.perf_counter() - began)
        assert status == 200 and len(answer["data"]["stores"]["nodes"]) == 50, answer
        time.sleep(PAUSE_SECONDS)
    return times


@contextmanager
def _crowd(server: LiveServer, noisy: Neighbour, document: str, met: Counter[str]) -> Iterator[None]:
    command = [sys.executable, "-m", "tests.benchmarks.crowd", str(server.port), noisy.host, document, *noisy.tokens]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        # All fifty are there at once.
        time.sleep(0.5)
        yield
    finally:
        seen, _nothing = process.communicate(timeout=120)
        met.update(json.loads(seen))


def _neighbour(chain: Chain) -> Neighbour:
    furnish(chain)
    furnished = read_furnished(chain.domains.get().domain)
    furnish_stores(chain)
    creator = actor_of_role(furnished, "HQ_ADMINISTRATOR")
    with scope(chain, creator):
        tokens = [_token(creator) for _ in range(_TOKENS)]
    return Neighbour(furnished.host, tokens)


def _token(creator: Actor) -> str:
    _token, secret = create_access_token(
        actor=creator,
        kind=TokenKind.SERVICE,
        name="Benchmark",
        scopes=[Scope.STORES_READ.value],
        store_ids=None,
        expires_at=now() + timedelta(days=1),
        now=now(),
    )
    return secret


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]
