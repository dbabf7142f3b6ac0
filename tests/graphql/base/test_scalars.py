"""Scalars have one written form each; everything else is refused."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from graphql import GraphQLError, parse_value

from api.base.scalars import UUID, Date, DateTime, Duration, MinorUnits

READ = [
    (DateTime, "2026-03-01T09:30:00Z", datetime(2026, 3, 1, 9, 30, tzinfo=UTC)),
    (DateTime, "2026-03-01T09:30+08:00", datetime(2026, 3, 1, 1, 30, tzinfo=UTC)),
    (DateTime, "2026-03-01T09:30:00.123456Z", datetime(2026, 3, 1, 9, 30, 0, 123456, tzinfo=UTC)),
    (Date, "2026-02-28", date(2026, 2, 28)),
    (Duration, "PT1H30M", timedelta(minutes=90)),
    (Duration, "P1DT0.5S", timedelta(days=1, milliseconds=500)),
    (MinorUnits, 0, 0),
    (MinorUnits, -5, -5),
    (MinorUnits, 2**53 - 1, 2**53 - 1),
]
REFUSED = [
    (DateTime, "2026-03-01"),
    (DateTime, "2026-03-01T09:30:00"),
    (DateTime, "2026-13-01T09:30:00Z"),
    (DateTime, "0001-01-01T00:00:00+23:59"),
    (DateTime, "9999-12-31T23:59:59-23:59"),
    (DateTime, 1),
    (DateTime, ""),
    (DateTime, "x" * 10_000),
    (Date, "2026-02-30"),
    (Date, "2026-02-28T00:00:00Z"),
    (Date, "20260228"),
    (Date, "２０２６-02-28"),
    (Date, 20260228),
    (Duration, "P"),
    (Duration, "PT"),
    (Duration, "P1Y"),
    (Duration, "1:30"),
    (Duration, "-PT1H"),
    (Duration, "P99999999999D"),
    (UUID, "{01a20171-ce2c-75bf-8d98-063742c097c9}"),
    (UUID, "01A20171-CE2C-75BF-8D98-063742C097C9"),
    (UUID, "1"),
    (MinorUnits, 0.001),
    (MinorUnits, 1.0),
    (MinorUnits, 1e308),
    (MinorUnits, True),
    (MinorUnits, "１２"),
    (MinorUnits, "1,000"),
    (MinorUnits, "99999999999999.99"),
    (MinorUnits, 2**53),
    (MinorUnits, -(2**53)),
]


@pytest.mark.parametrize(("scalar", "text", "value"), READ)
def test_a_written_form_is_read(scalar: Any, text: Any, value: Any) -> None:
    assert scalar.parse_value(text) == value


@pytest.mark.parametrize(("scalar", "text"), REFUSED)
def test_i04_i05_other_forms_are_refused(scalar: Any, text: Any) -> None:
    with pytest.raises(GraphQLError):
        scalar.parse_value(text)


@pytest.mark.parametrize(
    ("scalar", "literal"),
    [
        (Date, "20260228"),
        (DateTime, "X"),
        (MinorUnits, '"5"'),
        (MinorUnits, "9" * 5000),
        (MinorUnits, "1.0"),
        (UUID, "{a:1}"),
    ],
)
def test_i04_literals_are_held_to_the_same(scalar: Any, literal: str) -> None:
    with pytest.raises(GraphQLError):
        scalar.parse_literal(parse_value(literal))


@pytest.mark.parametrize(
    ("scalar", "value", "text"),
    [
        (DateTime, datetime(2026, 3, 1, 9, 30, tzinfo=UTC), "2026-03-01T09:30:00Z"),
        (Date, date(2026, 3, 1), "2026-03-01"),
        (Duration, timedelta(hours=25), "P1DT01H00M00S"),
        (MinorUnits, 5, 5),
    ],
)
def test_values_are_written_in_one_form(scalar: Any, value: Any, text: Any) -> None:
    assert scalar.serialize(value) == text
    assert scalar.parse_value(text) == value
