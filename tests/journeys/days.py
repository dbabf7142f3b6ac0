"""A chain through weeks: its people ask and do by HTTP, the background does its part, and time goes on.

What tells the time here is the test's own clock: whatever asks Django for the moment is told this one.
"""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from api.base.ids import global_id
from chains.actor import system_actor
from chains.jobs import ChainTask
from chains.scope import scope
from config.subscriptions import SUBSCRIPTIONS
from journal.models import Entry
from loops import tasks as loops
from standards import tasks as standards
from tests.conftest import Chains
from tests.graphql_caller import GraphQLCaller

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Days:
    """The people of a chain, who all speak one language, from tomorrow at ten in the morning on."""

    def __init__(self, chains: Chains, graphql: GraphQLCaller, language: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.chain, self.language, self._graphql = chains.a, language, graphql
        self.store = global_id("Store", chains.a.store)
        self.other_store = global_id("Store", chains.a.other_store)
        tomorrow = timezone.now().astimezone(SHANGHAI).date() + timedelta(days=1)
        self.first_day = tomorrow
        self.now = datetime.combine(tomorrow, time(10), SHANGHAI)
        self._handed_over: set[UUID] = set()
        monkeypatch.setattr(timezone, "now", lambda: self.now)

    def ask(self, document: str, as_: str, **variables: Any) -> Any:
        """Return what a question of one field finds."""
        answer = self._graphql(self.chain, document, variables, as_=as_, language=self.language)
        assert "errors" not in answer, answer
        (found,) = answer["data"].values()
        return found

    def do(self, deed: str, wanted: str, as_: str, **given: Any) -> Any:
        """Do a deed that is not refused, in a second; return the first thing of its payload that is wanted."""
        self.now += timedelta(seconds=1)
        payload = self._graphql.attempt(self.chain, deed, wanted, given, as_=as_, language=self.language)
        assert payload["userErrors"] == [], (deed, payload)
        return payload[wanted.split()[0]]

    def refused(self, deed: str, as_: str, **given: Any) -> tuple[str, str]:
        """Try a deed that is refused, and return the code of the one refusal and its sentence."""
        attempt = self._graphql.attempt(self.chain, deed, "__typename", given, as_=as_, language=self.language)
        (error,) = attempt["userErrors"]
        return error["code"], error["message"]

    def said(self, text: str) -> list[dict[str, str]]:
        """Return a text as it is typed, in the language that everybody speaks."""
        return [{"language": self.language, "text": text}]

    def asked(self, text: str, right: str, wrong: str) -> dict[str, Any]:
        """Return a question for those who acknowledge a clause; the first of its answers is the right one."""
        options = [{"texts": self.said(right)}, {"texts": self.said(wrong)}]
        return {"texts": self.said(text), "options": options, "right": 0}

    def filed(self, as_: str = "SERVICE_STAFF", **more: Any) -> str:
        """Take down a complaint at the store of whoever does it, and return its id."""
        store = self.other_store if as_.endswith("_2") else self.store
        who = {"customerName": "Wang 王", "customerPhone": "138 1234 5678"}
        about = {"storeId": store, "subject": "Soup 汤", "channel": "PHONE", "severity": "SERIOUS", **who}
        complaint: str = self.do("fileComplaint", "complaint { id }", as_, **about | more)["id"]
        return complaint

    def looked_into(self, complaint: str, as_: str = "SERVICE_STAFF") -> None:
        """Accept a complaint and look into it."""
        self.do("acceptComplaint", "complaint { id }", as_, complaintId=complaint)
        self.do("recordInvestigation", "complaint { id }", as_, complaintId=complaint, findings="A lamp 灯")

    def approved(self, version: str) -> None:
        """Let the officer submit a version, and the administrator approve it."""
        self.do("submitStandard", "version { state }", "QUALITY_OFFICER", versionId=version)
        self.do("approveStandard", "version { state }", "HQ_ADMINISTRATOR", versionId=version)

    def later(self, **by: float) -> None:
        """Let some time pass, and the background do what it has to."""
        self.now += timedelta(**by)
        self.background()

    def background(self) -> None:
        """Hand over the journal's news to whoever subscribes to them, between the rounds that stories wait for."""
        with scope(self.chain.chain, system_actor()):
            self._go_round(standards.measure_past, standards.start_waves)
            while news := list(Entry.objects.exclude(id__in=self._handed_over).in_order()):
                self._handed_over.update(entry.id for entry in news)
                for entry in news:
                    self._hand_over(entry)
            self._go_round(standards.judge_due, standards.note_adoption, loops.close_measured)

    def _hand_over(self, entry: Entry) -> None:
        for each in SUBSCRIPTIONS:
            if each.wants(entry.kind, entry.at):
                self._run(each.task, entry_id=str(entry.id))

    def _go_round(self, *tasks: ChainTask) -> None:
        for task in tasks:
            self._run(task)

    def _run(self, task: ChainTask, **arguments: str) -> None:
        envelope = {"chain": str(self.chain.chain.id), "arguments": arguments}
        task.run_in_scope(envelope, actor=system_actor(), now=self.now)
