"""Complaints: from the customer's word to the customer's satisfaction."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from complaints.rules import Channel, Kind, Severity
from standards.rules.events import make_measurable

_FACTS = {"channel": frozenset(Channel.values), "severity": frozenset(Severity.values)}
_EVENTS = {
    Kind.COMPLAINT_FILED: _("the complaint is filed"),
    Kind.COMPLAINT_ACCEPTED: _("the complaint is accepted"),
    Kind.INVESTIGATION_RECORDED: _("the complaint is looked into"),
    Kind.RESOLUTION_PLANNED: _("the solution is planned"),
    Kind.CUSTOMER_TOLD: _("the customer is told"),
    Kind.CUSTOMER_SATISFIED: _("the customer is satisfied"),
    Kind.COMPLAINT_REWORKED: _("the complaint is taken up again"),
    Kind.COMPLAINT_CLOSED: _("the complaint is closed"),
}


class ComplaintsConfig(AppConfig):
    """Complaints and their way; it tells the standards which of its events can be measured."""

    name = "complaints"

    def ready(self) -> None:
        """Name the events of a complaint that a clause's rule may speak of."""
        for kind, words in _EVENTS.items():
            make_measurable(kind, words, _FACTS)
