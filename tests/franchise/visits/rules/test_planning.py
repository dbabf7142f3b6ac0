"""V1, V4, K4: until when a customer is called, who is not called, and whose merit a purchase is."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kit.refusals import Invalid
from visits.models.schemes import ConsentNeed
from visits.models.visits import NotApplicable, OccasionKind
from visits.rules.planning import DEFAULTS, RuleSpec, checked_scheme, due_at_of, hindrance, is_credited

TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)
SHANGHAI = "Asia/Shanghai"
COMPLAINT, PURCHASE, SERVICE = (DEFAULTS.of(kind) for kind in OccasionKind)


def test_v1_the_defaults_are_the_documents_own() -> None:
    assert (COMPLAINT.is_on, COMPLAINT.within_days) == (True, 3)
    assert (PURCHASE.is_on, PURCHASE.within_days) == (True, 1)
    assert (SERVICE.is_on, SERVICE.within_days) == (True, 7)


def test_v1_who_complained_is_called_within_three_days_to_the_minute() -> None:
    assert due_at_of(COMPLAINT, happened_at=TEN, time_zone=SHANGHAI) == TEN + timedelta(days=3)


def test_v1_the_day_after_ends_with_the_stores_next_day() -> None:
    late = datetime(2026, 5, 4, 15, 59, tzinfo=UTC)
    assert due_at_of(PURCHASE, happened_at=late, time_zone=SHANGHAI) == datetime(2026, 5, 5, 16, tzinfo=UTC)


@given(st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1)), st.sampled_from([SHANGHAI, "Europe/Berlin", "UTC"]))
@settings(max_examples=30)
def test_the_day_after_is_never_today_and_never_the_day_after_that(moment: datetime, zone: str) -> None:
    happened_at = moment.replace(tzinfo=UTC)
    left = due_at_of(PURCHASE, happened_at=happened_at, time_zone=zone) - happened_at
    # An hour more or less where clocks are changed.
    assert timedelta(hours=23) < left <= timedelta(hours=49)


@pytest.mark.parametrize(
    ("rule", "agreed", "said_no", "erased", "why_not"),
    [
        (COMPLAINT, False, False, False, None),
        (COMPLAINT, False, True, False, NotApplicable.CONSENT_WITHDRAWN),
        (PURCHASE, False, False, False, NotApplicable.NO_CONSENT),
        (PURCHASE, True, False, False, None),
        (PURCHASE, True, False, True, NotApplicable.CUSTOMER_ERASED),
    ],
)
def test_k4_who_did_not_agree_is_not_called(
    rule: RuleSpec, agreed: bool, said_no: bool, erased: bool, why_not: NotApplicable | None
) -> None:
    assert hindrance(rule, has_agreed=agreed, has_said_no=said_no, is_erased=erased) is why_not


def test_rules_that_are_not_named_stay_as_they_stand() -> None:
    off = RuleSpec(OccasionKind.PURCHASE, is_on=False, within_days=2, consent=ConsentNeed.GIVEN)
    spec = checked_scheme([off], standing=DEFAULTS, credit_within_days=None, least_attempts=5)
    assert spec.of(OccasionKind.PURCHASE) == off
    assert spec.of(OccasionKind.COMPLAINT) == COMPLAINT
    assert (spec.credit_within_days, spec.least_attempts) == (30, 5)


@pytest.mark.parametrize(
    ("rules", "days"),
    [
        ([COMPLAINT, COMPLAINT], None),
        ([RuleSpec(OccasionKind.COMPLAINT, is_on=False, within_days=3, consent=ConsentNeed.GIVEN)], None),
        ([RuleSpec(OccasionKind.SERVICE, is_on=True, within_days=0, consent=ConsentNeed.GIVEN)], None),
        ([], 0),
        ([], 366),
    ],
)
def test_rules_that_can_not_be_are_refused(rules: list[RuleSpec], days: int | None) -> None:
    with pytest.raises(Invalid):
        checked_scheme(rules, standing=DEFAULTS, credit_within_days=days, least_attempts=None)


@pytest.mark.parametrize(
    ("after", "credited"),
    [(timedelta(0), False), (timedelta(seconds=1), True), (timedelta(days=30), True), (timedelta(days=31), False)],
)
def test_v4_a_purchase_after_the_visit_and_soon_enough_is_credited(after: timedelta, credited: bool) -> None:
    assert is_credited(made_at=TEN, bought_at=TEN + after, within_days=30) is credited
