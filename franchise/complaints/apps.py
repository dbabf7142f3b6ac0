"""Complaints: from the customer's word to the customer's satisfaction."""

from collections.abc import Iterator
from typing import Any

from django.apps import AppConfig
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clocks.rules.reading import read_with
from complaints.rules.happenings import ClockKind, Happening
from customers.rules.holdings import Holding, register
from members.rules.permissions import Permission
from standards.rules.events import make_measurable, name_clock

_EVENTS = {
    Happening.COMPLAINT_FILED: _("the complaint is filed"),
    Happening.COMPLAINT_ACCEPTED: _("the complaint is accepted"),
    Happening.INVESTIGATION_RECORDED: _("the complaint is looked into"),
    Happening.RESOLUTION_PLANNED: _("the solution is planned"),
    Happening.CUSTOMER_TOLD: _("the customer is told"),
    Happening.CUSTOMER_SATISFIED: _("the customer is satisfied"),
    Happening.COMPLAINT_REWORKED: _("the complaint is taken up again"),
    Happening.COMPLAINT_CLOSED: _("the complaint is closed"),
    Happening.COMPLAINT_REFERRED: _("the complaint is referred"),
    Happening.REFERRAL_ANSWERED: _("a referral is answered"),
    Happening.RESOLUTION_AGREED: _("the customer agrees to the solution"),
    Happening.RESOLUTION_REFUSED: _("the customer does not agree to the solution"),
    Happening.CUSTOMER_WORD_RECORDED: _("the customer says something more"),
    Happening.COMPLAINT_ESCALATED: _("the complaint rises to a higher level"),
    Happening.COMPLAINT_FINALLY_DECIDED: _("the complaint is decided finally"),
    Happening.COMPLAINT_WITHDRAWN: _("the customer withdraws the complaint"),
}

# What entries about a complaint tell of it, as far as it is there; customer and order when it is filed.
_FIELDS = ("owner_id", "customer_id", "order_id")
_NUMBERS = ("round", "open_referrals")
# What the customer says may be written down later than they said it.
_MOMENTS = {Happening.COMPLAINT_FILED: "received_at", Happening.CUSTOMER_WORD_RECORDED: "said_at"}

_CLOCKS = {
    ClockKind.VERIFICATION: _("the complaint is looked into on the same day"),
    ClockKind.SOLUTION_PROMISED: _("the solution is carried out as promised"),
    ClockKind.CLOSING: _("the closing form is written"),
    ClockKind.REFERRAL: _("what was referred is answered"),
    ClockKind.SOLVED_AT_STORE_STAFF: _("the store's staff solve the complaint"),
    ClockKind.SOLVED_AT_SERVICE_SUPERVISOR: _("the service supervisor solves the complaint"),
    ClockKind.SOLVED_AT_STORE_MANAGER: _("the store manager solves the complaint"),
    ClockKind.SOLVED_AT_AREA_SUPERVISOR: _("the area supervisor solves the complaint"),
    ClockKind.SOLVED_AT_HEADQUARTERS: _("headquarters solve the complaint"),
}


class ComplaintsConfig(AppConfig):
    """Complaints and their way; it tells the standards which of its events can be measured."""

    name = "complaints"

    def ready(self) -> None:
        """Name the events of a complaint that a clause's rule may speak of, with the facts that each records."""
        nouns: Any = self.models_module
        about = nouns.complaints
        facts = {"channel": frozenset(about.Channel.values), "severity": frozenset(about.Severity.values)}
        for kind, words in _EVENTS.items():
            make_measurable(kind, words, facts, fields=_FIELDS, numbers=_NUMBERS, moment=_MOMENTS.get(kind, ""))
        for clock, waits_for in _CLOCKS.items():
            name_clock(clock, waits_for)
        read_with(Permission.READ_COMPLAINTS, "Complaint", "Referral")
        for holding in _held(nouns):
            register(holding)


def _held(nouns: Any) -> Iterator[Holding]:
    """Tell what complaints and their steps hold on a person: what people wrote is erased, the way it went stays."""
    texts = ("subject", "description")
    shown = ("number", *texts, "order_number", "channel", "severity", "received_at", "stage")
    about, steps, ending = nouns.complaints, nouns.steps, nouns.ending
    yield Holding(
        "complaints",
        about.Complaint,
        "customer_id",
        shown=shown,
        texts=texts,
        open_when=~Q(stage__in=about.ENDED),
    )
    for kind, model, written, more in (
        ("investigations", steps.Investigation, ("findings", "cause"), ()),
        ("resolutions", steps.Resolution, ("remedy",), ("expected_at",)),
        ("notices", steps.CustomerNotice, ("message",), ("channel",)),
        ("agreements", steps.Agreement, ("reason",), ("is_agreed", "channel", "said_at")),
        ("customer's words", steps.CustomerWord, ("text",), ("channel", "said_at")),
        ("outcomes", ending.Outcome, ("carried_out", "reason"), ("is_satisfied",)),
        ("final decisions", ending.FinalDecision, ("decision", "reason"), ()),
        ("withdrawals", ending.ComplaintWithdrawal, ("reason", "proof"), ("channel", "said_at")),
        ("reworks", ending.Rework, ("reason",), ()),
        ("closures", ending.Closure, ("cause", "result"), ("root_cause",)),
        ("escalations", nouns.ladder.Escalation, ("reason",), ("to_level",)),
        ("changes of owner", nouns.ladder.OwnerChange, ("note",), ("reason",)),
        ("referrals", nouns.referring.Referral, ("question",), ("department",)),
        ("answers to referrals", nouns.referring.ReferralAnswer, ("answer",), ()),
        ("pauses of complaints", nouns.referring.ComplaintPause, ("note",), ("reason", "ended_at")),
        ("remedies", nouns.remedies.Remedy, ("note",), ("standing", "kind", "amount_minor", "currency")),
    ):
        yield Holding(kind, model, "complaint__customer_id", shown=("done_at", *written, *more), texts=written)
