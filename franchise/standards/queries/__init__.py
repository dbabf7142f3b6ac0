"""Questions about standards, by what is asked."""
