"""The deed 'I have read this': for what is new to somebody or changed in substance, with answers to its questions."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from members.rules.permissions import Permission
from members.rules.persons import must_be_a_person
from standards.actions.seeing import lock_in_force, note_at_store
from standards.models.rollouts import Acknowledgement, StoreStandard
from standards.models.texts import Clause
from standards.queries.acknowledging import Due, reading_at
from standards.rules.acknowledging import Answers, WrongAnswer, wrong_answers
from standards.rules.happenings import Happening
from standards.rules.states import AcknowledgedInPerson, NoSuchClause
from stores.actions.locks import lock_store_in_business


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """What came of it: the version at the store, and the questions answered wrongly; then nothing is acknowledged."""

    here: StoreStandard
    wrong: list[WrongAnswer] = field(default_factory=list)


@transaction.atomic(using=CHAINS_ALIAS)
def acknowledge_standard(
    *,
    actor: Actor,
    version_id: UUID,
    store_id: UUID,
    now: datetime,
    clause_numbers: Sequence[str] | None = None,
    answers: Sequence[Answers] = (),
) -> Acknowledged:
    """Say 'I have read this' for some clauses of a version in force at a store, or for all that the actor still has to.

    What was acknowledged in an earlier version and means the same counts. A wrong answer is no refusal, for the journal
    keeps the attempt. Refusals: NotFound, NotPermitted, StoreClosed, NothingInForce, NoSuchClause, AnswersMissing,
    AcknowledgedInPerson, Invalid.
    """
    actor.must(Permission.ACKNOWLEDGE_STANDARD, at=store_id)
    user_id = must_be_a_person(actor, AcknowledgedInPerson)
    lock_store_in_business(actor, store_id)
    here = lock_in_force(actor, version_id, store_id)
    reading = reading_at(store_id, now=now, user_ids=[user_id], version_id=version_id)
    mine = reading.due_to(user_id, actor.roles_at(store_id))
    named = mine if clause_numbers is None else _named(reading.in_force, reading.due_to(user_id, None), clause_numbers)
    if not named:
        return Acknowledged(here)
    here.seen_at = here.seen_at or now
    wrong = wrong_answers({due.clause.number: due.questions for due in named}, answers)
    if wrong:
        _keep_attempt(actor, here, wrong, now)
        return Acknowledged(here, wrong)
    Acknowledgement.objects.bulk_create(
        Acknowledgement(store_id=store_id, clause=due.clause, user_id=user_id, acknowledged_at=now) for due in named
    )
    if here.acknowledged_at is None and {due.clause.id for due in mine} <= {due.clause.id for due in named}:
        here.acknowledged_at = now
    here.save(update_fields=["seen_at", "acknowledged_at"])
    numbers = [due.clause.number for due in named]
    note_at_store(actor, Happening.STANDARD_ACKNOWLEDGED, here, now, after={"clauses": numbers})
    return Acknowledged(here)


def _keep_attempt(actor: Actor, here: StoreStandard, wrong: Sequence[WrongAnswer], now: datetime) -> None:
    here.save(update_fields=["seen_at"])
    attempt = [{"clause": each.clause_number, "question": each.question} for each in wrong]
    note_at_store(actor, Happening.STANDARD_ANSWERED_WRONGLY, here, now, after={"wrong": attempt})


def _named(in_force: Sequence[Clause], due: Sequence[Due], numbers: Sequence[str]) -> list[Due]:
    there = {clause.number for clause in in_force}
    for number in numbers:
        if number not in there:
            raise NoSuchClause(field="clause_numbers", number=number)
    return [each for each in due if each.clause.number in numbers]
