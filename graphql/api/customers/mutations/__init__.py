"""Deeds on the register of customers, by what they are about."""
