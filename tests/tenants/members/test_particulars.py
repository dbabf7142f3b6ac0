"""Names and addresses fit for a mail's header (I14), scopes, places."""

import pytest

from kit.ids import new_id
from kit.refusals import Invalid, TooLong
from members.rules.particulars import email_of, language_of, name_of, refuse_endless_password
from members.rules.permissions import REACH_OF, Reach, Role
from members.rules.reach import Place, ReachDoesNotFit, refuse_unfit_reach
from members.rules.scopes import Scope, scopes_of


def test_an_address_is_kept_in_lower_case_without_outer_blanks() -> None:
    assert email_of(" Ann.Lee@Example.COM ") == "ann.lee@example.com"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ann",
        "ann@example.com\r\nBcc: bob@example.com",
        "ann@example.com\nbob@example.com",
        "ann@example.com,bob@example.com",
        "ann@example.com;bob@example.com",
        "Ann <ann@example.com>",
        "ann@example.com\x00",
        "ann@exa mple.com",
    ],
)
def test_anything_but_one_address_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        email_of(text)
    assert refused.value.field == ("email",)


def test_an_address_that_no_column_holds_is_too_long() -> None:
    with pytest.raises(TooLong):
        email_of(f"{'a' * 250}@example.com")


@pytest.mark.parametrize("text", ["", "  ", "Ann\r\nBcc: bob@example.com", "Ann\x00", "Ann\x1b[31m"])
def test_a_name_with_line_breaks_or_control_characters_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        name_of(text)


def test_markup_in_a_name_is_a_text_like_any_other() -> None:
    assert name_of("<b>王小明</b> {{7*7}}") == "<b>王小明</b> {{7*7}}"


def test_a_language_that_the_product_does_not_speak_is_refused() -> None:
    with pytest.raises(Invalid):
        language_of("tlh")


def test_a_password_of_a_megabyte_is_refused_before_it_is_hashed() -> None:
    with pytest.raises(TooLong):
        refuse_endless_password("x" * 1_000_000)


@pytest.mark.parametrize("scopes", [[], ["complaints:*"], ["complaints:read", "admin"], [""]])
def test_a_token_needs_scopes_that_exist(scopes: list[str]) -> None:
    with pytest.raises(Invalid):
        scopes_of(scopes)


def test_scopes_are_kept_once_and_in_order() -> None:
    assert scopes_of(["stores:read", "complaints:read", "stores:read"]) == [Scope.COMPLAINTS_READ, Scope.STORES_READ]


PLACES = {Reach.CHAIN: Place(), Reach.AREA: Place(area_id=new_id()), Reach.STORE: Place(store_id=new_id())}


@pytest.mark.parametrize("role", list(Role))
def test_a_role_is_given_for_its_own_reach_only(role: Role) -> None:
    for reach, place in PLACES.items():
        if reach is REACH_OF[role]:
            refuse_unfit_reach(role, place)
        else:
            with pytest.raises(ReachDoesNotFit):
                refuse_unfit_reach(role, place)


def test_an_area_and_a_store_at_once_is_no_place() -> None:
    with pytest.raises(ReachDoesNotFit):
        refuse_unfit_reach(Role.STORE_MANAGER, Place(area_id=new_id(), store_id=new_id()))
