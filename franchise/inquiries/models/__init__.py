"""The nouns of the inquiries: the question and who answers for it, what was said, what was advised, and the norms."""

from inquiries.models import advice, inquiries, messages, norms

__all__ = ["advice", "inquiries", "messages", "norms"]
