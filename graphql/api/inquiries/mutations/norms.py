"""Headquarters' deeds on the norms of wording and on standard answers."""

from datetime import datetime
from typing import Any
from uuid import UUID

import graphene

from api.base.deeds import Deed
from api.base.enums import enum_of
from api.base.inputs import IdOf, Line, Text, named
from api.inquiries.wording import PhraseNormType, StandardAnswerType
from chains.actor import Actor
from inquiries.actions.norms import NormText, retire_phrase_norm, set_phrase_norm
from inquiries.actions.standard_answers import keep_standard_answer, retire_standard_answer
from inquiries.models.norms import LONGEST_PHRASE, NormKind, Occasion, Strictness
from kit.texts import LONGEST_LINE

_NORM = "The norm, as it is now."
_ANSWER = "The standard answer, as it is now."
_LANGUAGE = "Its language: `en`, `zh-hans` or `zh-hant`."


class SetPhraseNorm(Deed):
    """Set a norm of wording, or change one; it holds in every store from the next message on."""

    class Meta:
        versioned = True

    class Input:
        norm_id = IdOf("PhraseNorm", description="The norm that is changed; a new one if none is named.")
        kind = graphene.InputField(enum_of(NormKind), required=True, description="Whether it must not or must be said.")
        language = Line(required=True, limit=10, description=_LANGUAGE)
        phrase = Line(required=True, limit=LONGEST_PHRASE, description="The phrase.")
        variants = Line(many=True, limit=LONGEST_PHRASE, description="Other ways to say it, 20 at most.")
        harmless = Line(many=True, limit=LONGEST_PHRASE, description="Where it is not meant, 20 at most.")
        situation = Line(required=True, limit=LONGEST_LINE, description="In which situation it is not, or is, said.")
        occasion = graphene.InputField(
            enum_of(Occasion), description="Which messages it is about; every message if it is not given."
        )
        strictness = graphene.InputField(enum_of(Strictness), required=True, description="Whether it warns or blocks.")
        clause_id = IdOf("Clause", description="The clause of a standard that it belongs to.")

    phrase_norm = graphene.Field(PhraseNormType, description=_NORM)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """Set a norm of wording."""
        told = named(given)
        which = {name: told.pop(name) for name in ("norm_id", "expected_version") if name in told}
        return {"phrase_norm": set_phrase_norm(actor=actor, norm=NormText(**told), now=now, **which)}


class RetirePhraseNorm(Deed):
    """Let a norm of wording hold no longer."""

    class Meta:
        versioned = True

    class Input:
        norm_id = IdOf("PhraseNorm", required=True, description="The norm.")

    phrase_norm = graphene.Field(PhraseNormType, description=_NORM)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, norm_id: UUID, **given: Any) -> dict[str, Any]:
        """Retire a norm of wording."""
        return {"phrase_norm": retire_phrase_norm(actor=actor, norm_id=norm_id, now=now, **named(given))}


class KeepStandardAnswer(Deed):
    """Keep the answer to a common question; what it replaces goes out of use."""

    class Input:
        language = Line(required=True, limit=10, description=_LANGUAGE)
        question = Line(required=True, limit=LONGEST_LINE, description="The question that it answers.")
        text = Text(required=True, description="The answer.")
        labels = Line(many=True, limit=LONGEST_LINE, description="Other ways to ask the question, 10 at most.")
        replaces_id = IdOf("StandardAnswer", description="The answer that it takes the place of.")

    standard_answer = graphene.Field(StandardAnswerType, description=_ANSWER)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """Keep a standard answer."""
        return {"standard_answer": keep_standard_answer(actor=actor, now=now, **named(given))}


class RetireStandardAnswer(Deed):
    """Take a standard answer out of use."""

    class Input:
        answer_id = IdOf("StandardAnswer", required=True, description="The standard answer.")

    standard_answer = graphene.Field(StandardAnswerType, description=_ANSWER)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, answer_id: UUID) -> dict[str, Any]:
        """Retire a standard answer."""
        return {"standard_answer": retire_standard_answer(actor=actor, answer_id=answer_id, now=now)}


class NormsMutation(graphene.ObjectType):
    """Headquarters' deeds on wording."""

    set_phrase_norm = SetPhraseNorm.mounted()
    retire_phrase_norm = RetirePhraseNorm.mounted()
    keep_standard_answer = KeepStandardAnswer.mounted()
    retire_standard_answer = RetireStandardAnswer.mounted()
