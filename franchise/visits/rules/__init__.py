"""Decisions about return visits: who is called again and how soon, how a visit moves, who answers for it."""
