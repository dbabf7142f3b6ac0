"""Return visits: whoever complained or bought is called again, point by point, to a signed end."""

from collections.abc import Iterator
from typing import Any

from django.apps import AppConfig
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clocks.rules.reading import read_with
from customers.rules.holdings import Holding, register
from members.rules.permissions import Permission
from standards.rules.events import make_measurable, name_clock
from visits.rules.happenings import Happening

_EVENTS = {
    Happening.RETURN_VISIT_PLANNED: _("a return visit becomes due"),
    Happening.VISIT_ATTEMPTED: _("the customer is called again and not reached"),
    Happening.RETURN_VISIT_RECORDED: _("the return visit is made"),
    Happening.VISIT_POINT_DECIDED: _("a point of the return visit is decided"),
    Happening.VISIT_POINT_ANSWERED: _("the customer is told the answer to a point"),
    Happening.RETURN_VISIT_SIGNED: _("the return visit is signed"),
}


class VisitsConfig(AppConfig):
    """Return visits; it tells the standards what can be measured, and the register what it holds on people."""

    name = "visits"

    def ready(self) -> None:
        """Name the events of a visit that a clause's rule may speak of, its clocks, and what is exported and erased."""
        nouns: Any = self.models_module
        for kind, words in _EVENTS.items():
            make_measurable(kind, words)
        name_clock("RETURN_VISIT", _("the customer is called again"))
        name_clock("PROMISED_ANSWER", _("the promised answer is given"))
        read_with(Permission.READ_RETURN_VISITS, "ReturnVisit", "VisitOccasion", "VisitPoint", "PointPromise")
        for holding in _held(nouns):
            register(holding)


def _held(nouns: Any) -> Iterator[Holding]:
    """Tell what visits hold on a person: what people said is erased, the way it went stays."""
    visits, points = nouns.visits, nouns.points
    of_visit, of_point = "visit__customer_id", "point__visit__customer_id"
    texts = ("dissatisfied_because", "remark", "signature_note")
    yield Holding(
        "return_visits",
        visits.ReturnVisit,
        "customer_id",
        shown=("number", "state", "due_at", "made_at", "channel", "is_reached", "is_satisfied", "signed_at", *texts),
        texts=texts,
        open_when=Q(state=visits.VisitState.TALKED),
    )
    for kind, model, customer, shown, written in (
        ("visit_occasions", visits.VisitOccasion, of_visit, ("kind", "happened_at", "due_at"), ("note",)),
        ("visit_attempts", visits.VisitAttempt, of_visit, ("outcome", "attempted_at"), ("note",)),
        ("visit_hand_overs", visits.VisitHandOver, of_visit, ("reason", "done_at"), ("note",)),
        ("visit_points", points.VisitPoint, of_visit, ("position", "answered_at"), ("said", "said_by", "answer")),
        ("visit_decisions", points.PointDecision, of_point, ("departments", "decided_at"), ("decision",)),
        ("visit_promises", points.PointPromise, of_point, ("made_at", "promised_until", "ended_at", "is_kept"), ()),
        ("visit_credits", nouns.credits.VisitCredit, of_visit, ("amount_minor", "currency", "credited_at"), ()),
    ):
        yield Holding(kind, model, customer, shown=(*shown, *written), texts=written)
