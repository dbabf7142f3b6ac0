"""Deeds at clocks, by phase: running, pausing, and watching what becomes of them.

They are parts of a bigger deed, which has checked its own permission and written its journal entry; the clock keeps
that entry's id instead of telling the journal a second time. What happens to a clock by itself is told.
"""
