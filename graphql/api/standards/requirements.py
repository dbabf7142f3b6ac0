"""What a clause tells beside its text and rule: whom it binds, what it changes, and what is asked about it."""

from collections.abc import Mapping, Sequence
from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from api.base.call import actor_of
from api.base.enums import enum_of
from api.base.ids import global_id
from api.base.inputs import IdOf, Line
from members.rules.permissions import Permission, Role
from standards.rules.asking import MOST_OPTIONS, Question
from standards.rules.lint import text_in
from stores.models import StoreKind

_LANGUAGE = "The language, as a code: `en`, `zh-hans` or `zh-hant`."
_NAMES = ("roles", "area_ids", "store_kinds", "store_ids", "equipment", "channels")
_ROLES = "Only members with one of these roles."
_KINDS = "Only stores of these kinds."
_EQUIPMENT = "Only stores with one of these pieces of equipment, by code."
_CHANNELS = "Only what comes by these channels."


class WordsInput(graphene.InputObjectType):
    """A question or an answer in one language."""

    language = Line(required=True, limit=10, description=_LANGUAGE)
    text = Line(required=True, description="The words.")


def _lines(description: str) -> graphene.List:
    return graphene.List(graphene.NonNull(WordsInput), required=True, description=description)


class AnswerOptionInput(graphene.InputObjectType):
    """An answer to choose, in one or more languages."""

    texts = _lines("The answer.")


class ClauseQuestionInput(graphene.InputObjectType):
    """A question for those who acknowledge a clause that has changed in substance."""

    texts = _lines("The question, in one or more languages.")
    options = graphene.List(
        graphene.NonNull(AnswerOptionInput),
        required=True,
        description=f"The answers to choose from, 2 to {MOST_OPTIONS}.",
    )
    right = graphene.Int(required=True, description="The place of the right answer, from 0.")


class ClauseScopeInput(graphene.InputObjectType):
    """Whom a clause binds; what is not given narrows nothing."""

    roles = graphene.List(graphene.NonNull(enum_of(Role)), description=_ROLES)
    area_ids = IdOf("Area", many=True, description="Only stores of these areas.")
    store_kinds = graphene.List(graphene.NonNull(enum_of(StoreKind)), description=_KINDS)
    store_ids = IdOf("Store", many=True, description="Only these stores.")
    equipment = Line(many=True, limit=40, description=_EQUIPMENT)
    channels = Line(many=True, limit=40, description=_CHANNELS)


class ClauseScope(graphene.ObjectType):
    """Whom a clause binds; null where nothing is narrowed."""

    roles = graphene.List(graphene.NonNull(enum_of(Role)), description=_ROLES)
    area_ids = graphene.List(graphene.NonNull(graphene.ID), description="Only stores of these areas.")
    store_kinds = graphene.List(graphene.NonNull(enum_of(StoreKind)), description=_KINDS)
    store_ids = graphene.List(graphene.NonNull(graphene.ID), description="Only these stores.")
    equipment = graphene.List(graphene.NonNull(graphene.String), description=_EQUIPMENT)
    channels = graphene.List(graphene.NonNull(graphene.String), description=_CHANNELS)


class ClauseQuestion(graphene.ObjectType):
    """A question for those who acknowledge a clause that has changed in substance."""

    text = graphene.String(required=True, description="The question, in the caller's language or the nearest there is.")
    options = graphene.List(
        graphene.NonNull(graphene.String), required=True, description="The answers to choose from, in that language."
    )
    right = graphene.Int(description="The place of the right answer, from 0; null for whoever writes no standards.")


def by_language(texts: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Return words by language from an input."""
    return {each["language"]: each["text"] for each in texts}


def questions_in(given: Sequence[Mapping[str, Any]]) -> list[Question]:
    """Return a clause's questions from an input."""
    return [
        Question(
            texts=by_language(each["texts"]),
            options=[by_language(option["texts"]) for option in each["options"]],
            right=each["right"],
        )
        for each in given
    ]


def scope_in(given: Mapping[str, Any] | None) -> dict[str, list[Any]]:
    """Return a clause's scope from an input."""
    return {name: list(values) for name, values in (given or {}).items() if values is not None}


def scope_shown(scope: Mapping[str, Sequence[str]]) -> ClauseScope:
    """Return a clause's scope as the API shows it."""
    shown: dict[str, Any] = {name: scope.get(name) for name in _NAMES}
    for name, thing in (("area_ids", "Area"), ("store_ids", "Store")):
        if shown[name] is not None:
            shown[name] = [global_id(thing, key) for key in shown[name]]
    return ClauseScope(**shown)


def questions_shown(questions: Sequence[Mapping[str, Any]], info: GraphQLResolveInfo) -> list[ClauseQuestion]:
    """Return a clause's questions as the API shows them: with the right answers only to those who write standards."""
    tells = actor_of(info).may(Permission.READ_STANDARD_DRAFTS)
    return [
        ClauseQuestion(
            text=text_in(None, each["texts"]),
            options=[text_in(None, option) for option in each["options"]],
            right=each["right"] if tells else None,
        )
        for each in questions
    ]
