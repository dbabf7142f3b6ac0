"""What the closing form of a complaint says (C4): for the file and for the return visit, in the reader's language."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from clocks.models import Clock, ClockPause, TargetUnit
from complaints.models.complaints import ENDED, Complaint, Stage
from complaints.models.ending import Closure, ComplaintWithdrawal, FinalDecision, Outcome, Rework
from complaints.models.ladder import Escalation, OwnerChange
from complaints.models.referring import ComplaintPause, Referral, ReferralAnswer
from complaints.models.remedies import Remedy
from complaints.models.steps import (
    Acceptance,
    Agreement,
    CustomerNotice,
    CustomerWord,
    Investigation,
    Resolution,
    Step,
)
from kit.papers import Facts, Paper, Said, Story
from kit.papers import Step as Told
from kit.refusals import Refusal
from kit.wording import money
from standards.rules.events import words_of

_REASON, _CHANNEL, _NOTE, _CAUSE = lazy("Reason"), lazy("Channel"), lazy("Note"), lazy("Cause")
_SAID_AT, _DEPARTMENT, _TO_LEVEL = lazy("Said at"), lazy("Department"), lazy("To the level")

# What is told of each kind of step, in this order: a kind that is missing here would be missing on the form.
TOLD: dict[type[Step], dict[str, Promise]] = {
    Acceptance: {"owner_id": lazy("Owner")},
    Investigation: {"department": _DEPARTMENT, "findings": lazy("Findings"), "cause": _CAUSE},
    Resolution: {"remedy": lazy("Solution"), "expected_at": lazy("Expected by")},
    CustomerNotice: {"channel": _CHANNEL, "message": lazy("Told")},
    Agreement: {"is_agreed": lazy("Agreed"), "channel": _CHANNEL, "said_at": _SAID_AT, "reason": _REASON},
    CustomerWord: {"channel": _CHANNEL, "said_at": _SAID_AT, "text": lazy("Said")},
    Outcome: {"carried_out": lazy("Carried out"), "is_satisfied": lazy("Customer satisfied"), "reason": _REASON},
    FinalDecision: {"decision": lazy("Decision"), "reason": _REASON},
    ComplaintWithdrawal: {"channel": _CHANNEL, "said_at": _SAID_AT, "reason": _REASON, "proof": lazy("Proof")},
    Rework: {"from_stage": lazy("From the stage"), "reason": _REASON},
    Closure: {"root_cause": lazy("Root cause"), "cause": _CAUSE, "result": lazy("Result")},
    Escalation: {"from_level": lazy("From the level"), "to_level": _TO_LEVEL, "cause": _CAUSE, "reason": _REASON},
    OwnerChange: {"from_owner_id": lazy("From"), "to_owner_id": lazy("To"), "reason": _REASON, "note": _NOTE},
    Referral: {
        "kind": lazy("Asked"),
        "department": _DEPARTMENT,
        "to_level": _TO_LEVEL,
        "question": lazy("Question"),
        "answer_by": lazy("Answer by"),
    },
    ReferralAnswer: {"answer": lazy("Answer")},
    ComplaintPause: {"reason": _REASON, "note": _NOTE, "ended_at": lazy("Until")},
    Remedy: {"standing": lazy("Standing"), "kind": lazy("Kind"), "amount_minor": lazy("Worth"), "note": _NOTE},
}
# Read with a step's own columns, though it has no line of its own.
BESIDE: dict[type[Step], tuple[str, ...]] = {Remedy: ("currency",)}


class ComplaintStillOpen(Refusal):
    """A closing form is printed when the complaint has come to its end (C4)."""

    message = lazy("The closing form is printed when the complaint has come to its end.")


@dataclass(frozen=True, slots=True)
class Done:
    """One step as it was read: which kind, when, by whom (None is a machine), and its columns by name."""

    kind: type[Step]
    at: datetime
    by: UUID | None
    columns: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ClosingFacts:
    """Everything that a closing form is made of, read at one moment.

    `names` are the people's, `clauses` the texts of the clauses that are spoken of, `contact` how the customer is
    reached as far as the reader may know it.
    """

    chain: str
    reference: str
    complaint: Complaint
    contact: Sequence[str]
    names: Mapping[UUID, str]
    clauses: Mapping[UUID, str]
    steps: Sequence[Done]
    clocks: Sequence[Clock]
    pauses: Mapping[UUID, Sequence[ClockPause]]
    printed_at: datetime
    printed_by: str


def must_have_ended(stage: Stage) -> None:
    """Refuse with ComplaintStillOpen while there is something to do about a complaint."""
    if stage not in ENDED:
        raise ComplaintStillOpen


def closing_form(facts: ClosingFacts) -> Paper:
    """Return the form in the language that is active now, with moments on the store's own clock."""
    store = facts.complaint.store
    zone = ZoneInfo(store.time_zone)
    parts: list[Facts | Story] = [_complaint(facts, zone), _customers_words(facts.complaint)]
    parts += [part for part in (_end(facts, zone), _remedies(facts), _way(facts, zone), _times(facts, zone)) if part]
    moment = f"{_moment(facts.printed_at, zone)} ({store.time_zone})"
    return Paper(
        language=get_language() or "en",
        title=_("Closing form of a complaint"),
        issuer=f"{facts.chain} · {store.code} {store.name}",
        number=facts.reference,
        parts=parts,
        signatures=(_("Customer"), _("Handled by"), _("Head of the department concerned")),
        printed=_("Printed on %(moment)s by %(name)s") % {"moment": moment, "name": facts.printed_by},
    )


