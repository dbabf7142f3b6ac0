"""After a new version only those read again whom it touches, and only what it changes in substance (S7)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from chains.actor import Actor
from chains.scope import scope
from journal.models import Entry
from kit.refusals import NotFound, NotPermitted
from standards.actions.acknowledging import acknowledge_standard
from standards.actions.drafting import withdraw_standard
from standards.models.rollouts import Acknowledgement, StoreStandard
from standards.models.texts import ClauseChange, Version
from standards.queries.acknowledging import acknowledgements_due, acknowledgements_outstanding
from standards.queries.comparing import compare_versions
from standards.rules.acknowledging import Answers, AnswersMissing, WrongAnswer
from tests.conftest import Chains
from tests.factories.standards import OTHER_WORDS, in_force, next_in_force, revised, same_day_clause
from tests.factories.stores import last_entry

AsRole = Callable[..., Actor]
NOW = datetime(2026, 5, 4, 2, tzinfo=UTC)
DAY = timedelta(days=1)
# The questions of `same_day_clause`: what is right, and what is not.
RIGHT, WRONG = (0, 1), (0, 0)
MANUAL = [same_day_clause(str(number)) for number in range(1, 41)]


def due(actor: Actor, chains: Chains, at: datetime) -> list[str]:
    with scope(chains.a.chain, actor):
        return [each.clause.number for each in acknowledgements_due(actor=actor, store_id=chains.a.store, now=at)]


def read(actor: Actor, chains: Chains, version: Version, at: datetime, *answers: Answers) -> list[WrongAnswer]:
    with scope(chains.a.chain, actor):
        place: dict[str, UUID] = {"version_id": version.id, "store_id": chains.a.store}
        return acknowledge_standard(actor=actor, **place, answers=answers, now=at).wrong


def test_a_changed_number_in_a_manual_of_forty_clauses_asks_for_that_one(chains: Chains, as_role: AsRole) -> None:
    first = in_force(chains.a, NOW, *MANUAL)
    staff, newcomer = as_role(chains.a, "SERVICE_STAFF"), as_role(chains.a, "STORE_MANAGER")
    read(staff, chains, first, NOW)
    assert due(staff, chains, NOW) == []
    changed = [*MANUAL[:16], same_day_clause("17", within="P1D"), *MANUAL[17:]]
    second = next_in_force(chains.a, first, NOW + DAY, *changed)
    with scope(chains.a.chain, staff):
        (asked,) = acknowledgements_due(actor=staff, store_id=chains.a.store, now=NOW + DAY)
    assert (asked.clause.number, asked.change, len(asked.questions)) == ("17", "SUBSTANCE", 2)
    assert asked.before is not None
    assert (asked.before.rule["within"], asked.clause.rule["within"]) == ("SAME_DAY", "P1D")
    assert len(due(newcomer, chains, NOW + DAY)) == 40
    assert read(staff, chains, second, NOW + DAY, Answers("17", RIGHT)) == []
    assert due(staff, chains, NOW + DAY) == []
    with scope(chains.a.chain, staff):
        here = StoreStandard.objects.get(version=second, store=chains.a.store)
        assert here.acknowledged_at == NOW + DAY
        assert Acknowledgement.objects.filter(clause__version=second).count() == 1


def test_c04_what_was_acknowledged_a_moment_ago_is_not_acknowledged_by_who_came_earlier(
    chains: Chains, as_role: AsRole
) -> None:
    version, staff = in_force(chains.a, NOW, same_day_clause()), as_role(chains.a, "SERVICE_STAFF")
    read(staff, chains, version, NOW + 2 * DAY)
    # Whoever waited for the store's row has the moment at which they came.
    assert read(staff, chains, version, NOW + DAY) == []
    assert due(staff, chains, NOW + DAY) == []
    with scope(chains.a.chain, staff):
        assert Acknowledgement.objects.get().acknowledged_at == NOW + 2 * DAY


def test_other_words_are_not_asked_again_and_versions_left_out_count(chains: Chains, as_role: AsRole) -> None:
    first = in_force(chains.a, NOW, same_day_clause())
    reader, late = as_role(chains.a, "SERVICE_STAFF"), as_role(chains.a, "STORE_MANAGER")
    for actor in (reader, late):
        read(actor, chains, first, NOW)
    second = next_in_force(chains.a, first, NOW + DAY, same_day_clause(within="P1D"))
    read(reader, chains, second, NOW + DAY, Answers("1", RIGHT))
    # A changed figure would be substance, in whatever language.
    worded = replace(same_day_clause(within="P1D"), texts=OTHER_WORDS, questions=(), change=ClauseChange.WORDING)
    third = next_in_force(chains.a, second, NOW + 2 * DAY, worded)
    assert due(reader, chains, NOW + 2 * DAY) == []
    with scope(chains.a.chain, late):
        (asked,) = acknowledgements_due(actor=late, store_id=chains.a.store, now=NOW + 2 * DAY)
    # The questions of the version that changed the substance, which this reader never acknowledged.
    assert (asked.change, len(asked.questions)) == ("SUBSTANCE", 2)
    assert read(late, chains, third, NOW + 2 * DAY, Answers("1", RIGHT)) == []
    assert due(late, chains, NOW + 2 * DAY) == []


def test_a_text_that_came_to_no_store_asks_nobody_anything(chains: Chains, as_role: AsRole) -> None:
    first = in_force(chains.a, NOW, same_day_clause())
    reader, officer = as_role(chains.a, "SERVICE_STAFF"), as_role(chains.a, "QUALITY_OFFICER")
    read(reader, chains, first, NOW)
    never = revised(chains.a, first, NOW, same_day_clause(within="P1D"))
    with scope(chains.a.chain, officer):
        withdraw_standard(actor=officer, version_id=never.id, reason="Not like this.", now=NOW)
    worded = replace(same_day_clause(), texts=OTHER_WORDS, questions=(), change=ClauseChange.WORDING)
    later = next_in_force(chains.a, first, NOW + DAY, worded)
    assert due(reader, chains, NOW + DAY) == []
    with scope(chains.a.chain, officer):
        (compared,) = compare_versions(actor=officer, before_id=first.id, after_id=later.id)
        assert compared.change is ClauseChange.WORDING


def test_whoever_is_not_meant_is_not_asked(chains: Chains, as_role: AsRole) -> None:
    managers = replace(same_day_clause("1"), scope={"roles": ["STORE_MANAGER"]})
    elsewhere = replace(same_day_clause("2"), scope={"store_ids": [chains.a.other_store]})
    grill = replace(same_day_clause("3"), scope={"equipment": ["GRILL"]})
    in_force(chains.a, NOW, managers, elsewhere, grill, same_day_clause("4"))
    assert due(as_role(chains.a, "STORE_MANAGER"), chains, NOW) == ["1", "4"]
    staff = as_role(chains.a, "SERVICE_STAFF")
    assert due(staff, chains, NOW) == ["4"]
    with scope(chains.a.chain, staff):
        version = Version.objects.get()
    read(staff, chains, version, NOW)
    with scope(chains.a.chain, staff):
        assert StoreStandard.objects.get(store=chains.a.store).acknowledged_at == NOW
        # Nobody is kept from reading what is meant for others.
        given = {"version_id": version.id, "store_id": chains.a.store, "clause_numbers": ["1"]}
        acknowledge_standard(actor=staff, **given, now=NOW)
        assert (last_entry(version.id).after or {})["clauses"] == ["1"]


def test_a_wrong_answer_acknowledges_nothing_and_the_journal_keeps_the_attempt(chains: Chains, as_role: AsRole) -> None:
    first = in_force(chains.a, NOW, same_day_clause("1"), same_day_clause("2"))
    staff = as_role(chains.a, "SERVICE_STAFF")
    read(staff, chains, first, NOW)
    changed = [same_day_clause(number, within="P1D") for number in ("1", "2")]
    second = next_in_force(chains.a, first, NOW + DAY, *changed)
    with pytest.raises(AnswersMissing):
        read(staff, chains, second, NOW + DAY, Answers("1", RIGHT))
    wrong = read(staff, chains, second, NOW + DAY, Answers("1", RIGHT), Answers("2", WRONG))
    assert wrong == [WrongAnswer("2", 1)]
    assert due(staff, chains, NOW + DAY) == ["1", "2"]
    with scope(chains.a.chain, staff):
        here = StoreStandard.objects.get(version=second, store=chains.a.store)
        assert (here.seen_at, here.acknowledged_at) == (NOW + DAY, None)
        (attempt,) = Entry.objects.filter(kind="STANDARD_ANSWERED_WRONGLY", store_id=chains.a.store)
        assert (attempt.actor_id, attempt.after) == (staff.id, {"wrong": [{"clause": "2", "question": 1}]})


def test_who_has_not_read_what_is_told_to_those_who_lead(chains: Chains, as_role: AsRole) -> None:
    version = in_force(chains.a, NOW, same_day_clause("1"), same_day_clause("2"))
    staff, manager = as_role(chains.a, "SERVICE_STAFF"), as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, staff):
        given = {"version_id": version.id, "store_id": chains.a.store, "clause_numbers": ["2"]}
        acknowledge_standard(actor=staff, **given, now=NOW)
        with pytest.raises(NotPermitted):
            acknowledgements_outstanding(actor=staff, store_id=chains.a.store, now=NOW)
    read(manager, chains, version, NOW)
    with scope(chains.a.chain, manager):
        found = acknowledgements_outstanding(actor=manager, store_id=chains.a.store, now=NOW)
        assert [each.clause.number for each in found if each.user_id == staff.user_id] == ["1"]
        assert manager.user_id not in {each.user_id for each in found}
        with pytest.raises(NotFound):
            acknowledgements_outstanding(actor=manager, store_id=chains.a.other_store, now=NOW)
