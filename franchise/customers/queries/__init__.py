"""Questions about customers, narrowed to what the actor may see and always ordered."""
