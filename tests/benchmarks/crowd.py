"""`python -m tests.benchmarks.crowd PORT HOST DOCUMENT TOKEN...`: 50 clients of one chain at once, until stdin ends.

A process of its own, so that the one who measures has its interpreter to itself. It prints how often each status came.
"""

import json
import sys
import threading
import time
from collections import Counter
from http.client import HTTPConnection, HTTPException

CLIENTS = 50
_ends = threading.Event()


def ask(port: int, host: str, document: str, token: str, seen: Counter[str]) -> None:
    """Ask again and again; after a 429 pause as long as the server says."""
    body = json.dumps({"query": document})
    headers = {"Host": host, "Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    while not _ends.is_set():
        try:
            connection.request("POST", "/graphql/", body, headers)
            answer = connection.getresponse()
            answer.read()
        except (OSError, HTTPException) as error:
            seen[type(error).__name__] += 1
            connection.close()
            time.sleep(0.1)
            continue
        seen[str(answer.status)] += 1
        if answer.status == 429:
            _ends.wait(float(answer.headers["Retry-After"]))
    connection.close()


def main() -> None:
    """Run the crowd."""
    port, host, document, *tokens = sys.argv[1:]
    seen: Counter[str] = Counter()
    threads = [
        threading.Thread(target=ask, args=(int(port), host, document, tokens[number % len(tokens)], seen))
        for number in range(CLIENTS)
    ]
    for thread in threads:
        thread.start()
    sys.stdin.read()
    _ends.set()
    for thread in threads:
        thread.join()
    sys.stdout.write(json.dumps(seen))


if __name__ == "__main__":
    main()
