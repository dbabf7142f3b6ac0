"""Deeds on standards, by phase: drafting, rolling out, keeping clocks, and measuring."""
