"""Feedback: what customers say of how they were served, in surveys and in praise, and whose work it was."""
