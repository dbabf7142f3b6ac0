"""Inquiries: what customers ask, and how fast and in which words they are answered."""

from typing import Any

from django.apps import AppConfig
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clocks.rules.reading import read_with
from customers.rules.holdings import Holding, register
from inquiries.rules.happenings import CONTACT, Happening
from members.rules.permissions import Permission
from standards.rules.events import make_measurable, name_clock

_EVENTS = {
    Happening.INQUIRY_OPENED: _("the inquiry is opened"),
    Happening.CUSTOMER_WROTE: _("the customer writes again"),
    Happening.INQUIRY_TAKEN: _("the inquiry is taken from the queue"),
    Happening.INQUIRY_CLOSED: _("the inquiry is closed"),
    Happening.INQUIRY_REOPENED: _("the inquiry is opened again"),
}
# What a customer writes or says may be taken down later.
_MOMENTS = {Happening.INQUIRY_OPENED: "received_at", Happening.CUSTOMER_WROTE: "said_at"}
_CLOCKS = {
    "FIRST_ANSWER": _("the customer gets a first answer"),
    "NEXT_ANSWER": _("the customer gets the next answer"),
    "PROMISED_REPLY": _("the promised answer is given"),
}


class InquiriesConfig(AppConfig):
    """Inquiries and their answers; it tells what can be measured, and what it holds on a person."""

    name = "inquiries"

    def ready(self) -> None:
        """Name the events of an inquiry that a clause's rule may speak of, and what is exported and erased."""
        nouns: Any = self.models_module
        channel = {"channel": frozenset(nouns.inquiries.InquiryChannel.values)}
        for kind, words in _EVENTS.items():
            make_measurable(kind, words, channel, moment=_MOMENTS.get(kind, ""))
        answers = {"answer": frozenset({*nouns.messages.AnswerKind.values, CONTACT})}
        words = _("the customer is answered")
        make_measurable(Happening.INQUIRY_ANSWERED, words, channel | answers, moment="said_at")
        for clock, waits_for in _CLOCKS.items():
            name_clock(clock, waits_for)
        read_with(Permission.READ_INQUIRIES, "Inquiry", "ReplyPromise")
        for holding in (*_of_inquiries(nouns), *_of_advice(nouns), *_of_reviews(nouns)):
            register(holding)


_OF_INQUIRY = "inquiry__customer_id"


def _of_inquiries(nouns: Any) -> tuple[Holding, ...]:
    inquiries, messages = nouns.inquiries, nouns.messages
    return (
        Holding(
            "inquiries",
            inquiries.Inquiry,
            "customer_id",
            shown=("number", "subject", "channel", "state", "received_at", "opened_at"),
            texts=("subject",),
            open_when=~Q(state=inquiries.InquiryState.CLOSED),
        ),
        Holding(
            "messages",
            messages.Message,
            _OF_INQUIRY,
            shown=("direction", "channel", "text", "said_at", "recorded_at", "external_id"),
            texts=("text",),
        ),
        Holding(
            "promises of replies", messages.ReplyPromise, _OF_INQUIRY, shown=("made_at", "promised_until", "kept_at")
        ),
        Holding("hand-overs", inquiries.HandOver, _OF_INQUIRY, shown=("reason", "note", "done_at"), texts=("note",)),
        Holding(
            "turns of inquiries", inquiries.InquiryTurn, _OF_INQUIRY, shown=("kind", "note", "done_at"), texts=("note",)
        ),
    )


def _of_advice(nouns: Any) -> tuple[Holding, ...]:
    advice = nouns.advice
    return (
        Holding(
            "advice",
            advice.Advice,
            _OF_INQUIRY,
            shown=("needs", "plan", "planned_on", "advised_at"),
            texts=("needs", "plan"),
        ),
        Holding(
            "lines of advice",
            advice.AdviceLine,
            "advice__inquiry__customer_id",
            shown=("product", "model", "quantity", "why"),
            texts=("why",),
        ),
    )


def _of_reviews(nouns: Any) -> tuple[Holding, ...]:
    reviews = nouns.reviews
    return (
        Holding(
            "reviews of calls",
            reviews.CallReview,
            _OF_INQUIRY,
            shown=("put_right", "reviewed_at"),
            texts=("put_right",),
        ),
        Holding(
            "findings about calls",
            reviews.CallFinding,
            "review__inquiry__customer_id",
            shown=("point", "result", "note"),
            texts=("note",),
        ),
    )
