"""What a chain of the demo is made of, read from its file: people, goods, and what is said and written there."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Any

from members.rules.permissions import Role

_HERE = Path(__file__).parent
# A topic, a case: named texts, some of them lists.
Texts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StoreScript:
    """A store of the demo with its people by role; one without a franchisee is run by the chain itself."""

    code: str
    name: str
    area: str
    time_zone: str
    people: Mapping[Role, Sequence[str]]
    franchisee: str = ""


@dataclass(frozen=True, slots=True)
class ChainScript:
    """A chain of the demo; `busy_hours` and `busy_days` say how busy it is, `texts` what is written there."""

    name: str
    label: str
    language: str
    currency: str
    opens: time
    closes: time
    busy_hours: Sequence[int]
    busy_days: Sequence[int]
    people: Mapping[Role, Sequence[str]]
    stores: tuple[StoreScript, ...]
    texts: Texts

    @property
    def areas(self) -> list[str]:
        """The areas in the order of their first stores."""
        return list(dict.fromkeys(store.area for store in self.stores))


def script_of(label: str) -> ChainScript:
    """Read a chain's file."""
    read = tomllib.loads((_HERE / f"{label}.toml").read_text(encoding="utf-8"))
    return ChainScript(
        name=read["name"],
        label=label,
        language=read["language"],
        currency=read["currency"],
        opens=time.fromisoformat(read["opens"]),
        closes=time.fromisoformat(read["closes"]),
        busy_hours=read["hours"],
        busy_days=read["weekdays"],
        people=_by_role(read["people"]),
        stores=tuple(StoreScript(**{**store, "people": _by_role(store["people"])}) for store in read["stores"]),
        texts=read,
    )


def _by_role(people: Mapping[str, Sequence[str]]) -> dict[Role, Sequence[str]]:
    return {Role(role): names for role, names in people.items()}


SCRIPTS = (script_of("jinguo"), script_of("harbour"))
