"""What types, queries and mutations of every app are made from."""
