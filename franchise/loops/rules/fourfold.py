"""Standard or store? What a clause's conformance and its complaints say together, and what deviating costs (S7, C4)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

_TWO_DECIMALS = Decimal("0.01")
LONGEST_PERIOD_DAYS = 366


class FourCase(TextChoices):
    """What it means that a clause is met or not, and that customers complain of it or not."""

    WELL = "WELL", _("Met, and nobody complains")
    MEND_STANDARD = "MEND_STANDARD", _("Met, and customers complain all the same: look at the standard")
    MEND_STORE = "MEND_STORE", _("Not met, and customers complain: look at the store")
    ASK_WHAT_FOR = "ASK_WHAT_FOR", _("Not met, and nobody complains: ask what the standard is for")


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted of a requirement at a store in a period: cases that met and missed it, and complaints."""

    store_id: UUID
    lineage_id: UUID
    met: int
    missed: int
    complaints: int
    asked: Decimal

    @property
    def is_kept(self) -> bool | None:
        """Tell whether the share asked for was reached; None where nothing was settled."""
        settled = self.met + self.missed
        return None if not settled else 100 * self.met >= self.asked * settled

    @property
    def share_met(self) -> Decimal | None:
        """Return the share met, in per cent; None where nothing was settled."""
        settled = self.met + self.missed
        return None if not settled else (100 * Decimal(self.met) / settled).quantize(_TWO_DECIMALS)

    @property
    def case(self) -> FourCase | None:
        """Return which of the four cases it is; None where it is not known whether the clause was met."""
        if self.is_kept is None:
            return None
        if self.is_kept:
            return FourCase.MEND_STANDARD if self.complaints else FourCase.WELL
        return FourCase.MEND_STORE if self.complaints else FourCase.ASK_WHAT_FOR


@dataclass(slots=True)
class Spread:
    """In how many stores each of the four cases is that of a requirement; None where it is not known."""

    lineage_id: UUID
    stores: Counter[FourCase | None] = field(default_factory=Counter)


@dataclass(slots=True)
class Side:
    """What was counted in the stores of one side: those that keep a requirement, or those that do not."""

    stores: int = 0
    cases: int = 0
    complaints: int = 0

    @property
    def rate(self) -> Decimal | None:
        """Return how many complaints there were for a hundred cases; None without cases."""
        return (100 * Decimal(self.complaints) / self.cases).quantize(_TWO_DECIMALS) if self.cases else None


@dataclass(slots=True)
class Cost:
    """What it costs in complaints that some stores do not keep a requirement, held against those that do."""

    lineage_id: UUID
    keeping: Side = field(default_factory=Side)
    deviating: Side = field(default_factory=Side)

    @property
    def extra_complaints(self) -> Decimal | None:
        """Return how many complaints more there were than with the others' rate; None where there is no other side."""
        if not self.keeping.cases or not self.deviating.cases:
            return None
        expected = Decimal(self.keeping.complaints) * self.deviating.cases / self.keeping.cases
        return (self.deviating.complaints - expected).quantize(_TWO_DECIMALS)


def costs_of(counted: Iterable[Counted]) -> list[Cost]:
    """Return what deviating costs, requirement by requirement; stores of which nothing is known stand on no side."""
    found: dict[UUID, Cost] = {}
    for each in counted:
        if each.is_kept is None:
            continue
        cost = found.setdefault(each.lineage_id, Cost(each.lineage_id))
        side = cost.keeping if each.is_kept else cost.deviating
        side.stores += 1
        side.cases += each.met + each.missed
        side.complaints += each.complaints
    return list(found.values())


def spread_of(counted: Iterable[Counted]) -> list[Spread]:
    """Return in how many stores each case is that of a requirement, requirement by requirement in their order."""
    found: dict[UUID, Spread] = {}
    for each in counted:
        found.setdefault(each.lineage_id, Spread(each.lineage_id)).stores[each.case] += 1
    return list(found.values())
