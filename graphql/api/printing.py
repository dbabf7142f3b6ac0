"""The schema's text, printed from code in a stable order, and what a change of it would break."""

from graphql import GraphQLSchema, build_schema, lexicographic_sort_schema, print_schema
from graphql.utilities import BreakingChange, find_breaking_changes

_HEAD = "# Printed by `onebanner schema` from the code; do not edit.\n\n"


def text_of_schema(schema: GraphQLSchema) -> str:
    """Return a schema as text, sorted by name so that a change shows as itself."""
    return f"{_HEAD}{print_schema(lexicographic_sort_schema(schema))}\n"


def broken_by(schema: GraphQLSchema, published: str) -> list[BreakingChange]:
    """Return what consumers of a published schema would lose."""
    # Compared as texts: a scalar that code has made is of another kind than one that was read.
    return find_breaking_changes(build_schema(published), build_schema(text_of_schema(schema)))
