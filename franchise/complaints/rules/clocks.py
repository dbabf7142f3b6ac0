"""The clocks of a complaint where no clause asks for one: what they measure and against which target (C3, S4)."""

from clocks.models import TargetUnit
from clocks.rules.targets import Target
from complaints.models.complaints import Level, Stage
from complaints.rules.happenings import ClockKind, Happening

LEVEL_CLOCKS: dict[Level, ClockKind] = {level: ClockKind(f"SOLVED_AT_{level}") for level in Level}
# By the default, or by a clause in force.
MEASURES_VERIFICATION = frozenset({ClockKind.VERIFICATION.value, Happening.INVESTIGATION_RECORDED.value})
# Looked into and verified on the same day (C3).
ON_THE_SAME_DAY = Target(TargetUnit.SAME_DAY)
# Only with the closing form the file is whole and the customer is called again (C4, V1).
FOR_THE_CLOSING_FORM = Target(TargetUnit.WALL, 3 * 24 * 3600)
AWAIT_THE_CLOSING_FORM = frozenset({Stage.SETTLED, Stage.FINALLY_DECIDED})
# While a department is asked, the work stands still; what was promised to the customer does not, nor does the looking
# into it, for which departments are asked.
RUN_ON_FOR_A_DEPARTMENT = frozenset({ClockKind.SOLUTION_PROMISED.value, *MEASURES_VERIFICATION})
# All that come to their end with the complaint, those of clauses included.
OF_A_COMPLAINT = frozenset({*(kind.value for kind in Happening), *(kind.value for kind in ClockKind)})
