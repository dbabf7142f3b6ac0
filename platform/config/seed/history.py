"""Tells a chain's past in the order of time: each deed by whoever did it, through its action, at its moment."""

import logging
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from heapq import heappop, heappush
from itertools import count
from typing import Any

from chains.actor import Actor
from chains.models import Chain
from chains.scope import scope
from config.seed.consequences import Consequences
from kit.ids import new_id
from kit.refusals import Refusal

log = logging.getLogger("onebanner.seed")


@dataclass(frozen=True, slots=True)
class Deed:
    """An action to be done at a moment, or a question to be asked then, which knows of neither moment nor actor."""

    at: datetime
    by: Actor
    do: Callable[..., Any]
    words: Mapping[str, Any]
    is_question: bool = False


# A story: it says what is done next, is told what came of it, and goes on; part of another, it may return something.
Plot = Generator[Deed, Any, Any]


def deed(at: datetime, by: Actor, do: Callable[..., Any], /, **words: Any) -> Deed:
    """Return an action to be done at a moment by somebody."""
    return Deed(at, by, do, words)


def look(at: datetime, by: Actor, question: Callable[..., Any], /, **words: Any) -> Deed:
    """Return a question to be asked of the chain's tables at a moment, as far as somebody sees them."""
    return Deed(at, by, question, words, is_question=True)


class History:
    """Plots side by side, each as far as it has got by the present: whatever is not over by then is open.

    `refused` tells which deeds were refused; their plots end there.
    """

    def __init__(self, chain: Chain, consequences: Consequences) -> None:
        self._chain, self._consequences = chain, consequences
        self._waiting: list[tuple[datetime, int, Plot, Deed | None]] = []
        self._turn = count()
        self.refused: list[str] = []
        self.deeds = 0

    def begin(self, at: datetime, plot: Plot) -> None:
        """Let a plot begin at a moment: what it decides, it decides by what is then."""
        self._wait(at, plot, None)

    def tell(self, until: datetime) -> None:
        """Do all deeds up to a moment in the order of their moments, and what follows from them by itself."""
        while self._waiting and self._waiting[0][0] <= until:
            at, _turn, plot, awaited = heappop(self._waiting)
            try:
                coming = next(plot) if awaited is None else plot.send(self._do(awaited))
            except StopIteration:
                continue
            except Refusal as refusal:
                what = "" if awaited is None else awaited.do.__name__
                told = f"{what} {at}: {refusal.code} {refusal.text()}"
                log.warning("A deed of the demo was refused: %s", told)
                self.refused.append(told)
                continue
            # Nothing in a plot happens before what happened before.
            self._wait(max(at, coming.at), plot, replace(coming, at=max(at, coming.at)))

    def _do(self, told: Deed) -> Any:
        self._consequences.until(told.at)
        actor = replace(told.by, request_id=new_id())
        with scope(self._chain, actor):
            if told.is_question:
                return told.do(**told.words)
            self.deeds += 1
            return told.do(actor=actor, now=told.at, **told.words)

    def _wait(self, at: datetime, plot: Plot, awaited: Deed | None) -> None:
        heappush(self._waiting, (at, next(self._turn), plot, awaited))
