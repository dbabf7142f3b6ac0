"""The deed by which a matter is brought back to its clause: in the background, from the journal."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from journal.actions import append
from journal.models import Entry
from kit.ids import new_id
from loops.models.loops import Loop, LoopOutcome, LoopPerson
from loops.queries.loops import SUBJECT_TYPE, rule_in_force
from loops.queries.matters import BroughtUp, brought_up_by
from loops.queries.reaching import Reached, reached_at, still_there
from loops.rules.closing import Rule
from loops.rules.happenings import Happening
from loops.rules.outcomes import Found, found_for
from training.actions.keeping import assign_lessons


@transaction.atomic(using=CHAINS_ALIAS)
def open_loops(*, actor: Actor, entry: Entry, now: datetime) -> list[Loop]:
    """Open a loop for each requirement that an entry brings up: whom it had reached, and what was missing else.

    A matter is brought back to a requirement once. Whom it had reached take the lessons that teach it.
    """
    rule = rule_in_force()
    found = (_open(actor, each, entry, rule, now) for each in brought_up_by(entry, low_score=rule.low_score))
    return [loop for loop in found if loop is not None]


def _open(actor: Actor, matter: BroughtUp, entry: Entry, rule: Rule, now: datetime) -> Loop | None:
    same = Loop.objects.filter(store_id=matter.store_id, matter_id=matter.matter_id, lineage_id=matter.lineage_id)
    if same.exists():
        return None
    reached = reached_at(
        store_id=matter.store_id, lineage_id=matter.lineage_id, at=matter.at, concerned=matter.concerned
    )
    loop = Loop.objects.create(
        store_id=matter.store_id,
        matter_kind=matter.kind,
        matter_type=matter.matter_type,
        matter_id=matter.matter_id,
        lineage_id=matter.lineage_id,
        clause=reached.clause,
        happened_at=matter.at,
        entry_id=entry.id,
        opened_at=now,
        needed=rule.verdicts_needed,
    )
    found = {member_id: found_for(got, at=matter.at) for member_id, got in reached.people.items()}
    deed_id = new_id()
    _tell(actor, loop, found, deed_id, now)
    learning = still_there(loop.store_id, (key for key, each in found.items() if each.outcome is LoopOutcome.REACHED))
    lesson_ids = assign_lessons(
        actor=actor,
        store_id=loop.store_id,
        lineage_id=loop.lineage_id,
        member_ids=sorted(learning),
        now=now,
        part_of_id=deed_id,
    )
    _keep_people(loop, reached, found, dict.fromkeys(learning, lesson_ids))
    return loop


def _keep_people(loop: Loop, reached: Reached, found: Mapping[UUID, Found], lessons: Mapping[UUID, list[UUID]]) -> None:
    LoopPerson.objects.bulk_create(
        LoopPerson(
            store_id=loop.store_id,
            loop=loop,
            member_id=member_id,
            outcome=found[member_id].outcome,
            missing=list(found[member_id].missing),
            pushed_at=got.pushed_at,
            acknowledged_at=got.acknowledged_at,
            trained_at=got.trained_at,
            lesson_ids=lessons.get(member_id, []),
        )
        for member_id, got in reached.people.items()
    )


def _tell(actor: Actor, loop: Loop, found: Mapping[UUID, Found], deed_id: UUID, now: datetime) -> None:
    append(
        actor=actor,
        kind=Happening.LOOP_OPENED,
        subject_type=SUBJECT_TYPE,
        subject_id=loop.id,
        store_id=loop.store_id,
        now=now,
        after={
            "matter_kind": loop.matter_kind,
            "matter_id": loop.matter_id,
            "lineage_id": loop.lineage_id,
            "clause_id": loop.clause_id,
            "needed": loop.needed,
            "outcomes": {str(member_id): each.outcome for member_id, each in found.items()},
        },
        entry_id=deed_id,
    )
