"""The types of what has to be put right after an inspection, with the evidence of it."""

from collections.abc import Sequence
from uuid import UUID

import graphene
from graphql import GraphQLResolveInfo

from api.base.call import actor_of
from api.base.enums import enum_of
from api.base.lists import Listed
from api.base.scalars import DateTime
from api.base.things import Thing, computed
from api.clocks.lists import clocks_about
from api.members.names import PersonReference, name_in
from api.members.types import MemberType
from inspections.models.corrections import (
    CorrectionEvidence,
    CorrectionLevel,
    CorrectionState,
    CorrectionWithdrawal,
    CorrectiveAction,
    EvidenceFile,
)
from inspections.queries import CORRECTION_TYPE, withdrawals_of
from inspections.rules.corrections import CorrectionAction, available_corrections

_STORE = "The store that was inspected."


class EvidenceFileType(Thing):
    """A photo or a document that shows what was put right."""

    class Meta:
        name = "EvidenceFile"
        model = EvidenceFile
        fields = ("store", "evidence", "file")
        descriptions = {"store": _STORE, "evidence": "What it belongs to.", "file": "The file."}


class CorrectionEvidenceType(Thing):
    """What was given in one round to show that something was put right, and what the verifier said to it."""

    class Meta:
        name = "CorrectionEvidence"
        model = CorrectionEvidence
        fields = ("store", "correction", "round", "note", "submitted_at", "is_accepted", "remark", "verified_at")
        descriptions = {
            "store": _STORE,
            "correction": "What had to be put right.",
            "round": "Which round it was, from 1.",
            "note": "What was said about it; may be empty.",
            "submitted_at": "When it was given.",
            "is_accepted": "Whether it was accepted; null until somebody has looked.",
            "remark": "What the verifier had to say; may be empty.",
            "verified_at": "When it was looked at; null until then.",
        }

    submitted_by_name = name_in("submitted_by_id", description="Who gave it; null for a machine.")
    verified_by_name = name_in("verified_by_id", description="Who looked at it; null until then.")
    files = Listed(lambda: EvidenceFileType, by="evidence", order=("id",), description="The files that show it.")


class CorrectionWithdrawalType(graphene.ObjectType):
    """What had to be put right was taken back: it need not be any more."""

    class Meta:
        name = "CorrectionWithdrawal"

    done_at = graphene.Field(DateTime, required=True, description="When it was taken back.")
    reason = graphene.String(required=True, description="Why.")


def _withdrawals(rows: Sequence[CorrectiveAction], _info: GraphQLResolveInfo) -> dict[UUID, CorrectionWithdrawal]:
    return withdrawals_of(rows)


def _actions(row: CorrectiveAction, info: GraphQLResolveInfo) -> list[CorrectionAction]:
    actor = actor_of(info)
    return available_corrections(
        CorrectionState(row.state),
        lambda permission: actor.may(permission, at=row.store_id),
        is_own=actor.user_id is None or actor.user_id == row.owner_id,
    )


class CorrectiveActionType(Thing):
    """Something that an inspection found has to be put right by somebody until a time."""

    class Meta:
        name = "CorrectiveAction"
        model = CorrectiveAction
        fields = ("store", "finding", "what", "due_at", "round", "required_at", "verified_at", "version")
        enums = {"state": CorrectionState, "level": CorrectionLevel}
        descriptions = {
            "store": _STORE,
            "finding": "What was found.",
            "what": "What has to be put right.",
            "due_at": "Until when it has to be shown that it was put right.",
            "round": "How many times it has been asked for, from 1.",
            "required_at": "When it was required.",
            "verified_at": "When somebody else saw that it was put right; null until then.",
            "version": "Counts its changes: give it back as `expectedVersion`.",
            "state": "How it stands.",
            "level": "Up to where it became known that it is late.",
        }

    owner = PersonReference(
        CorrectiveAction._meta.get_field("owner"),
        MemberType,
        required=False,
        description="Who has to put it right; null where that is somebody you can't look up.",
    )
    owner_name = name_in("owner_id", description="The name of who has to put it right.")
    required_by_name = name_in("required_by_id", description="Who required it; null for a machine.")
    available_actions = computed(
        graphene.List(graphene.NonNull(enum_of(CorrectionAction))),
        _actions,
        needs=("state", "store_id", "owner_id"),
        required=True,
        description="What you can do with it as it is now.",
    )
    clocks = clocks_about(CORRECTION_TYPE)
    withdrawal = computed(
        CorrectionWithdrawalType,
        _withdrawals,
        for_all=True,
        description="That it was taken back; null where it stands.",
    )
    evidence = Listed(
        lambda: CorrectionEvidenceType, by="correction", order=("round",), description="What was given to show it."
    )
