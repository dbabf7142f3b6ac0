"""The types around the text of standards."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import graphene
from django.db.models import QuerySet
from graphql import GraphQLResolveInfo

from api.base.call import actor_of, call_of
from api.base.enums import enum_of
from api.base.lists import Listed
from api.base.things import Thing, computed
from api.members.names import name_in
from api.standards.clause_rules import ClauseRule, Translation, shown, translations
from api.standards.requirements import ClauseQuestion, ClauseScope, questions_shown, scope_shown
from api.standards.rollouts import AcknowledgementType, RolloutType, StoreStandardType
from api.standards.steps import ApprovalType, SubmissionType, VersionReturnType, WithdrawalType
from standards.models.texts import (
    Clause,
    ClauseChange,
    ClauseField,
    Standard,
    Version,
    VersionState,
)
from standards.queries.testing import findings_on
from standards.queries.texts import clauses_for, latest_of, standards_for, versions_for
from standards.rules.grammar import parse_rule
from standards.rules.lint import Criterion, Finding, text_in
from standards.rules.states import VersionAction, actions_for
from standards.rules.translating import Translated, left_behind


class FindingType(graphene.ObjectType):
    """Something that the test of a good standard found in a draft."""

    class Meta:
        name = "Finding"

    clause = graphene.String(required=True, description="The number of the clause.")
    criterion = graphene.Field(enum_of(Criterion), required=True, description="What the clause falls short of.")
    message = graphene.String(required=True, description="What to do about it, in the caller's language.")
    is_blocking = graphene.Boolean(required=True, description="Whether it must be mended before submitting.")


def _actions(rows: Sequence[Version], info: GraphQLResolveInfo) -> dict[UUID, list[VersionAction]]:
    latest, may = latest_of(rows), actor_of(info).may
    return {row.id: actions_for(VersionState(row.state), may, is_latest=row.id in latest) for row in rows}


def _findings(rows: Sequence[Version], info: GraphQLResolveInfo) -> dict[UUID, list[Finding]]:
    return findings_on(rows, now=call_of(info).now)


class StandardType(Thing):
    """A measurable guide to behaviour; what it says is said by its versions."""

    class Meta:
        name = "Standard"
        model = Standard
        fields = ("drafted_at",)
        descriptions = {"drafted_at": "When its first version was begun."}

    drafted_by_name = name_in("drafted_by_id", description="Who began it; null for a machine.")
    versions = Listed(
        lambda: VersionType, by="standard", order=("number",), description="Its versions that you may read."
    )

    @classmethod
    def rows(cls, info: GraphQLResolveInfo) -> "QuerySet[Any]":
        """Return the standards that the caller may read."""
        rows: QuerySet[Any] = standards_for(actor_of(info)).order_by()
        return rows


class VersionType(Thing):
    """One text of a standard; once approved it is never changed."""

    class Meta:
        name = "Version"
        model = Version
        fields = ("standard", "number", "revision", "drafted_at")
        enums = {"state": VersionState}
        descriptions = {
            "standard": "The standard whose text it is.",
            "number": "Its number among the standard's versions, from 1.",
            "state": "Where it stands.",
            "revision": "Counts its changes: give it back as `expectedVersion`.",
            "drafted_at": "When it was begun.",
        }

    title = computed(
        graphene.String,
        lambda row, _info: text_in(None, row.titles),
        needs=("titles",),
        required=True,
        description="What it is called, in the caller's language or the nearest there is.",
    )
    titles = computed(
        graphene.List(graphene.NonNull(Translation)),
        lambda row, _info: translations(row.titles),
        needs=("titles",),
        required=True,
        description="What it is called, in every language that there is.",
    )
    author_name = name_in("author_id", description="Who wrote it; null for a machine.")
    available_actions = computed(
        graphene.List(graphene.NonNull(enum_of(VersionAction))),
        _actions,
        for_all=True,
        needs=("state",),
        required=True,
        description="What you can do with it as it is now.",
    )
    findings = computed(
        graphene.List(graphene.NonNull(FindingType)),
        _findings,
        for_all=True,
        required=True,
        description="What the test of a good standard finds in it: specific, measurable, feasible, timely.",
    )
    clauses = Listed(lambda: ClauseType, by="version", order=("position",), description="Its clauses, in their order.")
    submissions = Listed(
        lambda: SubmissionType,
        by="version",
        order=("done_at",),
        description="When it was submitted.",
    )
    returns = Listed(
        lambda: VersionReturnType, by="version", order=("done_at",), description="When it was sent back, and why."
    )
    approvals = Listed(lambda: ApprovalType, by="version", order=("done_at",), description="Who approved it, and when.")
    rollouts = Listed(
        lambda: RolloutType, by="version", order=("done_at",), description="How it was brought to stores."
    )
    withdrawals = Listed(lambda: WithdrawalType, by="version", order=("done_at",), description="Why it was taken back.")
    stores = Listed(
        lambda: StoreStandardType,
        by="version",
        order=("pushed_at",),
        description="The stores that you see to which it was pushed.",
    )

    @classmethod
    def rows(cls, info: GraphQLResolveInfo) -> "QuerySet[Any]":
        """Return the versions that the caller may read."""
        rows: QuerySet[Any] = versions_for(actor_of(info)).order_by()
        return rows


class ClauseType(Thing):
    """One numbered requirement: a text for people, and a rule for the machine where there can be one."""

    class Meta:
        name = "Clause"
        model = Clause
        fields = ("version", "lineage_id", "number", "position", "journey_step", "is_public")
        enums = {"change": ClauseChange}
        descriptions = {
            "version": "The version that it is part of.",
            "lineage_id": "The same for the same requirement in every version.",
            "number": "Its number, such as `2.1`.",
            "position": "Its place in the version, from 1.",
            "journey_step": "The step of the customer's journey that it is tied to.",
            "is_public": "Whether customers read it in the service charter.",
            "change": "What it changes against the version that was in force before.",
        }

    field = computed(
        enum_of(ClauseField),
        lambda row, _info: row.field or None,
        needs=("field",),
        description="What it is about; null where nobody has said.",
    )
    source_language = computed(
        graphene.String,
        lambda row, _info: row.source_language,
        needs=("source_language",),
        required=True,
        description="The language that it was written in.",
    )
    outdated_languages = computed(
        graphene.List(graphene.NonNull(graphene.String)),
        lambda row, _info: left_behind(Translated(row.texts, row.source_language, row.follows)),
        needs=("texts", "source_language", "follows"),
        required=True,
        description="The languages whose text still follows an earlier wording.",
    )
    scope = computed(
        ClauseScope,
        lambda row, _info: scope_shown(row.scope),
        needs=("scope",),
        required=True,
        description="Whom it binds.",
    )
    questions = computed(
        graphene.List(graphene.NonNull(ClauseQuestion)),
        lambda row, info: questions_shown(row.questions, info),
        needs=("questions",),
        required=True,
        description="What those are asked who acknowledge it after a change in substance.",
    )

    text = computed(
        graphene.String,
        lambda row, _info: text_in(None, row.texts),
        needs=("texts",),
        required=True,
        description="What it asks for, in the caller's language or the nearest there is.",
    )
    texts = computed(
        graphene.List(graphene.NonNull(Translation)),
        lambda row, _info: translations(row.texts),
        needs=("texts",),
        required=True,
        description="What it asks for, in every language that there is.",
    )
    rule = computed(
        ClauseRule,
        lambda row, _info: None if row.rule is None else shown(parse_rule(row.rule)),
        needs=("rule",),
        description="What the system measures; null in a draft that has none yet.",
    )
    acknowledgements = Listed(
        lambda: AcknowledgementType,
        by="clause",
        order=("acknowledged_at",),
        description="Who has read it, at the stores that you see.",
    )

    @classmethod
    def rows(cls, info: GraphQLResolveInfo) -> "QuerySet[Any]":
        """Return the clauses of the versions that the caller may read."""
        rows: QuerySet[Any] = clauses_for(actor_of(info)).order_by()
        return rows
