"""How particulars are written, compared, covered and searched (K1, K4, I09), without a database."""

import csv
from datetime import date
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.rules.caring import birthdays_between, next_birthday
from customers.rules.exporting import as_csv, plain_cell, safe_cell
from customers.rules.particulars import Particulars, birthday_of, day_and_year, masked_address, masked_name
from customers.rules.searching import keys_of, phone_key, sought_in
from kit.refusals import Invalid

WANG = Particulars(name="王 小明", phone="+8613812345678", email="wang@example.com", address="南京东路 １２３ 号")


def is_found(text: str, particulars: Particulars = WANG) -> bool:
    there = keys_of(particulars)["search_text"]
    return any(all(part in there for part in parts) for parts in sought_in(text))


@pytest.mark.parametrize(
    "text",
    ["王小明", "小明", "明 王", "13812345678", "138 1234 5678", "+86 138-1234-5678", "0086 (138) 1234.5678", "5678"]
    + ["１３８１２３４", "WANG@", "example.com", "南京东路", "123号", "东路１２３"],
)
def test_somebody_is_found_by_a_part_of_any_particular_however_it_is_typed(text: str) -> None:
    assert is_found(text)


@pytest.mark.parametrize(
    "text", ["", "   ", "%", "_", "\\", "' OR 1=1--", "王%明", "王_明", "a | b & !c", "1381234999"]
)
def test_i09_every_character_stands_for_itself(text: str) -> None:
    assert not is_found(text)


def test_two_writings_of_one_number_have_one_key() -> None:
    assert phone_key("+8613812345678") == phone_key("13812345678")
    assert phone_key("+442079460101") == phone_key("02079460101")
    assert phone_key("+14155550100") == phone_key("4155550100")
    assert phone_key("+85221234567") == phone_key("21234567")


@pytest.mark.parametrize(("typed", "written"), [("05-17", ("05-17", None)), (" 1990-02-28 ", ("02-28", 1990))])
def test_a_birthday_is_a_day_with_or_without_its_year(typed: str, written: tuple[str, int | None]) -> None:
    assert day_and_year(birthday_of(typed, field="birthday")) == written


@pytest.mark.parametrize("typed", ["13-01", "02-30", "2001-02-29", "5-17", "1066-10-14", "x", "٠٥-١٧x"])
def test_what_is_no_day_is_refused(typed: str) -> None:
    with pytest.raises(Invalid):
        birthday_of(typed, field="birthday")


def test_a_leap_day_is_kept_on_the_day_before_in_other_years() -> None:
    assert next_birthday("02-29", on=date(2027, 2, 1)) == date(2027, 2, 28)
    assert next_birthday("02-29", on=date(2028, 2, 1)) == date(2028, 2, 29)
    assert next_birthday("01-02", on=date(2026, 12, 30)) == date(2027, 1, 2)


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 60), st.dates(date(2000, 1, 1), date(2000, 12, 31)))
def test_a_birthday_is_due_exactly_when_its_next_day_is_near(today: date, days: int, born: date) -> None:
    birthday = f"{born:%m-%d}"
    until = date.fromordinal(today.toordinal() + days)
    assert (birthday in birthdays_between(today, until)) == (next_birthday(birthday, on=today) <= until)


def test_names_and_addresses_are_covered_behind_their_beginning() -> None:
    assert (masked_name("王小明"), masked_address("南京东路123号"), masked_address("")) == ("王•••", "南京东•••", "")


@given(st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("=+-@'\t\r\n"), max_size=20))
def test_i07_no_cell_is_a_formula_and_every_cell_can_be_read_back(text: str) -> None:
    cell = safe_cell(text)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert plain_cell(cell) == text
    written = as_csv({"customers": [{"name": text}]})
    (_head, line) = list(csv.reader(StringIO(written, newline="")))
    assert line == ["customers", "1", "name", cell]
