"""What the person at the keyboard is told when the embedded server can not be had."""


class PostgresFailure(Exception):
    """The embedded PostgreSQL can not be used; the text says why and what to do, in one line."""
