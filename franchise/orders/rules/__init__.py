"""Decisions about orders: money, states, moves, and what their events are called."""
