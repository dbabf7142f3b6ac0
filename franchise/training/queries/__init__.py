"""Questions about training, narrowed to what the actor may see and always ordered."""
