"""Orders: what a customer buys, from the first line to the last refund."""
