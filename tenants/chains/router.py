"""A connection per wall: which alias a model's rows are reached by."""

from typing import Any

from django.conf import settings
from django.db.models import Model

from chains.scope import CHAINS_ALIAS

PUBLIC_ALIAS = "public"
OWNER_ALIAS = "owner"


class WallRouter:
    """Sends chains' models to the scoped connection and shared models to the public one."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        """Return the alias to read this model by."""
        return self._alias(model)

    def db_for_write(self, model: type[Model], **hints: Any) -> str:
        """Return the alias to write this model by."""
        return self._alias(model)

    def allow_relation(self, one: Model, other: Model, **hints: Any) -> bool | None:
        """Allow relations between shared rows: the owner's and the public connection reach the same ones."""
        both_shared = CHAINS_ALIAS not in (self._alias(one.__class__), self._alias(other.__class__))
        return True if both_shared else None

    def _alias(self, model: type[Model]) -> str:
        config = getattr(model._meta, "app_config", None)
        return CHAINS_ALIAS if config is not None and config.name in settings.TENANT_APPS else PUBLIC_ALIAS
