"""The nouns of the complaints, by phase: the complaint, its steps, who answers for it, who is asked, how it ends."""

from complaints.models import complaints, ending, ladder, referring, remedies, steps

__all__ = ["complaints", "ending", "ladder", "referring", "remedies", "steps"]
