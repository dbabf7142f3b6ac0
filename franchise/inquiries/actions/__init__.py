"""Deeds on inquiries, by phase: opening, answering, owning, ending; and those on shifts, norms and standard answers."""
