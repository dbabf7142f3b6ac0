"""The same requirement through the versions of a standard (rulebook S7)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.db import connections

from chains.actor import Actor
from chains.scope import scope
from kit.ids import new_id
from kit.refusals import Invalid
from standards.actions.drafting import draft_standard, revise_standard, submit_standard
from standards.models.texts import Clause, ClauseChange, Version
from standards.rules.asking import QuestionsMissing
from standards.rules.comparing import ChangesMoreThanClaimed
from standards.rules.drafts import ClauseDraft
from standards.rules.translating import Translated, digest_of, left_behind
from tests.conftest import Chains
from tests.factories.standards import TEXTS, TITLES, in_force, same_day_clause

AsRole = Callable[..., Actor]
NOW = datetime(2026, 5, 4, 2, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
IN_OTHER_WORDS = TEXTS | {"en": "Each complaint is looked into, and verified, on the day it is filed."}
BY_EYE = ClauseDraft("2", {"en": "Everybody at the counter wears the uniform."}, rule={"kind": "BY_INSPECTION"})


def clauses_of(version: Version) -> dict[str, Clause]:
    return {clause.number: clause for clause in Clause.objects.filter(version=version).order_by("position")}


def revised(actor: Actor, version: Version, *clauses: ClauseDraft) -> Version:
    return revise_standard(actor=actor, version_id=version.id, titles=TITLES, clauses=clauses, now=LATER)


def test_a_clause_keeps_its_lineage_by_number_or_by_name(chains: Chains, as_role: AsRole) -> None:
    first = in_force(chains.a, NOW, same_day_clause("1"), BY_EYE)
    officer = as_role(chains.a, "QUALITY_OFFICER")
    with scope(chains.a.chain, officer):
        before = clauses_of(first)
        assert {clause.change for clause in before.values()} == {ClauseChange.NEW}
        moved = replace(BY_EYE, number="3", lineage_id=before["2"].lineage_id)
        anew = replace(BY_EYE, number="2", texts={"en": "Nobody leaves the counter during opening hours."})
        again = clauses_of(revised(officer, first, same_day_clause("1"), anew, moved))
        assert again["1"].lineage_id == before["1"].lineage_id
        assert again["3"].lineage_id == before["2"].lineage_id
        assert again["2"].lineage_id not in {clause.lineage_id for clause in before.values()}
        assert [again[number].change for number in "123"] == ["SAME", "NEW", "SAME"]


@pytest.mark.parametrize("named", ["nowhere", "twice"])
def test_a_clause_continues_one_of_its_own_standard_once(chains: Chains, as_role: AsRole, named: str) -> None:
    first = in_force(chains.a, NOW)
    officer = as_role(chains.a, "QUALITY_OFFICER")
    with scope(chains.a.chain, officer):
        lineage_id = clauses_of(first)["1"].lineage_id if named == "twice" else new_id()
        one = replace(same_day_clause("1"), lineage_id=lineage_id)
        with pytest.raises(Invalid) as refused:
            revised(officer, first, one, replace(one, number="2"))
        assert refused.value.field == ("clauses", "1" if named == "twice" else "0", "lineage_id")


def test_what_the_author_says_is_checked_against_what_readers_know(chains: Chains, as_role: AsRole) -> None:
    first = in_force(chains.a, NOW)
    officer = as_role(chains.a, "QUALITY_OFFICER")
    with scope(chains.a.chain, officer):
        longer = replace(same_day_clause(within="P1D"), change=ClauseChange.WORDING)
        with pytest.raises(ChangesMoreThanClaimed) as refused:
            revised(officer, first, longer)
        assert refused.value.field == ("clauses", "0", "change")
        wording = replace(same_day_clause(), texts=IN_OTHER_WORDS, change=ClauseChange.WORDING)
        second = revised(officer, first, wording)
        assert clauses_of(second)["1"].change == ClauseChange.WORDING
        # In place, still against the version that is in force.
        revised(officer, second, replace(longer, change=None))
        assert clauses_of(second)["1"].change == ClauseChange.SUBSTANCE
        revised(officer, second, same_day_clause())
        assert clauses_of(second)["1"].change == ClauseChange.SAME


def test_a_substantive_clause_is_submitted_with_its_questions(chains: Chains, as_role: AsRole) -> None:
    first = in_force(chains.a, NOW)
    officer = as_role(chains.a, "QUALITY_OFFICER")
    with scope(chains.a.chain, officer):
        second = revised(officer, first, replace(same_day_clause(within="P1D"), questions=()))
        with pytest.raises(QuestionsMissing):
            submit_standard(actor=officer, version_id=second.id, now=LATER)
        revised(officer, second, same_day_clause(within="P1D"))
        submit_standard(actor=officer, version_id=second.id, now=LATER)
        assert len(clauses_of(second)["1"].questions) == 2


def test_a_translation_knows_the_text_it_follows(chains: Chains, as_role: AsRole) -> None:
    first = in_force(chains.a, NOW)
    officer = as_role(chains.a, "QUALITY_OFFICER")
    with scope(chains.a.chain, officer):
        assert clauses_of(first)["1"].follows == {"zh-hans": digest_of(TEXTS["en"])}
        second = revised(officer, first, replace(same_day_clause(), texts=IN_OTHER_WORDS))
        assert behind(second) == ["zh-hans"]
        revised(officer, second, replace(same_day_clause(), texts=IN_OTHER_WORDS, confirmed=("zh-hans",)))
        assert behind(second) == []


def behind(version: Version) -> list[str]:
    clause = clauses_of(version)["1"]
    return left_behind(Translated(clause.texts, clause.source_language, clause.follows))


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"journey_step_id": new_id()}, ("journey_step_id",)),
        ({"scope": {"area_ids": [new_id()]}}, ("scope", "area_ids")),
        ({"scope": {"store_ids": [new_id()]}}, ("scope", "store_ids")),
        ({"source_language": "zh-hant"}, ("source_language",)),
    ],
)
def test_a_clause_speaks_of_what_the_chain_has(
    chains: Chains, as_role: AsRole, wrong: dict[str, Any], path: tuple[str, ...]
) -> None:
    officer = as_role(chains.a, "QUALITY_OFFICER")
    with scope(chains.a.chain, officer), pytest.raises(Invalid) as refused:
        draft_standard(actor=officer, titles=TITLES, clauses=[replace(same_day_clause(), **wrong)], now=NOW)
    assert refused.value.field == ("clauses", "0", *path)


def test_the_migration_gives_clauses_of_before_their_lineages(chains: Chains, as_role: AsRole) -> None:
    """What was written before there were lineages: the same number is the same requirement."""
    first = in_force(chains.a, NOW, same_day_clause("1"), BY_EYE)
    officer = as_role(chains.a, "QUALITY_OFFICER")
    with scope(chains.a.chain, officer):
        second = revised(officer, first, same_day_clause("1", within="P1D"), BY_EYE, replace(BY_EYE, number="3"))
        forget()
        migration = import_module("standards.migrations.0002_clauses_that_last_through_versions")
        for statement in (migration.LINEAGES, migration.CHANGES, migration.SOURCES, migration.FOLLOWED):
            with connections["default"].cursor() as cursor:
                cursor.execute(statement)
        before, after = clauses_of(first), clauses_of(second)
        assert [after[number].lineage_id for number in "12"] == [before[number].id for number in "12"]
        assert after["3"].lineage_id == after["3"].id
        assert [after[number].change for number in "123"] == ["SUBSTANCE", "SAME", "NEW"]
        assert {clause.change for clause in before.values()} == {"NEW"}
        assert (before["1"].source_language, before["1"].follows) == ("en", {"zh-hans": digest_of(TEXTS["en"])})
        assert (before["2"].source_language, before["2"].follows) == ("en", {})


def forget() -> None:
    """Take away what the migration makes up."""
    for clause in Clause.objects.order_by("id"):
        Clause.objects.filter(id=clause.id).update(lineage_id=new_id(), change="NEW", source_language="", follows={})
