"""Return visits in the API."""
