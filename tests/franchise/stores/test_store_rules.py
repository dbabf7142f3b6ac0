"""What a store's particulars may be; no database is needed to say so."""

import pytest

from kit.refusals import Invalid, Refusal, Stale, TooLong
from members.rules.holders import PERMISSIONS_OF
from members.rules.permissions import Role
from stores.models import Store, StoreKind, StoreState
from stores.rules.business import (
    Correction,
    NothingChanged,
    StoreClosed,
    available_actions,
    code_of,
    corrected,
    currency_of,
    franchisee_name_of,
    must_be_current,
    must_do_business,
    time_zone_of,
)
from stores.rules.positions import PositionWithoutDuties, duties_of


def store(**particulars: object) -> Store:
    usual: dict[str, object] = {
        "code": "SH-1",
        "name": "Bund",
        "kind": StoreKind.FRANCHISED,
        "franchisee_name": "Chen & Sons",
        "time_zone": "Asia/Shanghai",
        "currency": "CNY",
    }
    return Store(**{**usual, **particulars})


@pytest.mark.parametrize(("typed", "code"), [("sh-1", "SH-1"), ("  A7 ", "A7"), ("2026", "2026")])
def test_a_code_is_kept_in_capitals(typed: str, code: str) -> None:
    assert code_of(typed) == code


@pytest.mark.parametrize(
    "typed", ["", "A B", "-A", "A-", "A--B", "上海1", "Ａ１", "A\x00", "a\nb", "=cmd|' /C calc'!A0"]
)
def test_a_code_of_other_signs_is_refused(typed: str) -> None:
    with pytest.raises(Invalid):
        code_of(typed)


def test_a_code_longer_than_its_field_is_refused() -> None:
    with pytest.raises(TooLong):
        code_of("A" * 21)


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "asia/shanghai", "../etc/passwd", "Etc/GMT+5", "localtime"])
def test_a_zone_that_is_no_place_is_refused(name: str) -> None:
    with pytest.raises(Invalid):
        time_zone_of(name)


def test_a_zone_of_a_place_is_taken() -> None:
    assert time_zone_of("America/Argentina/Ushuaia") == "America/Argentina/Ushuaia"


@pytest.mark.parametrize("code", ["", "C", "YUAN", "¥¥¥", "12A"])
def test_a_currency_without_three_letters_is_refused(code: str) -> None:
    with pytest.raises(Invalid):
        currency_of(code)


def test_a_franchised_store_names_its_franchisee_and_a_company_owned_one_has_none() -> None:
    assert franchisee_name_of(" Chen & Sons ", StoreKind.FRANCHISED) == "Chen & Sons"
    assert franchisee_name_of("", StoreKind.COMPANY_OWNED) == ""
    with pytest.raises(Invalid):
        franchisee_name_of("", StoreKind.FRANCHISED)
    with pytest.raises(Invalid):
        franchisee_name_of("Chen & Sons", StoreKind.COMPANY_OWNED)


def test_a_correction_tells_only_what_changes() -> None:
    assert corrected(store(), Correction(name="Bund East", code="SH-1")) == {"name": "Bund East"}


def test_a_store_taken_back_by_the_chain_loses_its_franchisee() -> None:
    changed = corrected(store(), Correction(kind=StoreKind.COMPANY_OWNED))
    assert changed == {"kind": StoreKind.COMPANY_OWNED, "franchisee_name": ""}


def test_a_store_handed_to_a_franchisee_needs_a_name() -> None:
    own = store(kind=StoreKind.COMPANY_OWNED, franchisee_name="")
    with pytest.raises(Invalid):
        corrected(own, Correction(kind=StoreKind.FRANCHISED))


def test_a_correction_of_nothing_is_refused() -> None:
    with pytest.raises(NothingChanged):
        corrected(store(), Correction(name=" Bund "))


@pytest.mark.parametrize(
    ("correction", "concerns_the_chain"),
    [
        (Correction(name="x"), False),
        (Correction(time_zone="UTC"), False),
        (Correction(code="X"), True),
        (Correction(kind=StoreKind.FRANCHISED), True),
        (Correction(franchisee_name="x"), True),
        (Correction(currency="EUR"), True),
    ],
)
def test_what_a_store_may_not_decide_about_itself_concerns_the_chain(
    correction: Correction, concerns_the_chain: bool
) -> None:
    assert correction.concerns_the_chain is concerns_the_chain


def test_nothing_new_begins_in_a_closed_store() -> None:
    must_do_business(store(state=StoreState.OPEN))
    with pytest.raises(StoreClosed) as refusal:
        must_do_business(store(state=StoreState.CLOSED))
    assert refusal.value.code == "STORE_CLOSED"
    assert refusal.value.text() == "The store Bund is closed. Its history can be read; nothing new can begin there."


@pytest.mark.parametrize(
    ("state", "role", "actions"),
    [
        (StoreState.OPEN, Role.SERVICE_STAFF, []),
        (
            StoreState.OPEN,
            Role.STORE_MANAGER,
            ["CORRECT_STORE", "SET_OPENING_HOURS", "SET_HOLIDAYS", "ASSIGN_POSITION"],
        ),
        (StoreState.CLOSED, Role.STORE_MANAGER, []),
        (
            StoreState.OPEN,
            Role.HQ_ADMINISTRATOR,
            ["CORRECT_STORE", "MOVE_STORE", "CLOSE_STORE", "SET_OPENING_HOURS", "SET_HOLIDAYS", "ASSIGN_POSITION"],
        ),
        (StoreState.CLOSED, Role.HQ_ADMINISTRATOR, ["MOVE_STORE", "REOPEN_STORE"]),
    ],
)
def test_what_can_be_done_depends_on_the_state_and_the_role(state: StoreState, role: Role, actions: list[str]) -> None:
    assert available_actions(state, PERMISSIONS_OF[role].__contains__) == actions


def test_who_saw_another_version_is_told_the_current_one() -> None:
    current = store(version=8, state=StoreState.OPEN)
    must_be_current(current, None)
    must_be_current(current, 8)
    with pytest.raises(Stale) as refusal:
        must_be_current(current, 7)
    assert refusal.value.details == {"state": StoreState.OPEN, "version": 8, "current": current}


def test_duties_keep_their_order() -> None:
    assert duties_of([" greet ", "clean"]) == ["greet", "clean"]


@pytest.mark.parametrize(
    ("duties", "refusal"),
    [([], PositionWithoutDuties), ([" "], Invalid), (["x" * 501], TooLong), (["x"] * 51, Invalid)],
    ids=["none", "empty", "too long", "too many"],
)
def test_duties_that_say_nothing_or_too_much_are_refused(duties: list[str], refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        duties_of(duties)
