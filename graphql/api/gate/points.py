"""The points a call costs, looked up before the document is checked and taken once its cost is known (corpus G21)."""

from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings

from api.gate.refusals import RateLimited
from api.rates.rates import Rate, Standing, spend, standings
from chains.actor import Actor
from chains.models import Chain


@dataclass(slots=True)
class Points:
    """One call's standing with its caller's and its chain's bucket."""

    _rates: dict[str, Rate] = field(default_factory=dict)
    _standings: dict[str, Standing] = field(default_factory=dict)

    def look(self, *, chain: Chain | None, actor: Actor, now: datetime) -> None:
        """Look up both buckets; raises RateLimited when one is empty already."""
        place = chain.id.hex if chain is not None else "operators"
        caller = actor.token_id or actor.id or actor.address or "nobody"
        self._rates = {
            f"{place}:{actor.kind.value}:{caller}": Rate(*settings.GATE_CALLER_RATE),
            f"{place}:CHAIN": Rate(*settings.GATE_CHAIN_RATE),
        }
        self._standings = standings(self._rates, now=now)
        if any(standing.remaining < 1 for standing in self._standings.values()):
            raise RateLimited

    def spend(self, points: int, *, now: datetime) -> None:
        """Take what the call costs from both buckets; raises RateLimited."""
        for key, rate in self._rates.items():
            self._standings[key] = spend(key=key, points=points, rate=rate, standing=self._standings[key], now=now)
            if self._standings[key].is_refused:
                raise RateLimited

    def headers(self) -> dict[str, str]:
        """Tell how the emptier of the two buckets stands."""
        if not self._standings:
            return {}
        worst = min(self._standings.values(), key=lambda standing: (not standing.is_refused, standing.remaining))
        told = {
            "RateLimit-Limit": str(worst.limit),
            "RateLimit-Remaining": str(worst.remaining),
            "RateLimit-Reset": str(worst.reset),
        }
        if worst.is_refused or worst.remaining < 1:
            told["Retry-After"] = str(max(worst.wait, 1))
        return told
