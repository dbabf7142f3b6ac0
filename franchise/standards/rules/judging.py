"""Was a clause met? Judged from what happened to one subject; the same for any order in which the news arrived."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from standards.models.verdicts import ReasonCode, VerdictState
from standards.rules.grammar import FollowedBy
from standards.rules.limits import Limit, TimeKind, end_of, extended
from standards.rules.reading import Facts
from stores.rules.calendar import Calendar, HoursNotRecorded, NeverOpens


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One journal entry as the judge reads it: its id, its kind, when it happened and the facts it recorded.

    `user_id` is who did it, `told_at` when it was written down, if that was later.
    """

    entry_id: UUID
    kind: str
    at: datetime
    facts: Mapping[str, str]
    user_id: UUID | None = None
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is found for one case under one clause, on which journal entries it rests and until when it could be met."""

    state: VerdictState
    reason: ReasonCode
    due_at: datetime | None
    entry_ids: tuple[UUID, ...]


def facts_of(recorded: Mapping[str, object] | None) -> dict[str, str]:
    """Return what an entry recorded that a scope may ask for: its texts, by name."""
    return {name: value for name, value in (recorded or {}).items() if isinstance(value, str)}


def first_response(trigger: Occurrence, response_kind: str, occurrences: Iterable[Occurrence]) -> Occurrence | None:
    """Return the entry of that kind that was told first, of what happened from the trigger on.

    Whatever the order in which they are given. What is told later to have been earlier changes nothing: a clock that
    was stopped stays as it is.
    """
    later = (each for each in occurrences if each.kind == response_kind and each.at >= trigger.at)
    return min(later, key=lambda each: (each.told_at or each.at, each.entry_id), default=None)


def calendar_for(calendars: Sequence[Calendar], started_at: datetime) -> Calendar:
    """Return the calendar to judge a case by, from those that the store has had since the case began, in their order.

    It is the one recorded when the case began; where that does not tell the hours, the first later one that does.
    """
    return next((each for each in calendars if each.is_recorded_from(started_at)), calendars[0])


def judge(
    rule: FollowedBy, *, trigger: Occurrence, response: Occurrence | None, calendar: Calendar, now: datetime
) -> Judgement:
    """Judge one case: the trigger, the first response to it if there was one, and the store's calendar."""
    entry_ids = (trigger.entry_id, response.entry_id) if response else (trigger.entry_id,)
    outside = outside_scope(rule.scope, trigger.facts)
    if outside is not None:
        return Judgement(*outside, due_at=None, entry_ids=(trigger.entry_id,))
    try:
        usual, last = due_moments(rule, facts=trigger.facts, calendar=calendar, started_at=trigger.at)
    except (HoursNotRecorded, NeverOpens):
        return Judgement(VerdictState.NOT_KNOWN, ReasonCode.HOURS_NOT_RECORDED, due_at=None, entry_ids=entry_ids)
    if response is None:
        finding = (
            (VerdictState.OPEN, ReasonCode.STILL_TIME) if now <= last else (VerdictState.MISSED, ReasonCode.NEVER_CAME)
        )
    elif response.at > last:
        finding = (VerdictState.MISSED, ReasonCode.TOO_LATE)
    else:
        code = ReasonCode.IN_TIME if response.at <= usual else ReasonCode.IN_ALLOWANCE
        finding = (VerdictState.MET, code)
    return Judgement(*finding, due_at=last, entry_ids=entry_ids)


def due_moments(
    rule: FollowedBy, *, facts: Mapping[str, str], calendar: Calendar, started_at: datetime
) -> tuple[datetime, datetime]:
    """Return until when the usual case, and this case with its allowance, can be met.

    Raises HoursNotRecorded and NeverOpens, for working time only.
    """
    usual = end_of(rule.within, rule.time, calendar=calendar, started_at=started_at)
    limit = limit_for(rule, facts)
    return usual, usual if limit == rule.within else end_of(limit, rule.time, calendar=calendar, started_at=started_at)


def limit_for(rule: FollowedBy, facts: Mapping[str, str]) -> Limit:
    """Return the limit of a case, longer by the allowance when its facts make it a special one (S2)."""
    if rule.allowance and _matches(rule.allowance.when, facts):
        return extended(rule.within, rule.allowance.extra)
    return rule.within


def applies(rule: FollowedBy, facts: Mapping[str, str]) -> bool:
    """Tell whether a case with these facts is within the rule's scope."""
    return outside_scope(rule.scope, facts) is None


def seconds(duration: timedelta) -> int:
    """Return a duration in whole seconds, rounded down."""
    return duration // timedelta(seconds=1)


def spends_working_time(rule: FollowedBy) -> bool:
    """Tell whether the rule's time runs only while the store is open."""
    return rule.time is TimeKind.WORKING


def outside_scope(scope: Facts, facts: Mapping[str, str]) -> tuple[VerdictState, ReasonCode] | None:
    """Return how a case stands that a scope leaves out, or of which it is not known; None when it is in scope."""
    if any(name not in facts for name in scope):
        return VerdictState.NOT_KNOWN, ReasonCode.FACT_NOT_RECORDED
    if not _matches(scope, facts):
        return VerdictState.NOT_APPLICABLE, ReasonCode.OUT_OF_SCOPE
    return None


def _matches(wanted: Facts, facts: Mapping[str, str]) -> bool:
    return all(facts.get(name) in values for name, values in wanted.items())
