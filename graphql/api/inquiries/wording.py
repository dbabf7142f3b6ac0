"""The types around wording: norms, what a text breaks of them, and standard answers."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import graphene
from django.db.models import QuerySet
from graphql import GraphQLResolveInfo

from api.base.enums import enum_of
from api.base.scalars import UUID
from api.base.things import Computed, Thing, computed
from api.members.names import name_in
from inquiries.models.norms import NormKind, Occasion, PhraseNorm, StandardAnswer, Strictness
from inquiries.rules.wording import WordingFinding

ACCEPT_WARNINGS = "Tell it although norms of wording warn of it; what blocks is refused all the same."


def _texts(column: str, *, description: str) -> Computed:
    return computed(
        graphene.List(graphene.NonNull(graphene.String)),
        lambda row, _info: getattr(row, column),
        needs=(column,),
        required=True,
        description=description,
    )


class PhraseNormType(Thing):
    """A norm of wording: a phrase that is banned, or a courtesy that must not be missing."""

    class Meta:
        name = "PhraseNorm"
        model = PhraseNorm
        fields = ("language", "phrase", "situation", "clause", "set_at", "retired_at", "version")
        enums = {"kind": NormKind, "strictness": Strictness, "occasion": Occasion}
        descriptions = {
            "language": "The language of the phrase, as a code such as `zh-hans`.",
            "phrase": "What is not said; for a courtesy one of the words that will do.",
            "situation": "In which situation it is forbidden, or asked for.",
            "clause": "The clause of a standard that it belongs to; may be null.",
            "set_at": "When it was set or changed last.",
            "retired_at": "When it ceased to hold; null for one that holds.",
            "version": "Counts its changes: give it back as `expectedVersion`.",
            "kind": "Whether it must not be said, or must be.",
            "strictness": "Whether a text that breaks it is warned of or blocked.",
            "occasion": "Which messages it is about.",
        }

    variants = _texts("variants", description="Other ways to say it, which count as well.")
    harmless = _texts("harmless", description="Phrases inside which it is not meant.")
    set_by_name = name_in("set_by_id", description="Who set it; null for one that the chain began with.")


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A row of what a text breaks."""

    norm_id: Any
    phrase: str
    kind: NormKind
    strictness: Strictness
    situation: str
    clause: str
    message: str


class WordingFindingType(graphene.ObjectType):
    """A norm of wording that a text breaks."""

    class Meta:
        name = "WordingFinding"

    norm_id = UUID(required=True, description="The key of the norm.")
    phrase = graphene.String(required=True, description="What is said and must not be, or is missing.")
    kind = graphene.Field(enum_of(NormKind), required=True, description="Whether it must not be said, or must be.")
    strictness = graphene.Field(enum_of(Strictness), required=True, description="Whether it warns or blocks.")
    situation = graphene.String(required=True, description="The situation that the norm is about.")
    clause = graphene.String(required=True, description="The clause's number and words; may be empty.")
    message = graphene.String(required=True, description="What is wrong, as one sentence in your language.")


def finding_rows(findings: Iterable[WordingFinding]) -> list[FindingRow]:
    """Return what a text breaks as the API tells it."""
    return [
        FindingRow(
            norm_id=finding.norm.id,
            phrase=finding.phrase,
            kind=finding.norm.kind,
            strictness=finding.norm.strictness,
            situation=finding.norm.situation,
            clause=finding.norm.clause,
            message=finding.in_words(),
        )
        for finding in findings
    ]


class StandardAnswerType(Thing):
    """The answer that is given to a common question."""

    class Meta:
        name = "StandardAnswer"
        model = StandardAnswer
        fields = ("language", "question", "text", "replaces", "kept_at", "retired_at")
        descriptions = {
            "language": "Its language, as a code such as `zh-hans`.",
            "question": "The question that it answers.",
            "text": "The answer.",
            "replaces": "The answer that it took the place of; null for a first one.",
            "kept_at": "When it was kept.",
            "retired_at": "When it went out of use; null for one in use.",
        }

    labels = _texts("labels", description="Other ways to ask the question.")
    kept_by_name = name_in("kept_by_id", description="Who kept it; null for a machine.")

    @classmethod
    def rows(cls, info: GraphQLResolveInfo) -> "QuerySet[Any]":
        """Return the standard answers of the chain, those out of use included."""
        rows: QuerySet[Any] = StandardAnswer.objects.all()
        return rows
