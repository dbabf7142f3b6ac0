"""Questions about loops and what is learnt from them, by what is asked."""
