"""How much a caller and a chain may still ask for, counted once for all processes."""
