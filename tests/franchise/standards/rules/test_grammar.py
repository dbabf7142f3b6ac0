"""A clause's rule is read exactly, or refused with the path to what is wrong (rulebook S2)."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.refusals import Invalid
from standards.rules.grammar import (
    Allowance,
    ByInspection,
    FollowedBy,
    kind_of,
    pairs_of,
    parse_rule,
    rule_document,
)
from standards.rules.limits import Days, Time, TimeKind, extended, parse_limit
from standards.rules.words import rule_in_words

SAME_DAY: dict[str, Any] = {
    "kind": "FOLLOWED_BY",
    "trigger": "COMPLAINT_FILED",
    "response": "INVESTIGATION_RECORDED",
    "within": "SAME_DAY",
}


def test_complaints_are_looked_into_on_the_same_day() -> None:
    assert parse_rule(SAME_DAY) == FollowedBy(
        trigger="COMPLAINT_FILED", response="INVESTIGATION_RECORDED", within=Days(0), time=TimeKind.WALL
    )


def test_ninety_six_per_cent_leave_four_that_may_deviate_and_a_special_case_a_day_longer() -> None:
    rule = parse_rule(
        SAME_DAY
        | {
            "share": 96,
            "time": "WORKING",
            "allowance": {"extra": "P1D", "when": {"severity": ["GRAVE"]}},
            "scope": {"channel": ["PHONE", "VISIT"]},
        }
    )
    assert isinstance(rule, FollowedBy)
    assert (rule.share, rule.tolerance) == (Decimal(96), Decimal(4))
    assert rule.allowance == Allowance(extra=Days(1), when={"severity": frozenset({"GRAVE"})})
    assert rule.scope == {"channel": frozenset({"PHONE", "VISIT"})}
    assert rule.time is TimeKind.WORKING


def test_a_clause_may_be_judged_by_inspection_only() -> None:
    assert parse_rule({"kind": "BY_INSPECTION"}) == ByInspection()


OTHER_KINDS: list[dict[str, Any]] = [
    {"kind": "FIELD_RECORDED", "event": "COMPLAINT_FILED", "fields": ["owner_id"], "share": 98},
    {"kind": "NEVER", "event": "COMPLAINT_ESCALATED", "scope": {"severity": ["GRAVE"]}},
    {
        "kind": "SHARE",
        "of": {"event": "COMPLAINT_FILED", "scope": {"channel": ["PHONE"]}},
        "among": {"event": "ORDER_PLACED"},
        "window": "MONTH",
        "at_most": 1,
    },
    {"kind": "AVERAGE", "event": "COMPLAINT_CLOSED", "fact": "round", "window": "WEEK", "at_most": 1.5},
]


@pytest.mark.parametrize("document", OTHER_KINDS, ids=lambda document: str(document["kind"]))
def test_every_kind_of_rule_is_read_and_written_and_told_in_words(document: dict[str, Any]) -> None:
    rule = parse_rule(document)
    assert kind_of(rule) == document["kind"]
    assert parse_rule(rule_document(rule)) == rule
    assert rule_in_words(rule)


def test_a_rule_names_what_has_to_be_measured_for_it() -> None:
    recorded, never, share, average = (pairs_of(parse_rule(document)) for document in OTHER_KINDS)
    assert recorded == {("COMPLAINT_FILED", "")}
    assert never == {("COMPLAINT_ESCALATED", "")}
    assert share == {("COMPLAINT_FILED", ""), ("ORDER_PLACED", "")}
    assert average == {("COMPLAINT_CLOSED", "")}
    assert pairs_of(parse_rule(SAME_DAY)) == {("COMPLAINT_FILED", "INVESTIGATION_RECORDED")}
    assert pairs_of(ByInspection()) == {("CLAUSE_INSPECTED", "")}


@pytest.mark.parametrize(
    ("place", "wrong", "path"),
    [
        (0, {"fields": []}, "fields"),
        (0, {"fields": ["shoe_size"]}, "fields"),
        (1, {"event": "NOTHING"}, "event"),
        (1, {"share": 96}, "share"),
        (2, {"of": {"event": "NOTHING"}}, "of"),
        (2, {"of": {"event": "ORDER_PLACED"}}, "of"),
        (2, {"window": "YEAR"}, "window"),
        (2, {"at_least": 1}, "at_least"),
        (2, {"at_most": 101}, "at_most"),
        (3, {"fact": "shoe_size"}, "fact"),
        (3, {"at_most": None}, "at_least"),
    ],
)
def test_what_is_wrong_with_another_kind_of_rule_is_named(place: int, wrong: dict[str, Any], path: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_rule(OTHER_KINDS[place] | wrong)
    assert refused.value.field[:2] == ("rule", path)


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"kind": "SOMETHING"}, "kind"),
        ({"kind": ["FOLLOWED_BY"]}, "kind"),
        ({"trigger": "UNHEARD_OF"}, "trigger"),
        ({"trigger": None}, "trigger"),
        ({"response": "COMPLAINT_FILED"}, "response"),
        ({"within": "soon"}, "within"),
        ({"within": "PT0S"}, "within"),
        ({"within": "P１D"}, "within"),
        ({"within": 3}, "within"),
        ({"time": "LUNCH"}, "time"),
        ({"time": ["WALL"]}, "time"),
        ({"share": 0}, "share"),
        ({"share": 101}, "share"),
        ({"share": -5}, "share"),
        ({"share": True}, "share"),
        ({"share": "９６"}, "share"),
        ({"share": 1e308}, "share"),
        ({"share": float("nan")}, "share"),
        ({"share": "96.005"}, "share"),
        ({"share": 96, "tolerance": 5}, "tolerance"),
        ({"severity": "GRAVE"}, "severity"),
        ({"scope": {"weather": ["RAIN"]}}, "scope.weather"),
        ({"scope": {"channel": []}}, "scope.channel"),
        ({"scope": {"channel": ["PIGEON"]}}, "scope.channel"),
        ({"scope": ["PHONE"]}, "scope"),
        ({"allowance": {"extra": "PT1H", "when": {"severity": ["GRAVE"]}}}, "allowance.extra"),
        ({"allowance": {"extra": "P1D", "when": {}}}, "allowance.when"),
        ({"allowance": {"extra": "P1D", "when": {"severity": ["GRAVE"]}, "who": "me"}}, "allowance.who"),
    ],
)
def test_a_wrong_part_is_refused_with_its_path(wrong: dict[str, Any], path: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_rule(SAME_DAY | wrong)
    assert refused.value.field == ("rule", *path.split("."))


@pytest.mark.parametrize("document", [None, [], "FOLLOWED_BY", 7])
def test_a_rule_is_an_object(document: object) -> None:
    with pytest.raises(Invalid):
        parse_rule(document)


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("SAME_DAY", Days(0)),
        ("P0D", Days(0)),
        ("P3D", Days(3)),
        ("PT3M", Time(timedelta(minutes=3))),
        ("PT10S", Time(timedelta(seconds=10))),
        ("PT1H30M", Time(timedelta(minutes=90))),
        ("PT", None),
        ("P", None),
        ("P1DT2H", None),
        ("-P1D", None),
        ("", None),
    ],
)
def test_limits_are_days_or_time(text: str, limit: object) -> None:
    assert parse_limit(text) == limit


def test_days_are_extended_by_days_and_time_by_time() -> None:
    assert extended(Days(0), Days(1)) == Days(1)
    assert extended(Time(timedelta(minutes=3)), Time(timedelta(minutes=2))) == Time(timedelta(minutes=5))
    with pytest.raises(ValueError, match="Days are extended by days"):
        extended(Days(1), Time(timedelta(hours=1)))


LIMITS = st.one_of(
    st.integers(0, 999).map(Days), st.integers(1, 900_000).map(lambda seconds: Time(timedelta(seconds=seconds)))
)
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "channel": st.frozensets(st.sampled_from(["PHONE", "ONLINE", "EMAIL", "VISIT"]), min_size=1),
        "severity": st.frozensets(st.sampled_from(["MINOR", "SERIOUS", "GRAVE"]), min_size=1),
    },
)


@st.composite
def rules(draw: st.DrawFn) -> FollowedBy:
    share = Decimal(draw(st.integers(1, 10_000))) / 100
    share = share.normalize() + 0
    within, when = draw(LIMITS), draw(FACTS)
    return FollowedBy(
        trigger="COMPLAINT_FILED",
        response="CUSTOMER_TOLD",
        within=within,
        time=draw(st.sampled_from(TimeKind)),
        share=share,
        tolerance=100 - share,
        allowance=Allowance(extra=draw(LIMITS.filter(lambda limit: type(limit) is type(within))), when=when)
        if when
        else None,
        scope=draw(FACTS),
    )


@given(rules())
def test_a_rule_written_and_read_again_is_the_same(rule: FollowedBy) -> None:
    assert parse_rule(rule_document(rule)) == rule
    assert rule_document(parse_rule(rule_document(rule))) == rule_document(rule)


TEXT = st.text(alphabet="PTDHMS019.-_ ９天\x00", max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from([*SAME_DAY, "time", "share", "tolerance", "scope", "allowance", "x"]), JSON))
def test_any_json_is_read_or_refused_and_never_breaks(parts: dict[str, Any]) -> None:
    try:
        rule = parse_rule(SAME_DAY | parts)
    except Invalid:
        return
    assert parse_rule(rule_document(rule)) == rule
