"""What somebody can do next with a thing of training, as it stands now."""

from collections.abc import Callable

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from members.rules.permissions import Permission
from training.models.courses import CourseState
from training.models.planning import MentorshipState, PlanState, SessionState
from training.models.taking import EnrolmentState


class TrainingAction(TextChoices):
    """What can be done in training, named as the mutation that does it."""

    REVISE_COURSE = "REVISE_COURSE", _("Revise the course")
    PUBLISH_COURSE = "PUBLISH_COURSE", _("Publish the course")
    RETIRE_COURSE = "RETIRE_COURSE", _("Retire the course")
    ASSIGN_COURSE = "ASSIGN_COURSE", _("Assign the course")
    COMPLETE_LESSON = "COMPLETE_LESSON", _("Complete a lesson")
    SUBMIT_QUIZ = "SUBMIT_QUIZ", _("Answer a quiz")
    RECORD_PRACTICAL_EXAM = "RECORD_PRACTICAL_EXAM", _("Record the practical exam")
    WITHDRAW_ENROLMENT = "WITHDRAW_ENROLMENT", _("Take the enrolment back")
    APPROVE_TRAINING_PLAN = "APPROVE_TRAINING_PLAN", _("Approve the plan")
    DECLINE_TRAINING_PLAN = "DECLINE_TRAINING_PLAN", _("Decline the plan")
    CARRY_OUT_TRAINING_PLAN = "CARRY_OUT_TRAINING_PLAN", _("Carry the plan out")
    CANCEL_SESSION = "CANCEL_SESSION", _("Cancel the session")
    RECORD_ATTENDANCE = "RECORD_ATTENDANCE", _("Record who was there")
    SIGN_OFF_APPRENTICE = "SIGN_OFF_APPRENTICE", _("Sign the apprentice off")
    END_MENTORSHIP = "END_MENTORSHIP", _("End the time with the mentor")


May = Callable[[Permission], bool]
_Row = tuple[TrainingAction, Permission]

_LEARNER: tuple[_Row, ...] = (
    (TrainingAction.COMPLETE_LESSON, Permission.TAKE_COURSE),
    (TrainingAction.SUBMIT_QUIZ, Permission.TAKE_COURSE),
)
_POSSIBLE: dict[str, tuple[_Row, ...]] = {
    CourseState.DRAFT: (
        (TrainingAction.REVISE_COURSE, Permission.DRAFT_COURSE),
        (TrainingAction.PUBLISH_COURSE, Permission.PUBLISH_COURSE),
    ),
    CourseState.PUBLISHED: (
        (TrainingAction.REVISE_COURSE, Permission.DRAFT_COURSE),
        (TrainingAction.RETIRE_COURSE, Permission.PUBLISH_COURSE),
        (TrainingAction.ASSIGN_COURSE, Permission.ASSIGN_COURSE),
    ),
    CourseState.RETIRED: ((TrainingAction.REVISE_COURSE, Permission.DRAFT_COURSE),),
    EnrolmentState.OPEN: (
        *_LEARNER,
        (TrainingAction.RECORD_PRACTICAL_EXAM, Permission.RECORD_PRACTICAL_EXAM),
        (TrainingAction.WITHDRAW_ENROLMENT, Permission.ASSIGN_COURSE),
    ),
    PlanState.PROPOSED: (
        (TrainingAction.APPROVE_TRAINING_PLAN, Permission.APPROVE_TRAINING_PLAN),
        (TrainingAction.DECLINE_TRAINING_PLAN, Permission.APPROVE_TRAINING_PLAN),
    ),
    PlanState.APPROVED: ((TrainingAction.CARRY_OUT_TRAINING_PLAN, Permission.PROPOSE_TRAINING_PLAN),),
    SessionState.SCHEDULED: (
        (TrainingAction.CANCEL_SESSION, Permission.SCHEDULE_SESSION),
        (TrainingAction.RECORD_ATTENDANCE, Permission.SCHEDULE_SESSION),
    ),
    MentorshipState.RUNNING: (
        (TrainingAction.SIGN_OFF_APPRENTICE, Permission.SIGN_OFF_APPRENTICE),
        (TrainingAction.END_MENTORSHIP, Permission.PAIR_MENTOR),
    ),
}


def actions_on(state: str, may: May) -> list[TrainingAction]:
    """List what somebody with these permissions can do with a thing that stands so, in the order of the work."""
    return [action for action, permission in _POSSIBLE.get(state, ()) if may(permission)]


def actions_on_enrolment(
    state: EnrolmentState, may: May, *, is_own: bool, needs_practice: bool
) -> list[TrainingAction]:
    """List what can be done with an enrolment: one learns by oneself, all else is somebody else's to do (T4)."""
    learning = {action for action, _permission in _LEARNER}
    exam = TrainingAction.RECORD_PRACTICAL_EXAM
    return [
        action
        for action in actions_on(state, may)
        if (action in learning) is is_own and (action is not exam or needs_practice)
    ]


def actions_on_mentorship(
    state: MentorshipState, may: May, *, is_mentor: bool, is_apprentice: bool
) -> list[TrainingAction]:
    """List what can be done with a mentorship: its mentor signs off, or who pairs mentors; nobody themselves (T2)."""
    signs = not is_apprentice and (is_mentor or may(Permission.PAIR_MENTOR))
    possible = actions_on(state, may)
    return [action for action in possible if signs or action is not TrainingAction.SIGN_OFF_APPRENTICE]


def actions_on_plan(state: PlanState, may: May, *, is_own: bool) -> list[TrainingAction]:
    """List what can be done with a plan: nobody decides on their own (T5)."""
    possible = actions_on(state, may)
    return [] if is_own and state is PlanState.PROPOSED else possible
