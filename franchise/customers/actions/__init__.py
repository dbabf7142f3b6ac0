"""Deeds on the register: to write down and correct, to merge, to note purchases and consent, to care, to erase."""
