"""S10: a text is held against the norms of wording, however somebody types it."""

from typing import Any

import pytest

from inquiries.models.norms import NormKind, Occasion, Strictness
from inquiries.rules.defaults import DEFAULT_NORMS
from inquiries.rules.wording import (
    MOST_VARIANTS,
    BannedPhrase,
    Norm,
    WordingWarned,
    findings_in,
    must_be_well_worded,
    phrase_of,
    phrases_of,
)
from kit.ids import new_id
from kit.refusals import Invalid

DEFAULTS = [
    Norm(new_id(), each.kind, each.language, (each.phrase, *each.variants), each.harmless, each.situation,
         each.occasion, each.strictness)
    for each in DEFAULT_NORMS
]  # fmt: skip


def norm(phrase: str, **other: Any) -> Norm:
    usual: dict[str, Any] = {
        "id": new_id(),
        "kind": NormKind.BANNED,
        "language": "en",
        "phrases": (phrase,),
        "harmless": (),
        "situation": "Always",
        "occasion": Occasion.EVERY_MESSAGE,
        "strictness": Strictness.BLOCK,
    }
    return Norm(**(usual | other))


def found(text: str, *norms: Norm, is_first_answer: bool = False) -> list[str]:
    return [finding.phrase for finding in findings_in(text, norms or DEFAULTS, is_first_answer=is_first_answer)]


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("That is not our business, sorry.", "not our business"),
        ("That is NOT  our\nbusiness!", "not our business"),
        ("Ｎｏｔ our business", "not our business"),
        ("I don’t know.", "don't know"),
        ("It has nothing-to-do with us", "nothing to do with us"),
        ("Whatever.", "whatever"),
        ("not\u200b our business", "not our business"),
        ("not o\u202aur busi\u2063ness", "not our business"),
        ("n\u0336o\u0336t our business", "not our business"),
        ("我们\u034f不管", "我们不管"),
        ("这个我们不管。", "我们不管"),
        ("这个我们 不 管", "我们不管"),
        ("这个我们，不管", "我们不管"),
        ("跟我们没关系啊", "跟我们没关系"),
        ("這個跟我們沒關係", "跟我們沒關係"),
        ("我不知道", "不知道"),
    ],
)
def test_a_banned_phrase_is_found_however_it_is_typed(text: str, phrase: str) -> None:
    assert found(text) == [phrase]


@pytest.mark.parametrize(
    "text",
    [
        "Thank you, the lamp lasts two years.",
        "Our businesses are open.",
        "您知不知道这款灯？",
        "请随便看看。",
        "我清不清楚都会告诉您",
        "",
    ],
)
def test_what_is_not_meant_is_not_found(text: str) -> None:
    assert found(text) == []


def test_a_phrase_outside_the_harmless_one_counts_beside_it() -> None:
    assert found("请随便看看，随便。") == ["随便"]


def test_courtesy_is_asked_for_in_the_first_answer_and_in_the_script_of_the_text() -> None:
    assert found("Two years.", is_first_answer=True) == ["hello"]
    assert found("两年。", is_first_answer=True) == ["您好"]
    assert found("您好，两年。", is_first_answer=True) == []
    assert found("請稍候。", is_first_answer=True) == []
    assert found("Thanks for asking: two years.", is_first_answer=True) == []
    assert found("Two years.", is_first_answer=False) == []


def test_what_blocks_comes_first_and_can_not_be_insisted_on() -> None:
    findings = findings_in("whatever, not our business", DEFAULTS, is_first_answer=False)
    assert [finding.phrase for finding in findings] == ["not our business", "whatever"]
    with pytest.raises(BannedPhrase) as refused:
        must_be_well_worded(findings, accept_warnings=True, field="text")
    assert "not our business" in refused.value.text() and "whatever" not in refused.value.text()


def test_what_warns_is_sent_by_whoever_insists() -> None:
    findings = findings_in("whatever you like", DEFAULTS, is_first_answer=False)
    with pytest.raises(WordingWarned) as refused:
        must_be_well_worded(findings, accept_warnings=False, field="text")
    assert "whatever" in refused.value.text()
    must_be_well_worded(findings, accept_warnings=True, field="text")


def test_the_clause_and_the_situation_are_told() -> None:
    (finding,) = findings_in("nope", [norm("nope", clause="3.2 Be kind.")], is_first_answer=False)
    assert finding.in_words() == "“nope” is not said (Always). Clause: 3.2 Be kind."


def test_signs_of_regular_expressions_are_only_signs() -> None:
    assert found("a.b", norm("a*b")) == ["a*b"]
    assert found("aab", norm("a*b")) == []


def test_a_phrase_holds_letters_and_there_are_not_too_many() -> None:
    for wrong in ("...", " ", "\u200b"):
        with pytest.raises(Invalid):
            phrase_of(wrong, field="phrase")
    with pytest.raises(Invalid):
        phrases_of(["a"] * (MOST_VARIANTS + 1), field="variants")


def test_the_documents_own_list_is_planted_in_every_language() -> None:
    assert {each.language for each in DEFAULT_NORMS} == {"en", "zh-hans", "zh-hant"}
    for phrase in ("我们不管", "跟我们没关系", "没办法解决", "随便", "不清楚", "不知道"):
        assert phrase in {each.phrase for each in DEFAULT_NORMS}
