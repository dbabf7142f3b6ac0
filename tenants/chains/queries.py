"""Questions about chains; all of them are asked of the schema `public`."""

from chains.models import Chain


def chain_at(host: str) -> Chain | None:
    """Return the chain that is reached under this host name, or None."""
    return Chain.objects.filter(domains__domain=host).first()
