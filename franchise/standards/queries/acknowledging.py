"""What members still have to acknowledge: requirements that are new to them, or changed in substance since."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

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


@dataclass(frozen=True, slots=True)
class Due:
    """A clause that somebody has to acknowledge: what they knew before, if anything, and what they are asked."""

    clause: Clause
    before: Clause | None
    change: ClauseChange
    questions: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Outstanding:
    """Somebody who works at a store, and the clauses in force there that they have not acknowledged."""

    user_id: UUID
    clauses: list[Clause]


@dataclass
class Reading:
    """The clauses in force at a store with all their earlier texts, and what of them was read there."""

    place: Place
    in_force: list[Clause]
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
                found.append(Due(clause, before, change, self._questions(clause)))
        return found

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
    """Return who of a store's own people has not acknowledged what, in a steady order, as far as they are told of.

    Raises NotFound and NotPermitted.
    """
    actor.must(Permission.READ_VERDICTS, at=store_id)
    roles: dict[UUID, set[str]] = defaultdict(set)
    people = Assignment.objects.filter(store_id=store_id, user__is_active=True).order_by("user_id")
    people = people.filter(staff_shown_to(actor, member="user_id"))
    for user_id, role in people.values_list("user_id", "role"):
        roles[user_id].add(role)
    reading = reading_at(store_id, now=now, user_ids=roles)
    due = {user_id: [each.clause for each in reading.due_to(user_id, held)] for user_id, held in roles.items()}
    return [Outstanding(user_id, clauses) for user_id, clauses in due.items() if clauses]


def reading_at(store_id: UUID, *, now: datetime, user_ids: Collection[UUID], version_id: UUID | None = None) -> Reading:
    """Return what binds a store at a moment, or of it one version, and what these people had read by then.

    Only for deeds and questions whose permission has been checked. Raises NotFound.
    """
    store = Store.objects.filter(id=store_id).first()
    if store is None:
        raise NotFound
    binding = StoreStandard.objects.filter(store_id=store_id).in_force_at(now)
    if version_id is not None:
        binding = binding.filter(version_id=version_id)
    in_force = dict(binding.order_by("-pushed_at", "id").values_list("version_id", "standard_id"))
    clauses = Clause.objects.filter(could_be_read(), version__standard__in=in_force.values()).select_related("version")
    texts: dict[UUID, list[Clause]] = defaultdict(list)
    for clause in clauses.order_by("version__number", "position"):
        texts[clause.lineage_id].append(clause)
    binding_now = [text for lineage in texts.values() for text in lineage if text.version_id in in_force]
    order = {key: place for place, key in enumerate(in_force)}
    read: dict[UUID, set[UUID]] = defaultdict(set)
    said = Acknowledgement.objects.filter(
        store_id=store_id,
        user_id__in=user_ids,
        clause__version__standard__in=in_force.values(),
        acknowledged_at__lte=now,
    )
    for user_id, clause_id in said.order_by().values_list("user_id", "clause_id"):
        read[user_id].add(clause_id)
    return Reading(
        place=place_of(store, now, [clause.scope for clause in binding_now]),
        in_force=sorted(binding_now, key=lambda each: (order[each.version_id], each.position)),
        texts=texts,
        read=read,
    )
