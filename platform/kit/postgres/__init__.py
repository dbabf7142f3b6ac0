"""A PostgreSQL server of our own, for machines where no server is given."""
