"""What differs between two versions of a requirement, and what its author may call it, without a database."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from kit.refusals import Invalid
from standards.models.texts import ClauseChange
from standards.rules.asking import Question, QuestionsMissing, check_questions, questions_of
from standards.rules.comparing import ChangesMoreThanClaimed, Difference, Requirement, change_of, differences
from standards.rules.figures import figures_in
from standards.rules.reach import reach_of
from standards.rules.translating import Translated, digest_of, follows_after, left_behind

BEFORE = Requirement(
    number="1",
    texts={"en": "A message is answered within three minutes.", "zh-hans": "客户的线上消息三分钟内回复。"},
    rule={"kind": "FOLLOWED_BY", "within": "PT3M"},
    scope={"roles": ["SERVICE_STAFF"]},
)
OTHER_WORDS = replace(BEFORE, texts=BEFORE.texts | {"en": "Whoever sees a message answers it within 3 minutes."})


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("Answered within three minutes.", {"3 minute": 1}),
        ("Answered in 3-minute turns", {"3 minute": 1}),
        ("96% of 1,000 calls", {"96 percent": 1, "1000": 1}),
        ("within four opening hours", {"4 hour": 1}),
        ("四个营业小时内", {"4 hour": 1}),
        ("百分之九十六的来电在三声铃响内接听", {"96 percent": 1, "3": 1}),
        ("二十四小時內，最多一百二十元", {"24 hour": 1, "120": 1}),
        ("前台员工一律穿着统一制服", {}),
        ("９６％", {"96 percent": 1}),
        ("十分钟内，顾客十分满意", {"10 minute": 1}),
        ("三十分鐘內", {"30 minute": 1}),
        ("拨打一二〇", {"120": 1}),
        ("二〇二六年", {"2026 year": 1}),
    ],
)
def test_figures_are_read_in_both_languages(text: str, figures: dict[str, int]) -> None:
    assert figures_in(text) == Counter(figures)


@pytest.mark.parametrize("text", ["万" * 2_000, "九" * 2_000, "半" * 2_000, "٣ minutes", "1" * 2_000, "百分之"])
def test_no_text_is_too_odd_to_be_read(text: str) -> None:
    assert all(figures_in(text).values())


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"number": "2"}, [Difference.NUMBER]),
        ({"texts": OTHER_WORDS.texts}, [Difference.TEXTS]),
        ({"texts": BEFORE.texts | {"zh-hans": "客户的线上消息五分钟内回复。"}}, [Difference.TEXTS, Difference.FIGURES]),
        (
            {"texts": BEFORE.texts | {"en": "A message is answered within three hours."}},
            [Difference.TEXTS, Difference.FIGURES],
        ),
        ({"texts": BEFORE.texts | {"zh-hant": "客戶的訊息三分鐘內回覆。"}}, [Difference.TEXTS]),
        ({"rule": {"kind": "FOLLOWED_BY", "within": "PT5M"}}, [Difference.RULE]),
        ({"scope": {}}, [Difference.SCOPE]),
        ({"is_public": True}, [Difference.IS_PUBLIC]),
    ],
)
def test_what_differs_is_named(change: dict[str, Any], found: list[Difference]) -> None:
    assert differences(BEFORE, replace(BEFORE, **change)) == found


@pytest.mark.parametrize(
    ("after", "claimed", "change"),
    [
        (BEFORE, None, ClauseChange.SAME),
        (BEFORE, ClauseChange.SUBSTANCE, ClauseChange.SAME),
        (OTHER_WORDS, ClauseChange.WORDING, ClauseChange.WORDING),
        (OTHER_WORDS, ClauseChange.SUBSTANCE, ClauseChange.SUBSTANCE),
        # Nobody said that it is only wording.
        (OTHER_WORDS, None, ClauseChange.SUBSTANCE),
        (replace(BEFORE, scope={}), None, ClauseChange.SUBSTANCE),
    ],
)
def test_an_authors_word_holds_where_it_is_true(
    after: Requirement, claimed: ClauseChange | None, change: ClauseChange
) -> None:
    assert change_of(BEFORE, after, claimed=claimed) is change


@pytest.mark.parametrize(
    ("after", "claimed", "what"),
    [
        (replace(BEFORE, rule=None), ClauseChange.WORDING, "its rule"),
        (replace(BEFORE, scope={"roles": ["MENTOR"]}), ClauseChange.WORDING, "whom it binds"),
        (replace(BEFORE, texts={"en": "Answered within 4 minutes."}), ClauseChange.WORDING, "the figures in its text"),
        (OTHER_WORDS, ClauseChange.SAME, "its text"),
    ],
)
def test_a_changed_rule_scope_or_figure_is_never_wording(after: Requirement, claimed: ClauseChange, what: str) -> None:
    with pytest.raises(ChangesMoreThanClaimed) as refused:
        change_of(BEFORE, after, claimed=claimed)
    assert what in refused.value.text()


def test_a_requirement_without_a_text_before_it_is_new() -> None:
    assert change_of(None, BEFORE, claimed=None) is ClauseChange.NEW
    with pytest.raises(ChangesMoreThanClaimed, match="CHANGES"):
        change_of(None, BEFORE, claimed=ClauseChange.WORDING)


def test_a_translation_that_was_left_as_it_was_falls_behind() -> None:
    texts = dict(BEFORE.texts)
    first = Translated(texts, "en", follows_after(None, texts, "en", ()))
    assert (left_behind(first), first.follows) == ([], {"zh-hans": digest_of(texts["en"])})
    newer = texts | {"en": "A message is answered within five minutes."}
    second = Translated(newer, "en", follows_after(first, newer, "en", ()))
    assert left_behind(second) == ["zh-hans"]
    third = Translated(newer, "en", follows_after(second, newer, "en", ("zh-hans",)))
    assert left_behind(third) == []
    translated = newer | {"zh-hans": "客户的线上消息五分钟内回复。"}
    assert left_behind(Translated(translated, "en", follows_after(second, translated, "en", ()))) == []


def test_a_scope_names_only_what_there_is() -> None:
    given = {"roles": ["MENTOR", "SERVICE_STAFF", "MENTOR"], "channels": ["PHONE"], "equipment": []}
    assert reach_of(given, ()) == {"roles": ["MENTOR", "SERVICE_STAFF"], "channels": ["PHONE"]}
    for wrong in ({"roles": ["KING"]}, {"moons": ["1"]}, {"area_ids": ["1"]}, {"equipment": ["a b"]}):
        with pytest.raises(Invalid) as refused:
            reach_of(wrong, ("scope",))
        assert refused.value.field == ("scope", *wrong)


QUESTION = Question({"en": "By when?"}, ({"en": "Today"}, {"en": "Tomorrow"}), right=1)


@pytest.mark.parametrize(
    ("questions", "path"),
    [
        ((QUESTION,), ()),
        ((QUESTION, replace(QUESTION, right=2)), ("1", "right")),
        ((replace(QUESTION, options=({"en": "Today"},)), QUESTION), ("0", "options")),
        ((replace(QUESTION, texts={}), QUESTION), ("0", "texts")),
        ((QUESTION, replace(QUESTION, options=({"en": "Today"}, {"tlh": "wa"}))), ("1", "options", "1")),
    ],
)
def test_questions_come_in_twos_with_answers_to_choose_from(
    questions: tuple[Question, ...], path: tuple[str, ...]
) -> None:
    with pytest.raises(Invalid) as refused:
        questions_of(questions, ())
    assert refused.value.field == path


def test_a_clause_that_changes_in_substance_needs_its_questions() -> None:
    asked = questions_of((QUESTION, QUESTION), ())
    check_questions(
        [("1", ClauseChange.SUBSTANCE, asked), ("2", ClauseChange.NEW, []), ("3", ClauseChange.WORDING, [])]
    )
    with pytest.raises(QuestionsMissing) as refused:
        check_questions([("1", ClauseChange.SUBSTANCE, asked), ("2.1", ClauseChange.SUBSTANCE, [])])
    assert "2.1" in refused.value.text()
