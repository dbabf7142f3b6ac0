"""The backend of the alias `owner`: django-tenants' own, for migrations and provisioning only."""

from django_tenants.postgresql_backend import base

from chains.backends.constraints import ImmediateConstraints


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL as the owner of the schemas."""

    ops_class = ImmediateConstraints

    def _get_cursor_search_paths(self) -> list[str]:
        # Not by the setting PG_EXTRA_SEARCH_PATHS: that one asks the database at every start. And a chain's path never
        # holds `public`, not even for its owner: nothing can fall through.
        return [self.schema_name, "extensions"]
