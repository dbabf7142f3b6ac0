"""Questions about feedback: the matters it is about, surveys and praise, and what the figures say."""
