"""How far standards are met: their part of the permission table (corpus S01)."""

from api.base.permitted import Table, of_type
from members.rules.permissions import Permission

_READ = Permission.READ_VERDICTS
# Of their own work everybody is told. What a figure is about is narrowed by whatever tells it.
_OWN = Permission.READ_STANDARDS
_FIGURES = "clause tallies shareMet distance isKept"

CONFORMANCE: Table = {
    **of_type(
        "Span",
        _OWN,
        "id store triggerKind responseKind startedAt endedAt subjectId wallSeconds workingSeconds",
    ),
    **of_type(
        "Verdict",
        _OWN,
        "id store clause span day state reason dueAt judgedAt memberId memberName subjectId reasonInWords entryIds",
    ),
    **of_type("Tally", _OWN, "state count"),
    **of_type("Conformance", _OWN, _FIGURES),
    **of_type("MonthlyConformance", _OWN, f"month trend {_FIGURES}"),
    **of_type("DailyConformance", _OWN, f"day {_FIGURES}"),
    **of_type("MemberConformance", _OWN, f"memberId memberName {_FIGURES}"),
    **of_type("StoreMonth", _READ, "id store month conformance"),
    "Query.verdicts": _OWN,
    "Query.conformance": _READ,
    "Query.conformanceByMonth": _READ,
    "Query.conformanceByDay": _READ,
    "Query.conformanceByStore": _READ,
    "Query.conformanceByMember": _OWN,
}
