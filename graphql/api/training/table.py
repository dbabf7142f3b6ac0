"""Training's part of the permission table: who may see what of it, and do what with it (corpus S01)."""

from api.base.permitted import Table, of_type
from members.rules.permissions import Permission

_MAY = Permission
_READ = _MAY.READ_COURSES

TRAINING: Table = {
    **of_type("Course", _READ, "id draftedAt draftedByName versions"),
    **of_type(
        "CourseVersion",
        _READ,
        "id course number title titles subject hasPracticalExam certificateMonths state revision draftedAt publishedAt "
        "authorName publishedByName availableActions lessons",
    ),
    **of_type(
        "Lesson",
        _READ,
        "id courseVersion position kind title titles text texts videoAddress questions passPercent mostAttempts "
        "lineageIds",
        file=_MAY.READ_FILES,
    ),
    **of_type("QuizQuestion", _READ, "text options right"),
    **of_type(
        "Enrolment",
        _READ,
        "id store courseVersion lesson reason state enrolledAt dueAt endedAt revision memberId memberName "
        "enrolledByName isOverdue availableActions completions attempts exams",
    ),
    **of_type("LessonCompletion", _READ, "id store enrolment lesson completedAt"),
    **of_type("QuizAttempt", _READ, "id store enrolment lesson number scorePercent isPassed submittedAt"),
    **of_type("PracticalExam", _READ, "id store enrolment isPassed note heldAt examinerName"),
    **of_type("Certificate", _READ, "id course courseVersion givenAt expiresAt memberId memberName isValid withdrawal"),
    **of_type("CertificateWithdrawal", _READ, "doneAt reason"),
    **of_type("PathCourse", _READ, "id position rank course stage withinDays"),
    **of_type("DutyRequirement", _READ, "id position work course setAt setByName"),
    **of_type(
        "TrainingPlan",
        _MAY.READ_TRAINING,
        "id store title purpose state proposedAt decidedAt decisionNote carriedOutAt revision proposedByName "
        "decidedByName availableActions courses",
    ),
    **of_type("PlannedCourse", _MAY.READ_TRAINING, "id store plan course position dueAt"),
    **of_type(
        "TrainingSession",
        _READ,
        "id store title course startsAt endsAt meetingPlace expertName state scheduledAt cancelReason revision "
        "trainerName scheduledByName availableActions attendances",
    ),
    **of_type("Attendance", _READ, "id store session memberId memberName wasPresent recordedAt"),
    **of_type(
        "Mentorship",
        _READ,
        "id store mentorId mentorName apprenticeId apprenticeName state pairedAt endedAt endedByName note revision "
        "availableActions",
    ),
    "Query.courses": _READ,
    "Query.taughtCourses": _READ,
    "Query.enrolments": _READ,
    "Query.certificates": _READ,
    "Query.trainingPath": _READ,
    "Query.dutyRequirements": _READ,
    **of_type("MissingCertificate", _READ, "memberId memberName work course"),
    "Query.missingCertificates": _READ,
    "Query.trainingPlans": _MAY.READ_TRAINING,
    "Query.trainingSessions": _READ,
    "Query.mentorships": _READ,
    "Mutation.draftCourse": _MAY.DRAFT_COURSE,
    "Mutation.reviseCourse": _MAY.DRAFT_COURSE,
    "Mutation.publishCourse": _MAY.PUBLISH_COURSE,
    "Mutation.retireCourse": _MAY.PUBLISH_COURSE,
    "Mutation.setTrainingPath": _MAY.SET_TRAINING_PATH,
    "Mutation.setDutyRequirement": _MAY.SET_DUTY_REQUIREMENT,
    "Mutation.assignCourse": _MAY.ASSIGN_COURSE,
    "Mutation.withdrawEnrolment": _MAY.ASSIGN_COURSE,
    "Mutation.completeLesson": _MAY.TAKE_COURSE,
    "Mutation.submitQuiz": _MAY.TAKE_COURSE,
    "Mutation.recordPracticalExam": _MAY.RECORD_PRACTICAL_EXAM,
    "Mutation.withdrawCertificate": _MAY.PUBLISH_COURSE,
    "Mutation.proposeTrainingPlan": _MAY.PROPOSE_TRAINING_PLAN,
    "Mutation.approveTrainingPlan": _MAY.APPROVE_TRAINING_PLAN,
    "Mutation.declineTrainingPlan": _MAY.APPROVE_TRAINING_PLAN,
    "Mutation.carryOutTrainingPlan": _MAY.PROPOSE_TRAINING_PLAN,
    "Mutation.scheduleSession": _MAY.SCHEDULE_SESSION,
    "Mutation.cancelSession": _MAY.SCHEDULE_SESSION,
    "Mutation.recordAttendance": _MAY.SCHEDULE_SESSION,
    "Mutation.pairMentor": _MAY.PAIR_MENTOR,
    "Mutation.signOffApprentice": _MAY.SIGN_OFF_APPRENTICE,
    "Mutation.endMentorship": _MAY.PAIR_MENTOR,
}
