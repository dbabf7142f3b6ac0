"""The nouns of the loops: a matter brought back to its clause, and what was learnt from a real case."""

from loops.models import cases, loops

__all__ = ["cases", "loops"]
