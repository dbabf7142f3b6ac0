"""No order of deeds by anybody leads to an ownerless open complaint, a changed clock or an illegal stage (stateful)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from chains.actor import Actor, system_actor
from chains.scope import scope
from clocks.models import Clock, PauseReason
from complaints.actions.climbing import escalate_by_clock, escalate_complaint, find_owner_at_level
from complaints.actions.ending import (
    close_complaint,
    decide_finally,
    record_outcome,
    rework_complaint,
    withdraw_complaint,
)
from complaints.actions.filing import accept_complaint
from complaints.actions.owning import hand_over_complaint, hand_over_open
from complaints.actions.waiting import (
    answer_referral,
    pause_complaint,
    record_customer_word,
    refer_complaint,
    resume_complaint,
)
from complaints.actions.working import agree_resolution, plan_resolution, record_investigation, tell_customer
from complaints.models.complaints import ENDED, Channel, Complaint, Level, Stage
from complaints.models.ladder import Escalation
from complaints.models.referring import ComplaintPause, Referral, ReferralAnswer
from complaints.models.remedies import Remedy, RemedyKind, RemedyStanding
from complaints.models.steps import CustomerWord
from complaints.queries import handlers_of
from complaints.rules.ladder import LADDER
from complaints.rules.remedies import RemedyDraft
from complaints.rules.stages import UNSOLVED, possible_actions, standing_of
from journal.models import Entry
from kit.refusals import Refusal
from members.models import User
from tests.conftest import Chains
from tests.factories.complaints import filed
from tests.factories.people import actor_of_role

TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)
HERE = ("SERVICE_STAFF", "MENTOR", "SERVICE_SUPERVISOR", "STORE_MANAGER")
PEOPLE = (*HERE, "AREA_SUPERVISOR", "QUALITY_OFFICER")
WHO, YES = st.sampled_from(PEOPLE), st.booleans()
PHONE = Channel.PHONE
# What each role decides by itself until HQ says otherwise, in fen; the rest may decide no less than the manager.
LIMITS = {"SERVICE_SUPERVISOR": 200_00, "STORE_MANAGER": 1_000_00}


class AComplaint(RuleBasedStateMachine):
    """Tries deeds in any order by anybody, and keeps its own account of what was measured and said."""

    chains: Chains

    def __init__(self) -> None:
        super().__init__()
        self.now, self.deeds, self.words = TEN, 0, 0
        self.measured: dict[UUID, Any] = {}
        self.away: set[str] = set()
        self.level = Level.STORE_STAFF

    @initialize(who=WHO)
    def begin(self, who: str) -> None:
        self.here = self.chains.a
        self.actors = {each: actor_of_role(self.here, each) for each in PEOPLE}
        actor = self.actors[who]
        with scope(self.here.chain, actor):
            self.key = filed(actor, self.here.store, self.now).complaint.id
        self.deeds = 1

    def attempt(self, actor: Actor, deed: Callable[..., Any], **given: Any) -> bool:
        """Do a deed; tell whether it was done."""
        self.now += timedelta(minutes=7)
        with scope(self.here.chain, actor):
            try:
                done = deed(actor=actor, now=self.now, **given)
            except Refusal:
                return False
        self.deeds += done is not None
        return done is not None

    def by(self, who: str, deed: Callable[..., Any], **given: Any) -> bool:
        return who not in self.away and self.attempt(self.actors[who], deed, complaint_id=self.key, **given)

    @rule(who=WHO)
    def accept(self, who: str) -> None:
        self.by(who, accept_complaint)

    @rule(who=WHO)
    def look_into(self, who: str) -> None:
        self.by(who, record_investigation, findings="The lamp was off.")

    @rule(who=WHO, yuan=st.sampled_from((0, 100, 500, 2_000)))
    def plan_and_tell(self, who: str, yuan: int) -> None:
        remedies = [RemedyDraft(RemedyKind.COMPENSATION, yuan * 100, "CNY")] if yuan else []
        expected_at = self.now + timedelta(hours=3)
        if self.by(who, plan_resolution, remedy="Money.", remedies=remedies, expected_at=expected_at):
            assert yuan * 100 <= LIMITS.get(who, 5_000_00)
        self.by("SERVICE_STAFF", tell_customer, channel=PHONE, message="Money.")

    @rule(who=WHO, yes=YES)
    def agree(self, who: str, yes: bool) -> None:
        self.by(who, agree_resolution, is_agreed=yes, channel=PHONE, reason="" if yes else "Too little.")

    @rule(who=WHO, yes=YES)
    def carry_out(self, who: str, yes: bool) -> None:
        self.by(who, record_outcome, carried_out="Paid.", is_satisfied=yes, reason="" if yes else "Too little.")

    @rule(who=WHO, upward=YES, pauses=YES)
    def refer(self, who: str, upward: bool, pauses: bool) -> None:
        department = "" if upward else "Kitchen"
        self.by(who, refer_complaint, question="Well?", department=department, pauses=pauses)

    @rule(who=WHO)
    def answer(self, who: str) -> None:
        with scope(self.here.chain, system_actor()):
            asked = Referral.objects.filter(complaint_id=self.key).exclude(
                id__in=ReferralAnswer.objects.values("referral_id")
            )
            referral = asked.order_by("id").first()
        if referral is not None and who not in self.away:
            self.attempt(self.actors[who], answer_referral, referral_id=referral.id, answer="So.")

    @rule(who=WHO, late=st.integers(0, 90))
    def customer_writes(self, who: str, late: int) -> None:
        said_at = self.now - timedelta(minutes=late)
        self.words += self.by(who, record_customer_word, text="And?", channel=PHONE, said_at=said_at)

    @rule(who=WHO, reason=st.sampled_from(PauseReason))
    def pause(self, who: str, reason: PauseReason) -> None:
        self.by(who, pause_complaint, reason=reason, note="A flood.")

    @rule(who=WHO)
    def resume(self, who: str) -> None:
        self.by(who, resume_complaint)

    @rule(who=WHO, other=st.sampled_from(HERE))
    def hand_over(self, who: str, other: str) -> None:
        if self.by(who, hand_over_complaint, owner_id=self.here.people[other]):
            assert other not in self.away

    @rule(who=WHO)
    def escalate(self, who: str) -> None:
        if self.by(who, escalate_complaint, reason="Help."):
            self.attempt(system_actor(), find_owner_at_level, complaint_id=self.key)

    @rule(hours=st.sampled_from((3, 30, 90)))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        job = system_actor()
        with scope(self.here.chain, job):
            late = Clock.objects.of_subject("Complaint", self.key).running().filter(current_due_at__lt=self.now)
            ids = list(late.order_by("id").values_list("id", flat=True))
        for clock_id in ids:
            self.attempt(job, escalate_by_clock, complaint_id=self.key, clock_id=clock_id)

    @rule(who=WHO)
    def decide(self, who: str) -> None:
        if self.by(who, decide_finally, decision="No.", reason="The lamp was on."):
            self.by(who, tell_customer, channel=PHONE, message="No.")

    @rule(who=WHO)
    def withdraw(self, who: str) -> None:
        self.by(who, withdraw_complaint, reason="Well.", channel=PHONE, proof="Call 7")

    @rule(who=WHO)
    def close(self, who: str) -> None:
        self.by(who, close_complaint, cause="A lamp.", result="Money.")

    @rule(who=WHO)
    def rework(self, who: str) -> None:
        self.by(who, rework_complaint, reason="It broke again.")

    @rule(who=st.sampled_from(HERE[:3]))
    def leave(self, who: str) -> None:
        job, before = system_actor(), 0
        with scope(self.here.chain, job):
            User.objects.filter(id=self.here.people[who]).update(is_active=False)
            # There are complaints of other runs in this database: only this one's hand-over counts.
            before = Complaint.objects.get(id=self.key).version
            hand_over_open(actor=job, user_id=self.here.people[who], now=self.now)
            self.deeds += Complaint.objects.get(id=self.key).version - before
        self.away.add(who)

    @rule(who=st.sampled_from(HERE[:3]))
    def come_back(self, who: str) -> None:
        with scope(self.here.chain, system_actor()):
            User.objects.filter(id=self.here.people[who]).update(is_active=True)
        self.away.discard(who)

    @invariant()
    def all_is_well(self) -> None:
        if not self.deeds:
            return
        with scope(self.here.chain, system_actor()):
            complaint = Complaint.objects.select_related("store").get(id=self.key)
            self.it_stands_as_it_may(complaint)
            self.its_clocks_fit(complaint)
            self.nothing_is_lost(complaint)
            self.what_was_measured_stays()

    def it_stands_as_it_may(self, complaint: Complaint) -> None:
        assert possible_actions(standing_of(complaint))
        if complaint.stage not in ENDED:
            assert handlers_of(complaint.store, member_id=complaint.owner_id)
        waits = ComplaintPause.objects.filter(complaint=complaint, ended_at=None)
        assert list(waits.values_list("reason", flat=True)) == [complaint.pause_reason] * bool(complaint.pause_reason)
        assert not complaint.pause_reason or complaint.stage in UNSOLVED
        asked = Referral.objects.filter(complaint=complaint).count()
        assert complaint.open_referrals == asked - ReferralAnswer.objects.filter(complaint=complaint).count()
        if complaint.stage == Stage.CLOSED:
            assert complaint.is_told
        if Escalation.objects.filter(complaint=complaint).exists():
            assert LADDER.index(Level(complaint.level)) >= LADDER.index(self.level)
        self.level = Level(complaint.level)

    def its_clocks_fit(self, complaint: Complaint) -> None:
        running = Clock.objects.of_subject("Complaint", self.key).running()
        at_level = running.filter(kind__startswith="SOLVED_AT_").values_list("kind", flat=True)
        assert list(at_level) == [f"SOLVED_AT_{complaint.level}"] * (complaint.stage in UNSOLVED)
        at_the_end = running.filter(kind="CLOSING_FORM_WRITTEN").exists()
        assert at_the_end == (complaint.stage in (Stage.SETTLED, Stage.FINALLY_DECIDED))
        if complaint.stage in ENDED:
            assert not running.exists()
        assert running.filter(is_paused=True).exists() <= bool(complaint.pause_reason)
        assert running.filter(kind__startswith="SOLVED_AT_", is_paused=False).exists() <= (not complaint.pause_reason)

    def nothing_is_lost(self, complaint: Complaint) -> None:
        assert complaint.version == self.deeds
        told = Entry.objects.filter(subject_id=self.key, part_of_id=None).exclude(kind__startswith="CLOCK_")
        assert told.count() == self.deeds
        assert CustomerWord.objects.filter(complaint=complaint).count() == self.words
        given = Remedy.objects.filter(complaint=complaint, standing=RemedyStanding.GIVEN)
        assert all(remedy.amount_minor is None or remedy.amount_minor > 0 for remedy in given)

    def what_was_measured_stays(self) -> None:
        for clock in Clock.objects.filter(stopped_at__isnull=False, subject_id=self.key).values():
            shown = (clock["started_at"], clock["due_at"], clock["stopped_at"], clock["wall_seconds"])
            assert self.measured.setdefault(clock["id"], shown) == shown

    def teardown(self) -> None:
        with scope(self.chains.a.chain, system_actor()):
            User.objects.filter(id__in=self.chains.a.people.values()).update(is_active=True)


def test_no_order_of_deeds_does_harm(chains: Chains) -> None:
    class InChain(AComplaint):
        pass

    InChain.chains = chains
    unhurried = [HealthCheck.too_slow, HealthCheck.data_too_large]
    run_state_machine_as_test(
        InChain,
        settings=settings(max_examples=5, stateful_step_count=20, deadline=None, suppress_health_check=unhurried),
    )
