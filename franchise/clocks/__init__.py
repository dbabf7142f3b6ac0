"""Clocks: since when something runs, until when it is due, and when it was done, in wall and working time."""
