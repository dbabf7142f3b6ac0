"""F03: the worker is killed between the commit and the answer; whoever sends the same key again gets one deed (C02)."""

import json
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http.client import HTTPException
from pathlib import Path
from typing import Any

from django.utils import timezone

from api.base.ids import global_id
from chains.actor import system_actor
from chains.scope import scope
from complaints.models.complaints import Complaint
from journal.models import Entry
from members.actions.tokens import create_access_token
from members.models import TokenKind
from members.rules.scopes import Scope
from tests.factories.chains import FurnishedChain
from tests.factories.people import actor_of_role
from tests.live_server import LiveServer, serving
from tests.patience import PATIENCE_SECONDS

# Seconds after the call was sent: before its commit, around it, and when the answer is on its way or there.
KILLED_AFTER = (0.01, 0.03, 0.06)
FILE = """mutation($input:FileComplaintInput!){fileComplaint(input:$input){
    complaint{id number} userErrors{code}}}"""


def secret_in(chain: FurnishedChain) -> str:
    manager, now = actor_of_role(chain, "STORE_MANAGER"), timezone.now()
    with scope(chain.chain, manager):
        return create_access_token(
            actor=manager,
            kind=TokenKind.PERSONAL,
            name="Till",
            scopes=list(Scope),
            store_ids=None,
            expires_at=now + timedelta(days=1),
            now=now,
        )[1]


def workers_of(pid: int) -> set[int]:
    children = {int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}
    return {child for child in children if b"resource_tracker" not in Path(f"/proc/{child}/cmdline").read_bytes()}


def ask(server: LiveServer, host: str, body: dict[str, Any], secret: str) -> Any:
    """Return the answer, or None where none came, or one that says that nothing was changed."""
    try:
        answer = server.post(host, body, {"Authorization": f"Bearer {secret}"})[1]
    except (OSError, HTTPException, json.JSONDecodeError):
        return None
    # The killed worker's transaction holds the key until the database notices.
    return None if "errors" in answer and answer["errors"][0]["extensions"]["code"] == "TIMED_OUT" else answer


def answered(server: LiveServer, host: str, body: dict[str, Any], secret: str) -> Any:
    """Send the same again until somebody answers."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (answer := ask(server, host, body, secret)) is None:
        assert time.monotonic() < deadline
        time.sleep(0.2)
    return answer


def test_f03_a_worker_killed_while_it_answers_leaves_one_deed_and_one_answer(fresh_chain: FurnishedChain) -> None:
    secret, host = secret_in(fresh_chain), fresh_chain.host
    usual = {
        "storeId": global_id("Store", fresh_chain.store),
        "customerName": "Wang",
        "customerPhone": "138 1234 5678",
        "subject": "Cold",
        "severity": "MINOR",
        "channel": "PHONE",
    }
    cut_off = 0
    for number, seconds in enumerate(KILLED_AFTER):
        body = {"query": FILE, "variables": {"input": {**usual, "idempotencyKey": f"key {number}"}}}
        # A server of its own for each: one whose workers die again and again gives up.
        with serving() as server, ThreadPoolExecutor(1) as pool:
            first = pool.submit(ask, server, host, body, secret)
            time.sleep(seconds)
            for worker in workers_of(server.process.pid):
                os.kill(worker, signal.SIGKILL)
            cut_off += first.result() is None
            again = answered(server, host, body, secret)
            assert again["data"]["fileComplaint"]["userErrors"] == []
            assert first.result() in (None, again)
            assert answered(server, host, body, secret) == again
    assert cut_off > 0, "no answer was cut off: the kills came too late"
    with scope(fresh_chain.chain, system_actor()):
        numbers = sorted(Complaint.objects.values_list("number", flat=True))
        assert numbers == list(range(1, len(KILLED_AFTER) + 1))
        assert Entry.objects.filter(kind="COMPLAINT_FILED").count() == len(KILLED_AFTER)
