"""Two database backends: `scoped` for everything that runs, `owner` for everything that migrates."""
