"""Complaints: from the customer's word to the customer's satisfaction."""
