"""Inspections: somebody goes and looks, item by item, whether what is asked is done."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from inspections.rules.happenings import Happening
from standards.rules.events import make_measurable

_EVENTS = {
    Happening.INSPECTION_STARTED: _("an inspection is started"),
    Happening.INSPECTION_COMPLETED: _("an inspection is completed"),
    Happening.CLAUSE_INSPECTED: _("a clause is looked at on an inspection"),
}


class InspectionsConfig(AppConfig):
    """Templates and inspections; it tells the standards what can be measured."""

    name = "inspections"

    def ready(self) -> None:
        """Name the events of an inspection that a clause's rule may speak of."""
        for kind, words in _EVENTS.items():
            make_measurable(kind, words)
