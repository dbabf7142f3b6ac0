"""No order of deeds brings a complaint where it must not be (stateful, without a database)."""

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from complaints.models.complaints import Stage
from complaints.rules.stages import ComplaintAction, CustomerNotSatisfied, NotAtThisStage, possible_actions, stage_after

ACTIONS = st.sampled_from(list(ComplaintAction))


class AComplaint(RuleBasedStateMachine):
    """Tries deeds in any order and keeps its own, simpler account of what has happened."""

    def __init__(self) -> None:
        super().__init__()
        self.stage = Stage.FILED
        self.accepted = 0
        self.looked_into_this_round = False
        self.told_the_latest_plan = False
        self.satisfied = False
        self.closed = 0

    @rule(action=ACTIONS, is_satisfied=st.booleans())
    def try_a_deed(self, action: ComplaintAction, is_satisfied: bool) -> None:
        possible = action in possible_actions(self.stage)
        try:
            said = is_satisfied if action is ComplaintAction.RECORD_OUTCOME else True
            after = stage_after(action, self.stage, is_satisfied=said)
        except (NotAtThisStage, CustomerNotSatisfied):
            assert not possible
            return
        assert possible
        self.remember(action, is_satisfied)
        self.stage = after

    def remember(self, action: ComplaintAction, is_satisfied: bool) -> None:
        match action:
            case ComplaintAction.ACCEPT_COMPLAINT:
                self.accepted += 1
            case ComplaintAction.RECORD_INVESTIGATION:
                self.looked_into_this_round = True
            case ComplaintAction.PLAN_RESOLUTION:
                assert self.looked_into_this_round
                self.told_the_latest_plan = False
            case ComplaintAction.TELL_CUSTOMER:
                self.told_the_latest_plan = True
            case ComplaintAction.RECORD_OUTCOME:
                assert self.told_the_latest_plan
                self.satisfied = is_satisfied
                if not is_satisfied:
                    self.looked_into_this_round = self.told_the_latest_plan = False
            case ComplaintAction.CLOSE_COMPLAINT:
                self.closed += 1

    @invariant()
    def it_is_accepted_and_closed_at_most_once(self) -> None:
        assert self.accepted <= 1
        assert self.closed <= 1

    @invariant()
    def it_is_closed_only_when_the_customer_is_satisfied(self) -> None:
        if self.stage in (Stage.SETTLED, Stage.CLOSED):
            assert self.satisfied
            assert self.told_the_latest_plan

    @invariant()
    def nothing_is_worked_on_before_it_is_accepted(self) -> None:
        assert (self.stage is Stage.FILED) == (self.accepted == 0)

    @invariant()
    def an_open_complaint_can_always_go_on(self) -> None:
        assert bool(possible_actions(self.stage)) == (self.closed == 0)


TestAComplaint = AComplaint.TestCase
