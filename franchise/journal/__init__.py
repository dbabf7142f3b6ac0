"""Everything that happened in a chain, once."""
