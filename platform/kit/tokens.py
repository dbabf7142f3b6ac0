"""Secrets of machines: made here, shown once, kept as digests that hold in one place only."""

import hashlib
import secrets

OPERATORS = "operators"


def new_secret(prefix: str) -> str:
    """Return a fresh secret of 256 random bits; the prefix lets scanners of leaked keys know it."""
    return prefix + secrets.token_urlsafe(32)


def digest_of(secret: str, *, bound_to: object) -> str:
    """Return what is kept of a secret; `bound_to` is the chain's id, a copied row opens no other (T02, T03)."""
    return hashlib.sha256(f"{bound_to}:{secret}".encode()).hexdigest()
