"""The events that a clause's rule may speak of: each app names its own when it starts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise

FactName = str


@dataclass(frozen=True, slots=True)
class Event:
    """One kind of journal entry that a rule may name, told in words, with the facts that a scope may ask for.

    `fields` are what may be recorded with it or left empty, `numbers` the figures that it tells. `moment` names what
    its entries keep of when it really happened, where that may be before it was written down.
    """

    kind: str
    words: Promise | str
    facts: dict[FactName, frozenset[str]]
    fields: frozenset[FactName] = frozenset()
    numbers: frozenset[FactName] = frozenset()
    moment: FactName = ""


_EVENTS: dict[str, Event] = {}
_CLOCKS: dict[str, Promise | str] = {}


def make_measurable(
    kind: str,
    words: Promise | str,
    facts: dict[FactName, frozenset[str]] | None = None,
    *,
    fields: Iterable[FactName] = (),
    numbers: Iterable[FactName] = (),
    moment: FactName = "",
) -> None:
    """Let clauses speak of this kind of journal entry; `facts` are the values its `after` may hold, by name.

    `fields` are what its `after` may leave empty, `numbers` the figures in it. `moment` is under which name it keeps
    when the thing happened: a store that writes down late gains no time by it.
    """
    _EVENTS[str(kind)] = Event(
        kind=str(kind),
        words=words,
        facts=facts or {},
        fields=frozenset(fields),
        numbers=frozenset(numbers),
        moment=moment,
    )


def name_clock(kind: str, words: Promise | str) -> None:
    """Tell in words what a clock of an app's own waits for, which no clause asks for."""
    _CLOCKS[str(kind)] = words


def measurable_events() -> tuple[Event, ...]:
    """List every event that a clause may speak of, by kind."""
    return tuple(_EVENTS[kind] for kind in sorted(_EVENTS))


def event_of(kind: str) -> Event | None:
    """Return what is known of a kind of entry, or None when no clause may speak of it."""
    return _EVENTS.get(kind)


def values_of_fact(name: FactName) -> frozenset[str]:
    """Return every value that some event may record for a fact, such as `channel`."""
    return frozenset().union(*(event.facts.get(name, frozenset()) for event in _EVENTS.values()))


def has_moment(kind: str) -> bool:
    """Tell whether entries of a kind may be written down after what they tell of."""
    event = _EVENTS.get(kind)
    return event is not None and bool(event.moment)


def happened_at(kind: str, recorded: Mapping[str, object] | None, told_at: datetime) -> datetime:
    """Return when what an entry tells of really happened, never after it was told; that is when clocks start and stop.

    It is the moment that the entry recorded, where its kind has one.
    """
    event = _EVENTS.get(kind)
    moment = (recorded or {}).get(event.moment) if event and event.moment else None
    return min(datetime.fromisoformat(moment), told_at) if isinstance(moment, str) else told_at


def words_of(kind: str) -> str:
    """Tell an event, or what an app's own clock waits for, in the language that is active now.

    What is no longer known is told by its bare kind.
    """
    event = _EVENTS.get(kind)
    return str(event.words if event else _CLOCKS.get(kind, kind))
