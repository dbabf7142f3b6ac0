"""G21: fifty calls of one chain at once on the real server; that chain is told to come back, its rival notices nothing.

How much the rival notices is measured by `python -m tests.benchmarks noisy`.
"""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException, HTTPMessage

from config.fairness import MOST_INSIDE
from tests.conftest import Chains
from tests.live_server import LiveServer
from tests.patience import PATIENCE_SECONDS

CALLS = 50
ASK = json.dumps({"query": "{ chain { name } }"}).encode()


def call(server: LiveServer, host: str, language: str = "en") -> tuple[int, HTTPMessage, dict]:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE_SECONDS)
    try:
        headers = {"Host": host, "Content-Type": "application/json", "Accept-Language": language}
        connection.request("POST", "/graphql/", ASK, headers)
        answer = connection.getresponse()
        return answer.status, answer.headers, json.loads(answer.read())
    finally:
        connection.close()


def at_once(server: LiveServer, host: str, language: str) -> list[tuple[int, HTTPMessage, dict]]:
    """Let fifty clients call in the same moment; what was cut off before its answer is not among the answers."""
    together = threading.Barrier(CALLS)

    def one(_number: int) -> tuple[int, HTTPMessage, dict] | None:
        together.wait()
        try:
            return call(server, host, language)
        except (OSError, HTTPException):
            return None

    with ThreadPoolExecutor(CALLS) as pool:
        return [answer for answer in pool.map(one, range(CALLS)) if answer is not None]


def test_g21_too_many_at_once_are_told_to_come_back_in_their_language(server: LiveServer, chains: Chains) -> None:
    told = {"en": "Too many calls at the same time", "zh-hans": "同时进行的调用过多", "zh-hant": "同時進行的呼叫過多"}
    for language, sentence in told.items():
        answers = at_once(server, chains.a.host, language)
        assert {status for status, _headers, _body in answers} == {200, 429}
        refused = [(headers, body) for status, headers, body in answers if status == 429]
        for headers, body in refused:
            assert headers["Retry-After"] == "1"
            (error,) = body["errors"]
            assert error["extensions"] == {"code": "TOO_MANY_AT_ONCE"}
            assert error["message"].startswith(sentence)


def test_g21_the_rival_is_answered_meanwhile_and_no_place_is_lost(server: LiveServer, chains: Chains) -> None:
    with ThreadPoolExecutor(1) as crowd:
        waves = crowd.submit(lambda: [at_once(server, chains.a.host, "en") for _ in range(3)])
        rivals = [call(server, chains.b.host)[0]]
        while not waves.done():
            rivals.append(call(server, chains.b.host)[0])
    assert set(rivals) == {200}
    with ThreadPoolExecutor(MOST_INSIDE) as pool:
        again = list(pool.map(lambda _number: call(server, chains.a.host)[0], range(MOST_INSIDE)))
    assert again == [200] * MOST_INSIDE


def test_g21_a_host_is_one_however_it_is_written(server: LiveServer, chains: Chains) -> None:
    name = chains.a.host
    spellings = [name, name.upper(), f"{name}:99", f"{name}."]
    together = threading.Barrier(CALLS)

    def one(number: int) -> int | None:
        together.wait()
        try:
            return call(server, spellings[number % len(spellings)])[0]
        except (OSError, HTTPException):
            return None

    with ThreadPoolExecutor(CALLS) as pool:
        assert 429 in set(pool.map(one, range(CALLS)))
