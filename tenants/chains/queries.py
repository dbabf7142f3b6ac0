"""Questions about chains; all of them are asked of the schema `public`."""

from django.db.models import QuerySet

from chains.models import Chain


def chain_at(host: str) -> Chain | None:
    """Return the chain that is reached under this host name, or None."""
    found: Chain | None = Chain.objects.filter(domains__domain=host).first()
    return found


def all_chains() -> QuerySet[Chain]:
    """Return every chain there ever was, the oldest first, with its host names."""
    chains: QuerySet[Chain] = Chain.objects.prefetch_related("domains").order_by("created_at", "id")
    return chains
