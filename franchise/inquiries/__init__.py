"""Inquiries: what customers ask, and how fast and in which words they are answered."""
