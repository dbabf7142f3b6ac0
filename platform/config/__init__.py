"""The composition root: settings, addresses, commands; it may import everybody and nobody imports it."""
