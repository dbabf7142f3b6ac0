"""Customers: who buys from a store, as far as serving them needs it."""
