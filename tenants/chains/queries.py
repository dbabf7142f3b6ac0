"""Questions about chains; all of them are asked of the schema `public`."""

from functools import lru_cache

from django.db.models import QuerySet

from chains.models import Blueprint, Chain
from chains.release import this_release


def chain_at(host: str) -> Chain | None:
    """Return the chain that is reached under this host name, or None."""
    found: Chain | None = Chain.objects.filter(domains__domain=host).first()
    return found


def all_chains() -> QuerySet[Chain]:
    """Return every chain there ever was, the oldest first, with its host names."""
    chains: QuerySet[Chain] = Chain.objects.prefetch_related("domains").order_by("created_at", "id")
    return chains


def is_behind(chain: Chain) -> bool:
    """Tell whether the chain lacks a migration that this process's code counts on.

    A chain that a later release has been at is not behind: it was expanded, and this code does not see the additions.
    """
    here = this_release()
    return chain.migration_hash != here.hash and not _holds_all_of(chain.migration_hash, here.hash)


@lru_cache(maxsize=64)
def _holds_all_of(migration_hash: str, _release_hash: str) -> bool:
    # What a hash stands for never changes, so it is asked once. A chain restored from elsewhere has an unknown one.
    kept = Blueprint.objects.filter(pk=migration_hash).values_list("migrations", flat=True).first()
    return kept is None or this_release().migrations.keys() <= kept.keys()
