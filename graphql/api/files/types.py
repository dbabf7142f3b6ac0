"""The types of files, of a store's and of the chain's."""

from datetime import datetime
from typing import Any

import graphene
from django.db.models import QuerySet
from graphql import GraphQLResolveInfo

from api.base.call import actor_of, call_of
from api.base.scalars import DateTime
from api.base.things import Computed, Thing, computed
from api.members.names import name_in
from chains.media import FileLink, SignedLink, sign
from files.models import ChainFile, MediaType, Purpose, StoredFile
from kit.refusals import NotFound

_FIELDS = ("name", "width", "height", "stored_at", "attached_at")
_ENUMS = {"purpose": Purpose, "media_type": MediaType}
_DESCRIPTIONS = {
    "name": "What it is called: by whoever sent it in, with an ending that is true.",
    "width": "Its width in pixels; null for what is no photo.",
    "height": "Its height in pixels; null for what is no photo.",
    "stored_at": "When it was sent in.",
    "attached_at": "Since when something refers to it; null for what will be forgotten within a day.",
    "purpose": "What it was sent in for.",
    "media_type": "What it is, by its content.",
}


def _signed(row: Any, info: GraphQLResolveInfo) -> SignedLink:
    call = call_of(info)
    if call.chain is None:
        raise NotFound
    link = FileLink(row.stored_as, getattr(row, "store_id", None))
    return sign(link, chain=call.chain, actor=call.actor, now=call.now)


def _path(row: Any, info: GraphQLResolveInfo) -> str:
    return _signed(row, info).path


def _expires_at(row: Any, info: GraphQLResolveInfo) -> datetime:
    return _signed(row, info).expires_at


def _byte_count() -> Computed:
    return computed(
        graphene.Float,
        lambda row, _info: row.byte_count,
        needs=("byte_count",),
        required=True,
        description="How large it is, in whole bytes.",
    )


def _url(*needs: str) -> Computed:
    return computed(
        graphene.String,
        _path,
        needs=needs,
        required=True,
        description="Its path on this host, yours alone: get it with the same sign-in or token within minutes.",
    )


def _url_expires_at() -> Computed:
    return computed(DateTime, _expires_at, required=True, description="Until when that path is good.")


class StoredFileType(Thing):
    """A file of a store: a photo or a PDF document, such as the evidence of an inspection."""

    class Meta:
        name = "StoredFile"
        model = StoredFile
        fields = ("store", *_FIELDS)
        enums = _ENUMS
        descriptions = {"store": "The store whose it is.", **_DESCRIPTIONS}

    byte_count = _byte_count()
    stored_by_name = name_in("stored_by_id", description="Who sent it in; null for a machine.")
    url = _url("stored_as", "store_id")
    url_expires_at = _url_expires_at()

    @classmethod
    def rows(cls, info: GraphQLResolveInfo) -> "QuerySet[Any]":
        """Return what is attached to something in the stores that the caller sees, and what they sent in."""
        rows: QuerySet[Any] = StoredFile.objects.shown_to(actor_of(info))
        return rows


class ChainFileType(Thing):
    """A file of the whole chain, such as the document of a lesson."""

    class Meta:
        name = "ChainFile"
        model = ChainFile
        fields = _FIELDS
        enums = _ENUMS
        descriptions = _DESCRIPTIONS

    byte_count = _byte_count()
    stored_by_name = name_in("stored_by_id", description="Who sent it in; null for a machine.")
    url = _url("stored_as")
    url_expires_at = _url_expires_at()

    @classmethod
    def rows(cls, info: GraphQLResolveInfo) -> "QuerySet[Any]":
        """Return what is attached to something, and what the caller sent in."""
        rows: QuerySet[Any] = ChainFile.objects.shown_to(actor_of(info))
        return rows


class FileStorageType(graphene.ObjectType):
    """How much the chain keeps."""

    class Meta:
        name = "FileStorage"

    file_count = graphene.Int(required=True, description="How many files, of all stores and of the chain.")
    byte_count = graphene.Float(required=True, description="Their size together, in whole bytes.")
