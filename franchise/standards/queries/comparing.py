"""Two versions of a standard side by side."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from chains.actor import Actor
from kit.refusals import Invalid, NotFound
from members.rules.permissions import Permission
from standards.models.rollouts import Rollout
from standards.models.texts import Clause, ClauseChange, Version
from standards.queries.texts import versions_for
from standards.rules.comparing import Difference, Requirement, change_on_the_way, differences, least_change


@dataclass(frozen=True, slots=True)
class Compared:
    """One requirement in two versions: null where a version has it not; `change` is null for one that is gone."""

    before: Clause | None
    after: Clause | None
    change: ClauseChange | None
    differences: tuple[Difference, ...]


def compare_versions(*, actor: Actor, before_id: UUID, after_id: UUID) -> list[Compared]:
    """Return the requirements of two versions side by side: in the order of the later, then those that are gone.

    Raises NotFound, NotPermitted, and Invalid when they are not an earlier and a later version of one standard.
    """
    actor.must_somewhere(Permission.READ_STANDARDS)
    found = {version.id: version for version in versions_for(actor).filter(id__in=[before_id, after_id])}
    if not {before_id, after_id} <= found.keys():
        raise NotFound
    before, after = found[before_id], found[after_id]
    if before.standard_id != after.standard_id or before.number >= after.number:
        raise Invalid(field="after_id", why=_("a later version of the same standard"))
    return requirements_between(before, after)


def requirements_between(before: Version, after: Version) -> list[Compared]:
    """Return the requirements of an earlier and a later version of a standard side by side, the later ones first."""
    between = Clause.objects.filter(
        version__standard=after.standard_id, version__number__range=(before.number, after.number)
    ).select_related("version")
    # What nobody could read in between changed nothing for anybody.
    between = between.filter(could_be_read() | Q(version__in=[before.id, after.id]))
    former, later, claims = {}, {}, defaultdict(list)
    for clause in between.order_by("version__number", "position"):
        if clause.version_id == before.id:
            former[clause.lineage_id] = clause
        elif clause.version_id == after.id:
            later[clause.lineage_id] = clause
        if clause.version_id != before.id:
            claims[clause.lineage_id].append(ClauseChange(clause.change))
    kept = [_compared(former.get(lineage_id), clause, claims[lineage_id]) for lineage_id, clause in later.items()]
    gone = [Compared(clause, None, None, ()) for lineage_id, clause in former.items() if lineage_id not in later]
    return [*kept, *gone]


def _compared(before: Clause | None, after: Clause, claims: Sequence[ClauseChange]) -> Compared:
    if before is None:
        return Compared(None, after, ClauseChange.NEW, ())
    earlier, later = requirement_in(before), requirement_in(after)
    change = change_on_the_way(least_change(earlier, later), claims)
    return Compared(before, after, change, tuple(differences(earlier, later)))


def could_be_read() -> Exists:
    """Return the condition that a clause's version came to stores, or was planned to."""
    return Exists(Rollout.objects.filter(version=OuterRef("version")))


def requirement_in(clause: Clause) -> Requirement:
    """Return a clause as versions are compared by it."""
    return Requirement(
        number=clause.number,
        texts=clause.texts,
        rule=clause.rule,
        scope=clause.scope,
        field=clause.field,
        journey_step_id=clause.journey_step_id,
        is_public=clause.is_public,
    )
