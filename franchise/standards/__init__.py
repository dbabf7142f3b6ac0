"""Standards that execute: what good service is, and whether it was given."""
