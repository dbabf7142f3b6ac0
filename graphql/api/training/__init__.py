"""Training in the API."""
