"""Keys made by the application: UUID version 7, so that every chain and every node can make them alone."""

from uuid import UUID

import uuid_utils.compat


def new_id() -> UUID:
    """Return a new UUID version 7; callers may rely on its uniqueness and on nothing else."""
    return uuid_utils.compat.uuid7()
