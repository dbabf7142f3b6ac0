"""Verdicts told in words, in the language that is active now and on the store's own clock."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext, pgettext

from standards.models.verdicts import ReasonCode
from standards.rules.deeds import FieldRecorded, Never
from standards.rules.events import words_of
from standards.rules.grammar import ByInspection, Rule, events_of
from standards.rules.limits import Days, Limit, TimeKind
from standards.rules.windows import Average, Bound, Share, Window

_SENTENCES: dict[ReasonCode, str] = {
    ReasonCode.IN_TIME: gettext_noop("“%(response)s” happened on %(ended)s, in time: it was due by %(due)s."),
    ReasonCode.IN_ALLOWANCE: gettext_noop(
        "“%(response)s” happened on %(ended)s, within the allowance for special cases: it was due by %(due)s."
    ),
    ReasonCode.TOO_LATE: gettext_noop("“%(response)s” happened on %(ended)s, too late: it was due by %(due)s."),
    ReasonCode.NEVER_CAME: gettext_noop("“%(response)s” has not happened, and was due by %(due)s."),
    ReasonCode.STILL_TIME: gettext_noop("“%(response)s” has not happened yet; it is due by %(due)s."),
    ReasonCode.OUT_OF_SCOPE: gettext_noop("This case is outside the scope of the clause."),
    ReasonCode.WAIVED: gettext_noop("Headquarters had waived the clause for this store when the case began."),
    ReasonCode.FACT_NOT_RECORDED: gettext_noop("A fact that decides whether the clause applies was not recorded."),
    ReasonCode.HOURS_NOT_RECORDED: gettext_noop(
        "The limit runs in working time, and the store's opening hours are not recorded for those days."
    ),
    ReasonCode.RECORDED: gettext_noop("Everything that the clause asks for was recorded."),
    ReasonCode.NOT_RECORDED: gettext_noop("Something that the clause asks for was not recorded."),
    ReasonCode.HAPPENED: gettext_noop("“%(event)s” happened, which must not be."),
    ReasonCode.BOUND_KEPT: gettext_noop("Until %(due)s the figure was as the clause asks."),
    ReasonCode.BOUND_BROKEN: gettext_noop("Until %(due)s the figure was not as the clause asks."),
    ReasonCode.NOTHING_HAPPENED: gettext_noop("Until %(due)s nothing happened that could be counted."),
    ReasonCode.FOUND_MET: gettext_noop("An inspection found it in order."),
    ReasonCode.FOUND_MISSED: gettext_noop("An inspection found it wanting."),
    ReasonCode.FOUND_NOT_APPLICABLE: gettext_noop("An inspection found that it does not apply."),
}
_STRETCH_IS_OPEN = gettext_noop("The figure is known after %(due)s.")


def reason_in_words(
    code: ReasonCode, rule: Rule, *, due_at: datetime | None, ended_at: datetime | None, zone: ZoneInfo
) -> str:
    """Tell why a verdict is as it is; moments are shown on the store's clock."""
    trigger, response = events_of(rule)
    is_stretch = isinstance(rule, Share | Average)
    return _(_STRETCH_IS_OPEN if is_stretch and code is ReasonCode.STILL_TIME else _SENTENCES[code]) % {
        "event": words_of(trigger),
        "response": words_of(response),
        "due": _moment(due_at, zone),
        "ended": _moment(ended_at, zone),
    }


def rule_in_words(rule: Rule) -> str:
    """Tell a clause's rule as one sentence for people."""
    match rule:
        case FieldRecorded():
            return _("Whenever “%(event)s”, these are recorded: %(fields)s; in %(share)s %% of all cases.") % {
                "event": words_of(rule.event),
                "fields": ", ".join(rule.fields),
                "share": rule.share,
            }
        case Never():
            return _("“%(event)s” must never happen.") % {"event": words_of(rule.event)}
        case Share():
            return _("“%(of)s”, as a share of “%(among)s” in %(window)s: %(bound)s %%.") % {
                "of": words_of(rule.of.event),
                "among": words_of(rule.among.event),
                "window": _window(rule.window),
                "bound": _bound(rule.bound),
            }
        case Average():
            return _("The average of %(number)s of “%(event)s” in %(window)s: %(bound)s.") % {
                "number": rule.number,
                "event": words_of(rule.what.event),
                "window": _window(rule.window),
                "bound": _bound(rule.bound),
            }
        case ByInspection():
            return _("Judged by inspection only.")
    return _("“%(trigger)s” is followed by “%(response)s” %(limit)s, in %(share)s %% of all cases.") % {
        "trigger": words_of(rule.trigger),
        "response": words_of(rule.response),
        "limit": limit_in_words(rule.within, rule.time),
        "share": rule.share,
    }


def _window(window: Window) -> str:
    return {Window.DAY: _("a day"), Window.WEEK: _("a week"), Window.MONTH: _("a month")}[window]


def _bound(bound: Bound) -> str:
    if bound.at_least is not None:
        return _("at least %(figure)s") % {"figure": bound.at_least}
    return _("at most %(figure)s") % {"figure": bound.at_most}


def limit_in_words(limit: Limit, time: TimeKind) -> str | Promise:
    """Tell a limit: on the same day, within two working days, within 3 minutes."""
    working = time is TimeKind.WORKING
    if isinstance(limit, Days):
        if not limit.count:
            return _("on the same working day") if working else _("on the same day")
        text = (
            ngettext("within %(count)s working day", "within %(count)s working days", limit.count)
            if working
            else ngettext("within %(count)s day", "within %(count)s days", limit.count)
        )
        return text % {"count": limit.count}
    wording = _("within %(length)s of opening hours") if working else _("within %(length)s")
    return wording % {"length": _length(limit.length)}


def _length(length: timedelta) -> str:
    minutes, seconds = divmod(int(length.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    parts = (
        ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours} if hours else "",
        ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes} if minutes else "",
        ngettext("%(count)s second", "%(count)s seconds", seconds) % {"count": seconds} if seconds else "",
    )
    return " ".join(part for part in parts if part)


def _moment(at: datetime | None, zone: ZoneInfo) -> str:
    # The usual English "2 p.m." would end a sentence with two full stops.
    return date_format(at.astimezone(zone), pgettext("how a moment is written", "j F Y, H:i")) if at else ""
