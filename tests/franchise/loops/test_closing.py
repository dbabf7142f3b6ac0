"""A loop closes by what is measured, by hand only where nothing can be, and is never opened again."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from chains.actor import Actor, system_actor
from chains.scope import scope
from journal.models import Entry
from kit.ids import new_id
from kit.refusals import Invalid, NotFound, NotPermitted, Stale
from loops.actions.closing import close_loop, close_measured, set_loop_rule
from loops.models.loops import Loop, LoopOutcome, LoopPerson, LoopState
from loops.queries.loops import loop_rule, loops_for
from loops.queries.measuring import measurable_among
from loops.rules.closing import LoopAction, LoopClosed, LoopIsMeasured, LoopRuleChanged, Rule, actions_on_loop
from standards.actions.drafting import withdraw_standard
from standards.models.texts import Clause
from standards.models.verdicts import Span, Verdict
from tests.conftest import Chains
from tests.factories.rows import Rows
from tests.factories.standards import in_force

AsRole = Callable[..., Actor]
NOW = timezone.now()
MINUTE = timedelta(minutes=1)


@pytest.fixture
def clause(chains: Chains) -> Clause:
    version = in_force(chains.a, NOW)
    with scope(chains.a.chain, system_actor()):
        return Clause.objects.get(version=version)


def loop_about(chains: Chains, clause: Clause, *reached: str, needed: int = 3) -> Loop:
    with scope(chains.a.chain, system_actor()):
        loop = Loop.objects.create(
            store_id=chains.a.store,
            matter_kind="COMPLAINT",
            matter_type="Complaint",
            matter_id=new_id(),
            lineage_id=clause.lineage_id,
            clause=clause,
            happened_at=NOW,
            entry_id=new_id(),
            opened_at=NOW,
            needed=needed,
        )
        for who in reached:
            got = {"pushed_at": NOW, "acknowledged_at": NOW, "outcome": LoopOutcome.REACHED}
            LoopPerson.objects.create(store_id=chains.a.store, loop=loop, member_id=chains.a.people[who], **got)
    return loop


def judged(chains: Chains, clause: Clause, *states: str, who: str | None = None, since: datetime = NOW) -> None:
    """Let cases have begun minute by minute, which stand so."""
    with scope(chains.a.chain, system_actor()):
        usual = Rows(chains.a).row(Span, chains.a.store)
        for state in states:
            latest = Span.objects.filter(started_at__gt=since).order_by("-started_at").first()
            usual.pk, usual.started_entry_id = new_id(), new_id()
            usual.started_at = (latest.started_at if latest else since) + MINUTE
            usual.ended_at = usual.ended_entry_id = usual.wall_seconds = None
            usual.save(force_insert=True)
            Verdict.objects.create(
                store_id=chains.a.store,
                clause=clause,
                span_id=usual.pk,
                subject_type="Complaint",
                subject_id=new_id(),
                state=state,
                reason="IN_TIME" if state == "MET" else "TOO_LATE",
                entry_ids=[],
                day=NOW.date(),
                user_id=None if who is None else chains.a.people[who],
                judged_at=NOW,
            )


def measured(chains: Chains) -> Loop:
    machine = system_actor()
    with scope(chains.a.chain, machine):
        assert close_measured(actor=machine, now=timezone.now()) is None
        return Loop.objects.get()


def test_it_closes_when_as_many_cases_in_a_row_conform_as_are_needed(chains: Chains, clause: Clause) -> None:
    loop_about(chains, clause)
    judged(chains, clause, "MET", "MET")
    assert (measured(chains).state, measured(chains).conforming) == (LoopState.OPEN, 2)
    judged(chains, clause, "MISSED", "MET", "MET")
    assert (measured(chains).state, measured(chains).conforming) == (LoopState.OPEN, 2)
    judged(chains, clause, "NOT_KNOWN", "MET")
    closed = measured(chains)
    assert (closed.state, closed.conforming, closed.reason) == (LoopState.MEASURED, 3, "")
    with scope(chains.a.chain, system_actor()):
        (told,) = Entry.objects.filter(kind="LOOP_CLOSED")
        assert told.after is not None and len(told.after["verdict_ids"]) == 3


def test_nothing_opens_it_again(chains: Chains, clause: Clause) -> None:
    loop_about(chains, clause, needed=1)
    judged(chains, clause, "MET")
    assert measured(chains).state == LoopState.MEASURED
    judged(chains, clause, "MISSED")
    assert measured(chains).state == LoopState.MEASURED


def test_cases_that_began_before_it_was_opened_say_nothing(chains: Chains, clause: Clause) -> None:
    loop_about(chains, clause)
    judged(chains, clause, "MET", "MET", "MET", since=NOW - timedelta(days=1))
    assert measured(chains).conforming == 0


def test_what_counts_is_the_work_of_those_whom_the_clause_had_reached(chains: Chains, clause: Clause) -> None:
    loop_about(chains, clause, "SERVICE_STAFF")
    judged(chains, clause, "MET", "MET", "MET", who="MENTOR")
    assert measured(chains).conforming == 0
    judged(chains, clause, "MET", "MET", who="SERVICE_STAFF")
    judged(chains, clause, "MET")
    assert measured(chains).state == LoopState.MEASURED


def test_what_can_be_measured_is_not_closed_by_a_tick(chains: Chains, as_role: AsRole, clause: Clause) -> None:
    loop, supervisor = loop_about(chains, clause), as_role(chains.a, "AREA_SUPERVISOR")
    given = {"actor": supervisor, "loop_id": loop.id, "now": timezone.now()}
    with scope(chains.a.chain, supervisor), pytest.raises(LoopIsMeasured):
        close_loop(reason="They promised.", **given)


def test_what_nothing_can_measure_any_more_is_closed_by_hand_with_the_reason(
    chains: Chains, as_role: AsRole, clause: Clause
) -> None:
    loop, officer, supervisor = (
        loop_about(chains, clause),
        as_role(chains.a, "QUALITY_OFFICER"),
        as_role(chains.a, "AREA_SUPERVISOR"),
    )
    with scope(chains.a.chain, officer):
        withdraw_standard(actor=officer, version_id=clause.version_id, reason="Wrong", now=timezone.now())
    with scope(chains.a.chain, supervisor):
        given = {"actor": supervisor, "loop_id": loop.id, "now": timezone.now()}
        with pytest.raises(Invalid):
            close_loop(reason=" ", **given)
        with pytest.raises(Stale):
            close_loop(reason="The standard is gone.", expected_version=7, **given)
        closed = close_loop(reason="The standard is gone.", **given)
        assert (closed.state, closed.closed_by_id, closed.version) == (LoopState.BY_HAND, supervisor.user_id, 2)
        with pytest.raises(LoopClosed):
            close_loop(reason="Again.", **given)


def test_only_what_nothing_can_measure_is_offered_to_be_closed_by_hand(
    chains: Chains, as_role: AsRole, clause: Clause
) -> None:
    loop, officer = loop_about(chains, clause), as_role(chains.a, "QUALITY_OFFICER")
    with scope(chains.a.chain, officer):
        assert measurable_among([loop], now=timezone.now()) == {loop.id}
        withdraw_standard(actor=officer, version_id=clause.version_id, reason="Wrong", now=timezone.now())
        assert measurable_among([loop], now=timezone.now()) == set()
    assert actions_on_loop(LoopState.OPEN, may_close=True, is_measured=False) == [LoopAction.CLOSE_LOOP]
    for state, may_close, is_measured in (
        (LoopState.OPEN, True, True),
        (LoopState.OPEN, False, False),
        (LoopState.BY_HAND, True, False),
    ):
        assert actions_on_loop(state, may_close=may_close, is_measured=is_measured) == []


def test_loops_are_found_by_their_matter_their_area_and_who_was_to_follow_the_clause(
    chains: Chains, as_role: AsRole, clause: Clause
) -> None:
    loop, other = loop_about(chains, clause, "SERVICE_STAFF"), loop_about(chains, clause, "MENTOR")
    officer, people = as_role(chains.a, "QUALITY_OFFICER"), chains.a.people
    with scope(chains.a.chain, officer):
        assert list(loops_for(officer, matter=(loop.matter_type, loop.matter_id))) == [loop]
        assert list(loops_for(officer, member_id=people["MENTOR"])) == [other]
        assert loops_for(officer, area_id=chains.a.area).count() == 2
        for nothing in ({"area_id": chains.a.other_area}, {"matter": ("Rating", loop.matter_id)}):
            assert not loops_for(officer, **nothing).exists()


def test_who_may_close_one(chains: Chains, as_role: AsRole, clause: Clause) -> None:
    loop = loop_about(chains, clause)
    for who, refusal in (("STORE_MANAGER", NotPermitted), ("STORE_MANAGER_2", NotFound)):
        actor = as_role(chains.a, who)
        with scope(chains.a.chain, actor), pytest.raises(refusal):
            close_loop(actor=actor, loop_id=loop.id, reason="Done.", now=timezone.now())


def test_headquarters_says_how_many_cases_are_needed(chains: Chains, as_role: AsRole) -> None:
    officer = as_role(chains.a, "QUALITY_OFFICER")
    with scope(chains.a.chain, officer):
        assert loop_rule(officer) == Rule(verdicts_needed=5, low_score=2, number=0)
        wanted = Rule(verdicts_needed=3, low_score=1)
        assert set_loop_rule(actor=officer, rule=wanted, now=NOW, expected_version=0).number == 1
        with pytest.raises(LoopRuleChanged):
            set_loop_rule(actor=officer, rule=wanted, now=NOW, expected_version=0)
        for wrong in (Rule(verdicts_needed=0), Rule(verdicts_needed=101), Rule(low_score=0), Rule(low_score=5)):
            with pytest.raises(Invalid):
                set_loop_rule(actor=officer, rule=wrong, now=NOW)
    supervisor = as_role(chains.a, "AREA_SUPERVISOR")
    with scope(chains.a.chain, supervisor), pytest.raises(NotPermitted):
        set_loop_rule(actor=supervisor, rule=Rule(), now=NOW)
