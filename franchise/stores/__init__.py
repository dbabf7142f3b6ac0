"""Where the chain does business: areas, stores, their hours, and who holds which position there."""