def _complaint(facts: ClosingFacts, zone: ZoneInfo) -> Facts:
    complaint = facts.complaint
    clause = facts.clauses.get(complaint.clause_id) if complaint.clause_id else ""
    told = (
        (_("Customer"), " · ".join([complaint.customer.name, *facts.contact])),
        (_("Subject"), complaint.subject),
        (_("Order number"), complaint.order_number),
        (_("Severity"), complaint.get_severity_display()),
        (_("Received"), f"{_moment(complaint.received_at, zone)} · {complaint.get_channel_display()}"),
        (_("Taken down"), f"{_moment(complaint.filed_at, zone)} · {_name(facts, complaint.taken_by_id)}"),
        (_("Owner"), _name(facts, complaint.owner_id)),
        (_("Level"), complaint.get_level_display()),
        (_("Clause touched"), clause),
        (_("Stage"), complaint.get_stage_display()),
    )
    return Facts(_("The complaint"), [Said(name, str(text)) for name, text in told if text])


def _customers_words(complaint: Complaint) -> Story:
    text = complaint.description or complaint.subject
    return Story(_("In the customer's words"), [Told(text)])


def _end(facts: ClosingFacts, zone: ZoneInfo) -> Story | None:
    ends = [step for step in facts.steps if step.kind in (Closure, ComplaintWithdrawal)]
    return Story(_("Cause and result"), [_told(facts, ends[-1], zone)]) if ends else None


def _remedies(facts: ClosingFacts) -> Story | None:
    remedies = [step for step in facts.steps if step.kind is Remedy]
    return Story(_("Remedies"), [Told(_remedy(step.columns)) for step in remedies]) if remedies else None


def _remedy(columns: Mapping[str, Any]) -> str:
    standing, kind = (_label(Remedy, name, columns[name]) for name in ("standing", "kind"))
    minor = columns["amount_minor"]
    worth = "" if minor is None else money(minor, columns["currency"])
    return " · ".join(part for part in (standing, kind, worth, columns["note"]) if part)


def _way(facts: ClosingFacts, zone: ZoneInfo) -> Story:
    steps = [step for step in facts.steps if step.kind is not Remedy]
    return Story(_("What was done, step by step"), [_told(facts, step, zone) for step in steps])


