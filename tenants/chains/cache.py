"""Keys of the cache: a chain's key carries its chain, so that no chain ever reads what another one has put there."""

from chains.scope import current_chain


def chain_key(key: str, key_prefix: str, version: int) -> str:
    """Return the key of the chain whose scope is open; raises OutsideScope when there is none (corpus T15)."""
    return f"{current_chain().id}:{key_prefix}:{version}:{key}"


def platform_key(key: str, key_prefix: str, version: int) -> str:
    """Return the key of a matter that belongs to no chain; no chain's id reads like it."""
    return f"platform:{key_prefix}:{version}:{key}"
