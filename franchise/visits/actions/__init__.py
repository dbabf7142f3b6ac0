"""Deeds on return visits, by phase: planning, calling, settling; owning, and what follows from other apps' deeds."""
