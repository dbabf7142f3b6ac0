"""Who acts in a chain of the demo, store by store, and the customers they know by now."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import cycle
from random import Random
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from chains.actor import Actor
from chains.models import Chain
from config.seed.scripts import ChainScript, Texts
from config.seed.tempo import Tempo
from customers.rules.particulars import Particulars
from members.rules.permissions import Role
from stores.models import Store

Someone = UUID | Particulars
_A_MONTH = 28
# Until something is there.
NO_ID = UUID(int=0)


@dataclass(slots=True)
class Shop:
    """A store with its people; `known` are the customers who have been there."""

    store: Store
    manager: Actor
    supervisor: Actor
    staff: list[Actor]
    area_supervisor: Actor
    known: list[UUID] = field(default_factory=list)

    @property
    def people(self) -> list[Actor]:
        """Everybody who works in the store, the manager first; a mentor, if there is one, is the last."""
        return [self.manager, self.supervisor, *self.staff]

    @property
    def id(self) -> UUID:
        """The store's id."""
        return self.store.id

    @property
    def zone(self) -> ZoneInfo:
        """The store's clock."""
        return ZoneInfo(self.store.time_zone)


@dataclass(slots=True)
class Cast:
    """Everybody of a chain, and the chance that decides among them. `since` and `until` bound what is told."""

    chain: Chain
    script: ChainScript
    random: Random
    tempo: Tempo
    since: datetime
    until: datetime
    administrator: Actor
    officers: list[Actor]
    trainer: Actor
    positions: Mapping[Role, UUID]
    shops: list[Shop]
    # Customers with a card, whom the tills know.
    cards: list[Particulars] = field(default_factory=list)
    # Versions of standards: what binds the stores from the beginning, and what comes to some of them later.
    complaints_id: UUID = NO_ID
    answers_id: UUID = NO_ID
    changed_id: UUID = NO_ID
    given_up_id: UUID = NO_ID
    # The courses that everybody takes: how customers are answered, and how complaints are handled.
    course_ids: list[UUID] = field(default_factory=list)
    # What inspectors look at, in its latest version.
    template_id: UUID = NO_ID
    _numbers: int = 0

    @property
    def first(self) -> Shop:
        """The store whose people are told first to whoever starts the demo."""
        return self.shops[0]

    def places(self) -> Iterator[Shop]:
        """Yield without end at which store to show a matter: every second at the first, the rest at the others."""
        others = cycle(self.shops[1:] or self.shops)
        while True:
            yield self.first
            yield next(others)

    def one(self, kind: str) -> Any:
        """Return one of the texts of a kind."""
        return self.random.choice(self.script.texts[kind])

    def of(self, kind: str) -> Texts:
        """Return texts that belong together by their name."""
        found: Texts = self.script.texts[kind]
        return found

    def chance(self, share: float) -> bool:
        """Tell whether something happens that happens in this share of cases."""
        return self.random.random() < share

    def minutes(self, least: float, most: float) -> timedelta:
        """Return some minutes, to the second."""
        return timedelta(seconds=round(60 * self.random.uniform(least, most)))

    def staff(self, shop: Shop) -> Actor:
        """Return somebody at the counter."""
        return self.random.choice(shop.staff)

    def customer(self, shop: Shop, *, new: float = 0.5) -> Someone:
        """Return a customer of a store: with this chance a new one, else one who was there before."""
        if not shop.known or self.chance(new):
            return self.newcomer()
        return self.random.choice(shop.known)

    def newcomer(self) -> Particulars:
        """Return somebody whom no store knows."""
        customers, number = self.of("customers"), self._numbers
        self._numbers += 1
        surname, given = self.random.choice(customers["surnames"]), self.random.choice(customers["given"])
        name = f"{surname}{given}" if self.script.language.startswith("zh") else f"{given} {surname}"
        mail = f"{self.script.label}.{number:04d}@mail.example" if self.chance(0.4) else ""
        return Particulars(
            name=name,
            phone=self.script.texts["phone"] % number,
            email=mail,
            language=self.script.language,
            address=self.address() if self.chance(0.6) else "",
            birthday=self._birthday() if self.chance(0.5) else "",
            note=self.random.choice(customers["notes"]),
        )

    def address(self) -> str:
        """Return where somebody lives."""
        street: str = self.random.choice(self.of("customers")["streets"])
        return street % self.random.randrange(1, 400)

    def opened(self, shop: Shop, moment: datetime) -> datetime:
        """Return a moment at which a store is open, not before the one given."""
        return self.tempo.opened(shop.zone, moment)

    def ago(self, shop: Shop, **back: float) -> datetime:
        """Return a moment at which a store was open, so long before the present or a little longer."""
        return self.tempo.latest(shop.zone, self.until - timedelta(**back))

    def part(self, shop: Shop, share: float) -> datetime:
        """Return a moment at which a store is open, not before so much of what is told has passed."""
        return min(self.opened(shop, self.since + share * (self.until - self.since)), self.until)

    def at_hq(self, share: float) -> datetime:
        """Return a moment of work, not after so much of what is told has passed: 0 is its begin, 1 is now.

        What has a greater share is later, however short the past is that is told.
        """
        moment = self.tempo.latest(self.first.zone, self.since + share * (self.until - self.since))
        return max(moment, self.since + timedelta(hours=1 + 30 * share))

    def first_day(self, shop: Shop) -> date:
        """Return the first day of what is told."""
        return (self.since + timedelta(days=1)).astimezone(shop.zone).date()

    def _birthday(self) -> str:
        around = self.until.date() + timedelta(days=self.random.randrange(-180, 180))
        return f"{self.random.randrange(1955, 2006)}-{around.month:02d}-{min(around.day, _A_MONTH):02d}"
