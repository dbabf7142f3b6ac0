"""Deeds of feedback: to set the rules for surveys, send, answer and withdraw one, mail its link, and record praise."""
