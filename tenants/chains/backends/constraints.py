"""What both backends share: how foreign keys are declared."""

from django.db.backends.postgresql.operations import DatabaseOperations


class ImmediateConstraints(DatabaseOperations):
    """Check foreign keys at once, so that a refusal names its statement; Citus wants them so as well."""

    def deferrable_sql(self) -> str:
        """Return the clause that Django's schema editor puts behind each foreign key."""
        return " DEFERRABLE INITIALLY IMMEDIATE"
