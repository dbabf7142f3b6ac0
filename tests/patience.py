"""How long tests wait: machines are shared and noisy, and this only keeps a test from waiting for ever."""

PATIENCE_SECONDS = 600
