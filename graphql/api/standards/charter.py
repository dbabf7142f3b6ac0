"""The service charter in the API: everybody may read it."""

from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from chains.scope import current_chain
from kit.refusals import Invalid
from standards.queries.texts import charter
from standards.rules.lint import LANGUAGES, text_in


class CharterClauseType(graphene.ObjectType):
    """What the chain promises its customers in one sentence."""

    class Meta:
        name = "CharterClause"

    standard = graphene.String(required=True, description="What the standard is called that it is part of.")
    number = graphene.String(required=True, description="Its number there, such as `2.1`.")
    text = graphene.String(required=True, description="The promise.")


class CharterChapterType(graphene.ObjectType):
    """What the chain promises at a step of the customer's journey."""

    class Meta:
        name = "CharterChapter"

    name = graphene.String(description="What the step is called; null for what belongs to no step.")
    clauses = graphene.List(graphene.NonNull(CharterClauseType), required=True, description="The promises.")


class CharterType(graphene.ObjectType):
    """The service charter: the published clauses that are in force in the whole chain."""

    class Meta:
        name = "Charter"

    chain_name = graphene.String(required=True, description="What the chain is called.")
    chapters = graphene.List(
        graphene.NonNull(CharterChapterType), required=True, description="Its chapters, as customers meet them."
    )


class CharterQuery(graphene.ObjectType):
    """What customers are promised."""

    charter = graphene.Field(
        CharterType,
        required=True,
        description="What the chain promises its customers; nobody has to sign in to read it.",
        language=graphene.String(description="In `en`, `zh-hans` or `zh-hant`; the caller's if this is not given."),
    )

    @staticmethod
    def resolve_charter(_root: Any, _info: GraphQLResolveInfo, language: str | None = None) -> CharterType:
        """Return the charter in a language or the nearest there is; raises Invalid."""
        if language is not None and language not in LANGUAGES:
            raise Invalid(field="language", why=", ".join(LANGUAGES))
        return CharterType(
            chain_name=current_chain().name,
            chapters=[
                CharterChapterType(
                    name=chapter.step and text_in(language, chapter.step.names),
                    clauses=[
                        CharterClauseType(
                            standard=text_in(language, clause.version.titles),
                            number=clause.number,
                            text=text_in(language, clause.texts),
                        )
                        for clause in chapter.clauses
                    ],
                )
                for chapter in charter()
            ],
        )
