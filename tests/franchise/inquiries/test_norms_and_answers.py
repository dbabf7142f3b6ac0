"""S10, Q4: headquarters' norms of wording hold for every outgoing text; standard answers are found fast and offered."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import translation

from chains.actor import Actor, system_actor
from chains.scope import scope
from inquiries.actions.answering import Outgoing, promise_reply
from inquiries.actions.norms import NormText, plant_default_norms, retire_phrase_norm, set_phrase_norm
from inquiries.actions.standard_answers import keep_standard_answer, retire_standard_answer
from inquiries.models.messages import Message
from inquiries.models.norms import NormKind, PhraseNorm, StandardAnswer, Strictness
from inquiries.queries import check_wording, offered_answers, standard_answers
from inquiries.rules.defaults import DEFAULT_NORMS
from inquiries.rules.norms import AnswerRetired, NormRetired, PhraseTaken, QuestionTaken
from inquiries.rules.wording import BannedPhrase, WordingWarned
from journal.models import Entry
from kit.refusals import Invalid, NotFound, NotPermitted, Stale
from standards.models.texts import Clause
from tests.conftest import Chains
from tests.factories.inquiries import answered, opened
from tests.factories.standards import in_force

AsRole = Callable[..., Actor]
TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)


@pytest.fixture
def officer(as_role: AsRole, chains: Chains) -> Actor:
    return as_role(chains.a, "QUALITY_OFFICER")


def kept(actor: Actor, **norm: Any) -> PhraseNorm:
    usual: dict[str, Any] = {
        "kind": NormKind.BANNED,
        "language": "en",
        "phrase": "no refunds",
        "situation": "When money is asked back",
        "strictness": Strictness.BLOCK,
    }
    return set_phrase_norm(actor=actor, norm=NormText(**(usual | norm)), now=TEN)


def test_a_new_chain_begins_with_the_documents_own_list_once(chains: Chains) -> None:
    job = system_actor()
    with scope(chains.a.chain, job):
        assert plant_default_norms(actor=job, now=TEN) == len(DEFAULT_NORMS)
        assert plant_default_norms(actor=job, now=TEN) == 0
        assert Entry.objects.filter(kind="PHRASE_NORMS_PLANTED").count() == 1


@pytest.mark.parametrize(
    ("text", "refusal"),
    [("Hello, that is not our business.", BannedPhrase), ("您好，这个我们不管。", BannedPhrase),
     ("Hello, I don't know.", WordingWarned), ("您好，我不清楚。", WordingWarned), ("Two years.", WordingWarned)],
)  # fmt: skip
def test_no_answer_is_sent_that_breaks_a_norm(
    chains: Chains, as_role: AsRole, text: str, refusal: type[BannedPhrase | WordingWarned]
) -> None:
    staff, job = as_role(chains.a, "SERVICE_STAFF"), system_actor()
    with scope(chains.a.chain, job):
        plant_default_norms(actor=job, now=TEN)
    with scope(chains.a.chain, staff):
        inquiry_id = opened(staff, chains.a.store, TEN).inquiry.id
        assert check_wording(staff, text=text, inquiry_id=inquiry_id)
        with pytest.raises(refusal):
            answered(staff, inquiry_id, TEN, text)
        until = TEN + timedelta(hours=1)
        with pytest.raises(refusal):
            promise_reply(actor=staff, inquiry_id=inquiry_id, promise=Outgoing(text), promised_until=until, now=TEN)
        assert not Message.objects.filter(direction="OUT").exists()
        if refusal is WordingWarned:
            answered(staff, inquiry_id, TEN, text, accept_warnings=True)
            assert Message.objects.get(direction="OUT").warned_of
        else:
            with pytest.raises(BannedPhrase):
                answered(staff, inquiry_id, TEN, text, accept_warnings=True)


def test_hq_decides_per_phrase_and_the_clause_is_shown_in_the_readers_language(
    chains: Chains, as_role: AsRole, officer: Actor
) -> None:
    in_force(chains.a, TEN)
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, officer):
        norm = kept(officer, clause_id=Clause.objects.get().id)
        kept(officer, phrase="maybe", strictness=Strictness.WARN)
    with scope(chains.a.chain, staff):
        inquiry_id = opened(staff, chains.a.store, TEN).inquiry.id
        with pytest.raises(BannedPhrase) as refused, translation.override("zh-hans"):
            answered(staff, inquiry_id, TEN, "No refunds, maybe.")
        with translation.override("zh-hans"):
            assert "1 每一宗投诉都在受理当天调查核实。" in refused.value.text()
    with scope(chains.a.chain, officer):
        changed = NormText(NormKind.BANNED, "en", "no refunds", "Always", Strictness.WARN)
        assert set_phrase_norm(actor=officer, norm=changed, norm_id=norm.id, now=TEN).version == 2
    with scope(chains.a.chain, staff):
        answered(staff, inquiry_id, TEN, "No refunds, maybe.", accept_warnings=True)


def test_a_phrase_has_one_norm_and_a_retired_one_holds_no_longer(chains: Chains, officer: Actor) -> None:
    with scope(chains.a.chain, officer):
        norm = kept(officer)
        with pytest.raises(PhraseTaken):
            kept(officer)
        with pytest.raises(Stale):
            retire_phrase_norm(actor=officer, norm_id=norm.id, expected_version=7, now=TEN)
        retire_phrase_norm(actor=officer, norm_id=norm.id, expected_version=1, now=TEN)
        with pytest.raises(NormRetired):
            retire_phrase_norm(actor=officer, norm_id=norm.id, now=TEN)
        assert check_wording(officer, text="no refunds") == []
        kept(officer)
        for wrong in ({"language": "fr"}, {"phrase": "!"}, {"clause_id": norm.id}):
            with pytest.raises((Invalid, NotFound)):
                kept(officer, **{"phrase": "other", **wrong})


def test_only_headquarters_sets_norms_and_keeps_answers(chains: Chains, as_role: AsRole) -> None:
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        with pytest.raises(NotPermitted):
            kept(manager)
        with pytest.raises(NotPermitted):
            keep_standard_answer(actor=manager, language="en", question="Hours?", text="Nine.", now=TEN)


def keep(actor: Actor, question: str, text: str, **other: Any) -> StandardAnswer:
    return keep_standard_answer(actor=actor, question=question, text=text, now=TEN, **({"language": "en"} | other))


def test_q4_answers_are_found_by_any_words_taken_literally(chains: Chains, officer: Actor) -> None:
    with scope(chains.a.chain, officer):
        keep(officer, "How long is the warranty?", "Two years, 100% covered.", labels=["guarantee"])
        keep(officer, "保修多久？", "两年全保。", language="zh-hans", labels=["质保"])
        keep(officer, "When do you open?", "At nine_thirty.")

        def found(text: str, **other: Any) -> list[str]:
            return [answer.question for answer in standard_answers(officer, text=text, **other)]

        assert found("WARRANTY years") == ["How long is the warranty?"]
        assert found("ｇｕａｒａｎｔｅｅ") == ["How long is the warranty?"]
        assert found("质保") == found("質保") == found("兩年全保") == ["保修多久？"]
        assert found("100%") == ["How long is the warranty?"]
        assert found("e_t") == ["When do you open?"]
        assert found("%") == ["How long is the warranty?"] and found("a_a") == found("\\") == []
        assert len(found("")) == 3 and found("", language="zh-hans") == ["保修多久？"]


def test_a_replaced_answer_is_kept_and_used_no_longer(chains: Chains, officer: Actor) -> None:
    with scope(chains.a.chain, officer):
        old = keep(officer, "Warranty?", "One year.")
        with pytest.raises(QuestionTaken):
            keep(officer, "Warranty?", "Two years.")
        new = keep(officer, "Warranty?", "Two years.", replaces_id=old.id)
        assert [answer.text for answer in standard_answers(officer)] == ["Two years."]
        with pytest.raises(AnswerRetired):
            keep(officer, "Warranty?", "Three years.", replaces_id=old.id)
        retire_standard_answer(actor=officer, answer_id=new.id, now=TEN)
        assert not standard_answers(officer).exists() and StandardAnswer.objects.count() == 2


def test_answers_that_fit_are_offered_the_best_first(chains: Chains, as_role: AsRole, officer: Actor) -> None:
    with scope(chains.a.chain, officer):
        keep(officer, "保修多久", "两年。", language="zh-hans")
        keep(officer, "可以退货吗", "七天内可以。", language="zh-hans")
        keep(officer, "When do you open", "At nine.")
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        inquiry = opened(staff, chains.a.store, TEN, subject="灯坏了", text="上周买的灯坏了，可以退货吗？").inquiry
        plain = opened(staff, chains.a.store, TEN, subject="Sunday", text="Do you open on Sunday?").inquiry
        offered = offered_answers([inquiry, plain])
    assert [answer.question for answer in offered[inquiry.id]] == ["可以退货吗"]
    assert [answer.question for answer in offered[plain.id]] == ["When do you open"]
