"""From the draft to the approval (rulebook S1, S2, S7)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from chains.actor import Actor, system_actor
from chains.scope import scope
from journal.models import Entry
from kit.refusals import Invalid, NotFound, NotPermitted, Stale, TooLong
from standards.actions.drafting import (
    approve_standard,
    draft_standard,
    return_standard,
    revise_standard,
    submit_standard,
    withdraw_standard,
)
from standards.models.rollouts import StoreStandard
from standards.models.texts import Clause, ClauseChange, Submission, Version, VersionReturn, VersionState, Withdrawal
from standards.queries.testing import findings_on
from standards.queries.texts import standards_for, versions_for, versions_in
from standards.rules.drafts import ClauseDraft
from standards.rules.lint import NoClauses, StandardFailsTest
from standards.rules.states import ApproverIsAuthor, LaterVersionExists, NotInThisState
from tests.conftest import Chains
from tests.factories.standards import TITLES, approved, in_force, next_in_force, same_day_clause
from tests.factories.stores import last_entry

AsRole = Callable[..., Actor]
NOW = datetime(2026, 5, 4, 2, tzinfo=UTC)
LATER = NOW + timedelta(days=1)

WINDOWS: list[dict[str, Any]] = [
    {
        "kind": "SHARE",
        "of": {"event": "COMPLAINT_ESCALATED"},
        "among": {"event": "COMPLAINT_FILED"},
        "window": "DAY",
        "at_most": 50,
    },
    {"kind": "AVERAGE", "event": "COMPLAINT_CLOSED", "fact": "round", "window": "WEEK", "at_most": 1.5},
]


def drafted(actor: Actor, *clauses: ClauseDraft) -> Version:
    return draft_standard(actor=actor, titles=TITLES, clauses=clauses or (same_day_clause(),), now=NOW)


def test_a_draft_holds_its_clauses_as_they_are_measured(chains: Chains, as_role: AsRole) -> None:
    officer = as_role(chains.a, "QUALITY_OFFICER")
    with scope(chains.a.chain, officer):
        version = drafted(officer, same_day_clause("1"), ClauseDraft("2", {"en": "Smile."}))
        assert (version.number, version.state, version.author_id) == (1, VersionState.DRAFT, officer.id)
        first, second = Clause.objects.filter(version=version).order_by("position")
        assert (first.trigger_kind, first.response_kind) == ("COMPLAINT_FILED", "INVESTIGATION_RECORDED")
        assert first.rule["within"] == "SAME_DAY"
        assert first.rule["share"] == "96"
        assert (second.rule, second.trigger_kind) == (None, "")
        entry = last_entry(version.id)
        assert (entry.kind, entry.store_id, entry.before) == ("STANDARD_DRAFTED", None, None)
        assert (entry.after or {})["clauses"][0]["rule"] == first.rule


@pytest.mark.parametrize(
    ("clause", "refusal", "path"),
    [
        (replace(same_day_clause(), number="one"), Invalid, ("clauses", "0", "number")),
        (replace(same_day_clause(), texts={}), Invalid, ("clauses", "0", "texts")),
        (replace(same_day_clause(), texts={"tlh": "nuqneH"}), Invalid, ("clauses", "0", "texts", "tlh")),
        (replace(same_day_clause(), texts={"en": "a" * 2001}), TooLong, ("clauses", "0", "texts", "en")),
        (same_day_clause(within="soon"), Invalid, ("clauses", "0", "rule", "within")),
        (same_day_clause(kind="AVERAGE"), Invalid, ("clauses", "0", "rule", "trigger")),
        # A stretch of time comes by no channel.
        *(
            (
                replace(same_day_clause(), rule=rule, scope={"channels": ["PHONE"]}),
                Invalid,
                ("clauses", "0", "scope", "channels"),
            )
            for rule in WINDOWS
        ),
    ],
)
def test_a_draft_that_cannot_be_read_is_refused_with_the_path(
    chains: Chains, as_role: AsRole, clause: ClauseDraft, refusal: type[Exception], path: tuple[str, ...]
) -> None:
    officer = as_role(chains.a, "QUALITY_OFFICER")
    with scope(chains.a.chain, officer):
        with pytest.raises(refusal) as refused:
            drafted(officer, clause)
        assert refused.value.field == path
        assert not Version.objects.exists()


def test_two_clauses_have_two_numbers(chains: Chains, as_role: AsRole) -> None:
    officer = as_role(chains.a, "QUALITY_OFFICER")
    with scope(chains.a.chain, officer), pytest.raises(Invalid) as refused:
        drafted(officer, same_day_clause("1"), same_day_clause("1"))
    assert refused.value.field == ("clauses", "1", "number")


def test_only_a_draft_that_passes_the_test_is_submitted(chains: Chains, as_role: AsRole) -> None:
    officer = as_role(chains.a, "QUALITY_OFFICER")
    with scope(chains.a.chain, officer):
        empty = draft_standard(actor=officer, titles=TITLES, clauses=(), now=NOW)
        with pytest.raises(NoClauses):
            submit_standard(actor=officer, version_id=empty.id, now=NOW)
        vague = drafted(officer, ClauseDraft("1", {"en": "Complaints are answered as soon as possible."}))
        assert len(findings_on([vague], now=NOW)[vague.id]) == 2
        with pytest.raises(StandardFailsTest) as refused:
            submit_standard(actor=officer, version_id=vague.id, now=NOW)
        assert "as soon as possible" in refused.value.text()
        good = drafted(officer)
        done = submit_standard(actor=officer, version_id=good.id, now=NOW)
        assert (done.state, done.revision) == (VersionState.SUBMITTED, 2)
        assert Submission.objects.get().done_by_id == officer.id


def test_somebody_else_approves(chains: Chains, as_role: AsRole) -> None:
    officer, administrator = as_role(chains.a, "QUALITY_OFFICER"), as_role(chains.a, "HQ_ADMINISTRATOR")
    with scope(chains.a.chain, officer):
        key = drafted(officer).id
        submit_standard(actor=officer, version_id=key, now=NOW)
        with pytest.raises(ApproverIsAuthor):
            approve_standard(actor=officer, version_id=key, now=NOW)
        in_place = replace(administrator, behalf_of_id=officer.id)
        with pytest.raises(ApproverIsAuthor):
            approve_standard(actor=in_place, version_id=key, now=NOW)
        done = approve_standard(actor=administrator, version_id=key, now=NOW)
        assert done.state == VersionState.APPROVED
        entry = last_entry(key)
        assert (entry.kind, entry.actor_id, entry.before) == (
            "STANDARD_APPROVED",
            administrator.id,
            {"state": "SUBMITTED"},
        )


def test_whoever_wrote_an_earlier_draft_does_not_approve_what_became_of_it(chains: Chains, as_role: AsRole) -> None:
    roles = ("QUALITY_OFFICER", "HQ_ADMINISTRATOR", "HQ_TRAINER", "STORE_MANAGER")
    officer, administrator, trainer, manager = (as_role(chains.a, role) for role in roles)
    anew: dict[str, Any] = {"titles": TITLES, "clauses": [same_day_clause("7")], "now": NOW}
    with scope(chains.a.chain, officer):
        key = drafted(officer).id
        revise_standard(actor=replace(officer, behalf_of_id=trainer.id), version_id=key, **anew)
    with scope(chains.a.chain, administrator):
        revise_standard(actor=administrator, version_id=key, **anew)
        submit_standard(actor=administrator, version_id=key, now=NOW)
        for writer in (officer, trainer, administrator):
            with pytest.raises(ApproverIsAuthor):
                approve_standard(actor=replace(administrator, id=writer.id), version_id=key, now=NOW)
        done = approve_standard(actor=replace(administrator, id=manager.id), version_id=key, now=NOW)
        assert done.state == VersionState.APPROVED


def test_a_reviewer_sends_back_what_is_to_be_mended_and_says_what(chains: Chains, as_role: AsRole) -> None:
    officer, administrator = as_role(chains.a, "QUALITY_OFFICER"), as_role(chains.a, "HQ_ADMINISTRATOR")
    with scope(chains.a.chain, officer):
        version = drafted(officer)
        submit_standard(actor=officer, version_id=version.id, now=NOW)
        assert [each.id for each in versions_in(officer, [VersionState.SUBMITTED])] == [version.id]
    given: dict[str, Any] = {"actor": administrator, "version_id": version.id, "now": LATER}
    with scope(chains.a.chain, administrator):
        with pytest.raises(Invalid):
            return_standard(**given, reason=" ")
        assert return_standard(**given, reason="Who answers at night?").state == VersionState.DRAFT
        assert VersionReturn.objects.get().reason == "Who answers at night?"
        assert last_entry(version.id).kind == "STANDARD_RETURNED"
        assert not versions_in(administrator, [VersionState.SUBMITTED]).exists()
        with pytest.raises(NotInThisState):
            return_standard(**given, reason="Again.")
    with scope(chains.a.chain, officer):
        assert submit_standard(actor=officer, version_id=version.id, now=LATER).state == VersionState.SUBMITTED
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        assert not versions_in(manager).exists()
        with pytest.raises(NotPermitted):
            return_standard(**(given | {"actor": manager}), reason="No.")


def test_a_revised_draft_is_the_same_version_with_another_author(chains: Chains, as_role: AsRole) -> None:
    officer, administrator = as_role(chains.a, "QUALITY_OFFICER"), as_role(chains.a, "HQ_ADMINISTRATOR")
    with scope(chains.a.chain, officer):
        key = drafted(officer).id
        submit_standard(actor=officer, version_id=key, now=NOW)
        revised = revise_standard(
            actor=administrator, version_id=key, titles=TITLES, clauses=[same_day_clause("7")], now=LATER
        )
        assert (revised.id, revised.state, revised.author_id) == (key, VersionState.DRAFT, administrator.id)
        assert [clause.number for clause in Clause.objects.filter(version=key)] == ["7"]
        submit_standard(actor=administrator, version_id=key, now=LATER)
        with pytest.raises(ApproverIsAuthor):
            approve_standard(actor=officer, version_id=key, now=LATER)


def test_a_revision_of_what_is_in_force_is_the_next_version(chains: Chains, as_role: AsRole) -> None:
    version = in_force(chains.a, NOW)
    officer = as_role(chains.a, "QUALITY_OFFICER")
    with scope(chains.a.chain, officer):
        again: dict[str, Any] = {"titles": TITLES, "clauses": [same_day_clause(within="P1D")], "now": LATER}
        second = revise_standard(actor=officer, version_id=version.id, **again)
        assert (second.number, second.state, second.standard_id) == (2, VersionState.DRAFT, version.standard_id)
        assert Clause.objects.get(version=version).rule["within"] == "SAME_DAY"
        with pytest.raises(LaterVersionExists):
            revise_standard(actor=officer, version_id=version.id, **again)
        withdraw_standard(actor=officer, version_id=second.id, reason="A mistake.", now=LATER)
        assert revise_standard(actor=officer, version_id=version.id, **again).number == 3


def test_a_withdrawn_version_binds_nobody_any_more(chains: Chains, as_role: AsRole) -> None:
    version = in_force(chains.a, NOW)
    officer = as_role(chains.a, "QUALITY_OFFICER")
    with scope(chains.a.chain, officer):
        done = withdraw_standard(actor=officer, version_id=version.id, reason="It proved wrong.", now=LATER)
        assert done.state == VersionState.WITHDRAWN
        assert Withdrawal.objects.get().reason == "It proved wrong."
        assert set(StoreStandard.objects.values_list("ended_at", flat=True)) == {LATER}
        with pytest.raises(NotInThisState):
            submit_standard(actor=officer, version_id=version.id, now=LATER)


def test_a_withdrawal_is_no_dead_end_the_text_before_is_taken_up_again(chains: Chains, as_role: AsRole) -> None:
    first = in_force(chains.a, NOW)
    second = next_in_force(chains.a, first, LATER, same_day_clause(share=90))
    officer = as_role(chains.a, "QUALITY_OFFICER")
    with scope(chains.a.chain, officer):
        again: dict[str, Any] = {"titles": TITLES, "clauses": [same_day_clause()], "now": LATER}
        assert Version.objects.get(id=first.id).state == VersionState.SUPERSEDED
        with pytest.raises(LaterVersionExists):
            revise_standard(actor=officer, version_id=first.id, **again)
        withdraw_standard(actor=officer, version_id=second.id, reason="It proved wrong.", now=LATER)
        third = revise_standard(actor=officer, version_id=first.id, **again)
        clause, before = Clause.objects.get(version=third), Clause.objects.get(version=first)
        assert (third.number, third.state, clause.lineage_id) == (3, VersionState.DRAFT, before.lineage_id)
        # It is held against what readers knew last.
        assert clause.change == ClauseChange.SUBSTANCE
        with pytest.raises(LaterVersionExists):
            revise_standard(actor=officer, version_id=second.id, **again)


def test_a_stale_revision_is_told(chains: Chains, as_role: AsRole) -> None:
    officer = as_role(chains.a, "QUALITY_OFFICER")
    with scope(chains.a.chain, officer):
        version = drafted(officer)
        submit_standard(actor=officer, version_id=version.id, expected_version=1, now=NOW)
        with pytest.raises(Stale) as refused:
            submit_standard(actor=officer, version_id=version.id, expected_version=1, now=NOW)
        assert refused.value.details["state"] == "SUBMITTED"


def test_only_headquarters_writes_standards_and_stores_read_what_came_to_them(chains: Chains, as_role: AsRole) -> None:
    officer, manager = as_role(chains.a, "QUALITY_OFFICER"), as_role(chains.a, "STORE_MANAGER")
    trainer, stranger = as_role(chains.a, "HQ_TRAINER"), as_role(chains.b, "QUALITY_OFFICER")
    with scope(chains.a.chain, officer):
        draft = drafted(officer)
    pushed = in_force(chains.a, NOW, stores=(chains.a.other_store,))
    for somebody in (manager, trainer):
        with scope(chains.a.chain, somebody):
            with pytest.raises(NotPermitted):
                drafted(somebody)
            with pytest.raises(NotPermitted):
                submit_standard(actor=somebody, version_id=draft.id, now=NOW)
    with scope(chains.a.chain, manager):
        assert not versions_for(manager).exists()
        assert not standards_for(manager).exists()
    second_manager = as_role(chains.a, "STORE_MANAGER_2")
    with scope(chains.a.chain, second_manager):
        assert list(versions_for(second_manager)) == [pushed]
    with scope(chains.a.chain, trainer):
        assert versions_for(trainer).count() == 2
    with scope(chains.b.chain, stranger):
        assert not versions_for(stranger).exists()
        with pytest.raises(NotFound):
            submit_standard(actor=stranger, version_id=draft.id, now=NOW)


def test_the_database_lets_no_store_write_a_standard(chains: Chains, as_role: AsRole) -> None:
    version = in_force(chains.a, NOW)
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            Clause.objects.filter(version=version).update(number="9")
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            Version.objects.update(state=VersionState.WITHDRAWN)


def test_every_deed_is_journalled_once(chains: Chains) -> None:
    version = approved(chains.a, NOW)
    with scope(chains.a.chain, system_actor()):
        kinds = Entry.objects.filter(subject_id=version.id).in_order().values_list("kind", flat=True)
        assert list(kinds) == ["STANDARD_DRAFTED", "STANDARD_SUBMITTED", "STANDARD_APPROVED"]