def _told(facts: ClosingFacts, step: Done, zone: ZoneInfo) -> Told:
    title = str(step.kind._meta.verbose_name)
    line = f"{_moment(step.at, zone)} · {_name(facts, step.by)} · {title[:1].upper()}{title[1:]}"
    said = (
        Said(str(name), _value(facts, step.kind, column, step.columns[column], zone))
        for column, name in TOLD[step.kind].items()
    )
    return Told(line, [each for each in said if each.text])


def _times(facts: ClosingFacts, zone: ZoneInfo) -> Story | None:
    clocks = [Told(_clock(facts, clock), list(_reached(facts, clock, zone))) for clock in facts.clocks]
    return Story(_("Times: what was to be reached, and what was"), clocks) if clocks else None


def _clock(facts: ClosingFacts, clock: Clock) -> str:
    clause = facts.clauses.get(clock.clause_version_id) if clock.clause_version_id else None
    return f"{words_of(clock.kind)} · {clause}" if clause else words_of(clock.kind)


def _reached(facts: ClosingFacts, clock: Clock, zone: ZoneInfo) -> Iterator[Said]:
    yield Said(_("Target"), _target(clock))
    yield Said(_("Began"), _moment(clock.started_at, zone))
    if clock.current_due_at is not None:
        yield Said(_("Due by"), _moment(clock.current_due_at, zone))
    for pause in facts.pauses.get(clock.id, ()):
        until = _moment(pause.ended_at, zone) if pause.ended_at else ""
        yield Said(_("Stood still"), f"{_moment(pause.paused_at, zone)} – {until} · {pause.get_reason_display()}")
    if clock.stopped_at is not None:
        yield Said(_("Reached"), " · ".join(_verdict(clock, zone)))


def _verdict(clock: Clock, zone: ZoneInfo) -> Iterable[str]:
    if clock.stopped_at is not None:
        yield _moment(clock.stopped_at, zone)
    if clock.wall_seconds is not None:
        yield _length(clock.wall_seconds)
    if clock.current_due_at is not None and clock.stopped_at is not None:
        yield _("in time") if clock.stopped_at <= clock.current_due_at else _("too late")


def _target(clock: Clock) -> str:
    unit = TargetUnit(clock.target_unit)
    return str(unit.label) if unit is TargetUnit.SAME_DAY else f"{_length(clock.target_seconds)} ({unit.label})"


def _value(facts: ClosingFacts, kind: type[Step], column: str, value: Any, zone: ZoneInfo) -> str:
    field = kind._meta.get_field(column)
    if value is None or value == "":
        return ""
    if isinstance(field, models.ForeignKey):
        return _name(facts, UUID(str(value)))
    if isinstance(field, models.BooleanField):
        return _("yes") if value else _("no")
    if isinstance(field, models.DateTimeField):
        return _moment(datetime.fromisoformat(value), zone)
    return _label(kind, column, value)


def _label(kind: type[Step], column: str, value: Any) -> str:
    choices = dict(getattr(kind._meta.get_field(column), "flatchoices", ()))
    return str(choices.get(value, value))


def _name(facts: ClosingFacts, user_id: UUID | None) -> str:
    return facts.names.get(user_id, "–") if user_id else pgettext("who did something", "by itself")


def _moment(at: datetime, zone: ZoneInfo) -> str:
    return date_format(at.astimezone(zone), "DATETIME_FORMAT")


def _length(seconds: int) -> str:
    """Tell a length in its two largest units."""
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, left = divmod(rest, 60)
    parts = (
        ngettext("%(count)s day", "%(count)s days", days) % {"count": days} if days else "",
        ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours} if hours else "",
        ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes} if minutes else "",
        ngettext("%(count)s second", "%(count)s seconds", left) % {"count": left} if left else "",
    )
    return " ".join([part for part in parts if part][:2]) or _("at once")
