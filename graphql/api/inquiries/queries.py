"""The queries about inquiries, wording and standard answers."""

from typing import Any

import graphene
from django.db.models import QuerySet
from graphql import GraphQLResolveInfo

from api.base.call import actor_of, call_of
from api.base.enums import enum_of
from api.base.ids import key_in
from api.base.lists import Listed
from api.inquiries.parts import ShiftType
from api.inquiries.types import InquiryType
from api.inquiries.wording import FindingRow, PhraseNormType, StandardAnswerType, WordingFindingType, finding_rows
from inquiries import queries
from inquiries.models.inquiries import Inquiry, InquiryState, Shift
from inquiries.models.norms import NormKind, PhraseNorm, StandardAnswer


class InquiriesQuery(graphene.ObjectType):
    """Inquiries, who is on the desk, norms of wording and standard answers."""

    inquiries = Listed(
        lambda: InquiryType,
        order=("-opened_at",),
        description="The inquiries that you may read, the latest first.",
        store_id=graphene.ID(description="Only those of this store."),
        states=graphene.List(graphene.NonNull(enum_of(InquiryState)), description="Only those that stand so."),
    )
    inquiry_queue = Listed(
        lambda: InquiryType,
        order=("received_at",),
        description="What nobody has taken yet at a store, who came first comes first.",
        store_id=graphene.ID(required=True, description="The store."),
    )
    shifts = Listed(
        lambda: ShiftType,
        order=("began_at",),
        description="Who is on the desk of a store now, the longest there first.",
        store_id=graphene.ID(required=True, description="The store."),
    )
    standard_answers = Listed(
        lambda: StandardAnswerType,
        order=("question",),
        description="The standard answers in use that hold every word of a text, by question.",
        text=graphene.String(description="Words to look for, each taken literally; all answers if it is not given."),
        language=graphene.String(description="Only those in this language, a code such as `zh-hans`."),
    )
    phrase_norms = Listed(
        lambda: PhraseNormType,
        order=("language", "phrase"),
        description="The norms of wording that hold now, by language and phrase.",
        kind=graphene.Argument(enum_of(NormKind), description="Only those of this kind."),
    )
    check_wording = graphene.Field(
        graphene.List(graphene.NonNull(WordingFindingType)),
        required=True,
        description="The norms of wording that a text would break if it were sent; those that block come first.",
        text=graphene.String(required=True, description="The text. At most 10000 characters."),
        inquiry_id=graphene.ID(description="The inquiry that it would answer; the first answer has norms of its own."),
    )

    @staticmethod
    def resolve_inquiries(
        _root: Any, info: GraphQLResolveInfo, store_id: str | None = None, states: list[InquiryState] | None = None
    ) -> "QuerySet[Inquiry]":
        """Return the inquiries that the caller may read; raises BadId, NotFound and NotPermitted."""
        store = None if store_id is None else key_in(store_id, "Store", field=("store_id",))
        return queries.inquiries_for(actor_of(info), store_id=store, states=states)

    @staticmethod
    def resolve_inquiry_queue(_root: Any, info: GraphQLResolveInfo, store_id: str) -> "QuerySet[Inquiry]":
        """Return what nobody has taken yet; raises BadId, NotFound and NotPermitted."""
        return queries.queue_at(actor_of(info), store_id=key_in(store_id, "Store", field=("store_id",)))

    @staticmethod
    def resolve_shifts(_root: Any, info: GraphQLResolveInfo, store_id: str) -> "QuerySet[Shift]":
        """Return who is on the desk; raises BadId, NotFound and NotPermitted."""
        store = key_in(store_id, "Store", field=("store_id",))
        return queries.shifts_at(actor_of(info), store_id=store, now=call_of(info).now)

    @staticmethod
    def resolve_standard_answers(
        _root: Any, info: GraphQLResolveInfo, text: str | None = None, language: str | None = None
    ) -> "QuerySet[StandardAnswer]":
        """Return standard answers; raises NotPermitted, Invalid and TooLong."""
        return queries.standard_answers(actor_of(info), text=text or "", language=language or "")

    @staticmethod
    def resolve_phrase_norms(
        _root: Any, info: GraphQLResolveInfo, kind: NormKind | None = None
    ) -> "QuerySet[PhraseNorm]":
        """Return the norms of wording; raises NotPermitted."""
        return queries.phrase_norms(actor_of(info), kind=kind)

    @staticmethod
    def resolve_check_wording(
        _root: Any, info: GraphQLResolveInfo, text: str, inquiry_id: str | None = None
    ) -> list[FindingRow]:
        """Return what a text breaks; raises BadId, NotFound, NotPermitted, Invalid and TooLong."""
        key = None if inquiry_id is None else key_in(inquiry_id, "Inquiry", field=("inquiry_id",))
        return finding_rows(queries.check_wording(actor_of(info), text=text, inquiry_id=key))
