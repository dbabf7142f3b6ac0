"""Reminding those who are to pass a course, or to renew a certificate: through the journal, and by letter."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS, current_chain
from journal.actions import append_all, entry_of
from journal.models import Entry
from members.letters import Letter, link_to
from standards.rules.lint import text_in
from stores.models import StoreState
from training.models.taking import Enrolment, EnrolmentReason, EnrolmentState
from training.rules.happenings import Happening
from training.rules.reminding import REMINDED_AFTER, rounds_due

# So many enrolments are looked at in one transaction.
_BATCH = 500


@transaction.atomic(using=CHAINS_ALIAS)
def remind(*, actor: Actor, now: datetime, at_most: int = _BATCH) -> bool:
    """Remind those whose course is due within a week, due now, or overdue by a week, each once a round (T5).

    A round that nobody looked at in time is left out. Tells whether there may be more. For the machine alone.
    """
    due = Q(pk=None)
    for rounds, after in enumerate(REMINDED_AFTER):
        due |= Q(due_at__lte=now - after, reminders__lte=rounds)
    there = Enrolment.objects.filter(
        due, state=EnrolmentState.OPEN, member__is_active=True, store__state=StoreState.OPEN
    ).order_by("due_at", "id")
    batch: list[Enrolment] = list(there.select_for_update(of=("self",), skip_locked=True)[:at_most])
    append_all([_reminder(actor, each, now) for each in batch])
    for each in batch:
        each.reminders = _rounds(each, now)
    Enrolment.objects.bulk_update(batch, ["reminders"])
    return len(batch) == at_most


@transaction.atomic(using=CHAINS_ALIAS)
def reminder_of(entry: Entry, *, now: datetime) -> Letter | None:
    """Return the letter of a reminder; None where there is nothing left to remind of. It changes nothing."""
    asked = Enrolment.objects.filter(id=entry.subject_id, state=EnrolmentState.OPEN, member__is_active=True)
    enrolment: Any = asked.select_related("member", "store", "course_version").first()
    if enrolment is None or enrolment.due_at is None:
        return None
    member, store = enrolment.member, enrolment.store
    with override(member.language):
        names = {
            "name": member.name,
            "store": store.name,
            "chain": current_chain().name,
            "title": text_in(None, enrolment.course_version.titles),
            "due": f"{enrolment.due_at.astimezone(ZoneInfo(store.time_zone)):%Y-%m-%d}",
            "link": link_to("/"),
        }
        subject = _("Please learn: %(title)s") % names
        return Letter(to=member.email, subject=subject, text=_words(enrolment, now) % names)


def _words(enrolment: Enrolment, now: datetime) -> str:
    is_over = enrolment.due_at is not None and enrolment.due_at <= now
    if enrolment.reason == EnrolmentReason.RENEWAL:
        if is_over:
            return _(
                "Dear %(name)s,\n\nyour certificate for “%(title)s” held until %(due)s. "
                "Take the course again to renew it:\n%(link)s\n\n%(chain)s"
            )
        return _(
            "Dear %(name)s,\n\nyour certificate for “%(title)s” holds until %(due)s. "
            "Take the course again before it expires:\n%(link)s\n\n%(chain)s"
        )
    if is_over:
        return _(
            "Dear %(name)s,\n\n“%(title)s” at %(store)s was to be passed by %(due)s. "
            "Please go on with it now:\n%(link)s\n\n%(chain)s"
        )
    return _(
        "Dear %(name)s,\n\n“%(title)s” at %(store)s is to be passed by %(due)s. "
        "Please go on with it:\n%(link)s\n\n%(chain)s"
    )


def _rounds(enrolment: Enrolment, now: datetime) -> int:
    return rounds_due(enrolment.due_at, now) if enrolment.due_at is not None else 0


def _reminder(actor: Actor, enrolment: Enrolment, now: datetime) -> Entry:
    return entry_of(
        actor=actor,
        kind=Happening.ENROLMENT_REMINDED,
        subject_type="Enrolment",
        subject_id=enrolment.id,
        store_id=enrolment.store_id,
        now=now,
        after={"member_id": enrolment.member_id, "round": _rounds(enrolment, now), "due_at": enrolment.due_at},
    )
