"""Decisions about inquiries: how one stands, how soon an answer is due, who answers, in which words."""
