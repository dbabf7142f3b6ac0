"""The questions about files: a store's, the chain's, and how much is kept."""

from typing import Any

import graphene
from django.db.models import QuerySet
from graphql import GraphQLResolveInfo

from api.base.call import actor_of
from api.base.ids import key_in
from api.base.lists import Listed
from api.files.types import ChainFileType, FileStorageType, StoredFileType
from files import queries
from files.models import ChainFile, StoredFile


class FilesQuery(graphene.ObjectType):
    """Files of stores and of the chain."""

    stored_files = Listed(
        lambda: StoredFileType,
        order=("-stored_at",),
        description="What a store keeps, and what you sent in for it, the latest first.",
        store_id=graphene.ID(required=True, description="The store."),
    )
    chain_files = Listed(
        lambda: ChainFileType, order=("-stored_at",), description="What the whole chain keeps, the latest first."
    )
    file_storage = graphene.Field(
        FileStorageType, required=True, description="How many files the chain keeps; for whoever sees all stores."
    )

    @staticmethod
    def resolve_stored_files(_root: Any, info: GraphQLResolveInfo, store_id: str) -> "QuerySet[StoredFile]":
        """Return a store's files; raises BadId, NotFound and NotPermitted."""
        return queries.stored_files(actor_of(info), store_id=key_in(store_id, "Store", field=("store_id",)))

    @staticmethod
    def resolve_chain_files(_root: Any, info: GraphQLResolveInfo) -> "QuerySet[ChainFile]":
        """Return the chain's files; raises NotPermitted."""
        return queries.chain_files(actor_of(info))

    @staticmethod
    def resolve_file_storage(_root: Any, info: GraphQLResolveInfo) -> queries.Storage:
        """Return how much is kept; raises NotPermitted."""
        return queries.storage_for(actor_of(info))
