"""Deeds on standards, from the draft to the first look in a store."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import graphene

from api.base.deeds import Deed
from api.base.inputs import IdOf, Text, named
from api.standards.clause_rules import ClauseInput, TranslationInput, clauses_in, texts_in
from api.standards.rollouts import StoreStandardType
from api.standards.types import VersionType
from chains.actor import Actor
from standards.actions import drafting, seeing

_VERSION = "The version, as it is now."
_Given = Sequence[Mapping[str, Any]]


def _titles() -> graphene.List:
    return graphene.List(
        graphene.NonNull(TranslationInput), required=True, description="What it is called, in one or more languages."
    )


def _clauses() -> graphene.List:
    return graphene.List(graphene.NonNull(ClauseInput), required=True, description="Its clauses, in their order.")


class DraftStandard(Deed):
    """Write the first draft of a standard."""

    class Input:
        titles = _titles()
        clauses = _clauses()

    version = graphene.Field(VersionType, description=_VERSION)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, titles: _Given, clauses: _Given) -> dict[str, Any]:
        """Draft a standard."""
        return {
            "version": drafting.draft_standard(
                actor=actor, titles=texts_in(titles), clauses=clauses_in(clauses), now=now
            )
        }


class ReviseStandard(Deed):
    """Write a version anew: in place until it is approved, as the next version afterwards."""

    class Meta:
        versioned = True

    class Input:
        version_id = IdOf("Version", required=True, description="The version to start from.")
        titles = _titles()
        clauses = _clauses()

    version = graphene.Field(VersionType, description="The version that was written: this one, or the next.")

    @classmethod
    def perform(
        cls, actor: Actor, now: datetime, *, version_id: UUID, titles: _Given, clauses: _Given, **given: Any
    ) -> dict[str, Any]:
        """Revise a standard."""
        return {
            "version": drafting.revise_standard(
                actor=actor,
                version_id=version_id,
                titles=texts_in(titles),
                clauses=clauses_in(clauses),
                now=now,
                **named(given),
            )
        }


class SubmitStandard(Deed):
    """Lay a draft that passes the test of a good standard before those who approve."""

    class Meta:
        versioned = True

    class Input:
        version_id = IdOf("Version", required=True, description="The draft.")

    version = graphene.Field(VersionType, description=_VERSION)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, version_id: UUID, **given: Any) -> dict[str, Any]:
        """Submit a standard."""
        return {"version": drafting.submit_standard(actor=actor, version_id=version_id, now=now, **named(given))}


class ApproveStandard(Deed):
    """Approve a submitted version that somebody else has written."""

    class Meta:
        versioned = True

    class Input:
        version_id = IdOf("Version", required=True, description="The submitted version.")

    version = graphene.Field(VersionType, description=_VERSION)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, version_id: UUID, **given: Any) -> dict[str, Any]:
        """Approve a standard."""
        return {"version": drafting.approve_standard(actor=actor, version_id=version_id, now=now, **named(given))}


class ReturnStandard(Deed):
    """Send a submitted version back to whoever writes it, with what is to be mended."""

    class Meta:
        versioned = True

    class Input:
        version_id = IdOf("Version", required=True, description="The submitted version.")
        reason = Text(required=True, description="What is to be mended.")

    version = graphene.Field(VersionType, description=_VERSION)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, version_id: UUID, reason: str, **given: Any) -> dict[str, Any]:
        """Return a standard."""
        return {
            "version": drafting.return_standard(
                actor=actor, version_id=version_id, reason=reason, now=now, **named(given)
            )
        }


class SeeStandard(Deed):
    """Note that a version was looked at in a store."""

    class Input:
        version_id = IdOf("Version", required=True, description="The version.")
        store_id = IdOf("Store", required=True, description="The store.")

    store_standard = graphene.Field(StoreStandardType, description="The version in the store, as it is now.")

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, version_id: UUID, store_id: UUID) -> dict[str, Any]:
        """See a standard."""
        return {"store_standard": seeing.see_standard(actor=actor, version_id=version_id, store_id=store_id, now=now)}


class WithdrawStandard(Deed):
    """Take a version back: it binds no store any more from now on; what was judged by it stays."""

    class Meta:
        versioned = True

    class Input:
        version_id = IdOf("Version", required=True, description="The version.")
        reason = Text(required=True, description="Why it is taken back.")

    version = graphene.Field(VersionType, description=_VERSION)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, version_id: UUID, reason: str, **given: Any) -> dict[str, Any]:
        """Withdraw a standard."""
        return {
            "version": drafting.withdraw_standard(
                actor=actor, version_id=version_id, reason=reason, now=now, **named(given)
            )
        }


class StandardsMutation(graphene.ObjectType):
    """Deeds on standards."""

    draft_standard = DraftStandard.mounted()
    revise_standard = ReviseStandard.mounted()
    submit_standard = SubmitStandard.mounted()
    approve_standard = ApproveStandard.mounted()
    return_standard = ReturnStandard.mounted()
    see_standard = SeeStandard.mounted()
    withdraw_standard = WithdrawStandard.mounted()
