"""Inspections: somebody goes and looks, item by item, whether what is asked is done."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from clocks.rules.reading import read_with
from inspections.rules.happenings import ClockKind, Happening
from members.rules.permissions import Permission
from standards.rules.events import make_measurable, name_clock

_EVENTS = {
    Happening.INSPECTION_STARTED: _("an inspection is started"),
    Happening.INSPECTION_COMPLETED: _("an inspection is completed"),
    Happening.CLAUSE_INSPECTED: _("a clause is looked at on an inspection"),
    Happening.CORRECTIVE_ACTION_REQUIRED: _("something has to be put right"),
    Happening.EVIDENCE_SUBMITTED: _("evidence shows that it was put right"),
    Happening.CORRECTIVE_ACTION_SENT_BACK: _("it is found not to be put right yet"),
    Happening.CORRECTIVE_ACTION_VERIFIED: _("it is verified to be put right"),
    Happening.CORRECTIVE_ACTION_WITHDRAWN: _("what had to be put right is taken back"),
}


class InspectionsConfig(AppConfig):
    """Inspections and what is put right; it tells the standards what can be measured."""

    name = "inspections"

    def ready(self) -> None:
        """Name the events of an inspection that a clause's rule may speak of, and its clocks."""
        for kind, words in _EVENTS.items():
            make_measurable(kind, words)
        read_with(Permission.READ_INSPECTIONS, "CorrectiveAction")
        name_clock(ClockKind.CORRECTION, _("what an inspection found is put right"))
        name_clock(ClockKind.VERIFICATION, _("evidence of what was put right is verified"))
