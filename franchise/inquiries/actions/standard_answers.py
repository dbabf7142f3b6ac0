"""Deeds on standard answers: headquarters keeps them, replaces them and takes them out of use."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from inquiries.models.norms import StandardAnswer
from inquiries.rules.happenings import Happening
from inquiries.rules.norms import AnswerRetired, QuestionTaken, labels_of, language_of, search_text_of
from journal.actions import append
from kit.refusals import NotFound
from kit.texts import line_of, text_of
from members.rules.permissions import Permission
from stores.actions.locks import refusing_duplicates


@transaction.atomic(using=CHAINS_ALIAS)
def keep_standard_answer(
    *,
    actor: Actor,
    language: str,
    question: str,
    text: str,
    now: datetime,
    labels: Sequence[str] = (),
    replaces_id: UUID | None = None,
) -> StandardAnswer:
    """Keep the answer to a common question; what it replaces is kept as well, and used no longer (Q4).

    `labels` are other ways to ask it. Refusals: NotPermitted, NotFound, AnswerRetired, QuestionTaken, Invalid, TooLong.
    """
    actor.must(Permission.KEEP_STANDARD_ANSWER)
    replaced = None if replaces_id is None else _retire(replaces_id, now, field="replaces_id")
    answer = StandardAnswer(
        language=language_of(language),
        question=line_of(question, field="question"),
        text=text_of(text, field="text"),
        labels=labels_of(labels),
        replaces=replaced,
        kept_by_id=actor.user_id,
        kept_at=now,
    )
    answer.search_text = search_text_of(answer.question, *answer.labels, answer.text)
    with refusing_duplicates(QuestionTaken(field="question")):
        answer.save(force_insert=True)
    _tell(actor, Happening.STANDARD_ANSWER_KEPT, answer, now)
    return answer


@transaction.atomic(using=CHAINS_ALIAS)
def retire_standard_answer(*, actor: Actor, answer_id: UUID, now: datetime) -> StandardAnswer:
    """Take a standard answer out of use. Refusals: NotPermitted, NotFound, AnswerRetired."""
    actor.must(Permission.KEEP_STANDARD_ANSWER)
    answer = _retire(answer_id, now, field="answer_id")
    _tell(actor, Happening.STANDARD_ANSWER_RETIRED, answer, now)
    return answer


def _retire(answer_id: UUID, now: datetime, *, field: str) -> StandardAnswer:
    answer = StandardAnswer.objects.select_for_update(of=("self",)).filter(id=answer_id).first()
    if answer is None:
        raise NotFound(field=field)
    if answer.retired_at is not None:
        raise AnswerRetired(field=field)
    answer.retired_at = now
    answer.save(update_fields=["retired_at"])
    return answer


def _tell(actor: Actor, kind: Happening, answer: StandardAnswer, now: datetime) -> None:
    append(
        actor=actor,
        kind=kind,
        subject_type="StandardAnswer",
        subject_id=answer.id,
        store_id=None,
        now=now,
        after={
            "language": answer.language,
            "question": answer.question,
            "replaces_id": answer.replaces_id,
            "retired_at": answer.retired_at,
        },
    )
