"""Deeds about whom a complaint waits for: a department or a higher level that is asked, and the customer (C2, C5)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from clocks.actions.running import start_clock, stop_clocks
from clocks.models import PauseReason, TargetUnit
from clocks.rules.targets import Due, Target
from complaints.actions.steps import Done, keep_step, lock_complaint, state_of, take_step
from complaints.actions.timing import end_pause, hear, run_on
from complaints.models.complaints import Channel, Complaint, Level
from complaints.models.referring import ComplaintPause, Referral, ReferralAnswer, ReferralKind
from complaints.models.steps import CustomerWord
from complaints.queries import REFERRAL_TYPE
from complaints.rules.happenings import ClockKind, Happening
from complaints.rules.ladder import level_above, level_of, levels_from
from complaints.rules.moments import check_expected
from complaints.rules.refusals import ComplaintWaits, ReferralNotYours, ReferralsAnswered
from complaints.rules.stages import UNSOLVED, ComplaintAction
from customers.queries.register import ids_of
from inquiries.models.messages import Message
from kit.ids import new_id
from kit.moments import passed
from kit.refusals import Invalid, NotFound
from kit.texts import line_of, text_of
from members.rules.permissions import Permission


@transaction.atomic(using=CHAINS_ALIAS)
def refer_complaint(
    *,
    actor: Actor,
    complaint_id: UUID,
    question: str,
    now: datetime,
    department: str = "",
    to_level: Level | None = None,
    answer_by: datetime | None = None,
    pauses: bool = False,
    expected_version: int | None = None,
) -> Done:
    """Ask a department about a complaint, or whoever is at a higher level; without either the next level (C2, C5).

    The owner stays. With `pauses`, which takes the permission to pause, the clocks stand still while a department is
    asked. Refusals: NotFound, NotPermitted, Stale, NotAtThisStage, AlreadyAtTheTop, NoHigherLevel, ComplaintWaits,
    Invalid, TooLong.
    """
    complaint = lock_complaint(actor, complaint_id, ComplaintAction.REFER_COMPLAINT, expected_version)
    before = state_of(complaint)
    step = _referral(complaint, question, department, to_level)
    check_expected(answer_by, now=now, field="answer_by")
    step.answer_by, step.pauses = answer_by, pauses and step.kind == ReferralKind.DEPARTMENT
    if step.pauses:
        actor.must(Permission.PAUSE_COMPLAINT, at=complaint.store_id)
        if complaint.pause_reason:
            raise ComplaintWaits(field="pauses")
    complaint.open_referrals += 1
    keep_step(actor, complaint, step, now)
    if step.pauses:
        pause = ComplaintPause(reason=PauseReason.WAITING_FOR_DEPARTMENT, referral=step)
        keep_step(actor, complaint, pause, now)
        complaint.pause_reason = pause.reason
    more = {"referral_kind": step.kind, "to_level": step.to_level, "pauses": step.pauses}
    done = take_step(actor, complaint, Happening.COMPLAINT_REFERRED, step, before, now, more=more)
    _await_answer(actor, step, done.entry_id, now)
    return done


@transaction.atomic(using=CHAINS_ALIAS)
def answer_referral(
    *, actor: Actor, referral_id: UUID, answer: str, now: datetime, expected_version: int | None = None
) -> tuple[Referral, Done]:
    """Record what was answered to a referral; clocks that stood still for it run on (C5, V3).

    What was referred upward is answered at that level or above. Refusals: NotFound, NotPermitted, Stale,
    ReferralsAnswered, ReferralNotYours, Invalid, TooLong.
    """
    found = Referral.objects.filter(id=referral_id).first()
    if found is None:
        raise NotFound
    action = ComplaintAction.ANSWER_REFERRAL
    complaint = lock_complaint(actor, found.complaint_id, action, expected_version)
    if ReferralAnswer.objects.filter(referral=found).exists():
        raise ReferralsAnswered
    if found.to_level and level_of(actor.roles_at(complaint.store_id)) not in levels_from(Level(found.to_level)):
        raise ReferralNotYours
    before = state_of(complaint)
    step = ReferralAnswer(referral=found, answer=text_of(answer, field="answer"))
    complaint.open_referrals -= 1
    waits_for_it = ComplaintPause.objects.filter(complaint=complaint, referral=found, ended_at=None).exists()
    if waits_for_it:
        end_pause(actor, complaint, at=now)
    more = {"referral_id": found.id, "resumes": waits_for_it}
    done = take_step(actor, complaint, Happening.REFERRAL_ANSWERED, step, before, now, more=more)
    if waits_for_it:
        run_on(actor, complaint, entry_id=done.entry_id, now=now)
    stop_clocks(actor=actor, subject_type=REFERRAL_TYPE, subject_id=found.id, entry_id=done.entry_id, now=now)
    return found, done


@transaction.atomic(using=CHAINS_ALIAS)
def record_customer_word(
    *,
    actor: Actor,
    complaint_id: UUID,
    text: str,
    channel: Channel,
    now: datetime,
    said_at: datetime | None = None,
    expected_version: int | None = None,
) -> Done:
    """Record what the customer wrote or said: every wait for them is void from then, however late it is recorded.

    Refusals: NotFound, NotPermitted, Stale, Invalid, TooLong.
    """
    complaint = lock_complaint(actor, complaint_id, ComplaintAction.RECORD_CUSTOMER_WORD, expected_version)
    before, said_at = state_of(complaint), passed(said_at, field="said_at", now=now)
    step = CustomerWord(channel=channel, text=text_of(text, field="text"), said_at=said_at)
    kind, more, deed_id = Happening.CUSTOMER_WORD_RECORDED, {"said_at": said_at}, new_id()
    hear(actor, complaint, said_at=said_at, entry_id=deed_id, now=now)
    return take_step(actor, complaint, kind, step, before, now, more=more, entry_id=deed_id)


@transaction.atomic(using=CHAINS_ALIAS)
def hear_from_inquiry(*, actor: Actor, message_id: UUID, entry_id: UUID, now: datetime) -> int:
    """Let complaints that came from an inquiry wait no longer for a customer who wrote to that; return how many.

    Every wait for the customer is void from when they wrote; `entry_id` is the journal's entry of it. For the system
    alone.
    """
    message = Message.objects.select_related("inquiry").get(id=message_id)
    of_customer = Complaint.objects.filter(customer_id__in=ids_of(message.inquiry.customer_id), stage__in=UNSOLVED)
    from_it = of_customer.filter(inquiry_id=message.inquiry_id).select_for_update(of=("self",)).order_by("id")
    heard = 0
    for complaint in from_it:
        before = state_of(complaint)
        pause = ComplaintPause.objects.filter(complaint=complaint, ended_at=None).first()
        hear(actor, complaint, said_at=message.said_at, entry_id=entry_id, now=now)
        if pause is not None and not complaint.pause_reason:
            more = {"message_id": message_id}
            take_step(actor, complaint, Happening.COMPLAINT_RESUMED, pause, before, now, more=more)
            heard += 1
    return heard


@transaction.atomic(using=CHAINS_ALIAS)
def pause_complaint(
    *,
    actor: Actor,
    complaint_id: UUID,
    reason: PauseReason,
    now: datetime,
    note: str = "",
    expected_version: int | None = None,
) -> Done:
    """Let a complaint's clocks stand still, with the reason; `note` is needed for another one than the usual (S4).

    What was late stays late. Refusals: NotFound, NotPermitted, Stale, NotAtThisStage, ComplaintWaits, Invalid, TooLong.
    """
    complaint = lock_complaint(actor, complaint_id, ComplaintAction.PAUSE_COMPLAINT, expected_version)
    before = state_of(complaint)
    step = ComplaintPause(reason=reason, note=text_of(note, field="note", required=reason is PauseReason.OTHER))
    complaint.pause_reason = reason
    return take_step(actor, complaint, Happening.COMPLAINT_PAUSED, step, before, now, more={"reason": reason})


@transaction.atomic(using=CHAINS_ALIAS)
def resume_complaint(*, actor: Actor, complaint_id: UUID, now: datetime, expected_version: int | None = None) -> Done:
    """Let a complaint's clocks run on: the time that was left is left again.

    Refusals: NotFound, NotPermitted, Stale, NotAtThisStage, ComplaintWaitsNot.
    """
    complaint = lock_complaint(actor, complaint_id, ComplaintAction.RESUME_COMPLAINT, expected_version)
    before = state_of(complaint)
    step = ComplaintPause.objects.get(store_id=complaint.store_id, complaint=complaint, ended_at=None)
    end_pause(actor, complaint, at=now)
    done = take_step(actor, complaint, Happening.COMPLAINT_RESUMED, step, before, now)
    run_on(actor, complaint, entry_id=done.entry_id, now=now)
    return done


def _referral(complaint: Complaint, question: str, department: str, to_level: Level | None) -> Referral:
    department = line_of(department, field="department", required=False)
    question = text_of(question, field="question")
    if department and to_level is None:
        return Referral(kind=ReferralKind.DEPARTMENT, department=department, question=question)
    if department:
        raise Invalid(field="to_level", why=_("a department or a higher level, not both"))
    level = level_above(Level(complaint.level), to_level)
    return Referral(kind=ReferralKind.UPWARD, to_level=level, question=question)


def _await_answer(actor: Actor, referral: Referral, entry_id: UUID, now: datetime) -> None:
    """Measure that a referral is answered by when it should be."""
    if referral.answer_by is None or referral.answer_by <= now:
        return
    start_clock(
        actor=actor,
        store_id=referral.store_id,
        subject_type=REFERRAL_TYPE,
        subject_id=referral.id,
        kind=ClockKind.REFERRAL,
        target=Target(TargetUnit.WALL, int((referral.answer_by - now).total_seconds())),
        due=Due(referral.answer_by),
        entry_id=entry_id,
        now=now,
    )
