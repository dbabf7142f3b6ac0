"""Two chains to try things out with: one that writes Chinese, one that writes English."""
