"""What a store is and whether it does business: particulars, states and versions."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from zoneinfo import available_timezones

from django.utils.translation import gettext_lazy as _

from kit.refusals import Invalid, Refusal, Stale
from kit.texts import line_of
from members.rules.permissions import Permission
from stores.models import Position, Store, StoreKind, StoreState

LONGEST_NAME = 100
LONGEST_CODE = 20
LONGEST_FRANCHISEE_NAME = 200
_CODE = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*")
_CURRENCY = re.compile(r"[A-Z]{3}")


class StoreClosed(Refusal):
    """The store does no business; its history can be read, nothing new begins there."""

    message = _("The store %(store)s is closed. Its history can be read; nothing new can begin there.")


class StoreOpen(Refusal):
    """The store does business already, there is nothing to reopen."""

    message = _("The store %(store)s is open.")


class StoreCodeTaken(Refusal):
    """Another store of the chain has this code."""

    message = _("Another store has the code %(code)s already.")


class AreaNameTaken(Refusal):
    """Another area of the chain has this name."""

    message = _("Another area is called %(name)s already.")


class AlreadyInArea(Refusal):
    """The store lies in that area already."""

    message = _("The store %(store)s is in that area already.")


class NothingChanged(Refusal):
    """The correction says what is there already."""

    message = _("Nothing would change.")


class CurrencyDiffers(Refusal):
    """A store sells in its own currency."""

    message = _("This store sells in %(currency)s.")


@dataclass(frozen=True, slots=True)
class Correction:
    """What is to be put right about a store; None leaves a particular as it is."""

    name: str | None = None
    time_zone: str | None = None
    code: str | None = None
    kind: StoreKind | None = None
    franchisee_name: str | None = None
    currency: str | None = None

    @property
    def concerns_the_chain(self) -> bool:
        """Tell whether it touches what a store may not decide about itself."""
        return any(value is not None for value in (self.code, self.kind, self.franchisee_name, self.currency))


def corrected(store: Store, correction: Correction) -> dict[str, str]:
    """Return the particulars that a correction really changes; raises Invalid, TooLong and NothingChanged."""
    kind = correction.kind or StoreKind(store.kind)
    franchisee = correction.franchisee_name
    if franchisee is None:
        franchisee = "" if kind == StoreKind.COMPANY_OWNED else store.franchisee_name
    wanted: dict[str, str] = {
        "name": store.name if correction.name is None else line_of(correction.name, field="name", limit=LONGEST_NAME),
        "time_zone": store.time_zone if correction.time_zone is None else time_zone_of(correction.time_zone),
        "code": store.code if correction.code is None else code_of(correction.code),
        "kind": kind,
        "franchisee_name": franchisee_name_of(franchisee, kind),
        "currency": store.currency if correction.currency is None else currency_of(correction.currency),
    }
    changed = {name: value for name, value in wanted.items() if value != getattr(store, name)}
    if not changed:
        raise NothingChanged
    return changed


class StoreAction(StrEnum):
    """What can be done with a store, named as the deeds."""

    CORRECT_STORE = "CORRECT_STORE"
    MOVE_STORE = "MOVE_STORE"
    CLOSE_STORE = "CLOSE_STORE"
    REOPEN_STORE = "REOPEN_STORE"
    SET_OPENING_HOURS = "SET_OPENING_HOURS"
    SET_HOLIDAYS = "SET_HOLIDAYS"
    ASSIGN_POSITION = "ASSIGN_POSITION"


_NEEDS = {
    StoreAction.CORRECT_STORE: Permission.CORRECT_STORE,
    StoreAction.MOVE_STORE: Permission.MOVE_STORE,
    StoreAction.CLOSE_STORE: Permission.CLOSE_STORE,
    StoreAction.REOPEN_STORE: Permission.OPEN_STORE,
    StoreAction.SET_OPENING_HOURS: Permission.SET_OPENING_HOURS,
    StoreAction.SET_HOLIDAYS: Permission.SET_HOLIDAYS,
    StoreAction.ASSIGN_POSITION: Permission.ASSIGN_POSITION,
}
_WHEN_CLOSED = frozenset({StoreAction.MOVE_STORE, StoreAction.REOPEN_STORE})


def available_actions(state: str, may: Callable[[Permission], bool]) -> list[StoreAction]:
    """Return what can be done with a store in this state by whoever has the permissions."""
    possible = _WHEN_CLOSED if state == StoreState.CLOSED else frozenset(StoreAction) - {StoreAction.REOPEN_STORE}
    return [action for action in StoreAction if action in possible and may(_NEEDS[action])]


def must_do_business(store: Store) -> None:
    """Refuse with StoreClosed where nothing new may begin (corpus S11)."""
    if store.state != StoreState.OPEN:
        raise StoreClosed(store=store.name)


def must_be_current(current: Store | Position, expected_version: int | None) -> None:
    """Refuse with Stale when the caller has seen another version than the current one; None asks for none."""
    if expected_version is not None and expected_version != current.version:
        state = StoreState(current.state) if isinstance(current, Store) else current.name
        raise Stale(field="expected_version", state=state, version=current.version, current=current)


def code_of(text: str) -> str:
    """Return a store's code in capitals: letters, digits and single hyphens. Raises Invalid or TooLong."""
    code = line_of(text, field="code", limit=LONGEST_CODE).upper()
    if not _CODE.fullmatch(code):
        raise Invalid(field="code", why=_("letters A to Z, digits, and single hyphens in between"))
    return code


def time_zone_of(text: str) -> str:
    """Return the name of a time zone as the IANA database has it; raises Invalid."""
    if text not in _time_zones():
        raise Invalid(field="time_zone", why=_("a name such as Asia/Shanghai"))
    return text


def currency_of(text: str) -> str:
    """Return a currency's code of three letters (ISO 4217); raises Invalid."""
    code = text.strip().upper()
    if not _CURRENCY.fullmatch(code):
        raise Invalid(field="currency", why=_("three letters such as CNY"))
    return code


def must_be_of_store(currency: str, store: Store, *, field: str | tuple[str, ...]) -> None:
    """Refuse with CurrencyDiffers an amount of another currency than the store's."""
    if currency != store.currency:
        raise CurrencyDiffers(field=field, currency=store.currency)


def franchisee_name_of(text: str, kind: str) -> str:
    """Return the franchisee's name, which a franchised store must have and a company-owned one must not."""
    name = line_of(text, field="franchisee_name", required=kind == StoreKind.FRANCHISED, limit=LONGEST_FRANCHISEE_NAME)
    if name and kind == StoreKind.COMPANY_OWNED:
        raise Invalid(field="franchisee_name", why=_("no franchisee for a store that the chain runs itself"))
    return name


@cache
def _time_zones() -> frozenset[str]:
    """Zones of places, and UTC: neither POSIX rules nor names that tell no place."""
    return frozenset(name for name in available_timezones() if "/" in name and not name.startswith("Etc/")) | {"UTC"}
