"""What members still have to acknowledge: requirements that are new to them, or changed in substance since."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from chains.actor import Actor
from kit.refusals import NotFound
from members.models import Assignment
from members.rules.permissions import Permission
from standards.models.rollouts import Acknowledgement, StoreStandard
from standards.models.staffing import staff_shown_to
from standards.models.texts import Clause, ClauseChange
from standards.queries.comparing import could_be_read, requirement_in
from standards.queries.places import place_of
from standards.rules.acknowledging import ASKED_AGAIN, touches
from standards.rules.comparing import change_on_the_way, least_change
from standards.rules.standing import Place
from stores.models import Store

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Due:
    """A clause that somebody has to acknowledge: what they knew before, if anything, and what they are asked."""

    clause: Clause
    before: Clause | None
    change: ClauseChange
    questions: list[dict[str, Any]]
    sorted_by: tuple[int, str, int]


@dataclass(frozen=True)
class Outstanding:
    """A clause in force at a store that somebody who works there has not acknowledged."""

    user_id: UUID
    clause: Clause
    sorted_by: tuple[str, int, str, int]


@dataclass
class Reading:
    """The clauses in force at a store with all their earlier texts, and what of them was read there."""

    place: Place
    in_force: list[Clause]
    order: Mapping[UUID, tuple[int, str]]
    texts: Mapping[UUID, list[Clause]]
    read: Mapping[UUID, set[UUID]]
    _changes: dict[tuple[UUID | None, UUID], ClauseChange] = field(default_factory=dict)

    @cached_property
    def _newest_first(self) -> dict[UUID, list[Clause]]:
        return {lineage_id: texts[::-1] for lineage_id, texts in self.texts.items()}

    def due_to(self, user_id: UUID, roles: Collection[str] | None) -> list[Due]:
        """Return what somebody has to acknowledge, in its order; `roles` None takes in what is not for them, too."""
        mine = self.read.get(user_id, set())
        found = []
        for clause in self.in_force:
            if clause.id in mine:
                continue
            if roles is not None and not touches(clause.scope, self.place, roles=roles):
                continue
            known = (text for text in self._newest_first[clause.lineage_id] if text.id in mine)
            before = next((text for text in known if text.version.number < clause.version.number), None)
            change = self._change(before, clause)
            if change in ASKED_AGAIN:
                found.append(Due(clause, before, change, self._questions(clause), self.sorted_by(clause)))
        return found

    def sorted_by(self, clause: Clause) -> tuple[int, str, int]:
        """Return where a clause stands among those in force: the version that came last is first."""
        return (*self.order[clause.version_id], clause.position)

    def _change(self, before: Clause | None, after: Clause) -> ClauseChange:
        key = (before.id if before else None, after.id)
        if key not in self._changes:
            earlier = requirement_in(before) if before else None
            claims = [ClauseChange(text.change) for text in self._since(before, after)]
            self._changes[key] = change_on_the_way(least_change(earlier, requirement_in(after)), claims)
        return self._changes[key]

    def _since(self, before: Clause | None, after: Clause) -> list[Clause]:
        first = before.version.number if before else 0
        return [text for text in self.texts[after.lineage_id] if first < text.version.number <= after.version.number]

    def _questions(self, clause: Clause) -> list[dict[str, Any]]:
        """Return what is asked about a clause: the questions of the latest text that changed its substance."""
        for text in reversed(self._since(None, clause)):
            if text.change in ASKED_AGAIN:
                changed = text.change == ClauseChange.SUBSTANCE
                questions: list[dict[str, Any]] = (clause.questions or text.questions) if changed else []
                return questions
        return []


def acknowledgements_due(*, actor: Actor, store_id: UUID, now: datetime) -> list[Due]:
    """Return what the actor has to acknowledge at a store; raises NotFound and NotPermitted."""
    actor.must(Permission.ACKNOWLEDGE_STANDARD, at=store_id)
    if actor.user_id is None:
        return []
    reading = reading_at(store_id, now=now, user_ids=[actor.user_id])
    return reading.due_to(actor.user_id, actor.roles_at(store_id))


def acknowledgements_outstanding(*, actor: Actor, store_id: UUID, now: datetime) -> list[Outstanding]:
    """Return who of a store's own people has not acknowledged what, person by person, as far as they are told of.

    Raises NotFound and NotPermitted.
    """
    actor.must(Permission.READ_VERDICTS, at=store_id)
    roles: dict[UUID, set[str]] = defaultdict(set)
    people = Assignment.objects.filter(store_id=store_id, user__is_active=True).order_by("user_id")
    people = people.filter(staff_shown_to(actor, member="user_id"))
    for user_id, role in people.values_list("user_id", "role"):
        roles[user_id].add(role)
    reading = reading_at(store_id, now=now, user_ids=roles)
    return [
        Outstanding(user_id, due.clause, (user_id.hex, *due.sorted_by))
        for user_id, held in roles.items()
        for due in reading.due_to(user_id, held)
    ]


def reading_at(
    store_id: UUID,
    *,
    now: datetime,
    user_ids: Collection[UUID],
    version_id: UUID | None = None,
    read_by: datetime | None = None,
) -> Reading:
    """Return what binds a store at a moment, or of it one version, and what these people have read of it.

    With `read_by` that is what they had read by then; without, whatever is there, even of a moment after `now`: a deed
    that waited has the moment at which it came. Only for deeds and questions whose permission has been checked.
    Raises NotFound.
    """
    store = Store.objects.filter(id=store_id).first()
    if store is None:
        raise NotFound
    binding = StoreStandard.objects.filter(store_id=store_id).in_force_at(now)
    if version_id is not None:
        binding = binding.filter(version_id=version_id)
    bound = list(binding.order_by().values_list("version_id", "standard_id", "pushed_at", "id"))
    in_force = {version_id: standard_id for version_id, standard_id, _pushed_at, _key in bound}
    clauses = Clause.objects.filter(could_be_read(), version__standard__in=in_force.values()).select_related("version")
    texts: dict[UUID, list[Clause]] = defaultdict(list)
    for clause in clauses.order_by("version__number", "position"):
        texts[clause.lineage_id].append(clause)
    binding_now = [text for lineage in texts.values() for text in lineage if text.version_id in in_force]
    order = {version_id: (-_microseconds(pushed_at), key.hex) for version_id, _standard_id, pushed_at, key in bound}
    said = Acknowledgement.objects.filter(
        store_id=store_id, user_id__in=user_ids, clause__version__standard__in=in_force.values()
    )
    return Reading(
        place=place_of(store, now, [clause.scope for clause in binding_now]),
        in_force=sorted(binding_now, key=lambda each: (order[each.version_id], each.position)),
        order=order,
        texts=texts,
        read=_read_in(said if read_by is None else said.filter(acknowledged_at__lte=read_by)),
    )


def _microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _read_in(said: QuerySet[Acknowledgement]) -> dict[UUID, set[UUID]]:
    """Return the clauses that each person has acknowledged."""
    read: dict[UUID, set[UUID]] = defaultdict(set)
    for user_id, clause_id in said.order_by().values_list("user_id", "clause_id"):
        read[user_id].add(clause_id)
    return read
