"""The nouns of the inquiries: who asks and answers, what was said and advised, the norms, and calls that were heard."""

from inquiries.models import advice, inquiries, messages, norms, reviews

__all__ = ["advice", "inquiries", "messages", "norms", "reviews"]
