"""Deeds of inspections, by phase: templates are kept, inspections are planned, and carried out."""
