"""Background doors of feedback: surveys go out when matters close, are mailed, and are withdrawn on reopening."""

from datetime import datetime

from chains.actor import Actor
from chains.jobs import Errand
from feedback.actions import mailing, sending
from feedback.rules.happenings import CLOSING, reopened_version
from journal.models import Entry
from journal.tasks import entry_errand, entry_task


@entry_task(consumer="feedback.send_by_rule")
def send_by_rule(*, entry: Entry, actor: Actor, now: datetime) -> None:
    """After a matter was closed, ask its customer where HQ's rules say so."""
    sending.send_by_rule(actor=actor, kind=CLOSING[entry.kind], matter_id=entry.subject_id, now=now)


@entry_task(consumer="feedback.withdraw_surveys")
def withdraw_surveys(*, entry: Entry, actor: Actor, now: datetime) -> None:
    """After a matter was taken up again, withdraw what was asked about it before."""
    version = reopened_version(entry.kind, entry.after)
    if version is not None:
        sending.withdraw_surveys(actor=actor, matter_id=entry.subject_id, reopened_version=version, now=now)


@entry_task(consumer="feedback.forget_erased")
def forget_erased(*, entry: Entry, actor: Actor, now: datetime) -> None:
    """After a customer's particulars were erased, withdraw what they were still to answer."""
    sending.forget_erased(actor=actor, customer_id=entry.subject_id, now=now)


@entry_errand(consumer="feedback.mail_survey")
def mail_survey(*, entry: Entry, now: datetime, **_more: object) -> Errand | None:
    """Mail the link of a survey to its customer, unless it is over by now."""
    letter = mailing.letter_of(survey_id=entry.subject_id, now=now)
    return letter.send if letter else None
