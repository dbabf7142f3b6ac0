"""No order of deeds brings a complaint where it must not be (stateful, without a database)."""

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from complaints.models.complaints import Level, Stage
from complaints.rules.stages import UNSOLVED, ComplaintAction, Standing, possible_actions, stage_after
from kit.refusals import Refusal

ACTIONS = st.sampled_from(list(ComplaintAction))
A = ComplaintAction
LEVELS = list(Level)


class AComplaint(RuleBasedStateMachine):
    """Tries deeds in any order and keeps its own, simpler account of what has happened."""

    def __init__(self) -> None:
        super().__init__()
        self.stage, self.level = Stage.FILED, Level.STORE_STAFF
        self.round, self.refused_in_round, self.referrals = 1, 0, 0
        self.is_told, self.is_paused = True, False
        self.is_taken_up = self.looked_into = self.satisfied = self.last_word = self.withdrawn = False

    @property
    def standing(self) -> Standing:
        return Standing(self.stage, self.level, self.is_told, self.is_paused, self.referrals, self.refused_in_round)

    @rule(action=ACTIONS, says_yes=st.booleans())
    def try_a_deed(self, action: ComplaintAction, says_yes: bool) -> None:
        possible = action in possible_actions(self.standing)
        asks = action in (A.RECORD_OUTCOME, A.AGREE_RESOLUTION)
        try:
            after = stage_after(action, self.standing, says_yes=says_yes or not asks)
        except Refusal:
            assert not possible
            return
        assert possible
        self.remember(action, says_yes)
        self.stage = after
        if after not in UNSOLVED:
            self.is_paused = False

    def remember(self, action: ComplaintAction, says_yes: bool) -> None:
        if action in (A.AGREE_RESOLUTION, A.RECORD_OUTCOME, A.CLOSE_COMPLAINT):
            assert self.is_told
        remembered = {
            A.ACCEPT_COMPLAINT: self.taken_up,
            A.RECORD_INVESTIGATION: lambda: self.keep(looked_into=True),
            A.REFER_COMPLAINT: lambda: self.keep(referrals=self.referrals + 1),
            A.ANSWER_REFERRAL: lambda: self.keep(referrals=self.referrals - 1),
            A.PLAN_RESOLUTION: self.planned,
            A.TELL_CUSTOMER: lambda: self.keep(is_told=True),
            A.AGREE_RESOLUTION: lambda: says_yes or self.keep(refused_in_round=self.round),
            A.RECORD_OUTCOME: lambda: self.carried_out(says_yes),
            A.ESCALATE_COMPLAINT: lambda: self.keep(level=LEVELS[LEVELS.index(self.level) + 1]),
            A.PAUSE_COMPLAINT: lambda: self.keep(is_paused=True),
            A.RESUME_COMPLAINT: lambda: self.keep(is_paused=False),
            A.DECIDE_FINALLY: self.decided,
            A.WITHDRAW_COMPLAINT: lambda: self.keep(withdrawn=True, is_told=True),
            A.REWORK_COMPLAINT: self.begun_again,
        }
        remembered.get(action, lambda: None)()

    def keep(self, **what: Any) -> None:
        for name, value in what.items():
            setattr(self, name, value)

    def taken_up(self) -> None:
        assert not self.is_taken_up
        self.is_taken_up = True

    def planned(self) -> None:
        assert self.looked_into
        self.is_told = False

    def carried_out(self, says_yes: bool) -> None:
        self.satisfied = says_yes
        if not says_yes:
            self.refused_in_round, self.looked_into = self.round, False
            self.round += 1

    def decided(self) -> None:
        assert self.round > 1
        self.last_word, self.is_told = True, False

    def begun_again(self) -> None:
        self.round += 1
        self.is_taken_up = self.is_told = True
        self.satisfied = self.last_word = self.withdrawn = self.looked_into = False

    @invariant()
    def it_ends_only_by_the_customers_yes_by_their_word_or_by_the_last_one(self) -> None:
        if self.stage not in UNSOLVED:
            assert self.satisfied or self.last_word or self.withdrawn

    @invariant()
    def nothing_is_worked_on_before_it_is_taken_up(self) -> None:
        assert self.is_taken_up or self.stage in (Stage.FILED, Stage.WITHDRAWN, Stage.CLOSED)

    @invariant()
    def it_waits_only_while_it_is_unsolved_and_can_always_go_on(self) -> None:
        assert not self.is_paused or self.stage in UNSOLVED
        assert possible_actions(self.standing)


TestAComplaint = AComplaint.TestCase
TestAComplaint.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
