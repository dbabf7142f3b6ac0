"""Deeds on orders, by phase: placing, paying, changing, cancelling, refunding, shipping, delivering, importing."""
