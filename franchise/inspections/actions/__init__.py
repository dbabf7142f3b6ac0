"""Deeds of inspections, by phase: templates are kept, inspections are planned, carried out, and put right."""
